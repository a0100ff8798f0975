import type { SourceName } from '../../db/queries/source-settling.ts'
import { memberRole } from '../../access/built-in-roles.ts'
import { selectRoleHolders } from '../../db/queries/role-assignments.ts'
import { selectDecisionsFor, type DecisionRow } from '../../db/queries/source-decisions.ts'
import {
  selectLinkedRecords,
  selectSettlingPeople,
  type LinkedRecord,
  type SettlingPerson,
} from '../../db/queries/source-people.ts'
import type { Transaction } from '../../db/transaction.ts'
import { effectiveEnd } from '../lifecycle/presence.ts'
import { parseMapped } from '../map/mapped.ts'
import { managerOf } from '../../directory/ownership.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import type { RecordVault } from '../seal/record-vault.ts'
import { openMapped } from '../seal/seal-records.ts'
import { findByRules, type Candidate } from './correlate.ts'
import type { ReadRecord } from './read-record.ts'
import type { OperationReason, Situation } from './situation.ts'

/** Who a record is. */
export type Identity =
  | {
      readonly kind: 'person'
      readonly situation: 'linked' | 'confirmed'
      readonly person: SettlingPerson
      /** The record was not linked with the person before. */
      readonly isNew: boolean
      /** All records of the person, of any source; only where there may be others. */
      readonly records: readonly LinkedRecord[]
    }
  | { readonly kind: 'nobody'; readonly isDecided: boolean }
  | {
      readonly kind: 'told'
      readonly situation: Situation
      readonly reason: OperationReason
      readonly candidates: readonly SettlingPerson[]
    }

type Site = {
  readonly name: SourceName
  readonly rules: CompiledSourceRules
  /** All sources of the organization. */
  readonly sourceIds: ReadonlySet<string>
  readonly vault: RecordVault
}

/** Who each record is: by decision, by its link, by the rules, in this order. */
export async function identifyRecords(
  tx: Transaction,
  site: Site,
  reads: readonly ReadRecord[],
): Promise<ReadonlyMap<string, Identity>> {
  const { name } = site
  const decided = await selectDecisionsFor(
    tx,
    name,
    reads.map(({ record }) => record.anchor),
  )
  const decisions = new Map(decided.map((decision) => [decision.anchor, decision]))
  const linkOf = (read: ReadRecord) => findLink(read, decisions.get(read.record.anchor))
  const linkedIds = reads.flatMap((read) => linkOf(read) ?? [])
  const people = await selectPeople(tx, name.organizationId, linkedIds)
  const isSearched = (read: ReadRecord): boolean => {
    const id = linkOf(read)
    return (id === undefined || !people.has(id)) && mayMatch(read, decisions.get(read.record.anchor))
  }
  const found = await findByRules(tx, site, reads.filter(isSearched))
  const matched = [...found.values()].flatMap((candidates) => (candidates.length === 1 ? candidates : []))
  const changing = reads.flatMap((read) => (changesState(read) ? (linkOf(read) ?? []) : []))
  const shared = site.sourceIds.size > 1 ? [...people.keys()] : [...decidedLinks(decided), ...changing]
  const records = await selectRecords(tx, site, [...shared, ...matched.map(({ id }) => id)])
  const userIds = matched.map(({ id }) => id)
  const roleHolders = await selectRoleHolders(tx, name.organizationId, { userIds, exceptRoleId: memberRole.id })
  return new Map(
    reads.map((read) => {
      const { anchor } = read.record
      const decision = decisions.get(anchor)
      const linked = people.get(linkOf(read) ?? '')
      return [anchor, identify(site, { read, decision, linked, found: found.get(anchor) ?? [], records, roleHolders })]
    }),
  )
}

// Another record of the same source may keep whoever leaves, or be the one that counts.
function changesState({ record, left, presence }: ReadRecord): boolean {
  return left !== undefined || presence === 'upcoming' || record.situation === 'upcoming' || record.left_at !== null
}

function findLink({ record }: ReadRecord, decision: DecisionRow | undefined): string | undefined {
  if (decision?.decision === 'link') return decision.user_id ?? undefined
  return decision?.decision === 'ignore' ? undefined : (record.user_id ?? undefined)
}

function decidedLinks(decided: readonly DecisionRow[]): readonly string[] {
  return decided.flatMap(({ decision, user_id }) => (decision === 'link' && user_id !== null ? [user_id] : []))
}

