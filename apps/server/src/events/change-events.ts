import { signalUris } from '@rollcall/admin-api'
import { isJsonObject, messageUrns, scimEventUris, toEntityTag, type Json, type JsonObject } from '@rollcall/scim'
import { formatTypeId } from '../type-id.ts'
import type { OutboxChange } from './outbox.ts'

/** One token that a change makes: events about one subject. SCIM events name it as SCIM does, signals as the stream wants. */
export type ChangeEvents =
  | { readonly subject: 'scim'; readonly events: JsonObject }
  | {
      readonly subject: 'account'
      readonly userId: string
      readonly sessionId?: string | undefined
      readonly events: JsonObject
    }

/** What the resource is now, for events that carry all of it. */
export type ResourceNow = {
  /** Undefined when it has gone on since, or is gone. */
  readonly document: JsonObject | undefined
  /** SCIM ids of members, by their account ids. */
  readonly memberIds: ReadonlyMap<string, string>
  /** externalId belongs to the connection that gave it. */
  readonly showsExternalId: boolean
}

/** The tokens that a change makes for a stream that asked for these events. */
export function toChangeEvents(
  change: OutboxChange,
  wanted: ReadonlySet<string>,
  now: ResourceNow,
): readonly ChangeEvents[] {
  const scim = pick(toScimEvents(change, wanted, now), wanted)
  return [
    ...(Object.keys(scim).length === 0 ? [] : [{ subject: 'scim', events: scim } as const]),
    ...listSignals(change).flatMap((signal) => {
      const events = pick(signal.events, wanted)
      return Object.keys(events).length === 0 ? [] : [{ ...signal, events }]
    }),
  ]
}

function pick(events: JsonObject, wanted: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(events).filter(([uri]) => wanted.has(uri)))
}

type Attribute = { readonly path: string; readonly after: Json | undefined }

/** All events of one change of one resource are one token (RFC 9967 §2.1). */
function toScimEvents(change: OutboxChange, wanted: ReadonlySet<string>, now: ResourceNow): JsonObject {
  switch (change.action) {
    case 'user.created':
    case 'team.created':
      return toCreated(change, wanted, now)
    case 'user.updated':
    case 'user.adopted':
    case 'user.relinked':
    case 'team.updated':
    case 'team.members_changed':
      return toUpdated(change, wanted, now)
    case 'user.suspended':
      return { ...toUpdated(change, wanted, now), [scimEventUris.deactivate]: {} }
    case 'user.reactivated':
      return { ...toUpdated(change, wanted, now), [scimEventUris.activate]: {} }
    case 'user.activated':
      return { [scimEventUris.activate]: {} }
    case 'user.restored':
    case 'team.restored':
      return { [scimEventUris.feedAdd]: {} }
    case 'user.deleted':
    case 'team.deleted':
      return { [scimEventUris.delete]: {} }
    default:
      return {}
  }
}

function toCreated(change: OutboxChange, wanted: ReadonlySet<string>, now: ResourceNow): JsonObject {
  const attributes = listAttributes(change, now)
  const version = toEntityTag(String(change.subjectVersion))
  if (!wanted.has(scimEventUris.createFull))
    return { [scimEventUris.createNotice]: { version, attributes: listNames(attributes, change) } }
  const members = listMembers(change, 'added', now)
  const whole = Object.fromEntries(attributes.map(({ path, after }) => [path, after]))
  const data = { ...whole, ...(members.length > 0 && { members: members.map((value) => ({ value })) }) }
  return { [scimEventUris.createFull]: { version, data } }
}

function toUpdated(change: OutboxChange, wanted: ReadonlySet<string>, now: ResourceNow): JsonObject {
  const attributes = listAttributes(change, now)
  const names = listNames(attributes, change)
  if (names.length === 0) return {}
  const version = toEntityTag(String(change.subjectVersion))
  if (change.data['via'] === 'PUT') {
    const isWhole = wanted.has(scimEventUris.putFull) && now.document !== undefined
    return isWhole
      ? { [scimEventUris.putFull]: { version, data: now.document } }
      : { [scimEventUris.putNotice]: { version, attributes: names } }
  }
  if (!wanted.has(scimEventUris.patchFull)) return { [scimEventUris.patchNotice]: { version, attributes: names } }
  const data = { schemas: [messageUrns.patchOp], Operations: toOperations(attributes, change, now) }
  return { [scimEventUris.patchFull]: { version, data } }
}

/** The change as a PATCH that has the same effect. A password is no part of it. */
function toOperations(attributes: readonly Attribute[], change: OutboxChange, now: ResourceNow): readonly JsonObject[] {
  const added = listMembers(change, 'added', now)
  const removed = listMembers(change, 'removed', now)
  return [
    ...attributes
      .filter(({ path }) => path !== 'password')
      .map(({ path, after }): JsonObject =>
        after === undefined ? { op: 'remove', path } : { op: 'replace', path, value: after },
      ),
    ...removed.map((value): JsonObject => ({ op: 'remove', path: `members[value eq "${value}"]` })),
    ...(added.length === 0 ? [] : [{ op: 'add', path: 'members', value: added.map((value) => ({ value })) }]),
  ]
}

