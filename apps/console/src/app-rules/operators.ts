import type { ScopeOperator } from '@rollcall/expressions'

/** Every operator with the name of its words, in the order in which they are offered. */
export const operatorKeys: readonly (readonly [ScopeOperator, OperatorKey])[] = [
  ['EQUALS', 'equals'],
  ['NOT EQUALS', 'notEquals'],
  ['NOT EQUALS OR EMPTY', 'notEqualsOrEmpty'],
  ['IS TRUE', 'isTrue'],
  ['IS FALSE', 'isFalse'],
  ['IS NULL', 'isNull'],
  ['IS NOT NULL', 'isNotNull'],
  ['Includes', 'includes'],
  ['ENDS_WITH', 'endsWith'],
  ['&', 'oneOf'],
  ['!&', 'noneOf'],
  ['!& OR EMPTY', 'noneOfOrEmpty'],
  ['Greater_Than', 'greater'],
  ['Greater_Than_OR_EQUALS', 'greaterOrEqual'],
  ['REGEX MATCH', 'matches'],
  ['NOT REGEX MATCH', 'matchesNot'],
  ['NOT REGEX MATCH OR EMPTY', 'matchesNotOrEmpty'],
]

type OperatorKey =
  | 'equals'
  | 'notEquals'
  | 'notEqualsOrEmpty'
  | 'isTrue'
  | 'isFalse'
  | 'isNull'
  | 'isNotNull'
  | 'includes'
  | 'endsWith'
  | 'oneOf'
  | 'noneOf'
  | 'noneOfOrEmpty'
  | 'greater'
  | 'greaterOrEqual'
  | 'matches'
  | 'matchesNot'
  | 'matchesNotOrEmpty'
