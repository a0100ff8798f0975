import type { AttributeInput } from './attribute.ts'

/** The sub-attributes that RFC 7643 §2.4 gives every multi-valued attribute, around the one that holds the value. */
export function valueSubAttributes<const Value extends AttributeInput, const Types extends readonly string[]>(
  value: Value,
  types: Types,
): readonly [
  Value,
  { readonly name: 'display'; readonly description: string },
  { readonly name: 'type'; readonly canonicalValues: Types; readonly description: string },
  { readonly name: 'primary'; readonly type: 'boolean'; readonly description: string },
] {
  return [
    value,
    { name: 'display', description: 'Name to show to people' },
    { name: 'type', canonicalValues: types, description: 'What the value is for' },
    { name: 'primary', type: 'boolean', description: 'Whether this is the preferred value; true at most once' },
  ]
}
