import { z } from 'zod'
import { eventRows, subjectKinds, type EventEntry, type EventShape } from './event-rows.ts'
import { idPrefixes } from './ids.ts'
import { attributeChange } from './person-views.ts'
import { idOf, instant } from './values.ts'

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

const catalog: ReadonlyMap<string, EventEntry> = new Map(eventRows)

/** Actions whose names are no events: what they are called outside. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['organization.role_mapping_mode', 'organization.role_mapping_mode_changed'],
  ['identity_provider.key_publish', 'identity_provider.key_published'],
  ['identity_provider.key_use', 'identity_provider.key_activated'],
  ['identity_provider.key_retire', 'identity_provider.key_retired'],
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
 * The other way round: the recorded action that an event of this type tells of.
 *
 * @example
 * ```ts
 * import { toRecordedAction } from '@rollcall/admin-api'
 *
 * console.log(toRecordedAction('identity_provider.key_published')) // identity_provider.key_publish
 * ```
 */
export function toRecordedAction(type: string): string {
  for (const [action, name] of renamed) if (name === type) return action
  return type
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
export function findEventShape(type: string): EventShape {
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

function toDataSchema(entry: EventEntry): z.ZodObject {
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

function toExample(type: string, entry: EventEntry): Readonly<Record<string, unknown>> {
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
 * console.log(listEventTypes().map(toEventJsonSchema)[0]?.['title']) // api.refused
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
  return text.endsWith('.*') && eventRows.some(([type]) => type.startsWith(text.slice(0, -1)))
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
