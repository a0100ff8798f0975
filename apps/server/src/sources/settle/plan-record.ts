import { diffResources, foldCase, type AttributeChange, type JsonObject, ScimError } from '@rollcall/scim'
import type { NewOperation, OperationKind } from '../../db/queries/source-operations.ts'
import type { SettlingPerson } from '../../db/queries/source-people.ts'
import type { SettledRecord } from '../../db/queries/source-settling.ts'
import { managerOf } from '../../directory/ownership.ts'
import { parseStored } from '../../directory/records.ts'
import { isTooEarly } from '../lifecycle/presence.ts'
import { composePerson } from '../map/compose-person.ts'
import type { MapFailure } from '../map/mapped.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { reconcileVoices, type Reconciled, type SourceRank } from './authority.ts'
import { listVoices } from './voices.ts'
import { findFate, isOwnedHere, type Fate } from './fate.ts'
import type { Identity } from './identify.ts'
import type { ReadRecord } from './read-record.ts'
import type { OperationReason, Situation } from './situation.ts'

/** What is to become of a record, before names are given and references known. */
export type RecordPlan = { readonly record: SettledRecord; readonly operation: NewOperation | undefined }

export type PlanSite = {
  readonly sourceId: string
  readonly rules: CompiledSourceRules
  readonly ranks: ReadonlyMap<string, SourceRank>
  readonly now: Date
}

/** Whom the record is about, and what several sources say of him together. */
export type PlanSubject = {
  readonly read: ReadRecord
  readonly identity: Identity
  readonly reconciled: Reconciled | undefined
  /** SCIM ids of those whom it names, as far as they are known. */
  readonly references: { readonly [target: string]: string }
}

/** What several sources say together of whom a record is about. */
export function reconcile(site: PlanSite, read: ReadRecord, identity: Identity): Reconciled | undefined {
  const voices = listVoices(site, read, identity)
  return voices.length === 0 ? undefined : reconcileVoices(voices, site.ranks)
}

/** What becomes of a record; undefined `userName` asks for one that is free (`chooseUserName`). */
export function planRecord(site: PlanSite, subject: PlanSubject, userName: string | undefined): RecordPlan {
  const { read, identity } = subject
  if (read.failure !== undefined) return escrow(subject, read.failure)
  try {
    if (identity.kind === 'told') return tell(subject, identity)
    return identity.kind === 'nobody' ? planNewcomer(site, subject, userName) : planPerson(site, subject, identity)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return escrow(subject, { reason: 'valueRefused', attribute: '', detail: error.message })
  }
}

/** The record cannot be mapped or written: it is kept, and the rest goes on. */
export function escrow(
  { read }: PlanSubject,
  failure: Omit<MapFailure, 'reason'> & { readonly reason: string },
): RecordPlan {
  const { reason, attribute, detail } = failure
  return {
    record: {
      ...keep(read, 'escrowed'),
      error: { reason, attribute: attribute === '' ? null : attribute, detail },
    },
    operation: operate(read, { operation: 'none', situation: 'escrowed', reason: 'Escrowed', name: null }),
  }
}

function tell(
  { read }: PlanSubject,
  { situation, reason, candidates }: Extract<Identity, { readonly kind: 'told' }>,
): RecordPlan {
  const isLinked = situation === 'ownedElsewhere' && read.record.user_id !== null
  const record = { ...keep(read, situation), userId: isLinked ? read.record.user_id : null }
  if (situation === 'ignored') return { record, operation: undefined }
  const ids = `{${candidates.map(({ id }) => id).join(',')}}`
  const operation = operate(read, { operation: 'none', situation, reason, name: nameOf(read, undefined) })
  return { record, operation: { ...operation, candidates: ids } }
}

