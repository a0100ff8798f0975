import { z } from 'zod'
import { idPrefixes } from './ids.ts'
import { attributeChange } from './person-views.ts'
import { idOf, instant } from './values.ts'

/** What an event is about, and which of our ids names it. */
const subjectKinds = {
  user: 'user',
  team: 'team',
  resource: undefined,
  organization: 'organization',
  connection: 'connection',
  key: 'key',
  service_account: 'serviceAccount',
  role: 'role',
  role_mapping: 'roleMapping',
  run: 'run',
  hold: 'hold',
  invitation: 'invitation',
  mail: 'mail',
  session: 'session',
  sign_in: undefined,
  passkey: 'passkey',
  identity_provider: 'identityProvider',
  audit_stream: 'auditStream',
  webhook: 'webhook',
  event_stream: 'eventStream',
  transmitter: 'transmitter',
} as const satisfies Record<string, keyof typeof idPrefixes | undefined>

type SubjectKind = keyof typeof subjectKinds
const kinds: ReadonlyMap<string, keyof typeof idPrefixes | undefined> = new Map(Object.entries(subjectKinds))

/**
 * The prefix of the ids of a kind of subject; undefined where its ids are bare UUIDs.
 *
 * @example
 * ```ts
 * import { findSubjectPrefix } from '@rollcall/admin-api'
 *
 * console.log(findSubjectPrefix('user')) // usr
 * ```
 */
export function findSubjectPrefix(kind: string): (typeof idPrefixes)[keyof typeof idPrefixes] | undefined {
  const name = kinds.get(kind)
  return name === undefined ? undefined : idPrefixes[name]
}

/** What `data` holds besides what every event has. */
type Shape = 'changes' | 'members' | 'details'

type Entry = {
  readonly subject: SubjectKind
  readonly shape: Shape
  readonly summary: string
  /** Counts up when a field goes or changes its meaning; new fields are no new version. */
  readonly version: number
}

function about(subject: SubjectKind, shape: Shape, types: Readonly<Record<string, string>>): readonly Row[] {
  return Object.entries(types).map(([type, summary]) => [type, { subject, shape, summary, version: 1 }])
}

type Row = readonly [type: string, entry: Entry]

