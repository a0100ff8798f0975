import { scimError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { type EntityTagCondition, matchesEntityTag, parseEntityTags } from '../message/entity-tag.ts'
import { assertBodyType } from '../message/media-type.ts'
import { parseJsonObject } from '../message/parse-json.ts'
import type { Query } from '../message/query.ts'
import { type BodySource, readBody } from '../message/read-body.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import { type RecordingTolerance, createTolerance } from '../profile/tolerance.ts'
import type { AttributeChange, MemberStep } from '../resource/draft.ts'
import { groupSchema } from '../schema/group.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { userSchema } from '../schema/user.ts'
import type { ServiceSettings } from './settings.ts'
import type { Storage } from './storage.ts'

/** What the handler reads of a `Request`; a mount may give a smaller object that behaves alike. */
export type IncomingRequest = BodySource & { readonly method: string }

/** The resource that `/Me` stands for (RFC 7644 §3.11). */
export type Subject = { readonly type: 'User' | 'Group'; readonly id: string }

/** What a caller wants to do, for {@link Service.authorize}; asked once per request and per bulk operation (TRAP-G9). */
export type Action = {
  /** `GET` for everything that only reads: HEAD and POST /.search too. */
  readonly method: string
  /** Name of the resource type; undefined for discovery and root search. */
  readonly type: string | undefined
  readonly id: string | undefined
}

// Held until the exchange has been told.
const bodyTextCharactersMax = 16 * 1024

/** What every request of one service provider shares. */
export type Service<Context> = {
  readonly storage: Storage<Context>
  findSubject(context: Context): Subject | undefined
  authorize(context: Context, action: Action): void
  nowMs(): number
}

/** What the exchange tells afterwards; filled in on the way. */
export type Trace = {
  type: string | undefined
  resourceId: string | undefined
  externalId: string | undefined
  body: JsonObject | undefined
  /** As it was sent; only of a body that is small enough to be kept whole. */
  bodyText: string | undefined
  bodyCharacters: number
  changes: readonly AttributeChange[]
  members: readonly MemberStep[]
  operations: number
  /** Texts of the results of a bulk request by position; undefined where the operation was left undone. */
  bulkResults: readonly (string | undefined)[] | undefined
  tolerance: RecordingTolerance | undefined
}

/** One request on its way through the handler. */
export type Call<Context> = {
  readonly service: Service<Context>
  readonly context: Context
  readonly settings: ServiceSettings
  readonly request: IncomingRequest
  /** In upper case; HEAD stays HEAD. */
  readonly method: string
  readonly query: Query
  readonly trace: Trace
}

/** The conditions of RFC 9110 §13.1 that a request, or a bulk operation, carries. */
export type Preconditions = {
  readonly ifMatch: EntityTagCondition | undefined
  readonly ifNoneMatch: EntityTagCondition | undefined
}

/** No condition at all. */
export const noPreconditions: Preconditions = { ifMatch: undefined, ifNoneMatch: undefined }

/** An empty trace. */
export function createTrace(): Trace {
  return {
    type: undefined,
    resourceId: undefined,
    externalId: undefined,
    body: undefined,
    bodyText: undefined,
    bodyCharacters: 0,
    changes: [],
    members: [],
    operations: 0,
    bulkResults: undefined,
    tolerance: undefined,
  }
}

/** The tolerance of the connection's profile; made when the first rule may be asked, so that plain reads pay nothing. */
export function toleranceOf<Context>(call: Call<Context>): Tolerance {
  call.trace.tolerance ??= createTolerance(call.settings.profile, call.settings.style)
  return call.trace.tolerance
}

/** Reads If-Match and If-None-Match of the request. */
export function readPreconditions(request: IncomingRequest): Preconditions {
  const ifMatch = request.headers.get('if-match')
  const ifNoneMatch = request.headers.get('if-none-match')
  if (ifMatch === null && ifNoneMatch === null) return noPreconditions
  return {
    ifMatch: ifMatch === null ? undefined : parseEntityTags(ifMatch),
    ifNoneMatch: ifNoneMatch === null ? undefined : parseEntityTags(ifNoneMatch),
  }
}

/** Refuses a write whose conditions do not hold, with `preconditionFailed` (RFC 7644 §3.14). */
export function assertPreconditions(conditions: Preconditions, version: string): void {
  const { ifMatch, ifNoneMatch } = conditions
  if (ifMatch !== undefined && !matchesEntityTag(ifMatch, version))
    throw scimError('preconditionFailed', 'The resource has changed: If-Match does not name its version')
  if (ifNoneMatch !== undefined && matchesEntityTag(ifNoneMatch, version))
    throw scimError('preconditionFailed', 'If-None-Match names the version of the resource')
}

/** Reads and parses the body of a write; its size and form are checked before anything is done. */
export async function readJsonBody<Context>(
  call: Call<Context>,
  bytesMax: number,
): Promise<{ readonly text: string; readonly body: JsonObject }> {
  assertBodyType(call.request.headers.get('content-type'))
  const text = await readBody(call.request, bytesMax)
  call.trace.bodyCharacters = text.length
  if (text.length <= bodyTextCharactersMax) call.trace.bodyText = text
  const body = parseJsonObject(text, { depthMax: call.settings.limits.jsonDepthMax })
  call.trace.body = body
  return { text, body }
}

/** Groups carry members, so their bodies may be larger. */
export function bodyBytesMaxOf(settings: ServiceSettings, type: ResourceType): number {
  return isGroupType(type) ? settings.limits.largeBodyBytesMax : settings.limits.bodyBytesMax
}

/** Whether resources of the type have members that a store keeps as rows. */
export function isGroupType(type: ResourceType): boolean {
  return type.schema.id === groupSchema.id
}

/** Whether resources of the type have `groups` that a store computes (RFC 7643 §4.1.2). */
export function hasGroups(type: ResourceType): boolean {
  return type.schema.id === userSchema.id
}

/** What the style demands of a resource of this type besides its schema. */
export function requiredAttributesOf(settings: ServiceSettings, type: ResourceType): readonly string[] {
  const { requiredAttributes } = settings.style
  if (type.name === 'User') return requiredAttributes.User
  return type.name === 'Group' ? requiredAttributes.Group : []
}

/** The error for an id that is not there, the same for one of another organization (TRAP-A22). */
export function notFound(type: ResourceType, id: string): Error {
  return scimError('notFound', `${type.name} ${id.slice(0, 200)} does not exist`)
}

/** The stored attributes of a record. */
export function parseDocument(document: string): JsonObject {
  // Stores hand out what they were given: the text of one JSON object.
  return JSON.parse(document) as JsonObject
}

/** The text value of an attribute of stored or sent data; undefined when it is no text. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
