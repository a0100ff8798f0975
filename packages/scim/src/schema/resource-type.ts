import type { Attribute } from './attribute.ts'
import type { Schema } from './schema.ts'

/** A resource type as it is written down (RFC 7643 §6). */
export type ResourceTypeInput = {
  readonly name: string
  /** Path below the base URL, with its slash: `/Users`. */
  readonly endpoint: string
  readonly description?: string
  /** URN of the base schema. */
  readonly schema: string
  readonly schemaExtensions?: readonly { readonly schema: string; readonly required: boolean }[]
}

/** An extension of a resource type, with its schema resolved. */
export type ResourceTypeExtension = {
  readonly schema: Schema
  readonly required: boolean
  /** Keys are attribute names in lower case. */
  readonly attributes: ReadonlyMap<string, Attribute>
}

/** A resource type whose schemas are resolved; the only way from a name in a request to an attribute. */
export type ResourceType = {
  readonly name: string
  readonly endpoint: string
  readonly description: string
  readonly schema: Schema
  /** Attributes of the base schema and the common ones (`id`, `externalId`, `meta`, `schemas`); keys in lower case. */
  readonly attributes: ReadonlyMap<string, Attribute>
  /** Keys are URNs in lower case. */
  readonly extensions: ReadonlyMap<string, ResourceTypeExtension>
}

/** Where an attribute stands in a resource: which extension (undefined: the base), which attribute, which sub-attribute. */
export type AttributeRef = {
  /** The extension's canonical URN; undefined for the base schema and the common attributes. */
  readonly schema: string | undefined
  readonly attribute: Attribute
  readonly subAttribute: Attribute | undefined
}
