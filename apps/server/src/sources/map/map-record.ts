import { randomBytes } from 'node:crypto'
import {
  evaluate,
  type Evaluation,
  type EvaluationContext,
  ExpressionError,
  type Expression,
  listAttributes,
  listCandidates,
  type SchemaAttribute,
  type TargetValue,
  toTargetValue,
  type Value,
} from '@rollcall/expressions'
import type { JsonObject } from '@rollcall/scim'
import { readDates } from '../lifecycle/read-dates.ts'
import { ColumnError, readColumns } from '../rules/columns.ts'
import type { CompiledMapping, CompiledReference, CompiledSourceRules, ValueSource } from '../rules/compiled.ts'
import type { CorrelationKey, Mapped, MapFailure, MapOutcome, MappedReference } from './mapped.ts'

export type MapOptions = {
  readonly now: Date
  readonly defaultDomain?: string | undefined
  /** Of a generator fit for secrets; the system's when left out. */
  readonly random?: ((length: number) => Uint8Array) | undefined
}

/** What the rules make of a record as a whole, never of a difference. The same record always yields the same, but for Guid and Now. */
export function mapRecord(rules: CompiledSourceRules, attributes: JsonObject, options: MapOptions): MapOutcome {
  const site = new Site()
  try {
    const record = readColumns(rules.columns, attributes)
    site.attribute = 'scope'
    if (!rules.isInScope(record)) return { kind: 'outOfScope' }
    const context = toContext(rules, record, options)
    const draft = mapValues(rules, context, site)
    mapReferences(rules, record, draft)
    site.attribute = 'active'
    const active = rules.active === undefined ? undefined : toActive(evaluate(rules.active, context).value)
    const dates = readDates(rules.document.lifecycle, record)
    site.attribute = 'userName'
    const userNames = listUserNames(rules, context, draft)
    const mapped = toMapped(draft, { active, dates, userNames })
    return { kind: 'mapped', mapped, keys: listKeys(rules, context, { mapped, site }) }
  } catch (error) {
    const failure = toFailure(error, site.attribute)
    if (failure === undefined) throw error
    return { kind: 'failed', failure }
  }
}

/** What is being evaluated, for the error. */
class Site {
  attribute = ''
}

function toFailure(error: unknown, attribute: string): MapFailure | undefined {
  if (error instanceof ColumnError) return { reason: error.reason, attribute: error.column, detail: error.message }
  if (!(error instanceof ExpressionError)) return undefined
  return { reason: attribute === 'scope' ? 'scopeFailed' : 'expressionFailed', attribute, detail: error.message }
}

const random = (length: number): Uint8Array => randomBytes(length)

type Context = EvaluationContext & { readonly attributes: JsonObject }

function toContext(rules: CompiledSourceRules, record: JsonObject, options: MapOptions): Context {
  return {
    attributes: record,
    now: options.now,
    random: options.random ?? random,
    lookUp: (table, key) => rules.tables.get(table)?.get(key),
    defaultDomain: options.defaultDomain,
    secretAttributes: rules.secretColumns,
  }
}

type Values = Record<string, TargetValue>
type Draft = {
  readonly values: Values
  readonly onCreate: Values
  readonly ifEmpty: Values
  readonly references: Record<string, MappedReference>
  readonly secret: string[]
  /** Of a mapping of userName that selects a unique value. */
  candidates: readonly string[]
}

function mapValues(rules: CompiledSourceRules, context: Context, site: Site): Draft {
  const draft: Draft = { values: {}, onCreate: {}, ifEmpty: {}, references: {}, secret: [], candidates: [] }
  for (const mapping of rules.mappings) {
    site.attribute = mapping.target
    if (mapping.from.kind === 'expression' && takesCandidates(rules, draft, mapping.from.expression, context)) continue
    const { value, isSecret, isFlowing, mayClear } = yieldValue(rules, mapping.from, mapping.attribute, context)
    if (isSecret) draft.secret.push(mapping.target)
    if (isFlowing) place(draft, mapping, value, mayClear)
  }
  return draft
}

/** A mapping of the user name that selects a unique one, of which there are several. */
function takesCandidates(rules: CompiledSourceRules, draft: Draft, expression: Expression, context: Context): boolean {
  const candidates = listCandidates(expression, context)
  if (candidates === undefined) return false
  draft.candidates = candidates
  if (readsSecret(rules, expression)) draft.secret.push('userName')
  return true
}

type Yield = {
  readonly value: TargetValue
  readonly isSecret: boolean
  readonly isFlowing: boolean
  /** The first gate of null: every column that it lacks says that empty means null. */
  readonly mayClear: boolean
}

