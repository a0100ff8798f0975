import type { LinkedRecord, SettlingPerson } from '../../db/queries/source-people.ts'
import { managerOf } from '../../directory/ownership.ts'
import { isCancelled, keepsActive, presenceOf } from '../lifecycle/presence.ts'
import { parseMapped } from '../map/mapped.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import type { Identity } from './identify.ts'
import type { ReadRecord } from './read-record.ts'
import type { LeftReason, OperationReason, Situation } from './situation.ts'

/** What a record says about the account itself. */
export type Fate = {
  readonly state: 'keep' | 'suspend' | 'reactivate' | 'delete'
  readonly situation?: Situation
  readonly reason?: OperationReason
  /** Gone from now on, and nothing has to be done about it. */
  readonly leftNow?: boolean
  /** There again, and nothing has to be done about it. */
  readonly isBack?: boolean
  readonly told?: OperationReason
  /** When the grace of whoever is suspended is over. */
  readonly deletesAt?: Date
}

export type FateSite = { readonly sourceId: string; readonly rules: CompiledSourceRules; readonly now: Date }

type PersonIdentity = Extract<Identity, { readonly kind: 'person' }>

const dayMs = 24 * 60 * 60 * 1000

/** What becomes of the account of the person whom a record is about. */
export function findFate(site: FateSite, read: ReadRecord, identity: PersonIdentity): Fate {
  const others = listOthers(site, read, identity)
  const decides = isOwnedHere(site, identity.person) || isLastWord(identity)
  const account = { read, identity, others, decides }
  if (read.left !== undefined) return findGoneFate(site, account, read.left)
  return read.presence === 'upcoming' ? findUpcoming(site, account) : findPresent(account)
}

type Case = {
  readonly read: ReadRecord
  readonly identity: PersonIdentity
  /** Records of the person besides this one that are not gone. */
  readonly others: readonly OtherRecord[]
  /** This source may say whether the account is active. */
  readonly decides: boolean
}

type OtherRecord = { readonly keeps: boolean; readonly isUpcoming: boolean }

function listOthers({ sourceId, now }: FateSite, { record }: ReadRecord, { records }: PersonIdentity): OtherRecord[] {
  return records.flatMap((other): readonly OtherRecord[] => {
    const isSameSource = other.source_id === sourceId
    const mapped = parseMapped(other.mapped)
    if ((isSameSource && other.anchor === record.anchor) || mapped === undefined) return []
    const isUpcoming = presenceOf(mapped, now) === 'upcoming'
    if (other.left_at !== null && !isUpcoming) return []
    return [{ keeps: other.left_at === null && keepsActive(mapped, { isSameSource, now }), isUpcoming }]
  })
}

/** The source that has the person has lost him: whoever still speaks of him says what becomes of the account. */
function isLastWord({ person, records }: PersonIdentity): boolean {
  const own = records.filter(({ source_id }) => source_id === person.connection_id)
  return own.length > 0 && own.every(({ left_at }: LinkedRecord) => left_at !== null)
}

function findGoneFate(site: FateSite, { read, identity, others, decides }: Case, left: LeftReason): Fate {
  const { record } = read
  const { person } = identity
  const named = nameGone(left)
  const leftNow = record.left_at === null
  // Only the source that has the person decides about the account, and he stays for as long as another record keeps him.
  if (!decides || others.some(({ keeps }) => keeps)) return { state: 'keep', ...named, leftNow }
  const isOut = person.state === 'suspended' || person.state === 'deprovisioned'
  const policy = findPolicy(site.rules, left)
  if (leftNow) {
    if (isRescinded(site, { read, identity, others, decides }))
      return { state: 'delete', ...named, reason: 'Rescinded' }
    if (policy === 'delete' && person.scim_id !== null) return { state: 'delete', ...named }
    if (!isOut && policy !== 'nothing') return { state: 'suspend', ...named }
  }
  const isGone = person.state === 'deprovisioned' && !leftNow
  const deletesAt = findDeletion(site, { read, identity, others, decides }, left)
  if (deletesAt === undefined) return { state: 'keep', ...named, leftNow, ...(isGone && { situation: 'removed' }) }
  if (!leftNow && deletesAt <= site.now) return { state: 'delete', ...named }
  return { state: 'keep', ...named, leftNow, deletesAt }
}

