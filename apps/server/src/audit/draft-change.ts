import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { UnsealedChange } from '../db/queries/audit-sealing.ts'
import { createId, formatTypeId, parseTypeId, type IdPrefix } from '../type-id.ts'
import { categoryOf } from './categories.ts'
import { nameActions, type NamedAction } from './change-actions.ts'
import type { AuditDraft } from './hash-chain.ts'
import { instanceChain, type Known } from './known-names.ts'
import { namesOf, toIdentity, withoutAbsent } from './personal-data.ts'
import { Terms } from './terms.ts'

/** Whatever is about a person, or may name one, counts as personal; the rest is configuration and stays for good. */
const publicKinds = new Set([
  'organization',
  'connection',
  'service_account',
  'key',
  'role',
  'role_mapping',
  'run',
  'team',
  'hold',
  'app',
  'source',
  'gate_hold',
  'identity_provider',
  'audit_stream',
  'webhook',
  'event_stream',
  'transmitter',
])

const prefixOfKind: Readonly<Record<string, IdPrefix>> = {
  user: 'usr',
  factor: 'usr',
  team: 'team',
  organization: 'org',
  connection: 'con',
  key: 'key',
  service_account: 'sa',
  role: 'role',
  role_mapping: 'rmap',
  run: 'run',
  api: 'req',
  hold: 'hold',
  app: 'app',
  source: 'src',
  gate_hold: 'ghold',
  invitation: 'inv',
  mail: 'mail',
  session: 'ses',
  sign_in: 'sif',
  passkey: 'psk',
  identity_provider: 'idp',
  audit_stream: 'ast',
  webhook: 'whk',
  event_stream: 'evs',
  transmitter: 'trm',
}

/** The audit events of one row of `changes`, in their order. */
export function draftChange(change: UnsealedChange, known: Known): readonly AuditDraft[] {
  const team = change.subject_kind === 'team' ? known.teams.get(change.subject_id) : undefined
  return nameActions(change, team).map((named) => draftEvent(change, named, known))
}

function draftEvent(change: UnsealedChange, named: NamedAction, known: Known): AuditDraft {
  const subject = subjectOf(change)
  const person = personOf(change)
  const nameId = known.sessions.get(change.subject_id)?.subject ?? undefined
  const identity = toIdentity(
    person === undefined ? undefined : known.people.get(person),
    withoutAbsent({ ...change.data, nameId }),
  )
  const members = (named.members ?? []).map((id) => formatTypeId('usr', id))
  const { actor, context } = actorOf(change, known)
  const told =
    change.subject_kind === 'api' ? withoutAbsent({ message: change.data['message'] }) : tell(change, named, known)
  const isPublic = publicKinds.has(change.subject_kind)
  const team = change.subject_kind === 'team' ? known.teams.get(change.subject_id) : undefined
  return {
    organizationId: change.organization_id,
    id: createId(),
    at: change.at,
    action: named.action,
    result: /(?:failed|refused)$/.test(change.action) ? 'failure' : 'success',
    actor: change.actor,
    connectionId: change.connection_id,
    requestId: change.request_id,
    targets: [
      ...(subject === undefined ? [] : [subject]),
      ...(person === undefined || change.subject_kind === 'user' ? [] : [formatTypeId('usr', person)]),
      ...members,
    ],
    details: withoutAbsent({
      ...categoryOf(named.action),
      kind: change.subject_kind,
      name: team?.display,
      change: change.action,
      version: change.subject_version,
      via: change.data['via'],
      scimId: change.data['scimId'],
      actor: actor.details,
      request: change.subject_kind === 'api' ? requestOf(change.data) : undefined,
      ...(isPublic ? told : {}),
    }),
    actorData: withoutAbsent({ ...actor.personal, ...context }),
    subjectData: withoutAbsent({
      identity: namesOf(identity).length > 0 ? identity : undefined,
      ...(isPublic ? {} : told),
    }),
    terms: termsOf(change, { named, subject, person, identity, members, known }),
  }
}

/** Of a call of the admin API that was refused. */
function requestOf({ method, route, path, status, code }: JsonObject): JsonObject {
  return withoutAbsent({ method, route, path, status, code })
}

function statusOf({ status }: JsonObject): number | undefined {
  return typeof status === 'number' ? status : undefined
}

type Found = {
  readonly named: NamedAction
  readonly subject: string | undefined
  readonly person: string | undefined
  readonly identity: JsonObject
  readonly members: readonly string[]
  readonly known: Known
}

