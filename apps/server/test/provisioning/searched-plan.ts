import assert from 'node:assert/strict'
import { runPlan, type PlanParts } from '../../src/provisioning/plans/plan-run.ts'
import { toTargetOpener } from '../../src/provisioning/plans/planner.ts'
import type { Target } from '../../src/provisioning/targets/target.ts'
import { parseTypeId } from '../../src/type-id.ts'
import type { AppAnswer, AppCaller } from './app-caller.ts'
import type { EngineHarness } from './engine-harness.ts'

export type SearchedPlan = {
  readonly plan: AppAnswer['body']
  /** What would be done with whom, by his id. */
  readonly operations: ReadonlyMap<string, readonly [operation: string, targetKey: string | null, reason: string]>
}

/** A plan with what is in it; `withTarget` changes the app's target. */
export async function makeSearchedPlan(
  { server, engine, organizationId, appId }: EngineHarness,
  call: AppCaller,
  withTarget: (target: Target) => Target = (target) => target,
): Promise<SearchedPlan> {
  const made = await call('POST', '/plans', { revision: 'live' })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  await engine.close()
  const { parts } = server.application
  const open = toTargetOpener(parts)
  const planParts: PlanParts = { ...parts, openTarget: (app, watching) => withTarget(open(app, watching)) }
  await runPlan(planParts, {
    organizationId,
    id: parseTypeId('run', made.body.runId) ?? '',
    input: { appId, planId: parseTypeId('plan', made.body.id) ?? '' },
    checkpoint: undefined,
    done: 0,
    signal: new AbortController().signal,
    advance: () => Promise.resolve(),
  })
  const plan = (await call('GET', `/plans/${made.body.id}`)).body
  assert.equal(plan.state, 'ready')
  const operations = new Map<string, readonly [string, string | null, string]>()
  for (let after = ''; ;) {
    const { body } = await call('GET', `/plans/${plan.id}/operations?limit=100${after}`)
    for (const { object, operation, targetKey, reason } of body.data)
      operations.set(object.id, [operation, targetKey, reason])
    if (body.nextCursor === null) return { plan, operations }
    after = `&cursor=${encodeURIComponent(body.nextCursor)}`
  }
}

/** The same target, which is asked for one person after another. */
export function withoutComparer(target: Target): Target {
  const { openComparer: _openComparer, ...rest } = target
  return rest
}
