import type { JsonObject } from '@rollcall/scim'
import type { MemberChange, Outcome, Target, TargetObject } from '../../src/provisioning/targets/target.ts'

/** Groups of an app in this process: what becomes of members, without a wire. */
export type GroupTarget = Omit<Target, 'abilities'> & {
  readonly abilities: { -readonly [name in keyof Target['abilities']]: Target['abilities'][name] }
  /** Members by the id of the group. */
  readonly groups: Map<string, Set<string>>
  /** The changes of members that arrived, refused ones too. */
  readonly changes: MemberChange[]
  /** How often a group was looked at. */
  reads: number
  /** More in one request are refused. */
  limit: number
  /** Accounts that it takes into no group. */
  readonly refused: Set<string>
  /** Answers in the place of what would be done, first come first served. */
  readonly answers: ((change: MemberChange, apply: () => void) => Outcome<null>)[]
}

export const done: Outcome<null> = { kind: 'done', status: 204, value: null }

export const throttled: Outcome<null> = {
  kind: 'throttled',
  status: 429,
  reason: 'TooManyRequests',
  detail: 'too many requests',
  retryAfterMs: 1_000,
}

const failureReasons = {
  uncertain: 'Timeout',
  refused: 'InvalidValue',
  missing: 'Vanished',
  broken: 'CredentialsRefused',
} as const

export function failing(kind: keyof typeof failureReasons, status: number | null): Outcome<never> {
  return { kind, status, reason: failureReasons[kind], detail: `answered ${status}` }
}

export function createGroupTarget(membersMax = 100): GroupTarget {
  const groups = new Map<string, Set<string>>()
  const refused = new Set<string>()
  const answers: GroupTarget['answers'] = []
  const changes: MemberChange[] = []
  const apply = ({ key, add, remove, all }: MemberChange): void => {
    if (all !== undefined) groups.set(key, new Set(all))
    for (const member of remove) groups.get(key)?.delete(member)
    for (const member of add) groups.get(key)?.add(member)
  }
  const changeMembers = (change: MemberChange): Outcome<null> => {
    changes.push(change)
    const answer = answers.shift()
    if (answer !== undefined) return answer(change, () => apply(change))
    if (!groups.has(change.key)) return failing('missing', 404)
    if (change.add.length + change.remove.length > target.limit) return failing('refused', 413)
    if (change.add.some((member) => refused.has(member))) return failing('refused', 400)
    apply(change)
    return done
  }
  const show = (key: string): JsonObject => {
    const members = [...(groups.get(key) ?? [])].map((value) => ({ value }))
    return target.abilities.showsMembers ? { id: key, members } : { id: key, members: [] }
  }
  const get = (key: string): Outcome<TargetObject> =>
    groups.has(key) ? { kind: 'done', status: 200, value: { key, resource: show(key) } } : failing('missing', 404)
  const unused = (): never => {
    throw new Error('The members stage asks for nothing but groups')
  }
  const target: GroupTarget = {
    abilities: {
      kinds: ['user', 'team'],
      membersMax,
      replacesMembers: false,
      showsMembers: true,
      filterable: null,
      readLagMs: 0,
      requestTimeoutMs: 30_000,
      requestsPerSecondMax: 25,
      permitsMax: 4,
      keepsExternalId: true,
      canDisable: true,
      canDelete: true,
    },
    groups,
    changes,
    refused,
    answers,
    limit: Number.POSITIVE_INFINITY,
    reads: 0,
    find: unused,
    list: unused,
    create: unused,
    update: unused,
    remove: unused,
    probe: unused,
    get: (_kind, key) => {
      target.reads++
      return Promise.resolve(get(key))
    },
    changeMembers: (change) => Promise.resolve(changeMembers(change)),
  }
  return target
}
