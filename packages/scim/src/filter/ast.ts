import type { AttributeRef } from '../schema/resource-type.ts'
import type { Attribute } from '../schema/attribute.ts'

/** The comparison operators of RFC 7644 §3.4.2.2, but for `pr`. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A literal of a filter. */
export type FilterValue = string | number | boolean | null

/** An attribute path as it was written: nothing resolved yet. */
export type AttributePath = {
  /** The URN before the last colon, as written; undefined when there is none. */
  readonly schema: string | undefined
  readonly attribute: string
  readonly subAttribute: string | undefined
  /** Zero-based offset in the text. */
  readonly position: number
}

/** A filter as it was parsed: grammar holds, names and types are not checked yet. */
export type Filter =
  | {
      readonly kind: 'compare'
      readonly path: AttributePath
      readonly operator: CompareOperator
      readonly value: FilterValue
      readonly position: number
    }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter }

/**
 * A filter whose names were resolved and whose values were checked and folded for one resource type.
 * Both evaluators, in memory and in SQL, read this form and nothing else, so that they cannot disagree on meaning.
 */
export type BoundFilter =
  /**
   * `value` is folded by the schema: case-folded text unless caseExact, an instant for dateTime
   * (see `foldDateTime`), a number, a boolean. Never null: `eq null` is bound to `not present`.
   * `ref` names a simple attribute or sub-attribute (a complex one was bound to its `value` sub-attribute).
   */
  | {
      readonly kind: 'compare'
      readonly ref: AttributeRef
      readonly operator: CompareOperator
      readonly value: string | number | boolean
    }
  | { readonly kind: 'present'; readonly ref: AttributeRef }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly BoundFilter[] }
  | { readonly kind: 'not'; readonly filter: BoundFilter }
  /** All of `filter` must hold on ONE element of `ref.attribute` (or on the one complex value). */
  | { readonly kind: 'element'; readonly ref: AttributeRef; readonly filter: BoundElementFilter }
  /** An attribute that this resource type does not have: matches nothing (root search, RFC 7644 §3.4.3). */
  | { readonly kind: 'nothing' }

/** A condition on the sub-attributes of one element; for a simple multi-valued attribute, `attribute` is that attribute itself. */
export type BoundElementFilter =
  | {
      readonly kind: 'compare'
      readonly attribute: Attribute
      readonly operator: CompareOperator
      readonly value: string | number | boolean
    }
  | { readonly kind: 'present'; readonly attribute: Attribute }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly BoundElementFilter[] }
  | { readonly kind: 'not'; readonly filter: BoundElementFilter }
