import type { Json, JsonObject } from '@rollcall/scim'
import type { ExplainedObject } from '../evaluate/explain-object.ts'
import { toShown } from '../evaluate/shown.ts'
import type { Evaluated } from '../evaluated.ts'
import type { LogRow, LogStep, LogStepName } from '../log/log-row.ts'
import { reasons, type ReasonCode } from '../reasons.ts'
import type { MatchQuery, Outcome, TargetObject } from '../targets/target.ts'

/** One question after an account, and what the app said to it. */
export type Search = { readonly query: MatchQuery; readonly outcome: Outcome<readonly TargetObject[]> }

export type Traced = {
  readonly explained: ExplainedObject
  readonly evaluated: Evaluated
  readonly searches: readonly Search[]
  /** What came of it, in the order in which it happened. */
  readonly entries: readonly LogRow[]
  /** Why nothing came of it, where nothing did. */
  readonly reason: ReasonCode
}

const order: readonly LogStepName[] = ['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export']

/** The six steps of one object, each of them whatever became of it. */
export function toTraceSteps(traced: Traced): readonly LogStep[] {
  const { steps } = traced.explained
  const matching = toMatching(
    steps.find(({ name }) => name === 'matching'),
    traced.searches,
  )
  const made = [...steps.filter(({ name }) => name !== 'matching'), matching, toReferences(traced), toExport(traced)]
  const known = new Map(made.filter((step) => step !== undefined).map((step) => [step.name, step]))
  return order.map((name) => known.get(name) ?? { name, status: 'skipped', message: 'It did not come to that' })
}

function toMatching(step: LogStep | undefined, searches: readonly Search[]): LogStep | undefined {
  if (step === undefined || searches.length === 0) return step
  const asked = searches.map(({ query, outcome }) => ({
    query: query.map(({ attribute, value }) => ({ attribute, value: toShown(value) })),
    ...(outcome.kind === 'done' ? { found: outcome.value.map(({ key }) => key) } : { error: outcome.detail }),
  }))
  const last = searches.at(-1)?.outcome
  const detail: JsonObject = { ...step.detail, searches: asked }
  if (last?.kind !== 'done') return { ...step, status: 'failure', message: last?.detail ?? '', detail }
  const [first, ...others] = last.value
  if (first === undefined) return { ...step, message: 'The app has no such account', detail }
  if (others.length > 0)
    return { ...step, status: 'failure', message: 'The app has several such accounts: none is chosen', detail }
  return { ...step, message: `The app has one such account: ${first.key}`, detail }
}

function toReferences({ explained: { evaluation }, evaluated }: Traced): LogStep {
  const name = 'referenceResolution'
  const references = Object.entries(evaluation.references)
  if (references.length === 0) return { name, status: 'skipped', message: 'No attribute names another object' }
  const waiting = references.filter(([path]) => !(path in evaluated.desired)).map(([path]) => path)
  const shown = references.map(([path, needed]): [string, Json] => [
    path,
    { needs: needed.map(({ id }) => id), value: toShown(evaluated.desired[path]) },
  ])
  const detail: JsonObject = { references: Object.fromEntries(shown) }
  if (waiting.length === 0)
    return { name, status: 'success', message: 'Every named object has its account in the app', detail }
  return { name, status: 'warning', message: `Left out until its object has an account: ${waiting.join(', ')}`, detail }
}

function toExport({ entries, reason }: Traced): LogStep {
  const name = 'export'
  const last = entries.at(-1)
  if (last === undefined) return { name, status: 'skipped', message: reasons[reason].meaning }
  const { action, status, targetKey, httpStatus, detail } = last
  const more = detail?.message === undefined ? '' : ` ${detail.message}`
  return {
    name,
    status,
    message: `${reasons[last.reason].meaning}${more}`,
    detail: {
      actions: entries.map((entry) => entry.action),
      action,
      reason: last.reason,
      ...(targetKey !== null && { targetKey }),
      ...(httpStatus !== null && { httpStatus }),
      ...(detail?.attribute !== undefined && { attribute: detail.attribute }),
    },
  }
}
