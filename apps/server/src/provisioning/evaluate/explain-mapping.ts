import { explain, type Explanation } from '@rollcall/expressions'
import type { Json, JsonObject } from '@rollcall/scim'
import { redactMark } from '../log/redact-detail.ts'
import type { CompiledMapping, CompiledObjectRules } from '../rules/compiled.ts'
import { evaluateMappings } from './mappings.ts'
import { listSecretNames, toShown } from './shown.ts'
import { toExpressionContext, type Surroundings } from './value.ts'

/** One mapping with its inputs, the tree of its expression, and what becomes of the attribute. */
export function explainMapping(
  rules: CompiledObjectRules,
  mapping: CompiledMapping,
  surroundings: Surroundings,
): JsonObject {
  const { target, from, apply } = mapping
  const mapped = evaluateMappings(rules, [mapping], surroundings)
  const isSecret = mapped.redactedPaths.length > 0
  const hide = (value: Json): Json => (isSecret && value !== null ? redactMark : value)
  const placed = (['desired', 'onCreate', 'ifEmpty'] as const).find((place) => target in mapped[place])
  const [unique] = mapped.unique
  return {
    target,
    kind: from.kind,
    apply,
    ...(from.kind === 'direct' || from.kind === 'reference' ? { source: from.attribute.schema.name } : {}),
    ...explainInput(rules, mapping, surroundings),
    outcome: mapped.failure === undefined ? nameOutcome(mapped, placed) : 'failed',
    ...(placed && { value: hide(toShown(mapped[placed][target])) }),
    ...(unique && { candidates: unique.candidates }),
    ...(target in mapped.references && { needs: mapped.references[target]?.map(({ id }) => id) ?? [] }),
    ...(mapped.failure && { error: mapped.failure.detail }),
  }
}

type Place = 'desired' | 'onCreate' | 'ifEmpty' | undefined

function nameOutcome({ unique, references }: ReturnType<typeof evaluateMappings>, placed: Place): string {
  if (Object.keys(references).length > 0) return 'reference'
  if (unique.length > 0) return 'unique'
  return placed === undefined ? 'left' : placed === 'desired' ? 'sent' : placed
}

function explainInput(rules: CompiledObjectRules, { from }: CompiledMapping, surroundings: Surroundings): JsonObject {
  const secrets = listSecretNames(rules)
  if (from.kind === 'direct' || from.kind === 'reference') {
    const { schema, read } = from.attribute
    return { input: secrets.has(schema.name) ? redactMark : toShown(read(surroundings.subject)) }
  }
  if (from.kind !== 'expression') return {}
  const context = { ...toExpressionContext(rules, surroundings), isTaken: () => false, secretAttributes: secrets }
  return { expression: showExplanation(explain(from.expression, context)) }
}

function showExplanation({ text, state, value, error, parts }: Explanation): JsonObject {
  return {
    text,
    state,
    ...(state === 'value' && { value: toShown(value) }),
    ...(error && { error: error.message }),
    ...(parts.length > 0 && { parts: parts.map(showExplanation) }),
  }
}
