import { bindPath } from '../path/bind-path.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import { diffResources } from '../resource/diff-resources.ts'
import type { AttributeChange, MemberStep } from '../resource/draft.ts'
import { removeDuplicates } from '../resource/element-identity.ts'
import { findMembersAttribute } from '../resource/members.ts'
import { listSchemas } from '../resource/schemas-attribute.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { applyExtension, applyToAttribute, applyToResource } from './apply-operation.ts'
import { checkPatched } from './check-patched.ts'
import { createMemberSteps } from './member-steps.ts'
import type { PatchOperation } from './parse-patch.ts'
import { type PatchState, readValue, writeValue } from './patch-state.ts'
import { createWorkMeter } from './work-meter.ts'

/** How a PATCH is applied. */
export type PatchOptions = {
  readonly tolerance: Tolerance
  /**
   * `steps`: the members of a group are not part of the resource; what happens to them is told as steps.
   * `inline`: they are values like any other.
   */
  readonly members: 'inline' | 'steps'
  /** Attributes that must stay besides what the schema requires. */
  readonly required?: readonly string[]
  /** The resource's id, with which an `id` in a value is compared; `resource.id` when not given. */
  readonly id?: string
}

/** What became of a resource. */
export type PatchResult = {
  /** The attributes afterwards; the very object that was given when nothing changed. */
  readonly resource: JsonObject
  /** writeOnly values that were set, such as `password`; null: removed. */
  readonly writeOnly: JsonObject
  readonly changes: readonly AttributeChange[]
  /** Empty with `members: 'inline'`. */
  readonly members: readonly MemberStep[]
}

/**
 * Applies the operations of a PATCH request, all or none (RFC 7644 §3.5.2). The input is never changed.
 *
 * Throws `noTarget`, `invalidPath`, `invalidValue`, `invalidSyntax` and `mutability` as RFC 7644 §3.5.2 and §3.12 say,
 * and `payloadTooLarge` when the operations together would compare more values than a server should for one request.
 *
 * @example
 * ```ts
 * import { applyPatch, createRegistry, findResourceType, parsePatch, strictTolerance } from '@rollcall/scim'
 *
 * const tolerance = strictTolerance
 * const operations = parsePatch(
 *   {
 *     schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
 *     Operations: [{ op: 'add', path: 'emails[type eq "work"].value', value: 'b@example.com' }],
 *   },
 *   { tolerance },
 * )
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const { resource } = applyPatch({ userName: 'bjensen' }, operations, user, { tolerance, members: 'steps' })
 *   console.log(resource['emails']) // [ { type: 'work', value: 'b@example.com' } ]
 * }
 * ```
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
  options: PatchOptions,
): PatchResult {
  const state = createState(resource, type, options)
  for (const operation of operations) applyOperation(state, operation)
  dropRepeated(state, resource)
  checkPatched(resource, state.resource, type, options.required)
  refreshSchemas(state)
  const changes = diffResources(resource, state.resource, type)
  return {
    resource: changes.length === 0 ? resource : state.resource,
    writeOnly: state.writeOnly,
    changes,
    members: state.members?.list() ?? [],
  }
}

function createState(resource: JsonObject, type: ResourceType, options: PatchOptions): PatchState {
  const members = options.members === 'steps' ? findMembersAttribute(type) : undefined
  const { id } = resource
  return {
    type,
    context: { tolerance: options.tolerance, source: 'patch' },
    resource: { ...resource },
    writeOnly: {},
    membersAttribute: members,
    members: members === undefined ? undefined : createMemberSteps(),
    id: options.id ?? (typeof id === 'string' ? id : undefined),
    work: createWorkMeter(),
  }
}

function applyOperation(state: PatchState, operation: PatchOperation): void {
  const { op, path, value } = operation
  if (path === undefined) return applyToResource(state, op, value)
  const target = bindPath(path, state.type, { tolerance: state.context.tolerance })
  if (target.kind === 'extension') applyExtension(state, op, target.schema, value)
  else
    applyToAttribute(state, { op, ref: target.ref, filter: target.filter, written: path.filter, value, isNamed: true })
}

/** Elements that became the same by their (type, value) pair, once for all operations (RFC 7643 §2.4). */
function dropRepeated(state: PatchState, before: JsonObject): void {
  dropRepeatedIn(state, before, undefined, state.type.attributes)
  for (const { schema, attributes } of state.type.extensions.values()) {
    const data = before[schema.id]
    if (data !== state.resource[schema.id]) dropRepeatedIn(state, isJsonObject(data) ? data : {}, schema.id, attributes)
  }
}

function dropRepeatedIn(
  state: PatchState,
  before: JsonObject,
  schema: string | undefined,
  attributes: ReadonlyMap<string, Attribute>,
): void {
  for (const attribute of attributes.values()) {
    if (!attribute.multiValued) continue
    const ref = { schema, attribute, subAttribute: undefined }
    const elements = readValue(state, ref)
    if (!isJsonArray(elements) || elements === before[attribute.name]) continue
    const unique = removeDuplicates(attribute, elements)
    if (unique !== elements) writeValue(state, ref, unique)
  }
}

function refreshSchemas(state: PatchState): void {
  const urns = listSchemas(state.type, state.resource)
  const present: Json | undefined = state.resource['schemas']
  const isSame = Array.isArray(present) && present.length === urns.length && urns.every((urn) => present.includes(urn))
  if (!isSame) state.resource['schemas'] = urns
}
