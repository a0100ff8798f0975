import type { AppSettings } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { selectTeamsAmong } from '../db/queries/outbox.ts'
import {
  selectListeningApps,
  selectMembersChangedAt,
  selectPeopleWithin,
  selectTeamsAbove,
  type ListeningApp,
} from '../db/queries/provisioning-pump.ts'
import { enqueueWork, type NewWork } from '../db/queries/provisioning-work.ts'
import type { Database, Queryable } from '../db/pool.ts'
import type { Transaction } from '../db/transaction.ts'
import { consumeOutbox, type OutboxChange } from '../events/outbox.ts'
import { DatabaseUnavailable } from '../unavailable.ts'
import { numbersOf } from './apps/app-settings.ts'
import { provisioningConsumer } from './cycles.ts'
import type { EngineNumbers } from './numbers.ts'
import type { ObjectKind } from './object.ts'
import { rootsOf, toChangeData } from './source/changed-roots.ts'
import { leaverLane } from './lanes.ts'
import { followSchemas } from './registered-schemas.ts'
import { interests } from './source/attributes.ts'
import { findReports } from './source/find-reports.ts'
import type { CompiledRules } from './rules/compiled.ts'

const updateLane = 3

/** What the live rules of an app look at. */
export type FindRules = (
  db: Queryable,
  app: {
    readonly organizationId: string
    readonly appId: string
    readonly revision: number
    readonly version: number
  },
) => Promise<CompiledRules>

/**
 * Says of every object that changed, to every app that its change may concern, that it is to be looked at. A change is only
 * a hint: what is wanted is read when the object has its turn. In one process at a time; gives how many changes were read.
 */
export function pumpChanges(
  database: Database,
  { findRules, clock }: { readonly findRules: FindRules; readonly clock: () => Date },
  signal?: AbortSignal,
): Promise<number> {
  const handle = async (tx: Transaction, changes: readonly OutboxChange[]): Promise<void> => {
    const organizationIds = [...new Set(changes.map(({ organizationId }) => organizationId))]
    await followSchemas(tx, changes, clock())
    const apps = await selectListeningApps(tx, organizationIds)
    for (const organizationId of organizationIds) {
      const listening = apps.filter((app) => app.organizationId === organizationId)
      if (listening.length === 0) continue
      const own = changes.filter((change) => change.organizationId === organizationId)
      await pumpOrganization(tx, { organizationId, changes: own, apps: listening, findRules, now: clock() })
    }
  }
  return consumeOutbox(database, { name: provisioningConsumer, handle }, signal)
}

type Pumped = {
  readonly organizationId: string
  readonly changes: readonly OutboxChange[]
  readonly apps: readonly ListeningApp[]
  readonly findRules: FindRules
  readonly now: Date
}

async function pumpOrganization(tx: Transaction, pumped: Pumped): Promise<void> {
  const { organizationId, changes, apps, findRules, now } = pumped
  const gathered = await gather(tx, organizationId, changes)
  let reports: readonly string[] | undefined
  for (const app of apps) {
    const rules = await findSoundRules(tx, app, findRules)
    const readsManagers = rules === undefined || readsManagerOf(rules)
    if (readsManagers) reports ??= await findReports(tx, organizationId, [...gathered.people.keys()])
    const objects = [
      ...(readsManagers ? toWork(reports ?? [], 'user') : []),
      ...toWork(concerned(gathered.people, rules), 'user'),
      ...(rules === undefined ? toWork([...gathered.teams], 'team') : toTeamWork(gathered, rules)),
      ...(await gatherAssigned(tx, app, changes)),
    ]
    await enqueueWork(tx, app, { objects, initiator: 'change', dueAt: dueAt(app, now) })
  }
}

/** Undefined: what an older version of us has stored cannot be read; one such app must not keep the others from hearing. */
async function findSoundRules(
  tx: Transaction,
  app: ListeningApp,
  findRules: FindRules,
): Promise<CompiledRules | undefined> {
  try {
    return await findRules(tx, app)
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error
    return undefined
  }
}

function readsManagerOf({ users }: CompiledRules): boolean {
  return [...users.interests].some((interest) => interest.startsWith(`${interests.manager}.`))
}

/** People, each with the roots of what changed of him; undefined: anything may have. */
type Gathered = {
  readonly people: Map<string, ReadonlySet<string> | undefined>
  readonly teams: Set<string>
  /** Those of the teams that lose members. */
  readonly losing: Set<string>
}

const endings: ReadonlySet<string> = new Set(['team.deleted', 'team.released', 'team.restored'])