function yieldValue(
  rules: CompiledSourceRules,
  from: ValueSource,
  attribute: SchemaAttribute,
  context: Context,
): Yield {
  const record = context.attributes
  if (from.kind === 'constant') return { value: from.value, isSecret: false, isFlowing: true, mayClear: true }
  if (from.kind === 'column') {
    const isSecret = rules.secretColumns.has(from.column)
    const value = toTarget((record[from.column] ?? null) as Value, attribute) // JSON is what expressions work with too.
    return { value, isSecret, isFlowing: true, mayClear: flowsNulls(rules, from.column) }
  }
  const { value, isFlowing, redaction } = evaluate(from.expression, context)
  const lacking = from.columns.filter((name) => record[name] === undefined)
  return {
    value: toTarget(value, attribute),
    isSecret: redaction.isSecret,
    isFlowing,
    mayClear: lacking.every((name) => flowsNulls(rules, name)),
  }
}

function readsSecret({ secretColumns }: CompiledSourceRules, expression: Expression): boolean {
  return secretColumns.size > 0 && listAttributes(expression).some(({ name }) => secretColumns.has(name))
}

function flowsNulls(rules: CompiledSourceRules, column: string): boolean {
  return rules.columns.get(column)?.flowNulls === true
}

function toTarget(value: Value, attribute: SchemaAttribute): TargetValue {
  const target = toTargetValue(value, attribute)
  return target === '' || (Array.isArray(target) && target.length === 0) ? null : target
}

function place(draft: Draft, mapping: CompiledMapping, value: TargetValue, mayClear: boolean): void {
  const { target, apply, onNull, fallback } = mapping
  if (value === null) {
    if (fallback !== undefined) (apply === 'ifEmpty' ? draft.ifEmpty : draft.onCreate)[target] = fallback
    // The second gate.
    else if (apply === 'always' && onNull === 'clear' && mayClear) draft.values[target] = null
    return
  }
  if (apply === 'onCreate') draft.onCreate[target] = value
  else if (apply === 'ifEmpty') draft.ifEmpty[target] = value
  else draft.values[target] = value
}

function mapReferences(rules: CompiledSourceRules, record: JsonObject, draft: Draft): void {
  for (const reference of rules.references) {
    const value = record[reference.column]
    if (rules.secretColumns.has(reference.column)) draft.secret.push(reference.target)
    if (value !== undefined) draft.references[reference.target] = toReference(reference, value as Value) // JSON, as above.
    else if (reference.onNull === 'clear' && flowsNulls(rules, reference.column)) draft.values[reference.target] = null
  }
}

function toReference({ target, matchOn }: CompiledReference, value: Value): MappedReference {
  return { value: textOf(value, target), ...(matchOn !== undefined && { matchOn: matchOn.target }) }
}

/** Throws for a list, and for what has parts. */
function textOf(value: Value, name: string): string {
  const text = toTargetValue(value, { name, type: 'string' })
  return typeof text === 'string' ? text : ''
}

function toActive(value: Value): boolean | undefined {
  const active = toTargetValue(value, { name: 'active', type: 'boolean' })
  return typeof active === 'boolean' ? active : undefined
}

function listUserNames(rules: CompiledSourceRules, context: Context, draft: Draft): readonly string[] {
  if (rules.userNames.some((expression) => readsSecret(rules, expression))) draft.secret.push('userName')
  const generated = rules.userNames.flatMap((expression) => listNames(expression, context))
  return [...new Set([...draft.candidates, ...generated])]
}

function listNames(expression: Expression, context: Context): readonly string[] {
  const candidates = listCandidates(expression, context)
  if (candidates !== undefined) return candidates.filter((name) => name !== '')
  const { value }: Evaluation = evaluate(expression, context)
  const name = textOf(value, 'userName')
  return name === '' ? [] : [name]
}

type MappedWhole = { readonly [part in keyof Mapped]: Mapped[part] | undefined }

function toMapped(
  { values, onCreate, ifEmpty, references, secret }: Draft,
  { active, dates, userNames }: Pick<MappedWhole, 'active' | 'dates' | 'userNames'>,
): Mapped {
  return {
    values,
    ...(hasAny(onCreate) && { onCreate }),
    ...(hasAny(ifEmpty) && { ifEmpty }),
    ...(hasAny(references) && { references }),
    ...(active !== undefined && { active }),
    ...(dates !== undefined && { dates }),
    ...(userNames !== undefined && userNames.length > 0 && { userNames }),
    ...(secret.length > 0 && { secret }),
  }
}

function hasAny(values: object): boolean {
  return Object.keys(values).length > 0
}

function listKeys(
  rules: CompiledSourceRules,
  context: Context,
  { mapped, site }: { readonly mapped: Mapped; readonly site: Site },
): readonly CorrelationKey[] {
  return rules.correlation.flatMap((parts, rule) => {
    const values = parts.map((part) => {
      site.attribute = part.target
      return part.from === undefined
        ? (mapped.values[part.target] ?? mapped.onCreate?.[part.target] ?? null)
        : yieldValue(rules, part.from, part.attribute, context).value
    })
    // What somebody lacks is not what others lack too: nothing finds nobody.
    return values.includes(null) ? [] : [{ rule, values }]
  })
}
