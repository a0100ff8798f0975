import { foldCase, foldDateTime } from '../fold.ts'
import type { Attribute } from '../schema/attribute.ts'

/**
 * The form of a stored value in which it is compared: text without regard to case unless the schema says caseExact,
 * the instant of a dateTime, numbers and booleans as they are. Undefined when the value does not fit the type.
 *
 * @example
 * ```ts
 * import { foldValue, userSchema } from '@rollcall/scim'
 *
 * const userName = userSchema.attributes[0]
 * if (userName !== undefined) console.log(foldValue(userName, 'BJensen')) // bjensen
 * ```
 */
export function foldValue(attribute: Attribute, value: unknown): string | number | boolean | undefined {
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      if (typeof value !== 'string') return undefined
      return attribute.caseExact ? value : foldCase(value)
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'integer':
    case 'decimal':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'dateTime':
      return typeof value === 'string' ? foldDateTime(value) : undefined
    case 'complex':
      return undefined
    default:
      return attribute.type satisfies never
  }
}
