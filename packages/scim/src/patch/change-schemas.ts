import { scimError } from '../errors.ts'
import { matchElement } from '../filter/match-filter.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { findMisspelt } from '../path/find-misspelt.ts'
import type { ResourceTypeExtension } from '../schema/resource-type.ts'
import { type AttributeOperation, type PatchState } from './patch-state.ts'

/**
 * An operation on `schemas` (RFC 7644 §3.5.2: "subsequent operations SHALL assume the modified state").
 *
 * `schemas` follows from the data (RFC 7643 §3): taking a URN out takes the extension's attributes away at once; putting
 * one in is checked and shows as soon as the extension has attributes. As a key of a value it takes nothing away,
 * since clients send along the `schemas` they know. Throws `mutability` when the base URN would go, `invalidValue` for
 * a URN that the resource type does not have.
 */
export function changeSchemas(
  state: PatchState,
  operation: AttributeOperation,
  remove: (extension: ResourceTypeExtension) => void,
): void {
  const { op, filter, value, isNamed } = operation
  const isEmpty = isUnassigned(value)
  if (op === 'remove') {
    for (const target of filter === undefined && isEmpty ? [baseOf(state)] : selected(state, operation))
      takeOut(state, target, remove)
    return
  }
  if (filter !== undefined) throw scimError('mutability', 'URNs in "schemas" are added and removed, not changed')
  const listed = new Set(isEmpty ? [] : toUrns(value).map((urn) => resolve(state, urn)))
  if (op === 'add' || !isNamed) return
  if (!listed.has('base')) takeOut(state, 'base', remove)
  for (const extension of state.type.extensions.values()) if (!listed.has(extension)) remove(extension)
}

type Target = ResourceTypeExtension | 'base' | undefined

function baseOf(state: PatchState): Target {
  return resolve(state, state.type.schema.id)
}

function takeOut(state: PatchState, target: Target, remove: (extension: ResourceTypeExtension) => void): void {
  if (target === 'base') throw scimError('mutability', `"schemas" must list "${state.type.schema.id}"`)
  if (target !== undefined) remove(target)
}

function selected(state: PatchState, { filter, value }: AttributeOperation): readonly Target[] {
  if (filter === undefined) {
    if (!state.context.tolerance.allows('removeWithValue', 'schemas'))
      throw scimError('invalidSyntax', 'remove takes no value; name the URN by a filter in the path')
    return toUrns(value).map((urn) => resolve(state, urn))
  }
  const urns = [state.type.schema.id, ...[...state.type.extensions.values()].map(({ schema }) => schema.id)]
  return urns.filter((urn) => matchElement(filter, urn)).map((urn) => resolve(state, urn))
}

function resolve(state: PatchState, urn: string): Target {
  const { type, context } = state
  const lower = urn.toLowerCase()
  if (lower === type.schema.id.toLowerCase()) return 'base'
  const extension = type.extensions.get(lower) ?? findMisspelt(lower, type, context.tolerance)
  if (extension !== undefined || context.tolerance.allows('unknownSchema', urn)) return extension
  throw scimError('invalidValue', `${type.name} has no schema "${urn}"`)
}

function toUrns(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((urn: unknown) => {
    if (typeof urn === 'string') return urn
    throw scimError('invalidValue', '"schemas" is a list of URNs')
  })
}
