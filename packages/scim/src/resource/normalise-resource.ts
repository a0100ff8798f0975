import { scimError } from '../errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { AttributeRef, ResourceType, ResourceTypeExtension } from '../schema/resource-type.ts'
import { userSchema } from '../schema/user.ts'
import type { MemberInput, ResourceDraft } from './draft.ts'
import { checkImmutable } from './immutable.ts'
import { isUnassigned } from './is-unassigned.ts'
import { findMembersAttribute, parseMembers } from './members.ts'
import { normaliseValue } from './normalise-value.ts'
import { checkRequired } from './required.ts'
import { resolveKey } from './resolve-key.ts'
import { listSchemas, parseSchemas } from './schemas-attribute.ts'
import { separateWriteOnly } from './write-only.ts'
import { type ValueContext, ignoreUnknown } from './value-context.ts'

/** How a body becomes a draft. */
export type NormaliseOptions = {
  readonly tolerance: Tolerance
  /** The stored attributes that a PUT replaces; undefined: the body of a POST. */
  readonly current?: JsonObject
  /** Attributes that must be there besides what the schema requires. */
  readonly required?: readonly string[]
}

/**
 * Turns the untrusted body of a POST or PUT into what may be stored (RFC 7644 §3.3 and §3.5.1).
 *
 * Names become canonical, types are checked, readOnly attributes are ignored, unassigned values are left out,
 * duplicates are removed; values stay exactly as they were sent. `schemas` lists what carries data.
 * A user without `active` is active; a PUT without it keeps the state that `current` has.
 * Immutable and readOnly attributes that `current` has and the body lacks are kept.
 *
 * Throws `invalidSyntax` (no object, `schemas` wrong, unknown or repeated names), `invalidValue` (wrong type,
 * required attribute missing), `mutability` (an immutable attribute would change).
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType, normaliseResource, strictTolerance } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const body = { schemas: [user.schema.id], USERNAME: 'bjensen', title: null, password: 'secret' }
 *   const draft = normaliseResource(body, user, { tolerance: strictTolerance })
 *   console.log(draft.attributes['userName'], 'title' in draft.attributes, draft.writeOnly) // bjensen false { password: 'secret' }
 * }
 * ```
 */
export function normaliseResource(input: unknown, type: ResourceType, options: NormaliseOptions): ResourceDraft {
  if (!isJsonObject(input)) throw scimError('invalidSyntax', 'a resource is a JSON object')
  const body = createBody(type, { tolerance: options.tolerance, source: 'body' })
  readKeys(body, input)
  const listed = parseSchemas(body.schemas, type, options.tolerance)
  const attributes: MutableObject = { schemas: [], ...body.base }
  for (const [extension, data] of body.extensions) {
    if (isUnassigned(data)) continue
    checkListed(extension, listed, options.tolerance)
    attributes[extension.schema.id] = data
  }
  if (options.current !== undefined) keepCurrent(attributes, options.current, type)
  const members = readMembers(body)
  checkRequired(attributes, type, options.required)
  if (type.schema.id === userSchema.id) attributes['active'] ??= options.current?.['active'] ?? true
  attributes['schemas'] = listSchemas(type, attributes)
  return { attributes, writeOnly: body.writeOnly, members }
}

type MutableObject = Record<string, Json | undefined>

/** What was read of a body so far. */
type Body = {
  readonly type: ResourceType
  readonly context: ValueContext
  readonly base: MutableObject
  readonly extensions: Map<ResourceTypeExtension, MutableObject>
  readonly writeOnly: MutableObject
  readonly seen: Set<Attribute>
  readonly members: Attribute | undefined
  schemas: unknown
  givenMembers: unknown
}

function createBody(type: ResourceType, context: ValueContext): Body {
  return {
    type,
    context,
    base: {},
    extensions: new Map(),
    writeOnly: {},
    seen: new Set(),
    members: findMembersAttribute(type),
    schemas: undefined,
    givenMembers: undefined,
  }
}

function readKeys(body: Body, input: JsonObject): void {
  for (const key of Object.keys(input)) {
    const value = input[key]
    const resolved = resolveKey(key, body.type, body.context.tolerance)
    if (resolved === undefined) ignoreUnknown(key, key, body.context)
    else if (resolved.kind === 'attribute') readAttribute(body, resolved, value)
    else if (resolved.kind === 'extension') readExtension(body, resolved.extension, value)
    else if (isJsonObject(value)) readKeys(body, value)
    else if (!isUnassigned(value)) throw scimError('invalidValue', `"${key}" must be an object`)
  }
}

function readAttribute(body: Body, key: { readonly ref: AttributeRef; readonly plain: boolean }, value: unknown): void {
  const { attribute, schema, subAttribute } = key.ref
  // Entra ID sends `"department": null` at the top beside the extension's own value.
  if (!key.plain && isUnassigned(value)) return
  if (subAttribute !== undefined) return readSubAttribute(body, key.ref, value)
  markSeen(body, attribute)
  if (attribute.mutability === 'readOnly') return
  if (schema === undefined && attribute.name === 'schemas') body.schemas = value
  else if (attribute === body.members) body.givenMembers = value ?? []
  else store(body, key.ref, normaliseValue(attribute, value, toName(key.ref), body.context))
}

