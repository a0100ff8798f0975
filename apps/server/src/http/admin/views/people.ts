import { createHash } from 'node:crypto'
import type { RouteAnswer } from '@rollcall/admin-api'
import { findStyle, foldCase, isJsonObject, type JsonObject } from '@rollcall/scim'
import { listChanges, type PastMembership, type RecordedChange } from '../../../directory/history.ts'
import type { Override } from '../../../directory/overrides.ts'
import { managerOf, ownerKindOf } from '../../../directory/ownership.ts'
import type { Person as PersonRow } from '../../../directory/people.ts'
import type { PersonDetails, StateChange } from '../../../directory/person-details.ts'
import { parseStored } from '../../../directory/records.ts'
import { isLasting } from '../../../directory/settle-overrides.ts'
import { formatTypeId } from '../../../type-id.ts'

type Person = RouteAnswer<'getPerson'>
type Summary = RouteAnswer<'listPeople'>['data'][number]

/** Whether whoever looks manages people and so sees also what is hidden from others. */
export type Viewer = { readonly seesAll: boolean }

export function viewSummary(row: PersonRow, viewer: Viewer): Summary {
  return toSummary(row, row.purged_at === null ? parseStored(row) : {}, viewer)
}

function toSummary(row: PersonRow, attributes: JsonObject, viewer: Viewer): Summary {
  const masked = isMasked(row) && !viewer.seesAll
  return {
    id: formatTypeId('usr', row.id),
    scimId: row.scim_id,
    userName: masked ? null : textOf(attributes['userName']),
    displayName: isGone(row) ? null : textOf(attributes['displayName']),
    email: isMasked(row) ? null : ((listEmails(attributes).find(isMain) ?? listEmails(attributes)[0])?.value ?? null),
    login: row.login === null ? null : isMasked(row) ? hashOf(row) : row.login,
    state: row.state,
    owner: ownerKindOf(row.connection_id),
    connection: connectionOf(row),
    builtIn: row.is_built_in,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    stateChangedAt: row.state_changed_at.toISOString(),
  }
}

/** GitHub: who is suspended or deleted shows a hash for a login and no address; SCIM sees both as before. */
export function isMasked(row: PersonRow): boolean {
  return row.login !== null && (row.state === 'suspended' || row.state === 'deprovisioned')
}

/** GitHub: the display name of who was deleted is empty. */
function isGone(row: PersonRow): boolean {
  return row.state === 'deprovisioned' && findStyle(row.connection_style ?? '')?.deletionIsFinal === true
}

const hashCharacters = 20

function hashOf({ id, login }: PersonRow): string {
  const suffix = login?.includes('_') === true ? login.slice(login.lastIndexOf('_')) : ''
  return createHash('sha256').update(id).digest('hex').slice(0, hashCharacters) + suffix
}

function connectionOf({ connection_id: id, connection_name: name }: PersonRow): Summary['connection'] {
  const manager = managerOf(id)
  return manager === null ? null : { id: formatTypeId('con', manager), name: name ?? '' }
}

type Email = { readonly value: string; readonly type: string | null; readonly primary: boolean }

function listEmails(attributes: JsonObject): readonly Email[] {
  const { emails } = attributes
  if (!Array.isArray(emails)) return []
  // Array.isArray makes `any[]` of a readonly array.
  const elements: readonly unknown[] = emails
  return elements.flatMap((email) =>
    isJsonObject(email) && typeof email['value'] === 'string'
      ? [{ value: email['value'], type: textOf(email['type']), primary: email['primary'] === true }]
      : [],
  )
}

