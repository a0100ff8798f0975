import { hasAll, keyOf, parseComparisons, parsePath, type Resource } from './attribute-path.ts'
import type { FakeQuirks } from './quirks.ts'
import { Refusal } from './refusal.ts'

/** One account or group as the server keeps it. */
export type FakeAccount = {
  readonly id: string
  readonly resource: Resource
  readonly version: number
  /** Of groups. */
  readonly members: ReadonlySet<string>
  /** Searches and reads do not show it, but its name is taken. */
  readonly isHidden: boolean
  /** `engine`: it came by POST; `foreign`: the test put it there. */
  readonly by: 'engine' | 'foreign'
}

type Kept = {
  id: string
  members: Set<string>
  isHidden: boolean
  by: 'engine' | 'foreign'
  version: number
  isGone: boolean
  /** Oldest first; the last is what is true, earlier ones are what a lagging read still shows. */
  states: { at: number; resource: Resource | undefined }[]
}

/** The accounts of one type: what is there, what reads show of it, which names are taken. */
export type Accounts = {
  readonly size: number
  /** What is truly there, however much the server hides or lags. */
  all(): readonly FakeAccount[]
  get(id: string): FakeAccount | undefined
  insert(resource: Resource, about: { readonly by: FakeAccount['by']; readonly isHidden?: boolean }): FakeAccount
  write(id: string, resource: Resource, members?: ReadonlySet<string>): FakeAccount
  remove(id: string): boolean
  /** As a read shows it. */
  read(id: string): FakeAccount | undefined
  search(filter: string | undefined): readonly FakeAccount[]
}

export function createAccounts(options: {
  readonly nameAttribute: 'userName' | 'displayName'
  readonly prefix: string
  readonly quirks: FakeQuirks
  readonly now: () => number
}): Accounts {
  const { quirks, nameAttribute } = options
  const kept = new Map<string, Kept>()
  /** By folded name: a look-up by userName must not cost a walk through 100,000 accounts. */
  const byName = new Map<string, Set<string>>()
  const byExternalId = new Map<string, Set<string>>()
  let last = 0

  const nameOf = (resource: Resource | undefined): string =>
    fold(resource === undefined ? '' : resource[keyOf(resource, nameAttribute)])
  const current = (entry: Kept): Resource | undefined => entry.states.at(-1)?.resource
  const toAccount = (entry: Kept, resource: Resource): FakeAccount => ({
    id: entry.id,
    resource,
    version: entry.version,
    members: entry.members,
    isHidden: entry.isHidden,
    by: entry.by,
  })
  const live = (id: string): Kept | undefined => {
    const entry = kept.get(id)
    return entry === undefined || entry.isGone ? undefined : entry
  }

  function checkName(resource: Resource, except: string | undefined): void {
    const name = nameOf(resource)
    if (!quirks.isUnique || name === '') return
    for (const id of byName.get(name) ?? []) {
      const entry = live(id)
      if (entry === undefined || id === except) continue
      if (quirks.isCaseExact && current(entry)?.[nameAttribute] !== resource[nameAttribute]) continue
      throw new Refusal(409, `${nameAttribute} "${String(resource[nameAttribute])}" is taken`, 'uniqueness')
    }
  }

  function keep(entry: Kept, resource: Resource | undefined): void {
    const now = options.now()
    entry.states.push({ at: now, resource })
    // What no read shows any more is forgotten.
    while (entry.states.length > 1 && (entry.states[1]?.at ?? now) + quirks.readLagMs <= now) entry.states.shift()
    if (resource === undefined) return
    addTo(byName, nameOf(resource), entry.id)
    addTo(byExternalId, fold(resource['externalId']), entry.id)
  }

  /** Undefined: a read does not show it (yet). */
  function visible(entry: Kept): Resource | undefined {
    if (entry.isHidden) return undefined
    const now = options.now()
    return entry.states.findLast(({ at }) => at + quirks.readLagMs <= now)?.resource
  }

  function candidates(filter: string): Iterable<string> {
    const [first] = parseComparisons(filter)
    if (first !== undefined && first.path.toLowerCase() === nameAttribute.toLowerCase())
      return byName.get(fold(first.value)) ?? []
    if (first?.path.toLowerCase() === 'externalid') return byExternalId.get(fold(first.value)) ?? []
    return kept.keys()
  }

  return {
    get size() {
      return [...kept.values()].filter((entry) => !entry.isGone).length
    },
    all: () =>
      [...kept.values()].flatMap((entry) => {
        const resource = entry.isGone ? undefined : current(entry)
        return resource === undefined ? [] : [toAccount(entry, resource)]
      }),
    get: (id) => {
      const entry = live(id)
      const resource = entry && current(entry)
      return entry === undefined || resource === undefined ? undefined : toAccount(entry, resource)
    },
    insert: (resource, { by, isHidden = false }) => {
      checkName(resource, undefined)
      last += 1
      const id = `${options.prefix}${last}`
      const entry: Kept = { id, members: new Set(), isHidden, by, version: 1, isGone: false, states: [] }
      // Before it was made, reads show nothing of it.
      kept.set(id, entry)
      keep(entry, { ...resource, id })
      return toAccount(entry, { ...resource, id })
    },
    write: (id, resource, members) => {
      const entry = live(id)
      if (entry === undefined) throw new Refusal(404, `There is no ${id}`)
      checkName(resource, id)
      entry.version += 1
      if (members !== undefined) entry.members = new Set(members)
      keep(entry, { ...resource, id })
      return toAccount(entry, { ...resource, id })
    },
    remove: (id) => {
      const entry = live(id)
      if (entry === undefined) return false
      entry.isGone = true
      keep(entry, undefined)
      return true
    },
    read: (id) => {
      const entry = kept.get(id)
      const resource = entry && visible(entry)
      return entry === undefined || resource === undefined ? undefined : toAccount(entry, resource)
    },
    search: (filter) => {
      const comparisons = filter === undefined || quirks.ignoresFilters ? [] : parseComparisons(filter)
      checkFilterable(comparisons, quirks)
      const found: FakeAccount[] = []
      for (const id of comparisons.length === 0 ? kept.keys() : candidates(filter ?? '')) {
        const entry = kept.get(id)
        const resource = entry && visible(entry)
        if (entry === undefined || resource === undefined) continue
        if (hasAll(resource, comparisons, quirks.isCaseExact)) found.push(toAccount(entry, resource))
      }
      return found
    },
  }
}

function checkFilterable(comparisons: readonly { readonly path: string }[], { filterable }: FakeQuirks): void {
  for (const { path } of comparisons) {
    const bare = path.replace(/\[.*\]/, '')
    parsePath(bare)
    if (filterable?.includes(bare) === false) throw new Refusal(400, `${bare} cannot be searched for`, 'invalidFilter')
  }
}

function addTo(index: Map<string, Set<string>>, key: string, id: string): void {
  if (key === '') return
  const found = index.get(key)
  if (found === undefined) index.set(key, new Set([id]))
  else found.add(id)
}

function fold(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}