// Nobody is looked for by the last word about whoever is gone; whom a source calls inactive may well be active here.
function mayMatch({ mapped, left }: ReadRecord, decision: DecisionRow | undefined): boolean {
  return mapped !== undefined && (left === undefined || left === 'inactive') && decision === undefined
}

async function selectPeople(
  tx: Transaction,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SettlingPerson>> {
  return new Map((await selectSettlingPeople(tx, organizationId, ids)).map((person) => [person.id, person]))
}

async function selectRecords(
  tx: Transaction,
  { name: { organizationId }, vault }: Site,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly LinkedRecord[]>> {
  const stored = await selectLinkedRecords(tx, organizationId, userIds)
  const records = stored.map((record) => {
    const name = { organizationId, sourceId: record.source_id }
    return { ...record, mapped: openMapped(record, { name, vault }) }
  })
  return Map.groupBy(records, ({ user_id }) => user_id)
}

type Known = {
  readonly read: ReadRecord
  readonly decision: DecisionRow | undefined
  readonly linked: SettlingPerson | undefined
  readonly found: readonly Candidate[]
  readonly records: ReadonlyMap<string, readonly LinkedRecord[]>
  readonly roleHolders: ReadonlySet<string>
}

function identify(site: Site, known: Known): Identity {
  const { read, decision, linked, found } = known
  if (decision?.decision === 'ignore') return { kind: 'told', situation: 'ignored', reason: 'Decided', candidates: [] }
  if (linked !== undefined) return toLinked(site, known, linked)
  if (decision?.decision === 'create') return { kind: 'nobody', isDecided: true }
  if (found.length > 1) return { kind: 'told', situation: 'ambiguous', reason: 'AmbiguousMatch', candidates: found }
  const [person] = found
  if (person === undefined) return { kind: 'nobody', isDecided: false }
  const records = known.records.get(person.id) ?? []
  if (isTaken(site, records, read.record.anchor))
    return { kind: 'told', situation: 'taken', reason: 'AlreadyLinked', candidates: found }
  if (!mayTake(site, person))
    return { kind: 'told', situation: 'ownedElsewhere', reason: 'OwnedElsewhere', candidates: found }
  if (isAsked(site, person) || isTrusted(site, known, person))
    return { kind: 'told', situation: 'asked', reason: 'AwaitsDecision', candidates: found }
  return { kind: 'person', situation: 'linked', person, isNew: true, records }
}

/** Only the first rule may speak for certain. */
function isAsked({ rules }: Site, { rule }: Candidate): boolean {
  const { onMatched } = rules.document
  return onMatched === 'ask' || (onMatched === 'askPartial' && rule > 0)
}

/** Who may do anything here would be whoever the source says: no rule takes such an account over, only a person. */
function isTrusted({ name }: Site, { roleHolders }: Known, person: Candidate): boolean {
  return person.connection_id !== name.sourceId && roleHolders.has(person.id)
}

function toLinked(site: Site, { read, decision, records }: Known, person: SettlingPerson): Identity {
  const isNew = read.record.user_id !== person.id
  const linked = records.get(person.id) ?? []
  const candidates = [person]
  if (isNew && isTaken(site, linked, read.record.anchor))
    return { kind: 'told', situation: 'taken', reason: 'AlreadyLinked', candidates }
  if (!mayTake(site, person)) return { kind: 'told', situation: 'ownedElsewhere', reason: 'OwnedElsewhere', candidates }
  const situation = decision?.decision === 'link' ? 'confirmed' : 'linked'
  return { kind: 'person', situation, person, isNew, records: linked }
}

/** Linked by another record of this source that stays: one that is gone, or has a last day, makes room for the next. */
function isTaken({ name }: Site, records: readonly LinkedRecord[], anchor: string): boolean {
  return records.some((record) => record.source_id === name.sourceId && record.anchor !== anchor && stays(record))
}

function stays({ left_at, mapped }: LinkedRecord): boolean {
  return left_at === null && effectiveEnd(parseMapped(mapped)?.dates) === undefined
}

/** Owned by this source, by another one that shares the person, or by no connection. */
function mayTake({ name, sourceIds }: Site, { connection_id: owner }: SettlingPerson): boolean {
  return managerOf(owner) === null || owner === name.sourceId || sourceIds.has(owner ?? '')
}
