import type { Schema, SchemaAttribute } from '@rollcall/expressions'
import type { Attribute, ResourceType } from '@rollcall/scim'
import { compilePath } from './paths.ts'

/** Attributes of the target, and the given paths as far as it has them. */
export function toTargetSchema(
  type: ResourceType,
  used: readonly string[],
  isForeign: (path: string, type: ResourceType) => boolean,
): Schema {
  const names = new Set([...listPaths(type), ...used])
  return [...names].flatMap((name): readonly SchemaAttribute[] => {
    const found = compilePath(name, type)?.attribute
    if (found !== undefined) return [{ ...found, isUserEditable: editable.test(name) }]
    return isForeign(name, type) ? [guessForeign(name)] : []
  })
}

/** An attribute of an extension that we were not told about. */
export function isForeignUrn(path: string, type: ResourceType): boolean {
  const urn = path.slice(0, path.lastIndexOf(':')).toLowerCase()
  return urn.startsWith('urn:') && urn !== type.schema.id.toLowerCase() && !type.extensions.has(urn)
}

function guessForeign(name: string): SchemaAttribute {
  return { name, type: 'string' }
}

/** What people often may change themselves, or what changes with their name. */
const editable = /^(?:userName|displayName|nickName|name\.|emails\b|phoneNumbers\b)/i

/** What a message is made of by itself, schemas and meta, is nobody's to map. */
export function listPaths(type: ResourceType): readonly string[] {
  return [
    ...listAttributePaths(type.attributes.values(), '').filter((path) => !/^(?:schemas|meta\b)/.test(path)),
    ...[...type.extensions.values()].flatMap(({ schema, attributes }) =>
      listAttributePaths(attributes.values(), `${schema.id}:`),
    ),
  ]
}

/** An attribute itself, and the parts of a complex one, by canonical type where it has several values. */
function listAttributePaths(attributes: Iterable<Attribute>, prefix: string): readonly string[] {
  return [...attributes].flatMap(({ name, type, multiValued, subAttributes }) => {
    const path = prefix + name
    if (type !== 'complex') return [path]
    const parts = subAttributes.map((part) => part.name)
    if (!multiValued) return [path, ...parts.map((part) => `${path}.${part}`)]
    const types = subAttributes.find((part) => part.name === 'type')?.canonicalValues ?? []
    const values = parts.filter((part) => part !== 'type' && part !== 'primary')
    return [path, ...types.flatMap((kind) => values.map((part) => `${path}[type eq "${kind}"].${part}`))]
  })
}
