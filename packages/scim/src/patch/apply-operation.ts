import { scimError } from '../errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { bindPath } from '../path/bind-path.ts'
import { parsePath } from '../path/parse-path.ts'
import type { BoundPatchPath, PatchPath } from '../path/path.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { resolveKey } from '../resource/resolve-key.ts'
import { findMembersAttribute } from '../resource/members.ts'
import { type ValueContext, ignoreReadOnly, ignoreUnknown } from '../resource/value-context.ts'
import { separateWriteOnly } from '../resource/write-only.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { AttributeRef, ResourceTypeExtension } from '../schema/resource-type.ts'
import { changeAttribute } from './change-attribute.ts'
import { changeMembers } from './change-members.ts'
import { changeSchemas } from './change-schemas.ts'
import type { PatchOperation } from './parse-patch.ts'
import { type AttributeOperation, type PatchState, readValue, toName, writeValue } from './patch-state.ts'
import { costOf } from './work-meter.ts'

type Op = PatchOperation['op']

/** An operation without a path: its value is a set of attributes (RFC 7644 §3.5.2.1 and §3.5.2.3). */
export function applyToResource(state: PatchState, op: Op, value: unknown): void {
  const { tolerance } = state.context
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined
  const attributes = isJsonObject(only) && tolerance.allows('listForSingle', 'value') ? only : value
  if (!isJsonObject(attributes))
    throw scimError('invalidValue', `${op} without a path needs an object of attributes as its value`)
  applyKeys(state, op, attributes)
}

function applyKeys(state: PatchState, op: Op, attributes: JsonObject): void {
  const seen = new Set<Attribute>()
  for (const key of Object.keys(attributes)) {
    const value = attributes[key]
    const resolved = resolveKey(key, state.type, state.context.tolerance)
    if (resolved === undefined) applyPathKey(state, op, key, value)
    else if (resolved.kind === 'extension') applyExtension(state, op, resolved.extension.schema.id, value)
    else if (resolved.kind === 'base') applyToResource(state, op, value)
    else {
      if (resolved.plain) markSeen(seen, resolved.ref.attribute)
      applyToAttribute(state, { ...noFilter, op, ref: resolved.ref, value, isNamed: false })
    }
  }
}

const noFilter = { filter: undefined, written: undefined }

/** A key that is a path with a filter, such as `emails[type eq "work"].value`; other keys are unknown. */
function applyPathKey(state: PatchState, op: Op, key: string, value: unknown): void {
  const { tolerance } = state.context
  const path = key.includes('[') && tolerance.allows('dottedKeys', key) ? parseKey(key, state) : undefined
  if (path === undefined) return ignoreUnknown(key, key, state.context)
  const { target, written } = path
  if (target.kind === 'extension') return applyExtension(state, op, target.schema, value)
  applyToAttribute(state, {
    op,
    ref: target.ref,
    filter: target.filter,
    written: written.filter,
    value,
    isNamed: false,
  })
}

function parseKey(
  key: string,
  state: PatchState,
): { readonly target: BoundPatchPath; readonly written: PatchPath } | undefined {
  const { tolerance } = state.context
  try {
    const written = parsePath(key, { tolerance })
    return { written, target: bindPath(written, state.type, { tolerance }) }
  } catch {
    // No path at all: the caller treats the key as an unknown name.
    return undefined
  }
}

function markSeen(seen: Set<Attribute>, attribute: Attribute): void {
  if (seen.has(attribute)) throw scimError('invalidSyntax', `"${attribute.name}" is given twice`)
  seen.add(attribute)
}

/** An operation on a whole extension, by path or as a key of a value. */
export function applyExtension(state: PatchState, op: Op, schema: string, value: unknown): void {
  const extension = state.type.extensions.get(schema.toLowerCase())
  if (extension === undefined) throw scimError('invalidPath', `"${schema}" is no extension of ${state.type.name}`)
  if (op === 'remove' ? value === undefined || value === null : isUnassigned(value)) {
    if (op !== 'add') removeExtension(state, extension)
    return
  }
  if (!isJsonObject(value)) throw scimError('invalidValue', `"${schema}" must be an object`)
  const seen = new Set<Attribute>()
  for (const key of Object.keys(value)) {
    const attribute = extension.attributes.get(key.toLowerCase())
    if (attribute === undefined) {
      ignoreUnknown(key, `${schema}:${key}`, state.context)
      continue
    }
    markSeen(seen, attribute)
    const ref = { schema: extension.schema.id, attribute, subAttribute: undefined }
    applyToAttribute(state, { ...noFilter, op, ref, value: value[key], isNamed: false })
  }
}

