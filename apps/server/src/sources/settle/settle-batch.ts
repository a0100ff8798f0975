import { insertOperations, type NewOperation } from '../../db/queries/source-operations.ts'
import { replaceReferences } from '../../db/queries/source-references.ts'
import {
  selectPendingRecords,
  updateSettledRecords,
  type PendingRecord,
  type ReadName,
} from '../../db/queries/source-settling.ts'
import type { Transaction } from '../../db/transaction.ts'
import { keepTimedFacts } from '../lifecycle/keep-timed-facts.ts'
import { isTooEarly } from '../lifecycle/presence.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { maskText } from '../plan/mask.ts'
import { keepGroupsOfPeople } from '../teams/listed-groups.ts'
import type { TeamSite } from '../teams/team-site.ts'
import type { SourceRank } from './authority.ts'
import { identifyRecords } from './identify.ts'
import { escrow, planRecord, reconcile, type PlanSite, type PlanSubject, type RecordPlan } from './plan-record.ts'
import { parseRaw, readRecord, type ReadRecord } from './read-record.ts'
import { resolveSourceReferences, type ResolvedReferences } from './references.ts'
import { describeTaken, FreeUserNames, listUserNames } from './user-names.ts'

/** All that a batch is settled with. */
export type SettleSite = {
  readonly name: ReadName
  readonly round: number
  readonly revision: number
  readonly rules: CompiledSourceRules
  readonly ranks: ReadonlyMap<string, SourceRank>
  /** Undefined: groups of the source are no teams. */
  readonly teams: TeamSite | undefined
  readonly defaultDomain: string | undefined
  readonly now: Date
}

/** Records in one transaction. */
const batchRows = 1_000

/** Settles the next records behind an anchor; the last one of them, undefined when there were none. */
export async function settleBatch(tx: Transaction, site: SettleSite, after: string): Promise<string | undefined> {
  const records = await selectPendingRecords(tx, site.name, { after, rowsMax: batchRows })
  if (records.length === 0) return undefined
  const { plans, missing } = await planRecords(tx, site, records)
  const operations = plans.flatMap(({ operation }) => operation ?? [])
  await insertOperations(tx, site.name, { round: site.round, operations })
  const settled = plans.map(({ record }) => record)
  await updateSettledRecords(tx, site.name, { revision: site.revision, now: site.now, records: settled })
  await keepTimedFacts(tx, site, settled)
  await keepGroupsOfPeople(tx, site, records)
  if (site.rules.references.length > 0)
    await replaceReferences(tx, site.name, { anchors: settled.map(({ anchor }) => anchor), missing })
  return records.at(-1)?.anchor
}

/** What becomes of these records; nothing is written. */
export async function planRecords(
  tx: Transaction,
  site: SettleSite,
  records: readonly PendingRecord[],
): Promise<{ readonly plans: readonly RecordPlan[]; readonly missing: ResolvedReferences['missing'] }> {
  const { name, rules, ranks, now, defaultDomain } = site
  const reads = records.map((record) => readRecord(rules, record, { now, defaultDomain }))
  const identities = await identifyRecords(tx, { name, rules, sourceIds: new Set(ranks.keys()) }, reads)
  const planSite: PlanSite = { sourceId: name.sourceId, rules, ranks, now }
  const subjects = reads.flatMap((read): readonly Omit<PlanSubject, 'references'>[] => {
    const identity = identities.get(read.record.anchor)
    return identity === undefined ? [] : [{ read, identity, reconciled: reconcile(planSite, read, identity) }]
  })
  const namings = subjects.flatMap(({ read, reconciled }) =>
    reconciled === undefined ? [] : [{ anchor: read.record.anchor, references: reconciled.references }],
  )
  const { known, missing } = await resolveSourceReferences(tx, site, namings)
  const whole = subjects.map((subject) => ({ ...subject, references: known.get(subject.read.record.anchor) ?? {} }))
  const plans = await giveNames(tx, site, planSite, whole)
  return { plans: plans.map((plan, index) => withoutSecrets(plan, rules, whole[index]?.read)), missing }
}

/** What is wrong with a record is told without what its secret columns say. */
function withoutSecrets(
  plan: RecordPlan,
  { secretColumns }: CompiledSourceRules,
  read: ReadRecord | undefined,
): RecordPlan {
  const { error } = plan.record
  if (error === undefined || secretColumns.size === 0 || read === undefined) return plan
  const raw = parseRaw(read.record.raw)
  const detail = maskText(
    error.detail,
    [...secretColumns].map((name) => raw[name]),
  )
  return { ...plan, record: { ...plan.record, error: { ...error, detail } } }
}

async function giveNames(
  tx: Transaction,
  site: SettleSite,
  planSite: PlanSite,
  subjects: readonly PlanSubject[],
): Promise<readonly RecordPlan[]> {
  const wanted = subjects.map((subject) => listWanted(subject, site.now))
  const free = await FreeUserNames.ask(tx, site.name, wanted.flat())
  const plans = subjects.map((subject, index) => {
    const names = wanted[index] ?? []
    if (names.length === 0) return planRecord(planSite, subject, undefined)
    const userName = free.take(names)
    return userName === undefined ? refuseNames(subject, names) : planRecord(planSite, subject, userName)
  })
  return refuseRenames(tx, site, plans, subjects)
}

/** Of somebody who is to be created: how he may be called. */
function listWanted({ read, identity, reconciled }: PlanSubject, now: Date): readonly string[] {
  const isCreated = identity.kind === 'nobody' && read.failure === undefined && read.left === undefined
  if (!isCreated || reconciled === undefined) return []
  const { mapped, presence } = read
  if (presence === 'upcoming' && mapped !== undefined && isTooEarly(mapped, now)) return []
  return listUserNames({ ...reconciled, ...(read.mapped?.userNames && { userNames: read.mapped.userNames }) })
}

function refuseNames(subject: PlanSubject, userNames: readonly string[]): RecordPlan {
  return escrow(subject, { reason: 'userNameTaken', attribute: 'userName', detail: describeTaken(userNames) })
}

/** Somebody who is there is renamed only where the name is free. */
async function refuseRenames(
  tx: Transaction,
  site: SettleSite,
  plans: readonly RecordPlan[],
  subjects: readonly PlanSubject[],
): Promise<readonly RecordPlan[]> {
  const renames = plans.flatMap(({ operation }) => (isRename(operation) ? [operation.userNameKey] : []))
  if (renames.length === 0) return plans
  const free = await FreeUserNames.ask(tx, site.name, renames)
  return plans.map((plan, index) => {
    const subject = subjects[index]
    const { operation } = plan
    if (!isRename(operation) || subject === undefined || free.take([operation.userNameKey]) !== undefined) return plan
    return refuseNames(subject, [userNameOf(operation)])
  })
}

function isRename(operation: NewOperation | undefined): operation is NewOperation & { readonly userNameKey: string } {
  return operation !== undefined && operation.operation !== 'create' && operation.userNameKey !== null
}

function userNameOf({ attributes, userNameKey }: NewOperation & { readonly userNameKey: string }): string {
  // We wrote it ourselves.
  const written: unknown = attributes === null ? undefined : (JSON.parse(attributes) as { userName?: unknown }).userName
  return typeof written === 'string' ? written : userNameKey
}