function isMain(email: Email): boolean {
  return email.primary
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function viewPerson(details: PersonDetails, viewer: Viewer): Person {
  const { attributes, state, asOf } = details
  const person = { ...details.person, state }
  const hides = isMasked(person) && !viewer.seesAll
  const lasting = new Set(details.overrides.map(({ attribute }) => attribute))
  const managedBy = connectionOf(person)
  return {
    ...toSummary(person, attributes ?? {}, viewer),
    externalId: hides ? null : textOf(attributes?.['externalId']),
    emails: hides ? [] : viewEmails(details),
    attributes: attributes === null ? null : viewAttributes(attributes, hides),
    teams: details.teams.map(({ id, display, valid_from: from }) => {
      return { id: formatTypeId('team', id), name: display, memberSinceAt: from.toISOString() }
    }),
    stateChange: details.stateChange === undefined ? null : viewStateChange(details.stateChange),
    locks: {
      managedBy,
      lockedAttributes: managedBy === null ? [] : listLockable(attributes ?? {}).filter((name) => !lasting.has(name)),
      overrides: details.overrides.map((override) => viewOverride(override, true)),
    },
    restorableUntil: details.restorableUntil?.toISOString() ?? null,
    purgedAt: person.purged_at?.toISOString() ?? null,
    asOf: asOf?.toISOString() ?? null,
  }
}

function viewEmails({ attributes, person, verifiedDomains, verifiedAddresses }: PersonDetails): Person['emails'] {
  // Only a source is an authority for the addresses of a domain; what people wrote here themselves is not.
  const isAuthoritative = managerOf(person.connection_id) !== null
  return listEmails(attributes ?? {}).map((email) => {
    const domain = email.value.slice(email.value.lastIndexOf('@') + 1).toLowerCase()
    if (verifiedAddresses.has(foldCase(email.value))) return { ...email, verified: 'invitation' }
    return { ...email, verified: isAuthoritative && verifiedDomains.has(domain) ? 'domain' : null }
  })
}

const hidden: ReadonlySet<string> = new Set([
  'userName',
  'name',
  'emails',
  'phoneNumbers',
  'addresses',
  'externalId',
  'ims',
  'photos',
  'profileUrl',
])

function viewAttributes(attributes: JsonObject, isHidden: boolean): Record<string, unknown> {
  const { externalId: _, ...shown } = attributes
  if (!isHidden) return { ...shown }
  return Object.fromEntries(Object.entries(shown).filter(([name]) => !hidden.has(name)))
}

/** The names by which attributes are locked and overridden. */
function listLockable(attributes: JsonObject): readonly string[] {
  return Object.entries({ active: true, ...attributes }).flatMap(([name, value]) => {
    if (name === 'schemas' || name === 'externalId') return []
    return name.startsWith('urn:') && isJsonObject(value) ? Object.keys(value).map((key) => `${name}:${key}`) : [name]
  })
}

function viewStateChange(row: StateChange): NonNullable<Person['stateChange']> {
  return {
    at: row.at.toISOString(),
    by: row.actor,
    via: row.via,
    reason: row.reason,
    connectionId: toConnectionId(row.connection_id),
    requestId: row.request_id === '' ? null : row.request_id,
  }
}

function toConnectionId(id: string | null): string | null {
  const manager = managerOf(id)
  return manager === null ? null : formatTypeId('con', manager)
}

export function viewOverride(row: Override, lasts: boolean): Person['locks']['overrides'][number] {
  return {
    id: formatTypeId('ovr', row.id),
    attribute: row.attribute,
    reason: row.reason,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    until: row.expires_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    lasts,
    pushed: row.pushed,
    settledAt: row.settled_at?.toISOString() ?? null,
  }
}

export function viewOverrideAt(now: Date): (row: Override) => Person['locks']['overrides'][number] {
  return (row) => viewOverride(row, isLasting(row, now))
}

/** `hides`: names and addresses of somebody who is masked to the viewer. */
export function viewPersonChange(
  row: RecordedChange,
  hides: boolean,
): RouteAnswer<'listPersonHistory'>['data'][number] {
  const data = isJsonObject(row.data) ? row.data : {}
  return {
    at: row.at.toISOString(),
    action: row.action,
    version: row.subject_version,
    by: row.actor,
    via: textOf(data['via']),
    reason: textOf(data['reason']),
    connectionId: toConnectionId(row.connection_id),
    requestId: row.request_id === '' ? null : row.request_id,
    changes: listChanges(data).map((change) => (hides ? { path: change.path } : change)),
    kept: listKept(data).map((entry) => (hides ? { path: entry.path } : entry)),
    purged: data['purged'] === true,
  }
}

function listKept(data: JsonObject): { path: string; pushed?: unknown }[] {
  const { kept } = data
  if (!Array.isArray(kept)) return []
  // Array.isArray makes `any[]` of a readonly array.
  const entries: readonly unknown[] = kept
  return entries.flatMap((entry) =>
    isJsonObject(entry) && typeof entry['path'] === 'string' ? [{ path: entry['path'], pushed: entry['pushed'] }] : [],
  )
}

export function viewMembership(row: PastMembership): RouteAnswer<'getPersonMemberships'>['data'][number] {
  return {
    team: { id: formatTypeId('team', row.team_id), name: row.team_name },
    from: row.valid_from.toISOString(),
    to: row.valid_to?.toISOString() ?? null,
    by: row.actor,
    requestId: row.request_id === '' ? null : row.request_id,
  }
}
