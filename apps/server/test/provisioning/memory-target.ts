import type { DesiredAttributes } from '../../src/provisioning/desired.ts'
import type { Outcome, Target, TargetAbilities, TargetObject } from '../../src/provisioning/targets/target.ts'

export type MemoryAccount = { readonly key: string; attributes: DesiredAttributes }

/** A target without a wire, for tests with more requests than HTTP has time for. */
export type MemoryTarget = Target & {
  readonly accounts: ReadonlyMap<string, MemoryAccount>
  /** Writes and reads so far. */
  readonly counts: { find: number; create: number; update: number; remove: number }
  /** What a creation is refused with; undefined: it is not. */
  refuse: (desired: DesiredAttributes) => Outcome<never> | undefined
}

const abilities: TargetAbilities = {
  kinds: ['user', 'team'],
  membersMax: 100,
  replacesMembers: false,
  showsMembers: true,
  filterable: null,
  readLagMs: 0,
  requestTimeoutMs: 30_000,
  requestsPerSecondMax: 100_000,
  permitsMax: 32,
  keepsExternalId: true,
  canDisable: true,
  canDelete: true,
}

export function createMemoryTarget(): MemoryTarget {
  const accounts = new Map<string, MemoryAccount>()
  const byName = new Map<unknown, string>()
  const counts = { find: 0, create: 0, update: 0, remove: 0 }
  const toObject = ({ key }: MemoryAccount): TargetObject => ({ key, resource: { id: key } })
  const target: MemoryTarget = {
    abilities,
    accounts,
    counts,
    refuse: () => undefined,
    find: (_kind, query) => {
      counts.find++
      const key = byName.get(query[0]?.value)
      const account = key === undefined ? undefined : accounts.get(key)
      return Promise.resolve({ kind: 'done', status: 200, value: account === undefined ? [] : [toObject(account)] })
    },
    create: (_kind, desired) => {
      counts.create++
      const refusal = target.refuse(desired)
      if (refusal !== undefined) return Promise.resolve(refusal)
      const name = desired['userName'] ?? desired['displayName']
      if (byName.has(name)) return Promise.resolve(taken)
      const account = { key: `m${counts.create}`, attributes: desired }
      accounts.set(account.key, account)
      byName.set(name, account.key)
      return Promise.resolve({ kind: 'done', status: 201, value: toObject(account) })
    },
    update: (_kind, { key, after }) => {
      counts.update++
      const account = accounts.get(key)
      if (account === undefined) return Promise.resolve(gone)
      account.attributes = { ...account.attributes, ...after }
      return Promise.resolve({ kind: 'done', status: 200, value: null })
    },
    remove: (_kind, key) => {
      counts.remove++
      accounts.delete(key)
      return Promise.resolve({ kind: 'done', status: 204, value: null })
    },
    get: (_kind, key) => {
      const account = accounts.get(key)
      return Promise.resolve(account === undefined ? gone : { kind: 'done', status: 200, value: toObject(account) })
    },
    list: () => Promise.resolve({ kind: 'done', status: 200, value: { objects: [], next: undefined, total: 0 } }),
    changeMembers: () => Promise.resolve({ kind: 'done', status: 204, value: null }),
    probe: () => Promise.resolve({ kind: 'done', status: 200, value: null }),
  }
  return target
}

const gone = { kind: 'missing', status: 404, reason: 'Vanished', detail: 'no such account' } as const
const taken = { kind: 'conflict', status: 409, reason: 'Conflict', detail: 'the name is taken' } as const
