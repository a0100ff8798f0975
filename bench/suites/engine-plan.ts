import type { JsonObject } from '@rollcall/scim'
import type { AppName } from '../../apps/server/src/provisioning/apps/app.ts'
import { applyPlan } from '../../apps/server/src/provisioning/plans/apply-plan.ts'
import { createPlan } from '../../apps/server/src/provisioning/plans/plan.ts'
import { runPlan } from '../../apps/server/src/provisioning/plans/plan-run.ts'
import { record, recordBound } from '../report.ts'
import { type EngineSite, openEngineSite } from './engine-site.ts'
import { createInstantTarget } from './instant-target.ts'
import { bytesOfMegabyte, watchMemory } from './memory.ts'
import { watchProcessors } from './processor.ts'

const never = new AbortController().signal
const secondsMax = 15

/** What would be done with everybody: first nobody has an account, so that everybody is an operation. */
export async function enginePlanSuite({ people }: { readonly people: number }): Promise<void> {
  await using site = await openEngineSite()
  const organizationId = await site.newOrganization('plans', people)
  const name = await site.newApp(organizationId, 'Planned', 'https://app.example/scim')
  const memory = watchMemory()
  const processors = await watchProcessors(site.database)
  const { ms, counts, planId } = await makePlan(site, name)
  const { before, most } = memory.stop()
  const seconds = ms / 1000
  const most100k = (secondsMax * people) / 100_000
  recordBound(`plan of ${people} people, all of them created (${JSON.stringify(counts)})`, seconds, most100k, 's')
  processors.record('that plan')
  await measureApply(site, { ...name, planId }, people)
  record({ name: 'memory of the process grows by', value: (most - before) / bytesOfMegabyte, unit: 'MB' })
}

async function makePlan(site: EngineSite, app: AppName): Promise<{ ms: number; counts: JsonObject; planId: string }> {
  const { database, encryption, call, clock } = site
  const plan = await createPlan(database, call(), app)
  const startedMs = performance.now()
  const counts = await runPlan(
    { database, encryption, clock, openTarget: () => createInstantTarget() },
    {
      organizationId: app.organizationId,
      id: plan.runId,
      input: { appId: app.appId, planId: plan.id },
      checkpoint: undefined,
      done: 0,
      signal: never,
      advance: () => Promise.resolve(),
    },
  )
  return { ms: performance.now() - startedMs, counts, planId: plan.id }
}

/** From its approval on, the plan is carried out like any change. */
async function measureApply(
  site: EngineSite,
  plan: AppName & { readonly planId: string },
  people: number,
): Promise<void> {
  const { database, encryption, call, clock } = site
  const startedMs = performance.now()
  const parts = { database, encryption, clock, openTarget: () => createInstantTarget() }
  const { applied } = await applyPlan(parts, call(), plan)
  const seconds = (performance.now() - startedMs) / 1000
  record({ name: `approval of that plan (${applied} of ${people})`, value: seconds, unit: 's' })
}
