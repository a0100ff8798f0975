import {
  selectFormerResources,
  selectKeyNames,
  selectPersonNames,
  selectPreviousData,
  selectResourceIds,
  selectSessionSubjects,
  selectTeamNames,
  type Ids,
  type KeyName,
  type PersonName,
  type TeamName,
} from '../db/queries/audit-names.ts'
import {
  selectAdminContexts,
  selectLineContexts,
  type UnsealedChange,
  type UnsealedLine,
} from '../db/queries/audit-sealing.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'
import { nilId } from '../nil-id.ts'

export type RequestOrigin = { readonly ip: string | undefined; readonly userAgent: string | undefined }

/** What is known about the things that a batch of events names, by their ids. */
export type Known = {
  readonly people: ReadonlyMap<string, PersonName>
  readonly teams: ReadonlyMap<string, TeamName>
  readonly keys: ReadonlyMap<string, KeyName>
  /** By `<organization> <request id>`. */
  readonly contexts: ReadonlyMap<string, RequestOrigin>
  /** NameID and User-Agent of sessions, by their ids. */
  readonly sessions: ReadonlyMap<string, { readonly subject: string | null; readonly user_agent: string | null }>
  /** What things were before a change, by its position. */
  readonly previous: ReadonlyMap<number, Readonly<Record<string, unknown>>>
  /** Our outside ids of SCIM ids. */
  readonly resources: ReadonlyMap<string, { readonly kind: 'user' | 'team'; readonly id: string }>
}

/** What belongs to no organization, such as the call that makes one. */
export const instanceChain = nilId

/** Collects ids, each once with its organization. */
class Wanted {
  readonly #ids = new Map<string, string>()

  add(organizationId: string, id: string | null | undefined): void {
    if (id !== null && id !== undefined) this.#ids.set(id, organizationId)
  }

  toIds(): Ids {
    return [...this.#ids].map(([id, organizationId]) => [organizationId, id] as const)
  }
}

export async function readKnownOfChanges(
  tx: Queryable,
  changes: readonly (UnsealedChange & { readonly person: string | undefined })[],
): Promise<Known> {
  const [people, teams, keys, lines] = [new Wanted(), new Wanted(), new Wanted(), new Wanted()]
  const calls = new Map<string, readonly [string, string]>()
  for (const { organization_id: at, subject_kind, subject_id, actor, request_id, person } of changes) {
    people.add(at, person)
    people.add(at, parsePrefixed('usr', actor))
    if (subject_kind === 'team') teams.add(at, subject_id)
    keys.add(at, parsePrefixed('key', actor))
    if (request_id === null || request_id === '') continue
    lines.add(at, parsePrefixed('req', request_id))
    calls.set(`${at} ${request_id}`, [at, request_id])
    calls.set(`${instanceChain} ${request_id}`, [instanceChain, request_id])
  }
  const contexts = new Map<string, RequestOrigin>()
  const lineIds = lines.toIds()
  const organizations = new Map(lineIds.map(([organization, id]) => [id, organization]))
  for (const line of await ask(lineIds, (ids) => selectLineContexts(tx, ids)))
    contexts.set(`${organizations.get(line.id)} ${formatTypeId('req', line.id)}`, {
      ip: line.ip ?? undefined,
      userAgent: line.client ?? undefined,
    })
  for (const call of await ask([...calls.values()], (ids) => selectAdminContexts(tx, ids)))
    contexts.set(`${call.organization_id} ${call.request_id}`, {
      ip: call.ip ?? undefined,
      userAgent: call.user_agent ?? undefined,
    })
  const updates = changes.filter(
    ({ action, subject_kind }) => action === `${subject_kind}.updated` && subject_kind !== 'user',
  )
  const signedIn = changes
    .filter(({ subject_kind }) => subject_kind === 'session')
    .map((change) => [change.organization_id, change.subject_id] as const)
  const sessions = await ask(signedIn, (ids) => selectSessionSubjects(tx, ids))
  const previous = updates.length === 0 ? [] : await selectPreviousData(tx, updates)
  return {
    ...(await readNames(tx, { people, teams, keys })),
    contexts,
    sessions: new Map(sessions.map((session) => [session.id, session])),
    previous: new Map(previous.map(({ position, data }) => [position, data])),
    resources: new Map(),
  }
}

export async function readKnownOfLines(tx: Queryable, lines: readonly UnsealedLine[]): Promise<Known> {
  const [people, teams, keys, resources] = [new Wanted(), new Wanted(), new Wanted(), new Wanted()]
  for (const { organization_id: at, key_id, resource_id } of lines) {
    keys.add(at, key_id)
    resources.add(at, resource_id !== null && uuid.test(resource_id) ? resource_id : undefined)
  }
  const asked = resources.toIds()
  const found = new Map<string, { readonly kind: 'user' | 'team'; readonly id: string }>()
  for (const { scim_id, id, kind } of await ask(asked, (ids) => selectResourceIds(tx, ids)))
    found.set(scim_id, { kind, id })
  const gone = asked.filter(([, id]) => !found.has(id))
  for (const { scim_id, subject } of await ask(gone, (ids) => selectFormerResources(tx, ids))) {
    const [user, team] = [parsePrefixed('usr', subject), parsePrefixed('team', subject)]
    if (user !== undefined) found.set(scim_id, { kind: 'user', id: user })
    else if (team !== undefined) found.set(scim_id, { kind: 'team', id: team })
  }
  const organizations = new Map(asked.map(([organization, id]) => [id, organization]))
  for (const [scimId, { kind, id }] of found)
    (kind === 'user' ? people : teams).add(organizations.get(scimId) ?? '', id)
  return {
    ...(await readNames(tx, { people, teams, keys })),
    contexts: new Map(),
    sessions: new Map(),
    previous: new Map(),
    resources: found,
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

async function readNames(
  tx: Queryable,
  wanted: { readonly people: Wanted; readonly teams: Wanted; readonly keys: Wanted },
): Promise<Pick<Known, 'people' | 'teams' | 'keys'>> {
  const keys = await ask(wanted.keys.toIds(), (ids) => selectKeyNames(tx, ids))
  const organizations = new Map(wanted.keys.toIds().map(([organization, id]) => [id, organization]))
  for (const { id, user_id } of keys) wanted.people.add(organizations.get(id) ?? '', user_id)
  const people = await ask(wanted.people.toIds(), (ids) => selectPersonNames(tx, ids))
  const teams = await ask(wanted.teams.toIds(), (ids) => selectTeamNames(tx, ids))
  return {
    keys: new Map(keys.map((key) => [key.id, key])),
    people: new Map(people.map((person) => [person.id, person])),
    teams: new Map(teams.map((team) => [team.id, team])),
  }
}

function ask<Row>(ids: Ids, read: (ids: Ids) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  return ids.length === 0 ? Promise.resolve([]) : read(ids)
}

/** Unlike `parseTypeId` no bare UUID. */
function parsePrefixed(prefix: 'usr' | 'key' | 'req' | 'team', text: string): string | undefined {
  return text.startsWith(`${prefix}_`) ? parseTypeId(prefix, text) : undefined
}