function listAttributes({ data }: OutboxChange, { showsExternalId }: ResourceNow): readonly Attribute[] {
  const { changes } = data
  if (!Array.isArray(changes)) return []
  return changes.flatMap((entry: Json): readonly Attribute[] => {
    if (!isJsonObject(entry) || typeof entry['path'] !== 'string') return []
    const { path, after } = entry
    return path === 'externalId' && !showsExternalId ? [] : [{ path, after }]
  })
}

function listNames(attributes: readonly Attribute[], { data }: OutboxChange): readonly string[] {
  const names = attributes.map(({ path }) => path).filter((path) => path !== 'schemas')
  return hasMembers(data['members']) ? [...names, 'members'] : names
}

function hasMembers(members: Json | undefined): boolean {
  if (!isJsonObject(members)) return false
  const { added, removed, addedCount, removedCount } = members
  return [added, removed].some((ids) => Array.isArray(ids) && ids.length > 0) || Boolean(addedCount ?? removedCount)
}

/** By their SCIM ids; whoever is gone has none. */
function listMembers({ data }: OutboxChange, which: 'added' | 'removed', now: ResourceNow): readonly string[] {
  return listMemberAccounts(data, which).flatMap((id) => now.memberIds.get(id) ?? [])
}

/** Account ids of the members that a change names. */
export function listMemberAccounts(data: JsonObject, which: 'added' | 'removed'): readonly string[] {
  const { members } = data
  const ids = isJsonObject(members) ? members[which] : undefined
  return Array.isArray(ids) ? ids.filter((id: Json) => typeof id === 'string') : []
}

type Signal = Extract<ChangeEvents, { subject: 'account' }>

/** CAEP and RISC have one event in each token. */
function listSignals(change: OutboxChange): readonly Signal[] {
  const { action, subjectId, data } = change
  const stamp = { event_timestamp: Math.floor(change.at.getTime() / 1000), initiating_entity: toEntity(change) }
  const one = (uri: string, userId: string, payload: JsonObject, sessionId?: string): Signal => ({
    subject: 'account',
    userId,
    sessionId,
    events: { [uri]: payload },
  })
  const reason = typeof data['reason'] === 'string' ? data['reason'] : undefined
  const why = reason === undefined ? {} : { reason_admin: { en: reason } }
  switch (action) {
    case 'user.suspended':
    case 'user.deleted':
      return [
        one(signalUris.accountDisabled, subjectId, {}),
        // Whoever is suspended has no session from that moment on.
        one(signalUris.sessionRevoked, subjectId, { ...stamp, ...why }),
      ]
    case 'user.reactivated':
    case 'user.restored':
      return [one(signalUris.accountEnabled, subjectId, {})]
    case 'user.purged':
      return [one(signalUris.accountPurged, subjectId, {})]
    case 'session.revoked':
      // A session that goes on under a new secret was not revoked.
      if (reason === 'rotated' || typeof data['userId'] !== 'string') return []
      return [one(signalUris.sessionRevoked, data['userId'], { ...stamp, ...why }, subjectId)]
    default:
      return listCredentialChanges(change).map(({ userId, type, change_type }) =>
        one(signalUris.credentialChange, userId, { ...stamp, credential_type: type, change_type }),
      )
  }
}

type CredentialChange = { readonly userId: string; readonly type: string; readonly change_type: string }

function listCredentialChanges({ action, subjectId, data }: OutboxChange): readonly CredentialChange[] {
  const userId = typeof data['userId'] === 'string' ? data['userId'] : subjectId
  if (action === 'user.password_set') return [{ userId, type: 'password', change_type: 'update' }]
  if (action === 'user.updated' && Array.isArray(data['changes']) && data['changes'].some(isPassword))
    return [{ userId, type: 'password', change_type: 'update' }]
  const changed = factorChanges.get(action)
  if (changed === undefined) return []
  const kind = typeof data['factor'] === 'string' ? data['factor'] : ''
  return [{ userId, type: credentialTypes.get(kind) ?? 'app', change_type: changed }]
}

const factorChanges: ReadonlyMap<string, string> = new Map([
  ['factor.added', 'create'],
  ['factor.removed', 'delete'],
  ['factor.reset', 'revoke'],
])

/** In the words of CAEP 1.0 §3.3.1. */
const credentialTypes: ReadonlyMap<string, string> = new Map([
  ['passkey', 'fido2-platform'],
  ['totp', 'app'],
])

function isPassword(entry: Json): boolean {
  return isJsonObject(entry) && entry['path'] === 'password'
}

/** Who began it (CAEP 1.0 §2): the person, an administrator or a client with a key, or the server itself. */
function toEntity({ actor, data, subjectId }: OutboxChange): string {
  const userId = typeof data['userId'] === 'string' ? data['userId'] : subjectId
  if (actor === formatTypeId('usr', userId)) return 'user'
  return actor.startsWith('usr_') || actor.startsWith('key_') || actor.startsWith('instance') ? 'admin' : 'system'
}
