import { findNearest } from '../suggest.ts'

/** The types that attributes of sources and targets have, as SCIM names them. */
export type SchemaType = 'string' | 'boolean' | 'integer' | 'decimal' | 'dateTime' | 'reference' | 'binary' | 'complex'

/** An attribute of a source or target, by the name under which expressions and mappings know it. */
export type SchemaAttribute = {
  readonly name: string
  readonly type: SchemaType
  readonly isMultiValued?: boolean
  readonly isRequired?: boolean
  readonly isReadOnly?: boolean
  /** People can change it themselves, so that it is a weak key. */
  readonly isUserEditable?: boolean
}

/** Attributes by their exact names. */
export type Schema = readonly SchemaAttribute[]

export function findAttribute(schema: Schema, name: string): SchemaAttribute | undefined {
  return schema.find((attribute) => attribute.name === name)
}

/**
 * The name that was probably meant; undefined when none is near.
 *
 * @example
 * ```ts
 * import { suggestAttribute } from '@rollcall/expressions'
 *
 * console.log(suggestAttribute([{ name: 'department', type: 'string' }], 'departement')) // department
 * ```
 */
export function suggestAttribute(schema: Schema, name: string): string | undefined {
  return findNearest(
    name,
    schema.map((attribute) => attribute.name),
  )
}
