import { scimError } from '../errors.ts'
import { createRegistry, type Registry } from './registry.ts'
import type { ResourceType, ResourceTypeInput } from './resource-type.ts'
import type { Schema } from './schema.ts'

/** What is added to a registry at run time. */
export type RegistryExtension = {
  readonly schemas?: readonly Schema[]
  readonly resourceTypes?: readonly ResourceTypeInput[]
  /** Extensions of types that exist, or that are added here. */
  readonly schemaExtensions?: readonly {
    readonly resourceType: string
    readonly schema: string
    readonly required: boolean
  }[]
}

/**
 * A registry with more schemas, resource types and extensions; the one given stays as it is.
 *
 * Throws `invalidValue` for what {@link createRegistry} refuses, and for an extension of a type that does not exist.
 *
 * @example
 * ```ts
 * import { createRegistry, defineSchema, extendRegistry, findAttribute, findResourceType } from '@rollcall/scim'
 *
 * const badge = defineSchema({ id: 'urn:example:scim:Badge', name: 'Badge', attributes: [{ name: 'number' }] })
 * const registry = extendRegistry(createRegistry(), {
 *   schemas: [badge],
 *   schemaExtensions: [{ resourceType: 'User', schema: badge.id, required: false }],
 * })
 * const user = findResourceType(registry, 'User')
 * const path = { schema: badge.id, attribute: 'NUMBER', subAttribute: undefined }
 * console.log(user && findAttribute(user, path)?.attribute.name) // number
 * ```
 */
export function extendRegistry(registry: Registry, extension: RegistryExtension): Registry {
  const inputs = [...registry.resourceTypes.map(toInput), ...(extension.resourceTypes ?? [])]
  const added = extension.schemaExtensions ?? []
  for (const { resourceType } of added) {
    if (!inputs.some((input) => input.name === resourceType))
      throw scimError('invalidValue', `resource type "${resourceType}" is not registered`)
  }
  return createRegistry({
    schemas: [...registry.schemas.values(), ...(extension.schemas ?? [])],
    resourceTypes: inputs.map((input) => ({
      ...input,
      schemaExtensions: [
        ...(input.schemaExtensions ?? []),
        ...added.filter((one) => one.resourceType === input.name).map(({ schema, required }) => ({ schema, required })),
      ],
    })),
  })
}

function toInput(type: ResourceType): ResourceTypeInput {
  return {
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: [...type.extensions.values()].map(({ schema, required }) => ({ schema: schema.id, required })),
  }
}