const rows: readonly Row[] = [
  ...about('user', 'changes', {
    'user.created': 'A person came into the organization',
    'user.updated': 'Attributes of a person changed',
    'user.suspended': 'A person was suspended: sessions ended, keys stopped',
    'user.reactivated': 'A suspended person may come back in',
    'user.activated': 'A person who was pending is active: the invitation was accepted, or an administrator said so',
    'user.deleted': 'A person was deprovisioned; restorable until purged',
    'user.restored': 'A deleted person came back',
    'user.purged': 'The personal data of a deleted person was forgotten for good',
    'user.adopted': 'A connection took over a person who was there before',
    'user.relinked': 'A deleted person came back through a connection and kept the account',
    'user.released': 'A connection let go of a person: local from now on',
    'user.claimed': 'A connection took a person over from another one',
  }),
  ...about('user', 'details', {
    'user.handed_over': 'What a leaving person owned was given to somebody else',
    'user.override_began': 'Attributes of a person were unlocked for a while',
    'user.override_ended': 'The unlocking of an attribute ended',
    'role.granted': 'A person was given a role',
    'role.revoked': 'A role was taken from a person',
    'role.kept': 'A mapping would have taken a role whose last holder this person is; it stayed',
    'role.unknown': 'A connection named a role that does not exist',
    'role.refused': 'A connection named a role that its key may not give',
  }),
  ...about('session', 'details', {
    'user.signed_in': 'A person signed in; `details.userId` says who',
    'session.proved': 'A person proved anew who they are, for a dangerous act',
    'session.revoked': 'A session was ended before its time',
    'session.ended': 'A session ended: signed out, or the person was cut off',
  }),
  ...about('sign_in', 'details', { 'user.sign_in_failed': 'An attempt to sign in was refused' }),
  ...about('team', 'changes', {
    'team.created': 'A team was made',
    'team.updated': 'Attributes or settings of a team changed',
    'team.deleted': 'A team was deleted; restorable until purged',
    'team.restored': 'A deleted team came back',
    'team.purged': 'A deleted team was forgotten for good',
    'team.released': 'A connection let go of a team',
    'team.claimed': 'A connection took a team over from another one',
    'team.adopted': 'A connection took over a team that was there before',
    'team.linked': 'A team follows a group of the identity provider from now on',
    'team.unlinked': 'A team follows its group no longer',
  }),
  ...about('team', 'members', { 'team.members_changed': 'People or teams joined or left a team' }),
  ...about('organization', 'members', { 'organization.members_changed': 'People joined or left the organization' }),
  ...about('resource', 'changes', {
    'resource.created': 'A resource of a custom type was made',
    'resource.updated': 'A resource of a custom type changed',
    'resource.deleted': 'A resource of a custom type was deleted',
  }),
  ...about('organization', 'details', {
    'organization.created': 'The organization was made',
    'organization.updated': 'Name, slug or settings of the organization changed',
    'organization.deleted': 'The organization was deleted; nobody may be left to hear of it',
    'organization.plan_changed': 'The organization has another plan',
    'organization.domain_claimed': 'A domain was claimed',
    'organization.domain_verified': 'DNS proved a domain',
    'organization.domain_deleted': 'A domain was given up',
    'organization.role_mapping_mode_changed': 'How groups give roles changed',
    'organization.schema_registered': 'A custom schema was registered',
    'organization.team_settings_changed': 'Where members of teams may come from, or the seats, changed',
  }),
  ...about('key', 'details', {
    'key.created': 'A key was made',
    'key.rotated': 'A key got a successor',
    'key.revoked': 'A key was revoked',
    'key.leaked': 'A key was found in the open',
    'key.consented': 'A person let an application act through a key',
    'key.notice_acknowledged': 'Somebody has seen a notice about a key',
  }),
  ...about('service_account', 'details', {
    'service_account.created': 'A service account was made',
    'service_account.updated': 'A service account changed',
    'service_account.disabled': 'A service account was disabled: its keys stop',
    'service_account.enabled': 'A service account was enabled again',
  }),
  ...about('connection', 'details', {
    'connection.created': 'A connection was made',
    'connection.updated': 'A connection changed',
    'connection.deleted': 'A connection was deleted, and its keys with it',
  }),
  ...about('identity_provider', 'details', {
    'identity_provider.created': 'An identity provider for signing in was made',
    'identity_provider.updated': 'An identity provider changed',
    'identity_provider.deleted': 'An identity provider was deleted',
  }),
  ...about('role', 'details', {
    'role.created': 'A role was made',
    'role.updated': 'A role changed',
    'role.deleted': 'A role was deleted',
  }),
  ...about('role_mapping', 'details', {
    'role_mapping.created': 'A group gives a role from now on',
    'role_mapping.updated': 'A mapping of a group to a role changed',
    'role_mapping.deleted': 'A group gives a role no longer',
  }),
  ...about('hold', 'details', {
    'hold.opened': 'A mass change is held until somebody decides',
    'hold.approved': 'A held mass change was approved',
    'hold.discarded': 'A held mass change was discarded',
    'hold.expired': 'A held mass change waited too long',
    'hold.undone': 'An approved mass change was undone',
  }),
  ...about('invitation', 'details', {
    'invitation.resent': 'An invitation was sent again',
    'invitation.revoked': 'An invitation was revoked',
    'invitation.link_copied': 'Somebody copied the link of an invitation',
  }),
  ...about('mail', 'details', {
    'mail.test_requested': 'A test mail was asked for',
    'mail.retried': 'A mail that had failed was sent again',
  }),
  ...about('run', 'details', {
    'run.queued': 'Long work was asked for',
    'run.done': 'Long work is done',
    'run.failed': 'Long work failed',
  }),
  ...about('event_stream', 'details', {
    'event_stream.created': 'A receiver of security event tokens got a stream',
    'event_stream.updated': 'A stream of security event tokens changed',
    'event_stream.deleted': 'A stream of security event tokens was deleted',
  }),
  ...about('webhook', 'details', {
    'webhook.created': 'An endpoint for webhooks was made',
    'webhook.updated': 'An endpoint changed',
    'webhook.deleted': 'An endpoint was deleted',
    'webhook.rotated': 'The secret of an endpoint has a successor; both sign for 24 hours',
    'webhook.disabled': 'An endpoint was disabled because it failed for days or said that it is gone',
    'webhook.recovered': 'What had failed was sent to an endpoint again',
    'webhook.replayed': 'What an endpoint had missed was sent to it',
    'webhook.notice_acknowledged': 'Somebody has seen a notice about an endpoint',
    'webhook.tested': 'A test event; it is sent to one endpoint on request and stands in no list of events',
  }),
]

const catalog: ReadonlyMap<string, Entry> = new Map(rows)

/** Actions whose names are no events: what they are called outside. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['organization.role_mapping_mode', 'organization.role_mapping_mode_changed'],
])

/**
 * The type of the event that a recorded action is. An action that the catalog does not know is a type by itself.
 *
 * @example
 * ```ts
 * import { toEventType } from '@rollcall/admin-api'
 *
 * console.log(toEventType('user.created')) // user.created
 * ```
 */
export function toEventType(action: string): string {
  return renamed.get(action) ?? action
}

/**
 * What `data` of a type holds.
 *
 * @example
 * ```ts
 * import { findEventShape } from '@rollcall/admin-api'
 *
 * console.log(findEventShape('team.members_changed')) // members
 * ```
 */
export function findEventShape(type: string): Shape {
  return catalog.get(type)?.shape ?? 'details'
}

/**
 * The version of the schema of a type.
 *
 * @example
 * ```ts
 * import { findEventVersion } from '@rollcall/admin-api'
 *
 * console.log(findEventVersion('user.created')) // 1
 * ```
 */