function planNewcomer(site: PlanSite, subject: PlanSubject, userName: string | undefined): RecordPlan {
  const { read, reconciled } = subject
  const { rules } = site
  const isInactive = read.left === 'inactive'
  const isWanted = read.left === undefined || (isInactive && rules.document.lifecycle.createInactive)
  // Whoever has left, or is not active, and is nobody here needs no account, unless the rules say so.
  if (!isWanted || read.mapped === undefined || reconciled === undefined)
    return {
      record: { ...keep(read, read.left === 'outOfScope' ? 'outOfScope' : 'absent'), userId: null },
      operation: undefined,
    }
  const isUpcoming = read.presence === 'upcoming'
  if (isUpcoming && isTooEarly(read.mapped, site.now)) return waitForDay(read)
  const situation = isUpcoming ? 'upcoming' : 'new'
  const leaving = isInactive
    ? ({ leftAt: site.now, leftReason: 'inactive' } as const)
    : { leftAt: null, leftReason: null }
  const record = { ...keep(read, situation), userId: null, ...leaving }
  const isCreated = rules.document.onUnmatched === 'create' || isDecided(subject)
  const composed = composePerson(rules, {
    mapped: reconciled,
    references: subject.references,
    userName,
    externalId: read.record.anchor,
    current: undefined,
  })
  const attributes = isUpcoming || isInactive ? { ...composed, active: false } : composed
  const reason = isCreated ? (isDecided(subject) ? 'Decided' : 'Unmatched') : 'UnmatchedReported'
  const operation = operate(read, {
    operation: isCreated ? 'create' : 'none',
    situation,
    reason,
    name: nameOf(read, attributes),
  })
  const key = typeof attributes['userName'] === 'string' ? foldCase(attributes['userName']) : null
  const written = isCreated ? { attributes: JSON.stringify(attributes), userNameKey: key } : {}
  return { record, operation: { ...operation, ...written } }
}

/** The day from which there may be an account is still to come: only told. */
function waitForDay(read: ReadRecord): RecordPlan {
  const situation = 'upcoming'
  const name = nameOf(read, undefined)
  return {
    record: { ...keep(read, situation), userId: null, leftAt: null, leftReason: null },
    operation: operate(read, { operation: 'none', situation, reason: 'NotYet', name }),
  }
}

function isDecided({ identity }: PlanSubject): boolean {
  return identity.kind === 'nobody' && identity.isDecided
}

type PersonIdentity = Extract<Identity, { readonly kind: 'person' }>

function planPerson(site: PlanSite, subject: PlanSubject, identity: PersonIdentity): RecordPlan {
  const { read } = subject
  const { person, situation } = identity
  const wanted = findFate(site, read, identity)
  // Who belongs to nobody is taken over first; what the record says about the account follows at once.
  const isAgain = identity.isNew && managerOf(person.connection_id) === null && wanted.state !== 'keep'
  const fate: Fate = isAgain ? { state: 'keep' } : wanted
  const become = fate.situation ?? situation
  const record = {
    ...keep(read, become),
    userId: identity.isNew ? null : person.id,
    ...(fate.leftNow && { leftAt: site.now, leftReason: read.left ?? null }),
    ...(fate.isBack && { leftAt: null, leftReason: null }),
    ...(fate.deletesAt && { deletesAt: fate.deletesAt }),
  }
  const change = writesValues(subject, fate) ? compose(site, subject, identity, fate) : undefined
  const { operation, reason } = chooseOperation(fate, identity, change)
  if (operation === 'none') return { record, operation: fate.told ? toldOf(read, identity, fate.told) : undefined }
  const planned = operate(read, { operation, situation: become, reason, name: person.display })
  return { record, operation: { ...planned, userId: person.id, userVersion: person.version, isAgain, ...change } }
}

function writesValues({ identity }: PlanSubject, fate: Fate): boolean {
  if (identity.kind !== 'person' || fate.state === 'delete') return false
  return identity.person.scim_id !== null || fate.state === 'reactivate'
}

type Change = Pick<NewOperation, 'attributes' | 'differences' | 'userNameKey'>

