import { ExpressionError, type TargetValue } from '@rollcall/expressions'
import type { ObjectRef } from '../object.ts'
import type { CompiledMapping, CompiledObjectRules } from '../rules/compiled.ts'
import type { Subject } from '../source/attributes.ts'
import type { Evaluation, EvaluationFailure } from './evaluation.ts'
import { type Surroundings, type Yield, yieldValue } from './value.ts'

/** What the mappings of an object yield together. */
export type Mapped = Pick<
  Evaluation,
  | 'desired'
  | 'onCreate'
  | 'ifEmpty'
  | 'unique'
  | 'references'
  | 'referenceFallbacks'
  | 'additive'
  | 'nextChangeAt'
  | 'redactedPaths'
  | 'failure'
>

export const nothingMapped: Mapped = {
  desired: {},
  onCreate: {},
  ifEmpty: {},
  unique: [],
  references: {},
  referenceFallbacks: {},
  additive: [],
  nextChangeAt: undefined,
  redactedPaths: [],
  failure: undefined,
}

type Draft = {
  readonly desired: Record<string, TargetValue>
  readonly onCreate: Record<string, TargetValue>
  readonly ifEmpty: Record<string, TargetValue>
  readonly unique: { attribute: string; candidates: readonly string[] }[]
  readonly references: Record<string, readonly ObjectRef[]>
  readonly referenceFallbacks: Record<string, TargetValue>
  readonly additive: string[]
  readonly redactedPaths: string[]
  nextChange: number
  failure: EvaluationFailure | undefined
}

/** The first mapping that fails and may not is the failure; of two that write one attribute the last wins. */
export function evaluateMappings(
  rules: CompiledObjectRules,
  mappings: readonly CompiledMapping[],
  surroundings: Surroundings,
): Mapped {
  const draft: Draft = {
    desired: {},
    onCreate: {},
    ifEmpty: {},
    unique: [],
    references: {},
    referenceFallbacks: {},
    additive: [],
    redactedPaths: [],
    nextChange: Infinity,
    failure: undefined,
  }
  for (const mapping of mappings) {
    // What belongs to creation is not looked at again once there is an account.
    if (mapping.apply === 'onCreate' && surroundings.context.isLinked) continue
    if (mapping.from.kind === 'reference') mapReference(draft, mapping, surroundings.subject.source)
    else mapValue(draft, mapping, { rules, surroundings })
  }
  const { nextChange, ...rest } = draft
  // An account that is there was created already, with the defaults of that time.
  const onCreate = surroundings.context.isLinked ? {} : rest.onCreate
  return { ...rest, onCreate, nextChangeAt: nextChange === Infinity ? undefined : new Date(nextChange) }
}

function mapValue(
  draft: Draft,
  mapping: CompiledMapping,
  { rules, surroundings }: { readonly rules: CompiledObjectRules; readonly surroundings: Surroundings },
): void {
  let yielded: Yield
  try {
    yielded = yieldValue(rules, mapping, surroundings)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    if (mapping.onError === 'fail') draft.failure ??= toFailure(mapping, error)
    return
  }
  const { target } = mapping
  if (yielded.isSecret) draft.redactedPaths.push(target)
  if (yielded.nextChangeAt !== undefined) draft.nextChange = Math.min(draft.nextChange, yielded.nextChangeAt.getTime())
  if (yielded.candidates !== undefined) draft.unique.push({ attribute: target, candidates: yielded.candidates })
  else if (yielded.isFlowing) place(draft, mapping, yielded)
}

function toFailure({ target }: CompiledMapping, { message, position }: ExpressionError): EvaluationFailure {
  return { reason: 'ExpressionFailed', attribute: target, detail: message, position }
}

function place(draft: Draft, mapping: CompiledMapping, { value, isAdditive }: Yield): void {
  const { target, from, apply, onNull, fallback, attribute } = mapping
  // To what is only added to, nothing adds nothing.
  if (value === null && isAdditive) return
  if (value === null) {
    if (attribute?.isRequired && fallback === undefined && apply !== 'ifEmpty') draft.failure ??= lacksRequired(target)
    if (fallback !== undefined) {
      if (from.kind === 'none' || apply === 'ifEmpty') draft.ifEmpty[target] = fallback
      else draft.onCreate[target] = fallback
    }
    // A default says that nothing is no value of this attribute, so nothing clears it.
    else if (from.kind !== 'none' && apply === 'always' && onNull === 'clear') draft.desired[target] = null
    return
  }
  if (apply === 'onCreate') draft.onCreate[target] = value
  else if (apply === 'ifEmpty') draft.ifEmpty[target] = value
  else {
    draft.desired[target] = value
    if (isAdditive) draft.additive.push(target)
  }
}

function lacksRequired(attribute: string): EvaluationFailure {
  return { reason: 'RequiredValueMissing', attribute, detail: `${attribute} is required in the app and has no value` }
}

/** A reference is sent when the other object has an account; whoever has no manager has it cleared. */
function mapReference(draft: Draft, mapping: CompiledMapping, source: Subject['source']): void {
  if (!('managerReference' in source)) return
  const { target, onMissing, onNull } = mapping
  const { manager, managerReference } = source
  if (manager === null) {
    // Somebody is named whom we do not know: what the app has is left alone.
    if (managerReference === null && onNull === 'clear' && mapping.apply === 'always') draft.desired[target] = null
    return
  }
  draft.references[target] = [{ kind: 'user', id: manager.id }]
  if (onMissing === 'clear') draft.referenceFallbacks[target] = null
  if (onMissing === 'text' && manager.display !== null) draft.referenceFallbacks[target] = manager.display
}