/** Takes away everything of an extension that a client may take away. */
export function removeExtension(state: PatchState, extension: ResourceTypeExtension): void {
  const { id, attributes } = extension.schema
  if (extension.required && state.resource[id] !== undefined) throw scimError('mutability', `"${id}" is required`)
  for (const attribute of attributes) {
    if (attribute.mutability === 'readOnly') continue
    const ref = { schema: id, attribute, subAttribute: undefined }
    if (readValue(state, ref) === undefined) continue
    applyToAttribute(state, { ...noFilter, op: 'remove', ref, value: undefined, isNamed: true })
  }
}

/** An operation on one attribute, wherever it was named. */
export function applyToAttribute(state: PatchState, operation: AttributeOperation): void {
  const { op, ref, filter, written, value, isNamed } = operation
  const { attribute, subAttribute } = ref
  const context = contextOf(state, attribute)
  if (attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly')
    return refuseReadOnly(state, operation)
  if (ref.schema === undefined && attribute.name === 'schemas')
    return changeSchemas(state, operation, (extension) => removeExtension(state, extension))
  if (attribute === state.membersAttribute) return changeMembers(state, operation)
  const before = isWriteOnly(ref) ? undefined : readValue(state, ref)
  state.work.spend(costOf(operation, before))
  const at = toName(ref)
  if (op === 'remove' && !isWriteOnly(ref) && isUnassigned(before)) return requireAnyway(ref, isNamed)
  const after = changeAttribute({ op, attribute, subAttribute, filter, written, value, before, at, context })
  if (isWriteOnly(ref)) return keepSecret(state, ref, after)
  if (after === before) return
  // RFC 7644 §3.5.2.2: what is required or readOnly cannot be removed.
  if (op === 'remove' && after === undefined && attribute.required)
    throw scimError('mutability', `"${at}" is required and cannot be removed`)
  if (after === undefined) return writeValue(state, ref, undefined)
  const { kept, secret } = separateWriteOnly(attribute, after, at)
  if (secret !== undefined) keepSecret(state, ref, secret)
  writeValue(state, ref, kept)
}

// The examples of RFC 7644 §3.5.2.1 add members with their `display`, which the provider fills in: as in a body it is passed over.
function contextOf({ type, context }: PatchState, attribute: Attribute): ValueContext {
  return attribute === findMembersAttribute(type) ? { ...context, source: 'body' } : context
}

function isWriteOnly({ attribute, subAttribute }: AttributeRef): boolean {
  return attribute.mutability === 'writeOnly' || subAttribute?.mutability === 'writeOnly'
}

// Nothing is there to remove, but the request is as wrong as if there were.
function requireAnyway({ attribute }: AttributeRef, isNamed: boolean): void {
  if (attribute.required && isNamed) throw scimError('mutability', `"${attribute.name}" is required`)
}

/**
 * A readOnly attribute: refused when the path names it; in a value ignored by the profile when that is harmless.
 * Okta renames a group with its `id` in the value; another id than the resource's own is never harmless.
 */
function refuseReadOnly(state: PatchState, { ref, value, isNamed }: AttributeOperation): void {
  const at = ref.subAttribute === undefined ? toName(ref) : `${toName(ref)}.${ref.subAttribute.name}`
  if (isNamed) throw scimError('mutability', `"${at}" is readOnly`)
  const isForeignId = at === 'id' && state.id !== undefined && value !== state.id && !isUnassigned(value)
  if (isForeignId) throw scimError('mutability', 'the "id" of a resource never changes')
  ignoreReadOnly(at, state.context)
}

/** RFC 7643 §7: writeOnly values are handed on and never become part of the resource. */
function keepSecret(state: PatchState, { schema, attribute }: AttributeRef, value: Json | undefined): void {
  const secret = value ?? null
  if (schema === undefined) {
    state.writeOnly[attribute.name] = secret
    return
  }
  const present = state.writeOnly[schema]
  state.writeOnly[schema] = { ...(isJsonObject(present) ? present : {}), [attribute.name]: secret }
}
