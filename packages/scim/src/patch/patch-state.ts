import type { BoundElementFilter, Filter } from '../filter/ast.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import type { ValueContext } from '../resource/value-context.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { AttributeRef, ResourceType } from '../schema/resource-type.ts'
import type { MemberSteps } from './member-steps.ts'
import type { WorkMeter } from './work-meter.ts'

/** The resource while a PATCH is applied: a shallow copy whose values are replaced, never changed. */
export type PatchState = {
  readonly type: ResourceType
  readonly context: ValueContext
  readonly resource: Record<string, Json | undefined>
  readonly writeOnly: Record<string, Json | undefined>
  /** The attribute that is compiled to steps; undefined: none is. */
  readonly membersAttribute: Attribute | undefined
  readonly members: MemberSteps | undefined
  readonly id: string | undefined
  readonly work: WorkMeter
}

/** One operation on one attribute whose names are resolved. */
export type AttributeOperation = {
  readonly op: 'add' | 'remove' | 'replace'
  readonly ref: AttributeRef
  readonly filter: BoundElementFilter | undefined
  readonly written: Filter | undefined
  readonly value: unknown
  /** True when `path` names the attribute, false when it is a key of a value. */
  readonly isNamed: boolean
}

/** The name of an attribute in messages and changes. */
export function toName({ schema, attribute }: AttributeRef): string {
  return schema === undefined ? attribute.name : `${schema}:${attribute.name}`
}

/** The value that an attribute has now. */
export function readValue(state: PatchState, { schema, attribute }: AttributeRef): Json | undefined {
  return readHolder(state, schema)[attribute.name]
}

/** Sets or unassigns an attribute; an extension without attributes is taken away (RFC 7643 §3.3). */
export function writeValue(state: PatchState, { schema, attribute }: AttributeRef, value: Json | undefined): void {
  if (schema === undefined) return put(state.resource, attribute.name, value)
  const data = { ...readHolder(state, schema) }
  put(data, attribute.name, value)
  put(state.resource, schema, isUnassigned(data) ? undefined : data)
}

function readHolder(state: PatchState, schema: string | undefined): JsonObject {
  if (schema === undefined) return state.resource
  const data = state.resource[schema]
  return isJsonObject(data) ? data : {}
}

function put(target: Record<string, Json | undefined>, name: string, value: Json | undefined): void {
  if (value === undefined) delete target[name]
  else target[name] = value
}
