import type { Schema } from '@rollcall/expressions'
import type { ResourceType } from '@rollcall/scim'
import { listPaths } from '../../mapping/target-schema.ts'
import type { ObjectKind } from '../object.ts'
import { findSourceAttribute, listOwnNames } from '../source/attributes.ts'

/** Attributes of the directory as rules may name them, and the given names that mean one. */
export function toSourceSchema(kind: ObjectKind, type: ResourceType, used: readonly string[]): Schema {
  const names = new Set([...listOwnNames(kind), ...listPaths(type), ...used])
  return [...names].flatMap((name) => findSourceAttribute(name, kind, type)?.schema ?? [])
}
