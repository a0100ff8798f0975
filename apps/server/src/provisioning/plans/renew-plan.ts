import type { Call } from '../../access/call.ts'
import type { Database } from '../../db/pool.ts'
import { startReconciliation } from '../reconcile/start-reconciliation.ts'
import { createPlan, discardPlan, getPlan, type Plan, type PlanName } from './plan.ts'

/**
 * Makes a plan of the same kind anew, from what is there now, and discards the one before unless it was applied. Throws
 * `planNotFound`, `appState` while the app is being reconciled, and what the making of the plan throws.
 */
export async function renewPlan(database: Database, call: Call, name: PlanName): Promise<Plan> {
  const { policy, revision, baseRevision, assign, unassign, ...before } = await getPlan(database, name)
  const { organizationId, appId } = name
  const made =
    policy === null
      ? await createPlan(database, call, {
          organizationId,
          appId,
          revision: revision === baseRevision ? 'live' : revision,
          assign,
          unassign,
        })
      : await planAgain(database, call, { organizationId, appId, policy })
  if (before.state !== 'applied') await discardPlan(database, call, name)
  return made
}

async function planAgain(
  database: Database,
  call: Call,
  request: Parameters<typeof startReconciliation>[2],
): Promise<Plan> {
  const { input } = await startReconciliation(database, call, request)
  const planId = input['planId']
  if (typeof planId !== 'string') throw new Error('The run makes no plan')
  return getPlan(database, { ...request, planId })
}
