import { insertOperations, type NewOperation } from '../../db/queries/source-operations.ts'
import { replaceReferences } from '../../db/queries/source-references.ts'
import {
  selectPendingRecords,
  updateSettledRecords,
  type PendingRecord,
  type ReadName,
  type SettledRecord,
} from '../../db/queries/source-settling.ts'
import type { Transaction } from '../../db/transaction.ts'
import { keepTimedFacts } from '../lifecycle/keep-timed-facts.ts'
import { isTooEarly } from '../lifecycle/presence.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { maskText } from '../plan/mask.ts'
import type { RecordVault } from '../seal/record-vault.ts'
import { openRecord, sealMapped, sealOperation } from '../seal/seal-records.ts'
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
  readonly vault: RecordVault
}

/** Records in one transaction. */
const batchRows = 1_000

/** Settles the next records behind an anchor; the last one of them, undefined when there were none. */
export async function settleBatch(tx: Transaction, site: SettleSite, after: string): Promise<string | undefined> {
  const stored = await selectPendingRecords(tx, site.name, { after, rowsMax: batchRows })
  const records = stored.map((record) => openRecord(record, site))
  if (records.length === 0) return undefined
  const { plans, missing } = await planRecords(tx, site, records)
  const settled = await writePlans(tx, site, plans)
  await keepGroupsOfPeople(tx, site, records)
  if (site.rules.references.length > 0)
    await replaceReferences(tx, site.name, { anchors: settled.map(({ anchor }) => anchor), missing })
  return records.at(-1)?.anchor
}

/** Writes down what becomes of records, with what is secret of it sealed. */
export async function writePlans(
  tx: Transaction,
  site: SettleSite,
  plans: readonly PlannedRecord[],
): Promise<readonly SettledRecord[]> {
  const { name, round, revision, now } = site
  const operations = plans.flatMap(({ operation, isSecret }): readonly NewOperation[] => {
    if (operation === undefined) return []
    const { userNameKey } = operation
    // Only compared with others of the read.
    const key = userNameKey === null ? null : site.vault.digest(userNameKey)
    return [{ ...(isSecret ? sealOperation(operation, site) : operation), userNameKey: key }]
  })
  await insertOperations(tx, name, { round, operations })
  const settled = plans.map(({ record }) => record)
  const sealed = settled.map((record) => ({ ...record, mapped: sealMapped(record, site) }))
  await updateSettledRecords(tx, name, { revision, now, records: sealed })
  await keepTimedFacts(tx, site, settled)
  return settled
}

/** What of it comes of secret columns, of this source or another one, is not kept in the clear. */
type PlannedRecord = RecordPlan & { readonly isSecret: boolean }

/** What becomes of these records; nothing is written. */
export async function planRecords(
  tx: Transaction,
  site: SettleSite,
  records: readonly PendingRecord[],
): Promise<{ readonly plans: readonly PlannedRecord[]; readonly missing: ResolvedReferences['missing'] }> {
  const { name, rules, ranks, now, defaultDomain, vault } = site
  const reads = records.map((record) => readRecord(rules, record, { now, defaultDomain }))
  const identities = await identifyRecords(tx, { name, rules, sourceIds: new Set(ranks.keys()), vault }, reads)
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
  const planned = plans.map((plan, index): PlannedRecord => {
    const { read, reconciled } = whole[index] ?? {}
    const isSecret = (reconciled?.secret ?? []).length > 0 || (read?.mapped?.secret ?? []).length > 0
    return { ...withoutSecrets(plan, rules, read), isSecret }
  })
  return { plans: planned, missing }
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
  const free = await FreeUserNames.ask(tx, site, wanted.flat())
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
  const free = await FreeUserNames.ask(tx, site, renames)
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