function termsOf(change: UnsealedChange, found: Found): readonly string[] {
  const { named, subject, person, identity, members, known } = found
  const category = categoryOf(named.action)
  const { actor, context } = actorOf(change, known)
  const team = change.subject_kind === 'team' ? known.teams.get(change.subject_id) : undefined
  const terms = new Terms()
    .add('event', category.event)
    .add('verb', category.verb)
    .add('kind', change.subject_kind)
    .add('target', subject)
    .add('actor', change.actor, actor.person, ...namesOf(actor.personal))
    .add('key', actor.keyId)
    .add('ip', textOf(context['ip']))
    .add('connection', change.connection_id === null ? undefined : formatTypeId('con', change.connection_id))
    .add('request', change.request_id)
    .add('user', ...members)
    .add('target', ...members)
    .add('scim', textOf(change.data['scimId']), team?.scim_id)
    .add('team', team?.display, change.subject_kind === 'team' ? subject : undefined)
    .add('erase-actor', actor.person)
    .add('method', change.subject_kind === 'api' ? textOf(change.data['method']) : undefined)
    .add(
      'status',
      change.subject_kind === 'api' ? statusOf(change.data) : undefined,
      change.subject_kind === 'api' ? `${String(statusOf(change.data)).slice(0, 1)}xx` : undefined,
    )
  if (person === undefined) return terms.toArray()
  const id = formatTypeId('usr', person)
  return terms
    .add('user', id, ...namesOf(identity))
    .add('scim', known.people.get(person)?.scim_id)
    .add('target', id)
    .add('erase-subject', id)
    .toArray()
}

function subjectOf(change: UnsealedChange): string | undefined {
  const prefix = Object.hasOwn(prefixOfKind, change.subject_kind) ? prefixOfKind[change.subject_kind] : undefined
  return prefix === undefined ? change.subject_id : formatTypeId(prefix, change.subject_id)
}

/** The person that a change is about, though its subject may be a session or an invitation. */
export function personOf(change: UnsealedChange): string | undefined {
  if (change.subject_kind === 'user') return change.subject_id
  const named = change.data['userId']
  return typeof named === 'string' ? parseTypeId('usr', named) : undefined
}

/** What was there before and after, and whatever else the change says of itself. */
function tell(change: UnsealedChange, named: NamedAction, known: Known): JsonObject {
  const { via: _, scimId: __, members, changes, role, ip: ___, userAgent: ____, ...rest } = change.data
  const before = known.previous.get(change.position) ?? (isJsonObject(rest['before']) ? rest['before'] : undefined)
  const roleChange = isJsonObject(role) ? [toRoleChange(change.action, role)] : undefined
  const counts = isJsonObject(members) && named.members === undefined ? countsOf(members) : undefined
  return withoutAbsent({
    changes: changes ?? roleChange ?? (before === undefined ? undefined : compare(before, rest)),
    role,
    members: counts,
    data: Object.keys(rest).length > 0 ? rest : undefined,
  })
}

/** Each member that differs. */
function compare(before: Readonly<Record<string, unknown>>, after: JsonObject): JsonObject[] {
  const names = Object.keys(after).filter((name) => name !== 'before')
  return names
    .filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null))
    .map((name) => ({ path: name, before: before[name] ?? null, after: after[name] ?? null }) as JsonObject) // Both are JSON.
}

function toRoleChange(action: string, role: JsonObject): JsonObject {
  const name = role['name'] ?? null
  return action === 'role.revoked'
    ? { path: 'roles', before: name, after: null }
    : { path: 'roles', before: null, after: name }
}

/** Of members that are too many to be named. */
function countsOf({ addedCount, removedCount }: JsonObject): JsonObject | undefined {
  const counts = withoutAbsent({ addedCount, removedCount })
  return Object.keys(counts).length > 0 ? counts : undefined
}

type Actor = {
  readonly details: JsonObject
  readonly personal: JsonObject
  readonly keyId: string | undefined
  /** Whose personal data stands in the event, as `usr_…`. */
  readonly person: string | undefined
}

function actorOf(change: UnsealedChange, known: Known): { readonly actor: Actor; readonly context: JsonObject } {
  const request = change.request_id ?? ''
  const found =
    known.contexts.get(`${change.organization_id} ${request}`) ?? known.contexts.get(`${instanceChain} ${request}`)
  const ip = textOf(change.data['ip']) ?? found?.ip
  const userAgent =
    textOf(change.data['userAgent']) ?? found?.userAgent ?? known.sessions.get(change.subject_id)?.user_agent
  const session = change.subject_kind === 'session' ? formatTypeId('ses', change.subject_id) : undefined
  return { actor: describeActor(change.actor, known, session), context: withoutAbsent({ ip, userAgent }) }
}

/** Who acted: a person, or a key with its owner. */
export function describeActor(actor: string, known: Known, session?: string): Actor {
  const keyId = parseTypeId('key', actor)
  const key = keyId === undefined ? undefined : known.keys.get(keyId)
  const serviceAccountId = key?.service_account_id ?? null
  const personId = keyId === undefined ? parseTypeId('usr', actor) : (key?.user_id ?? undefined)
  const person = personId === undefined ? undefined : formatTypeId('usr', personId)
  const identity = toIdentity(personId === undefined ? undefined : known.people.get(personId))
  return {
    details: withoutAbsent({
      type: typeOf(actor),
      keyName: key?.name,
      owner: person,
      serviceAccount: serviceAccountId === null ? undefined : formatTypeId('sa', serviceAccountId),
      sessionId: session,
      isBot: person === undefined,
    }),
    personal: identity,
    keyId: keyId === undefined ? undefined : formatTypeId('key', keyId),
    person,
  }
}

function typeOf(actor: string): string {
  const end = actor.indexOf('_')
  if (end < 0) return actor
  const prefix = actor.slice(0, end)
  return prefix === 'usr' ? 'user' : prefix
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
