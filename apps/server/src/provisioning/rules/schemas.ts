import type { Schema } from '@rollcall/expressions'
import type { ResourceType } from '@rollcall/scim'
import { isForeignUrn, listPaths, toTargetSchema as toSchema } from '../../mapping/target-schema.ts'
import type { ObjectKind } from '../object.ts'
import { findSourceAttribute, listOwnNames } from '../source/attributes.ts'
import { isAttributeName, isLdapSchema } from './ldap-schemas.ts'

/** Attributes of the directory as rules may name them, and the given names that mean one. */
export function toSourceSchema(kind: ObjectKind, type: ResourceType, used: readonly string[]): Schema {
  const names = new Set([...listOwnNames(kind), ...listPaths(type), ...used])
  return [...names].flatMap((name) => findSourceAttribute(name, kind, type)?.schema ?? [])
}

/** Attributes of the target, and the given paths as far as it has them. */
export function toTargetSchema(type: ResourceType, used: readonly string[]): Schema {
  return toSchema(type, used, isForeign)
}

/** An attribute of an extension that we were not told about, or of a directory: nothing can be said against it. */
export function isForeign(path: string, type: ResourceType): boolean {
  return isLdapSchema(type.schema.id) ? isAttributeName(path) : isForeignUrn(path, type)
}
