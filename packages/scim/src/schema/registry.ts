import { scimError } from '../errors.ts'
import type { Attribute } from './attribute.ts'
import { commonAttributes } from './common.ts'
import { enterpriseUserSchema } from './enterprise-user.ts'
import { groupSchema } from './group.ts'
import type { AttributeRef, ResourceType, ResourceTypeExtension, ResourceTypeInput } from './resource-type.ts'
import type { Schema } from './schema.ts'
import { userSchema } from './user.ts'

/** All schemas and resource types of one service provider. Immutable: registering makes a new registry. */
export type Registry = {
  /** Keys are URNs in lower case. */
  readonly schemas: ReadonlyMap<string, Schema>
  /** In order of registration. */
  readonly resourceTypes: readonly ResourceType[]
}

/** What a registry is made of. */
export type RegistryInput = {
  readonly schemas: readonly Schema[]
  readonly resourceTypes: readonly ResourceTypeInput[]
}

/** User with the enterprise extension, and Group: what RFC 7643 §4 defines. */
export const coreDefinitions: RegistryInput = {
  schemas: [userSchema, groupSchema, enterpriseUserSchema],
  resourceTypes: [
    {
      name: 'User',
      endpoint: '/Users',
      description: 'User Account',
      schema: userSchema.id,
      schemaExtensions: [{ schema: enterpriseUserSchema.id, required: false }],
    },
    { name: 'Group', endpoint: '/Groups', description: 'Group', schema: groupSchema.id },
  ],
}

/**
 * Resolves schemas and resource types into the one structure through which every name of a request goes.
 *
 * Throws `invalidValue` for a resource type whose schema is missing, for two types with one name or endpoint, and for
 * names that are reserved: the endpoints of RFC 7644 §3.2, and the common attributes in a schema.
 *
 * @example
 * ```ts
 * import { coreDefinitions, createRegistry, defineSchema, findResourceType } from '@rollcall/scim'
 *
 * const badge = defineSchema({ id: 'urn:example:Badge', name: 'Badge', attributes: [{ name: 'number' }] })
 * const registry = createRegistry({
 *   schemas: [...coreDefinitions.schemas, badge],
 *   resourceTypes: [
 *     ...coreDefinitions.resourceTypes,
 *     { name: 'Badge', endpoint: '/Badges', schema: badge.id },
 *   ],
 * })
 * console.log(findResourceType(registry, 'Badge')?.endpoint) // /Badges
 * ```
 */
export function createRegistry(input: RegistryInput = coreDefinitions): Registry {
  const schemas = new Map<string, Schema>()
  for (const schema of input.schemas) {
    const key = schema.id.toLowerCase()
    if (schemas.has(key)) throw scimError('invalidValue', `schema "${schema.id}" is registered twice`)
    schemas.set(key, schema)
  }
  const resourceTypes: ResourceType[] = []
  for (const type of input.resourceTypes) {
    checkEndpoint(type)
    if (resourceTypes.some((other) => isSame(other.name, type.name) || isSame(other.endpoint, type.endpoint)))
      throw scimError('invalidValue', `resource type "${type.name}" or its endpoint is registered twice`)
    resourceTypes.push(resolveType(type, schemas))
  }
  return { schemas, resourceTypes }
}

function resolveType(input: ResourceTypeInput, schemas: ReadonlyMap<string, Schema>): ResourceType {
  const schema = getSchema(schemas, input.schema)
  checkReserved(schema, reservedInSchemas)
  const extensions = new Map<string, ResourceTypeExtension>()
  for (const { schema: urn, required } of input.schemaExtensions ?? []) {
    const extension = getSchema(schemas, urn)
    if (extension === schema || extensions.has(urn.toLowerCase()))
      throw scimError('invalidValue', `"${urn}" is registered twice for ${input.name}`)
    checkReserved(extension, reservedInExtensions)
    extensions.set(urn.toLowerCase(), { schema: extension, required, attributes: byName(extension.attributes) })
  }
  return {
    name: input.name,
    endpoint: input.endpoint,
    description: input.description ?? input.name,
    schema,
    // A schema of its own may say more about a common attribute, so the common ones come first.
    attributes: byName([...commonAttributes, ...schema.attributes]),
    extensions,
  }
}

