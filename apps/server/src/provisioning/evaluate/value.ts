import { randomBytes } from 'node:crypto'
import {
  evaluate,
  type EvaluationContext as ExpressionContext,
  listCandidates,
  type SchemaAttribute,
  type TargetValue,
  toTargetValue,
  type Value,
} from '@rollcall/expressions'
import type { CompiledObjectRules, MappingSource } from '../rules/compiled.ts'
import type { Subject } from '../source/attributes.ts'
import type { EvaluationContext } from './evaluation.ts'

/** What a mapping's source yields for one object. */
export type Yield = {
  readonly value: TargetValue
  /** False: the attribute is left out of the write. */
  readonly isFlowing: boolean
  readonly isSecret: boolean
  readonly isAdditive: boolean
  readonly nextChangeAt: Date | undefined
  /** Of SelectUniqueValue; the value is chosen when it is known who has what. */
  readonly candidates: readonly string[] | undefined
}

export type Surroundings = { readonly subject: Subject; readonly context: EvaluationContext }

const random = (length: number): Uint8Array => randomBytes(length)

/** Throws ExpressionError and nothing else. References are not values of their own and yield nothing here. */
export function yieldValue(
  rules: CompiledObjectRules,
  { from, attribute }: { readonly from: MappingSource; readonly attribute: SchemaAttribute | undefined },
  { subject, context }: Surroundings,
): Yield {
  if (from.kind === 'constant') return plain(from.value)
  if (from.kind === 'direct') return plain(toDirect(from.attribute.read(subject), attribute))
  if (from.kind !== 'expression') return plain(null)
  const expressionContext = toExpressionContext(rules, { subject, context })
  const candidates = listCandidates(from.expression, expressionContext)
  if (candidates !== undefined) return { ...plain(null), candidates }
  const { value, isFlowing, redaction, roles, nextChangeAt } = evaluate(from.expression, expressionContext)
  return {
    value: toTarget(value, attribute),
    isFlowing,
    isSecret: redaction.isSecret,
    isAdditive: roles === 'add',
    nextChangeAt,
    candidates: undefined,
  }
}

/** What expressions of these rules are evaluated with. */
export function toExpressionContext(rules: CompiledObjectRules, { subject, context }: Surroundings): ExpressionContext {
  return {
    attributes: (name) => rules.attributes.get(name)?.read(subject),
    now: context.now,
    random: context.random ?? random,
    lookUp: (table, key) => rules.tables.get(table)?.get(key),
    numberOf: context.numberOf,
    defaultDomain: context.defaultDomain,
  }
}

function plain(value: TargetValue): Yield {
  return { value, isFlowing: true, isSecret: false, isAdditive: false, nextChangeAt: undefined, candidates: undefined }
}

// Nothing at the source is nothing, however it is written; an expression that yields "" means it.
function toDirect(value: unknown, attribute: SchemaAttribute | undefined): TargetValue {
  if (value === undefined || value === null || value === '') return null
  if (Array.isArray(value) && value.length === 0) return null
  // What stands in the directory is JSON, which is what expressions work with too.
  return toTarget(value as Value, attribute)
}

function toTarget(value: Value, attribute: SchemaAttribute | undefined): TargetValue {
  return toTargetValue(value, attribute ?? guessAttribute(value))
}

/** An attribute that the target's schema does not know takes what comes. */
function guessAttribute(value: Value): SchemaAttribute {
  const isMultiValued = Array.isArray(value)
  const sample: unknown = isMultiValued ? value[0] : value
  const isComplex = typeof sample === 'object' && sample !== null
  const type =
    typeof sample === 'boolean' ? 'boolean' : typeof sample === 'number' ? 'decimal' : isComplex ? 'complex' : 'string'
  return { name: '', type, isMultiValued }
}