/** What changes of the person; undefined: nothing. */
function compose(
  site: PlanSite,
  { read, reconciled, references }: PlanSubject,
  { person }: PersonIdentity,
  { state }: Fate,
): Change | undefined {
  const current = parseStored(person)
  const isOwner = isOwnedHere(site, person)
  const { externalId: _, ...free } = current
  const composed =
    reconciled === undefined
      ? current
      : composePerson(site.rules, {
          mapped: reconciled,
          references,
          externalId: isOwner ? read.record.anchor : undefined,
          // What another connection called him is no name of ours.
          current: isOwner && person.connection_id !== site.sourceId ? free : current,
        })
  const attributes = state === 'keep' ? composed : { ...composed, active: state === 'reactivate' }
  const changes = diffResources(withState(current, person), attributes, site.rules.type)
  if (changes.length === 0) return undefined
  return {
    attributes: JSON.stringify(attributes),
    differences: JSON.stringify(changes.map(toHistory)),
    userNameKey: findRename(changes),
  }
}

function withState(current: JsonObject, { state }: SettlingPerson): JsonObject {
  return { ...current, active: state === 'active' || state === 'pending' }
}

function toHistory({ path, before, after }: AttributeChange): AttributeChange {
  return { path, before, after }
}

function findRename(changes: readonly AttributeChange[]): string | null {
  const change = changes.find(({ path }) => path === 'userName')
  return typeof change?.after === 'string' && foldCase(String(change.before)) !== foldCase(change.after)
    ? foldCase(change.after)
    : null
}

function chooseOperation(
  { state, reason }: Fate,
  { isNew, situation }: PersonIdentity,
  change: Change | undefined,
): { readonly operation: OperationKind; readonly reason: OperationReason } {
  if (state === 'suspend') return { operation: 'suspend', reason: reason ?? 'LeftSource' }
  if (state === 'delete') return { operation: 'delete', reason: reason ?? 'GraceOver' }
  if (state === 'reactivate') return { operation: 'reactivate', reason: reason ?? 'Returned' }
  if (isNew) return { operation: 'link', reason: situation === 'confirmed' ? 'Decided' : 'Matched' }
  return change === undefined
    ? { operation: 'none', reason: 'ValuesChanged' }
    : { operation: 'update', reason: 'ValuesChanged' }
}

function toldOf(read: ReadRecord, { situation, person }: PersonIdentity, reason: OperationReason): NewOperation {
  return { ...operate(read, { operation: 'none', situation, reason, name: person.display }), userId: person.id }
}

function keep({ record, mapped, groups }: ReadRecord, situation: Situation): SettledRecord {
  return {
    anchor: record.anchor,
    userId: record.user_id,
    situation,
    mapped: mapped === undefined ? record.mapped : JSON.stringify(mapped),
    leftAt: record.left_at,
    leftReason: record.left_reason,
    groups,
    error: undefined,
  }
}

function operate(
  { record }: ReadRecord,
  planned: Pick<NewOperation, 'operation' | 'reason' | 'name'> & { readonly situation: Situation },
): NewOperation {
  return {
    anchor: record.anchor,
    userId: null,
    userVersion: null,
    userNameKey: null,
    attributes: null,
    differences: null,
    candidates: null,
    isAgain: false,
    ...planned,
  }
}

/** What people call whoever it is; nothing that nobody is shown. */
function nameOf({ mapped }: ReadRecord, attributes: JsonObject | undefined): string | null {
  const isShown = (target: string): boolean => mapped?.secret?.includes(target) !== true
  const shown = ['displayName', 'userName'].filter(isShown)
  const name =
    shown.map((target) => attributes?.[target]).find((value) => value !== undefined) ??
    shown.map((target) => mapped?.values[target]).find((value) => value !== undefined && value !== null) ??
    (isShown('userName') ? mapped?.userNames?.[0] : undefined)
  return typeof name === 'string' ? name : null
}