async function gather(tx: Transaction, organizationId: string, changes: readonly OutboxChange[]): Promise<Gathered> {
  const gathered: Gathered = { people: new Map(), teams: new Set(), losing: new Set() }
  const members: string[] = []
  const within: string[] = []
  for (const change of changes) {
    if (change.subjectKind === 'user') addPerson(gathered, change)
    if (change.subjectKind !== 'team') continue
    gathered.teams.add(change.subjectId)
    if (isLoss(change.data)) gathered.losing.add(change.subjectId)
    const named = namedMembers(change.data)
    if (named !== undefined) members.push(...named)
    // Where a team ends or comes back only its people are named, and not the teams in it.
    if (named !== undefined && !endings.has(change.action)) continue
    const at = { teamId: change.subjectId, at: change.at }
    for (const { id, kind } of await selectMembersChangedAt(tx, organizationId, at))
      (kind === 'user' ? members : within).push(id)
  }
  const teams = await selectTeamsAmong(
    tx,
    members.map(() => organizationId),
    members,
  )
  for (const id of members) if (!teams.has(id)) gathered.people.set(id, undefined)
  const people = await selectPeopleWithin(tx, organizationId, [...teams, ...within])
  for (const id of people) gathered.people.set(id, undefined)
  for (const id of await selectTeamsAbove(tx, organizationId, [...gathered.teams])) gathered.teams.add(id)
  const above = gathered.losing.size === 0 ? [] : await selectTeamsAbove(tx, organizationId, [...gathered.losing])
  for (const id of above) gathered.losing.add(id)
  return gathered
}

function addPerson({ people }: Gathered, { subjectId, action, data }: OutboxChange): void {
  const roots = action === 'user.updated' ? rootsOf(data) : undefined
  const known = people.get(subjectId)
  if (roots === undefined || (people.has(subjectId) && known === undefined)) people.set(subjectId, undefined)
  else people.set(subjectId, new Set([...(known ?? []), ...roots]))
}

/** Our ids; undefined: there were too many to name. */
function namedMembers(data: JsonObject): readonly string[] | undefined {
  const { members } = toChangeData(data)
  if (members === undefined) return []
  return members.addedCount === undefined ? [...members.added, ...members.removed] : undefined
}

function isLoss(data: JsonObject): boolean {
  const { members } = toChangeData(data)
  return members !== undefined && (members.removed.length > 0 || (members.removedCount ?? 0) > 0)
}

/** Where membership gives access, who loses it does not wait for others. */
function toTeamWork({ teams, losing }: Gathered, { teams: rules }: CompiledRules): readonly NewWork[] {
  if (rules === undefined) return []
  const { givesAccess } = rules.members
  return [...teams].map((objectId) => ({
    objectId,
    kind: 'team',
    lane: givesAccess && losing.has(objectId) ? leaverLane : updateLane,
  }))
}

/** Most changes concern most apps in nothing. */
function concerned(people: Gathered['people'], rules: CompiledRules | undefined): readonly string[] {
  return [...people].flatMap(([id, roots]) => {
    const isConcerned =
      rules === undefined ||
      roots === undefined ||
      [...roots].some((root) => root === 'active' || rules.users.interests.has(root))
    return isConcerned ? [id] : []
  })
}

function toWork(ids: readonly string[], kind: ObjectKind): readonly NewWork[] {
  return ids.map((objectId) => ({ objectId, kind, lane: updateLane }))
}

/** Whom assignments of the app that came or went are about. */
async function gatherAssigned(
  tx: Transaction,
  app: ListeningApp,
  changes: readonly OutboxChange[],
): Promise<readonly NewWork[]> {
  const assigned = changes.filter(
    ({ subjectId, action }) => subjectId === app.appId && (action === 'app.assigned' || action === 'app.unassigned'),
  )
  if (assigned.length === 0) return []
  const idsIn = (name: 'users' | 'teams'): readonly string[] =>
    assigned.flatMap(({ data: { [name]: ids } }) =>
      Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [],
    )
  const teams = idsIn('teams')
  const people = await selectPeopleWithin(tx, app.organizationId, teams)
  return [...toWork([...idsIn('users'), ...people], 'user'), ...toWork(teams, 'team')]
}

/** At once, or with the next tick of an app that goes by ticks. */
function dueAt({ settings, createdAt }: ListeningApp, now: Date): Date {
  // Checked by its schema before it was stored.
  const numbers = numbersOf(settings as AppSettings)
  return numbers.isImmediate ? now : nextTick(numbers, createdAt, now)
}

/** Ticks are counted from the making of the app. */
export function nextTick({ tickMs }: Pick<EngineNumbers, 'tickMs'>, createdAt: Date, now: Date): Date {
  const ticks = Math.floor((now.getTime() - createdAt.getTime()) / tickMs) + 1
  return new Date(createdAt.getTime() + ticks * tickMs)
}