/** `name.givenName` as a key: joins what other keys said about the same complex attribute. */
function readSubAttribute(body: Body, ref: AttributeRef, value: unknown): void {
  const { attribute, subAttribute } = ref
  if (attribute.mutability === 'readOnly' || subAttribute === undefined) return
  const at = `${toName(ref)}.${subAttribute.name}`
  if (attribute.multiValued || attribute === body.members)
    throw scimError('invalidSyntax', `"${at}" cannot be a key, since ${attribute.name} is a list`)
  store(body, ref, normaliseValue(attribute, { [subAttribute.name]: value }, toName(ref), body.context))
}

function readExtension(body: Body, extension: ResourceTypeExtension, value: unknown): void {
  if (isUnassigned(value)) return
  if (!isJsonObject(value)) throw scimError('invalidValue', `"${extension.schema.id}" must be an object`)
  const schema = extension.schema.id
  for (const key of Object.keys(value)) {
    const attribute = extension.attributes.get(key.toLowerCase())
    const at = `${schema}:${key}`
    if (attribute === undefined) ignoreUnknown(key, at, body.context)
    else readAttribute(body, { ref: { schema, attribute, subAttribute: undefined }, plain: true }, value[key])
  }
}

function store(body: Body, ref: AttributeRef, value: Json | undefined): void {
  if (value === undefined) return
  const { kept, secret } = separateWriteOnly(ref.attribute, value, toName(ref))
  if (kept !== undefined) {
    const target = findTarget(body, ref)
    target[ref.attribute.name] = join(target[ref.attribute.name], kept, toName(ref))
  }
  if (secret === undefined) return
  if (ref.schema === undefined) body.writeOnly[ref.attribute.name] = secret
  else {
    const present = body.writeOnly[ref.schema]
    body.writeOnly[ref.schema] = { ...(isJsonObject(present) ? present : {}), [ref.attribute.name]: secret }
  }
}

// Several dotted keys, or a dotted key and the object itself, are parts of one value.
function join(present: Json | undefined, given: Json, at: string): Json {
  if (!isJsonObject(present) || !isJsonObject(given)) return given
  const twice = Object.keys(given).find((name) => present[name] !== undefined)
  if (twice !== undefined) throw scimError('invalidSyntax', `"${at}.${twice}" is given twice`)
  return { ...present, ...given }
}

function findTarget(body: Body, ref: AttributeRef): MutableObject {
  const extension = ref.schema === undefined ? undefined : body.type.extensions.get(ref.schema.toLowerCase())
  if (extension === undefined) return body.base
  const data = body.extensions.get(extension) ?? {}
  body.extensions.set(extension, data)
  return data
}

function markSeen(body: Body, attribute: Attribute): void {
  // RFC 7643 §2.1: names are case-insensitive, so two spellings are one attribute.
  if (body.seen.has(attribute)) throw scimError('invalidSyntax', `"${attribute.name}" is given twice`)
  body.seen.add(attribute)
}

function toName(ref: AttributeRef): string {
  return ref.schema === undefined ? ref.attribute.name : `${ref.schema}:${ref.attribute.name}`
}

function checkListed(
  extension: ResourceTypeExtension,
  listed: ReadonlySet<ResourceTypeExtension>,
  tolerance: Tolerance,
): void {
  if (listed.has(extension) || tolerance.allows('unlistedExtension', extension.schema.id)) return
  throw scimError('invalidSyntax', `"schemas" does not list "${extension.schema.id}", of which the body has attributes`)
}

function readMembers(body: Body): readonly MemberInput[] | undefined {
  if (body.members === undefined || body.givenMembers === undefined) return undefined
  return parseMembers(body.givenMembers, body.members, body.context)
}

/** RFC 7644 §3.5.1: immutable values must match what is stored; readOnly ones are the provider's. */
function keepCurrent(attributes: MutableObject, current: JsonObject, type: ResourceType): void {
  keepIn(attributes, current, [...type.attributes.values()], '')
  for (const { schema } of type.extensions.values()) {
    const before = current[schema.id]
    if (!isJsonObject(before)) continue
    const data = attributes[schema.id]
    const after: MutableObject = isJsonObject(data) ? { ...data } : {}
    keepIn(after, before, schema.attributes, `${schema.id}:`)
    if (!isUnassigned(after)) attributes[schema.id] = after
  }
}

function keepIn(
  attributes: MutableObject,
  current: JsonObject,
  schemaAttributes: readonly Attribute[],
  prefix: string,
): void {
  for (const attribute of schemaAttributes) {
    const { name } = attribute
    const before = current[name]
    if (before === undefined) continue
    const isKept = attribute.mutability === 'readOnly' || attribute.mutability === 'immutable'
    if (isKept && attributes[name] === undefined) attributes[name] = before
    else if (!attribute.multiValued || isKept) checkImmutable(attribute, before, attributes[name], prefix + name)
  }
}