/** When the account is deleted, if it is: of somebody who is suspended, and whom nobody keeps. */
function findDeletion(site: FateSite, { read, identity, others }: Case, left: LeftReason): Date | undefined {
  const isWanted = identity.person.state === 'suspended' && !others.some(({ isUpcoming }) => isUpcoming)
  if (!isWanted || isCancelled(read.mapped?.dates, 'delete')) return undefined
  return endOfGrace(site.rules, left, read.record.left_at ?? site.now)
}

/** Undefined: whoever has left for that reason is never deleted. */
export function endOfGrace(rules: CompiledSourceRules, left: LeftReason, leftAt: Date): Date | undefined {
  if (findPolicy(rules, left) !== 'suspendThenDelete') return undefined
  return new Date(leftAt.getTime() + rules.document.leaving.graceDays * dayMs)
}

/** The account was made ahead for a first day that is not to come. */
function isRescinded({ rules, sourceId }: FateSite, { read, identity, others }: Case): boolean {
  const { person, records } = identity
  return (
    rules.document.lifecycle.onRescinded === 'delete' &&
    read.record.situation === 'upcoming' &&
    person.state === 'suspended' &&
    person.connection_id === sourceId &&
    others.length === 0 &&
    records.every(({ anchor, source_id }) => source_id === sourceId && anchor === read.record.anchor)
  )
}

function nameGone(left: LeftReason): { readonly situation?: Situation } {
  if (left === 'inactive') return {}
  return { situation: left === 'outOfScope' ? 'outOfScope' : 'absent' }
}

/** What a source says by `active` or by a last day is obeyed whatever becomes of those who are missing, unless rules say otherwise. */
function findPolicy({ document }: CompiledSourceRules, left: LeftReason) {
  const { policy, inactive } = document.leaving
  if (left === 'inactive' && inactive !== undefined) return inactive
  return left === 'inactive' && (policy === 'nothing' || policy === 'delete') ? 'suspend' : policy
}

/** The first day is still to come. Whoever works here already for another reason goes on doing so. */
function findUpcoming({ now }: FateSite, { read, identity, others, decides }: Case): Fate {
  const situation = 'upcoming'
  const { person, isNew } = identity
  const isIn = person.state === 'active' || person.state === 'pending'
  const before = parseMapped(read.record.mapped)
  const hadBegun = before !== undefined && presenceOf(before, now) === 'current'
  const isPutOff = isIn && !isNew && hadBegun && decides && !others.some(({ keeps }) => keeps)
  return isPutOff ? { state: 'suspend', situation, reason: 'NotYet' } : { state: 'keep', situation }
}

function findPresent({ read: { record, presence }, identity: { person, isNew }, decides }: Case): Fate {
  const isSuspended = person.state === 'suspended'
  const isOut = isSuspended || person.state === 'deprovisioned'
  const begins = record.situation === 'upcoming' && isSuspended
  const returns = record.left_at !== null || begins || (isNew && presence === 'current')
  if (returns && isOut && decides) return { state: 'reactivate', ...(begins && { reason: 'FirstDay' as const }) }
  // Who was deleted here by hand stays so until the source has lost him and found him again.
  if (person.state === 'deprovisioned') return { state: 'keep', told: 'DeletedHere' }
  return { state: 'keep', isBack: record.left_at !== null }
}

/** Owned by this source, or by nobody, so that it takes him over. */
export function isOwnedHere(
  { sourceId }: Pick<FateSite, 'sourceId'>,
  { connection_id: owner }: SettlingPerson,
): boolean {
  return owner === sourceId || managerOf(owner) === null
}
