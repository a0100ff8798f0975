import { scimError } from '../errors.ts'
import type { Attribute, AttributeInput } from './attribute.ts'

/** A schema: a URN and its attributes (RFC 7643 §7). `Shape` carries the literal definition for type inference. */
export type Schema<Shape extends SchemaInput = SchemaInput> = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
  /** Never set at run time: only the type is used, by {@link ResourceOf}. */
  readonly shape?: Shape
}

/** A schema as it is written down. */
export type SchemaInput = {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly attributes: readonly AttributeInput[]
}

const attributeName = /^[A-Za-z$][A-Za-z0-9_$-]*$/
// RFC 8141, less what ends a word in a filter or path: parentheses, brackets, quotation marks.
const schemaUrn = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9+,\-.:=@;$_!*%/?#]*[A-Za-z0-9+,\-.=@;$_!*%/?#]$/i

/**
 * Fills in the defaults of RFC 7643 §2.2 and refuses what a schema may not hold.
 *
 * Throws `invalidValue` for a malformed URN or name, for a name that every object inherits, for two attributes with one name (names are case-insensitive,
 * §2.1), and for a complex attribute inside a complex one (§2.3.8).
 *
 * @example
 * ```ts
 * import { defineSchema } from '@rollcall/scim'
 *
 * const badge = defineSchema({
 *   id: 'urn:example:params:scim:schemas:Badge',
 *   name: 'Badge',
 *   attributes: [{ name: 'number', type: 'string', required: true, caseExact: true }],
 * })
 * console.log(badge.attributes[0]?.mutability) // readWrite
 * ```
 */
export function defineSchema<const Shape extends SchemaInput>(input: Shape): Schema<Shape> {
  if (!schemaUrn.test(input.id)) throw scimError('invalidValue', `"${input.id}" is no schema URN`)
  return {
    id: input.id,
    name: input.name,
    description: input.description ?? input.name,
    attributes: defineAttributes(input.attributes, input.id, 0),
  }
}

function defineAttributes(inputs: readonly AttributeInput[], owner: string, depth: number): readonly Attribute[] {
  const seen = new Set<string>()
  return inputs.map((input) => {
    const key = input.name.toLowerCase()
    if (seen.has(key)) throw scimError('invalidValue', `${owner} defines "${input.name}" twice`)
    seen.add(key)
    return defineAttribute(input, owner, depth)
  })
}

function defineAttribute(input: AttributeInput, owner: string, depth: number): Attribute {
  const name = `${owner}:${input.name}`
  const type = input.type ?? 'string'
  checkAttribute(input, name, depth)
  return {
    name: input.name,
    type,
    multiValued: input.multiValued ?? false,
    description: input.description ?? '',
    required: input.required ?? false,
    canonicalValues: input.canonicalValues ?? [],
    // RFC 7643 §2.3.6 and §2.3.7: binary and reference values are case-exact.
    caseExact: input.caseExact ?? (type === 'reference' || type === 'binary'),
    mutability: input.mutability ?? 'readWrite',
    returned: input.returned ?? (input.mutability === 'writeOnly' ? 'never' : 'default'),
    uniqueness: input.uniqueness ?? 'none',
    referenceTypes: input.referenceTypes ?? [],
    subAttributes: defineAttributes(input.subAttributes ?? [], name, depth + 1),
  }
}

function checkAttribute(input: AttributeInput, name: string, depth: number): void {
  if (!attributeName.test(input.name) || isInherited(input.name))
    throw scimError('invalidValue', `"${input.name}" is no attribute name`)
  const isComplex = input.type === 'complex'
  const hasSubAttributes = (input.subAttributes ?? []).length > 0
  if (isComplex && depth > 0)
    throw scimError('invalidValue', `${name} is complex inside a complex attribute (RFC 7643 §2.3.8)`)
  if (isComplex && !hasSubAttributes) throw scimError('invalidValue', `${name} is complex and has no subAttributes`)
  if (!isComplex && hasSubAttributes) throw scimError('invalidValue', `${name} has subAttributes and is not complex`)
}

// `toString` and the like would be found in every object of JavaScript (CWE-1321).
function isInherited(name: string): boolean {
  const key = name.toLowerCase()
  return (
    key === 'prototype' || Object.getOwnPropertyNames(Object.prototype).some((known) => known.toLowerCase() === key)
  )
}