export function findEventVersion(type: string): number {
  return catalog.get(type)?.version ?? 1
}

const member = z.string().describe('`usr_…` or `team_…`')

const base = {
  organizationId: idOf('organization'),
  actor: z.string().describe('Who did it: a key, a person, or the server itself'),
  via: z.string().nullable().describe('Which way it came: `scim`, `admin`, `signIn`, …'),
  reason: z.string().nullable(),
  connectionId: idOf('connection').nullable(),
  requestId: z.string().nullable().describe('As in the `X-Request-Id` of the answer'),
}

const shapes = {
  changes: { changes: z.array(attributeChange).describe('Every attribute that differs; of a new one, all it has') },
  members: {
    added: z.array(member),
    removed: z.array(member),
    addedCount: z.int().min(0).describe('Above 10,000 they are only counted'),
    removedCount: z.int().min(0),
  },
  details: {},
}

function toDataSchema(entry: Entry): z.ZodObject {
  const idKind = subjectKinds[entry.subject]
  return z.object({
    ...base,
    subject: z.object({
      type: z.literal(entry.subject),
      id: idKind === undefined ? z.string() : idOf(idKind),
      version: z.int().min(0).describe('Counts up with every change of the subject'),
    }),
    ...shapes[entry.shape],
    details: z.record(z.string(), z.unknown()).describe('What else is known; never a secret'),
  })
}

const exampleUuid = '01h4zpwq00e008000000000000'

function toExample(type: string, entry: Entry): Readonly<Record<string, unknown>> {
  const prefix = findSubjectPrefix(entry.subject)
  const shape = {
    changes: {
      changes: type.endsWith('.updated') ? [{ path: 'title', before: 'Engineer', after: 'Lead' }] : [],
    },
    members: { added: [`usr_${exampleUuid}`], removed: [], addedCount: 1, removedCount: 0 },
    details: {},
  }
  return {
    organizationId: `org_${exampleUuid}`,
    actor: `key_${exampleUuid}`,
    via: 'scim',
    reason: null,
    connectionId: `con_${exampleUuid}`,
    requestId: `req_${exampleUuid}`,
    subject: { type: entry.subject, id: prefix === undefined ? exampleUuid : `${prefix}_${exampleUuid}`, version: 2 },
    ...shape[entry.shape],
    details: entry.shape === 'details' && entry.subject === 'user' ? { role: { id: 'admin', name: 'admin' } } : {},
  }
}

export type EventType = {
  readonly type: string
  readonly version: number
  readonly summary: string
  /** Of the whole body of a webhook: `{type, timestamp, data}`. */
  readonly schema: z.ZodObject
  readonly example: {
    readonly type: string
    readonly timestamp: string
    readonly data: Readonly<Record<string, unknown>>
  }
}

/**
 * Every type of event that there is, sorted by name.
 *
 * @example
 * ```ts
 * import { listEventTypes } from '@rollcall/admin-api'
 *
 * console.log(listEventTypes().some(({ type }) => type === 'user.suspended')) // true
 * ```
 */
export function listEventTypes(): readonly EventType[] {
  return [...catalog]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, entry]) => ({
      type,
      version: entry.version,
      summary: entry.summary,
      schema: z.object({ type: z.literal(type), timestamp: instant, data: toDataSchema(entry) }),
      example: { type, timestamp: '2026-11-21T09:30:00.000Z', data: toExample(type, entry) },
    }))
}

/**
 * The JSON Schema (2020-12) of the body of a webhook of that type.
 *
 * @example
 * ```ts
 * import { listEventTypes, toEventJsonSchema } from '@rollcall/admin-api'
 *
 * console.log(listEventTypes().map(toEventJsonSchema)[0]?.['title']) // connection.created
 * ```
 */
export function toEventJsonSchema({ type, version, summary, schema }: EventType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    override: ({ zodSchema, jsonSchema }) => {
      // Events may gain fields: a consumer that refuses unknown ones would break with every release.
      if (zodSchema._zod.def.type === 'object') delete jsonSchema.additionalProperties
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
    },
  })
  return { $schema, title: type, description: `${summary}. Version ${version}`, ...rest }
}

/** Whether a filter, `user.created`, `user.*` or `*`, could ever match: it names a type or a noun that there is. */
export function isEventFilter(text: string): boolean {
  if (text === '*' || catalog.has(text)) return true
  return text.endsWith('.*') && rows.some(([type]) => type.startsWith(text.slice(0, -1)))
}

/**
 * Whether the filters let a type through; without any filter everything passes.
 *
 * @example
 * ```ts
 * import { matchesEventFilter } from '@rollcall/admin-api'
 *
 * console.log(matchesEventFilter(['user.*'], 'user.created')) // true
 * ```
 */
export function matchesEventFilter(filters: readonly string[], type: string): boolean {
  if (filters.length === 0) return true
  return filters.some(
    (text) => text === '*' || text === type || (text.endsWith('.*') && type.startsWith(text.slice(0, -1))),
  )
}
