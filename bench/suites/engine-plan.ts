import type { JsonObject } from '@rollcall/scim'
import type { AppName } from '../../apps/server/src/provisioning/apps/app.ts'
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
  const { ms, counts } = await makePlan(site, name)
  const { before, most } = memory.stop()
  const seconds = ms / 1000
  const most100k = (secondsMax * people) / 100_000
  recordBound(`plan of ${people} people, all of them created (${JSON.stringify(counts)})`, seconds, most100k, 's')
  processors.record('that plan')
  record({ name: 'memory of the process grows by', value: (most - before) / bytesOfMegabyte, unit: 'MB' })
}

async function makePlan(site: EngineSite, app: AppName): Promise<{ ms: number; counts: JsonObject }> {
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
  return { ms: performance.now() - startedMs, counts }
}
