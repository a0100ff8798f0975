import { isJsonArray, isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import { ScimClientError, type Client } from '@rollcall/scim/client'

/** How a server shows who is in a group; undefined: no member was seen yet. */
export type MembersWay = 'lists' | 'groups' | 'filter'

/** What is known of a server's ways, over all pages of a read. */
export type MembersSight = {
  readonly way: MembersWay | undefined
  /** People were shown with groups, so that there are members, whether or not groups show them. */
  readonly isNamedByPeople: boolean
}

/** A group with its members; undefined `members`: the server has some and shows them in no way. */
export type WholeGroup = { readonly group: JsonObject; readonly members: readonly Json[] | undefined }

const membersPerPage = 100
/** Nobody is in it. */
const nowhere = 'rollcall-no-such-group'

/**
 * Members of the groups of a page. Lists may leave them out, or show an empty list: then each group is asked for by itself, and where
 * that shows none either, who has it among his groups. What shows nobody is empty only where some way showed somebody, or nobody is
 * known to be in any group.
 */
export class GroupMembers {
  readonly #client: Client
  readonly #signal: AbortSignal
  #sight: MembersSight
  #canFilter: boolean | undefined

  constructor(client: Client, signal: AbortSignal, sight: MembersSight) {
    this.#client = client
    this.#signal = signal
    this.#sight = sight
  }

  get sight(): MembersSight {
    return this.#sight
  }

  /** Groups that are gone meanwhile are left out. */
  async complete(groups: readonly JsonObject[]): Promise<readonly WholeGroup[]> {
    if (groups.some((group) => membersOf(group).length > 0)) this.#note('lists')
    const whole: WholeGroup[] = []
    for (const group of groups) {
      const members = await this.#find(group)
      if (members !== 'gone') whole.push({ group, members })
    }
    return whole
  }

  #note(way: MembersWay): void {
    // Who shows members in lists shows all that there are.
    if (this.#sight.way === undefined || way === 'lists') this.#sight = { ...this.#sight, way }
  }

  async #find(group: JsonObject): Promise<readonly Json[] | undefined | 'gone'> {
    const listed = membersOf(group)
    const { id } = group
    if (listed.length > 0 || this.#sight.way === 'lists' || typeof id !== 'string' || id === '') return listed
    if (this.#sight.way !== 'filter') {
      const alone = await this.#ask(id)
      if (alone === 'gone' || alone.length > 0) {
        if (alone !== 'gone') this.#note('groups')
        return alone
      }
      if (this.#sight.way === 'groups') return []
    }
    const found = await this.#filter(id)
    if (found !== undefined && found.length > 0) this.#note('filter')
    if (found !== undefined || !this.#sight.isNamedByPeople) return found ?? []
    return undefined
  }

  async #ask(id: string): Promise<readonly Json[] | 'gone'> {
    try {
      return membersOf(await this.#client.groups.get(id, { signal: this.#signal }))
    } catch (error) {
      if (error instanceof ScimClientError && error.status === 404) return 'gone'
      throw error
    }
  }

  /** Undefined: the server does not find people by their groups. */
  async #filter(id: string): Promise<readonly Json[] | undefined> {
    this.#canFilter ??= (await this.#listByGroup(nowhere, 1))?.length === 0
    return this.#canFilter ? this.#listByGroup(id) : undefined
  }

  async #listByGroup(id: string, membersMax = Infinity): Promise<readonly Json[] | undefined> {
    const found: Json[] = []
    const query = {
      filter: `groups.value eq ${JSON.stringify(id)}`,
      attributes: ['id'],
      count: Math.min(membersPerPage, membersMax),
      isTotalStrict: true,
      signal: this.#signal,
    }
    try {
      for await (const user of this.#client.users.list(query)) {
        found.push({ value: user.id })
        if (found.length >= membersMax) break
      }
      return found
    } catch (error) {
      const isRefused = error instanceof ScimClientError && error.kind === 'response' && isRefusal(error.status)
      if (isRefused) return undefined
      throw error
    }
  }
}

function isRefusal(status: number | undefined): boolean {
  return status === 400 || status === 403 || status === 501
}

function membersOf({ members }: JsonObject): readonly Json[] {
  return isJsonArray(members) ? members : []
}

/** Whether a person is shown with a group. */
export function namesGroups({ groups }: JsonObject): boolean {
  return isJsonArray(groups) && groups.some((group) => isJsonObject(group))
}
