import { scimError } from '../errors.ts'
import type { BoundElementFilter, BoundFilter, CompareOperator } from '../filter/ast.ts'
import { foldValue } from '../filter/fold-value.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'
import type { ResourceType } from '../schema/resource-type.ts'

type Context = { readonly baseUrl: string; readonly type: ResourceType }
type Comparison = { readonly operator: CompareOperator; readonly value: string | number | boolean }

/**
 * Turns conditions on URLs that are computed (`meta.location`, `members.$ref`, `groups.$ref`) into conditions on the
 * ids in them, since no store knows under which base URL it is asked.
 *
 * Throws `invalidFilter` for operators other than `eq`, `ne` and `pr` on them.
 */
export function bindLocations(filter: BoundFilter, context: Context): BoundFilter {
  switch (filter.kind) {
    case 'compare':
      return bindComparison(filter, context)
    case 'present':
      return { kind: 'present', ref: toIdRef(filter.ref, context) ?? filter.ref }
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((part) => bindLocations(part, context)) }
    case 'not':
      return { kind: 'not', filter: bindLocations(filter.filter, context) }
    case 'element':
      return isComputedReference(filter.ref.attribute)
        ? { ...filter, filter: bindElement(filter.filter, filter.ref.attribute, context) }
        : filter
    case 'nothing':
      return filter
    default:
      return filter satisfies never
  }
}

type CompareFilter = Extract<BoundFilter, { kind: 'compare' }>

function bindComparison(filter: CompareFilter, context: Context): BoundFilter {
  const ref = toIdRef(filter.ref, context)
  if (ref === undefined) return filter
  const value = toIdValue(ref.subAttribute ?? ref.attribute, filter, context)
  const equals: BoundFilter =
    value === undefined ? { kind: 'nothing' } : { kind: 'compare', ref, operator: 'eq', value }
  return filter.operator === 'ne' ? { kind: 'not', filter: equals } : equals
}

/** The id behind a computed URL: `id` for meta.location, `value` beside `$ref`; undefined for anything else. */
function toIdRef(ref: CompareFilter['ref'], { type }: Context): CompareFilter['ref'] | undefined {
  const { attribute, subAttribute } = ref
  if (attribute.name === 'meta' && subAttribute?.name === 'location') {
    const id = type.attributes.get('id')
    return id === undefined ? undefined : { schema: undefined, attribute: id, subAttribute: undefined }
  }
  if (subAttribute?.name !== '$ref' || !isComputedReference(attribute)) return undefined
  return { ...ref, subAttribute: findSubAttribute(attribute, 'value') }
}

function isComputedReference(attribute: Attribute): boolean {
  return attribute.name === 'members' || attribute.name === 'groups'
}

function bindElement(filter: BoundElementFilter, owner: Attribute, context: Context): BoundElementFilter {
  const value = findSubAttribute(owner, 'value')
  switch (filter.kind) {
    case 'compare': {
      if (filter.attribute.name !== '$ref' || value === undefined) return filter
      const id = toIdValue(value, filter, context)
      // No id is the empty text, so this holds for no element.
      return { kind: 'compare', attribute: value, operator: filter.operator, value: id ?? '' }
    }
    case 'present':
      return filter.attribute.name === '$ref' && value !== undefined ? { kind: 'present', attribute: value } : filter
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((part) => bindElement(part, owner, context)) }
    case 'not':
      return { kind: 'not', filter: bindElement(filter.filter, owner, context) }
    default:
      return filter satisfies never
  }
}

/** The id in a URL under the base, folded as the attribute is; undefined when the URL lies elsewhere. */
function toIdValue(attribute: Attribute, comparison: Comparison, context: Context): string | undefined {
  if (comparison.operator !== 'eq' && comparison.operator !== 'ne')
    throw scimError('invalidFilter', 'A location can only be compared with eq and ne')
  const url = String(comparison.value)
  const id = url.slice(url.lastIndexOf('/') + 1)
  // Relative references resolve against the base (RFC 7643 §2.3.7).
  if (id === '' || (url.includes(':') && !url.startsWith(`${context.baseUrl}/`))) return undefined
  const folded = foldValue(attribute, id)
  return typeof folded === 'string' ? folded : undefined
}
