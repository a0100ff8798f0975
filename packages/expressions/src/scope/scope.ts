import type { AttributeSource } from '../evaluate/context.ts'

/** What an operator of a scoping filter is compared with. */
export type OperandKind = 'none' | 'text' | 'integer' | 'pattern'

/** Entra's fourteen operators, spelt as its schema spells them, and behind them our own, which Entra does not know. */
export const scopeOperators = {
  EQUALS: { operand: 'text', isNegated: false },
  'NOT EQUALS': { operand: 'text', isNegated: true },
  'IS TRUE': { operand: 'none', isNegated: false },
  'IS FALSE': { operand: 'none', isNegated: false },
  'IS NULL': { operand: 'none', isNegated: false },
  'IS NOT NULL': { operand: 'none', isNegated: false },
  Greater_Than: { operand: 'integer', isNegated: false },
  Greater_Than_OR_EQUALS: { operand: 'integer', isNegated: false },
  Includes: { operand: 'text', isNegated: false },
  ENDS_WITH: { operand: 'text', isNegated: false },
  'REGEX MATCH': { operand: 'pattern', isNegated: false },
  'NOT REGEX MATCH': { operand: 'pattern', isNegated: true },
  /** The operand contains the value. */
  '&': { operand: 'text', isNegated: false },
  '!&': { operand: 'text', isNegated: true },
  // Ours: the negations that also hold where there is no value.
  'NOT EQUALS OR EMPTY': { operand: 'text', isNegated: true },
  'NOT REGEX MATCH OR EMPTY': { operand: 'pattern', isNegated: true },
  '!& OR EMPTY': { operand: 'text', isNegated: true },
} as const satisfies Record<string, { readonly operand: OperandKind; readonly isNegated: boolean }>

/** An operator of a scoping filter. */
export type ScopeOperator = keyof typeof scopeOperators

/** One condition on one attribute. */
export type Clause = {
  readonly attribute: string
  readonly operator: ScopeOperator
  /** Left out for operators that need none. */
  readonly value?: string
  /** Of several values, all must fulfil the condition (as Graph says) or one is enough. */
  readonly quantifier?: 'all' | 'any'
}

/** Who is in scope: everybody of whom all clauses of one group hold; without groups, everybody. */
export type ClauseScope = { readonly groups: readonly (readonly Clause[])[] }

/** A scope in another language, such as a SCIM filter of @rollcall/scim; see the README for the adapter. */
export type FilterScope = {
  readonly filter: {
    readonly text: string
    /** The attributes that it reads. */
    readonly attributes: readonly string[]
    readonly matches: (attributes: AttributeSource) => boolean
  }
}

/** Either way to write a scope. */
export type Scope = ClauseScope | FilterScope

export function isScopeOperator(name: string): name is ScopeOperator {
  return Object.hasOwn(scopeOperators, name)
}
