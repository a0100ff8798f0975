import type { DesiredAttributes } from '../../../src/provisioning/desired.ts'
import type {
  MatchQuery,
  Outcome,
  Target,
  TargetAbilities,
  TargetObject,
} from '../../../src/provisioning/targets/target.ts'

/** What kind of server it is. Reads may show what stood there `lagTicks` ago. */
export type TargetKind = {
  readonly isUnique: boolean
  readonly keepsExternalId: boolean
  readonly lagTicks: number
}

export type Account = {
  readonly id: string
  readonly userName: string
  externalId: string | undefined
  version: number
  isActive: boolean
  /** No search shows it, though its name is taken. */
  readonly isHidden: boolean
  readonly bornAt: number
  readonly isForeign: boolean
}

/** Of one world, which knows nothing of the others: a seed. */
export type World = { readonly accounts: Account[]; posts: number }

type Late = { readonly at: number; readonly run: () => void }

/** A request that is dropped before or after it was carried out, carried out after we gave up, or refused as too much. */
type Fault = 'before' | 'after' | 'late' | 'throttled'

export const tickMs = 10_000
const lateTicksMax = 3

/**
 * The server of the fault model. One target holds many worlds, so that one app of the engine plays as many seeds as it
 * likes in one database: an account's name says which world it lives in.
 */
export type FaultyTarget = Target & {
  readonly worlds: readonly World[]
  tick(): void
  now(): number
  /** From then on everything works. */
  calm(): void
}

/** `randomOf` gives the chance of one object by its name: it does not depend on what happens to others. */
export function createFaultyTarget(
  kind: TargetKind,
  worlds: readonly World[],
  randomOf: (userName: string) => () => number,
): FaultyTarget {
  let now = 0
  let isFaulty = true
  let late: Late[] = []
  let lastId = 0
  const names = new Map<string, string>()
  const abilities: TargetAbilities = {
    kinds: ['user'],
    membersMax: 100,
    replacesMembers: false,
    showsMembers: true,
    filterable: null,
    requestsPerSecondMax: 25,
    permitsMax: 4,
    readLagMs: kind.lagTicks * tickMs,
    requestTimeoutMs: lateTicksMax * tickMs,
    keepsExternalId: kind.keepsExternalId,
    canDisable: true,
    canDelete: true,
  }

  const worldOf = (userName: string): World => {
    const world = worlds[Number(userName.slice(1, userName.indexOf('u')))]
    if (world === undefined) throw new Error(`There is no world of ${userName}`)
    return world
  }

  const pickFault = (random: () => number): Fault | undefined => {
    if (!isFaulty) return undefined
    const chance = random()
    if (chance < 0.06) return 'before'
    if (chance < 0.14) return 'after'
    if (chance < 0.18) return 'late'
    return chance < 0.22 ? 'throttled' : undefined
  }

  const call = <Value>(userName: string, run: () => Outcome<Value>, isWrite: boolean): Outcome<Value> => {
    const random = randomOf(userName)
    const fault = pickFault(random)
    if (fault === 'throttled')
      return {
        kind: 'throttled',
        status: 429,
        reason: 'TooManyRequests',
        detail: 'slow down',
        retryAfterMs: 2 * tickMs,
      }
    if (fault === 'before') return lost
    if (fault === 'late' && isWrite) {
      late.push({ at: now + 1 + Math.floor(random() * lateTicksMax), run })
      return lost
    }
    const outcome = run()
    return fault === undefined ? outcome : lost
  }

  const find = (query: MatchQuery): Outcome<readonly TargetObject[]> => {
    const [{ attribute, value } = { attribute: '', value: null }] = query
    const userName = attribute === 'externalId' ? String(value).slice(1) : String(value)
    return call(
      userName,
      () => {
        const found = worldOf(userName).accounts.filter(
          (account) =>
            !account.isHidden &&
            account.bornAt + kind.lagTicks <= now &&
            (attribute === 'externalId' ? account.externalId : account.userName) === value,
        )
        return { kind: 'done', status: 200, value: found.map(toObject) }
      },
      false,
    )
  }

  const create = (desired: DesiredAttributes): Outcome<TargetObject> => {
    const { userName, externalId } = namesOf(desired)
    const world = worldOf(userName)
    world.posts++
    return call(
      userName,
      () => {
        if (kind.isUnique && world.accounts.some((account) => account.userName === userName))
          return { kind: 'conflict', status: 409, reason: 'Conflict', detail: 'userName is taken' }
        const account: Account = {
          id: `a${++lastId}`,
          userName,
          externalId: kind.keepsExternalId ? externalId : undefined,
          version: Number(desired['title']),
          isActive: desired['active'] === true,
          isHidden: false,
          bornAt: now,
          isForeign: false,
        }
        names.set(account.id, userName)
        world.accounts.push(account)
        return { kind: 'done', status: 201, value: toObject(account) }
      },
      true,
    )
  }

  const update = (key: string, after: DesiredAttributes): Outcome<TargetObject | null> => {
    const userName = names.get(key) ?? key
    return call(
      userName,
      () => {
        const account = worldOf(userName).accounts.find(({ id }) => id === key)
        if (account === undefined)
          return { kind: 'missing', status: 404, reason: 'Vanished', detail: 'no such account' }
        if ('title' in after) account.version = Number(after['title'])
        if ('active' in after) account.isActive = after['active'] === true
        if (kind.keepsExternalId && typeof after['externalId'] === 'string') account.externalId = after['externalId']
        return { kind: 'done', status: 200, value: null }
      },
      true,
    )
  }

  for (const world of worlds) for (const { id, userName } of world.accounts) names.set(id, userName)

  return {
    abilities,
    worlds,
    now: () => now,
    calm: () => {
      isFaulty = false
    },
    tick: () => {
      now++
      const due = late.filter(({ at }) => at <= now)
      late = late.filter(({ at }) => at > now)
      for (const { run } of due) run()
    },
    find: (_kind, query) => Promise.resolve(find(query)),
    create: (_kind, desired) => Promise.resolve(create(desired)),
    update: (_kind, { key, before, after }) => Promise.resolve(update(key, minimal(before, after))),
    remove: () => Promise.reject(new Error('Nobody is deleted here')),
    get: () => Promise.reject(new Error('Nobody is read here')),
    list: () => Promise.reject(new Error('Nobody is listed here')),
    changeMembers: () => Promise.reject(new Error('There are no groups here')),
    probe: () => Promise.resolve({ kind: 'done', status: 200, value: null }),
  }
}

const lost = { kind: 'uncertain', status: null, reason: 'Timeout', detail: 'no answer' } as const

/** A PATCH of what differs from what was sent, as a real target gets it. */
function minimal(before: DesiredAttributes | null, after: DesiredAttributes): DesiredAttributes {
  if (before === null) return after
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value))
}

function namesOf(desired: DesiredAttributes): { readonly userName: string; readonly externalId: string } {
  return { userName: String(desired['userName']), externalId: String(desired['externalId']) }
}

function toObject(account: Account): TargetObject {
  return { key: account.id, resource: { id: account.id, userName: account.userName } }
}