// A base schema may say more about externalId; an extension may not, and `groups` is what the server computes.
const reservedInSchemas: readonly string[] = ['schemas', 'id', 'meta']
const reservedInExtensions: readonly string[] = [...reservedInSchemas, 'externalid', 'groups']

function checkReserved(schema: Schema, reserved: readonly string[]): void {
  const found = schema.attributes.find((attribute) => reserved.includes(attribute.name.toLowerCase()))
  if (found !== undefined)
    throw scimError('invalidValue', `"${schema.id}" may not define "${found.name}": the name is reserved`)
}

const reservedEndpoints = new Set(['/serviceproviderconfig', '/resourcetypes', '/schemas', '/bulk', '/me'])

function checkEndpoint({ name, endpoint }: ResourceTypeInput): void {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) throw scimError('invalidValue', `"${name}" is no resource type name`)
  if (!/^\/[A-Za-z][A-Za-z0-9_-]*$/.test(endpoint) || reservedEndpoints.has(endpoint.toLowerCase()))
    throw scimError('invalidValue', `"${endpoint}" cannot be the endpoint of a resource type`)
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function getSchema(schemas: ReadonlyMap<string, Schema>, urn: string): Schema {
  const schema = schemas.get(urn.toLowerCase())
  if (schema === undefined) throw scimError('invalidValue', `schema "${urn}" is not registered`)
  return schema
}

function byName(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]))
}

/**
 * The resource type of that name; undefined when none.
 *
 * @example
 * ```ts
 * import { createRegistry, findResourceType } from '@rollcall/scim'
 *
 * console.log(findResourceType(createRegistry(), 'Group')?.endpoint) // /Groups
 * ```
 */
export function findResourceType(registry: Registry, name: string): ResourceType | undefined {
  return registry.resourceTypes.find((type) => type.name === name)
}

/**
 * Where a name of a request stands in a resource type; undefined when it is unknown.
 *
 * `schema` may be the base URN (the same as none, RFC 7644 §3.10) or an extension's. Names compare without regard
 * to case (RFC 7643 §2.1). Inherited names such as `__proto__` are unknown, since only maps are asked.
 *
 * @example
 * ```ts
 * import { createRegistry, findAttribute, findResourceType } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   console.log(findAttribute(user, { schema: undefined, attribute: 'NAME', subAttribute: 'familyname' })?.subAttribute?.name) // familyName
 * }
 * ```
 */
export function findAttribute(
  type: ResourceType,
  path: { readonly schema: string | undefined; readonly attribute: string; readonly subAttribute: string | undefined },
): AttributeRef | undefined {
  const urn = path.schema?.toLowerCase()
  const isBase = urn === undefined || urn === type.schema.id.toLowerCase()
  const extension = isBase ? undefined : type.extensions.get(urn)
  if (!isBase && extension === undefined) return undefined
  const attribute = (extension ?? type).attributes.get(path.attribute.toLowerCase())
  if (attribute === undefined) return undefined
  const schema = extension?.schema.id
  if (path.subAttribute === undefined) return { schema, attribute, subAttribute: undefined }
  const subAttribute = findSubAttribute(attribute, path.subAttribute)
  return subAttribute === undefined ? undefined : { schema, attribute, subAttribute }
}

/**
 * The sub-attribute of that name, without regard to case; undefined when none.
 *
 * @example
 * ```ts
 * import { findSubAttribute, groupSchema } from '@rollcall/scim'
 *
 * const members = groupSchema.attributes.find((attribute) => attribute.name === 'members')
 * if (members !== undefined) console.log(findSubAttribute(members, 'VALUE')?.mutability) // immutable
 * ```
 */
export function findSubAttribute(attribute: Attribute, name: string): Attribute | undefined {
  const key = name.toLowerCase()
  return attribute.subAttributes.find((sub) => sub.name.toLowerCase() === key)
}
