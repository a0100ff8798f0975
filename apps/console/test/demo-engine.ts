import { provisioningRules } from '@rollcall/admin-api'
import { hasOpenCycle } from '../../server/src/db/queries/apps.ts'
import { getRules, saveRules } from '../../server/src/provisioning/apps/rules-revisions.ts'
import { createPlan } from '../../server/src/provisioning/plans/plan.ts'
import { startReconciliation } from '../../server/src/provisioning/reconcile/start-reconciliation.ts'
import { withDemoApps } from '../../server/src/demo/demo-apps.ts'
import type { TestSite } from '../../server/test/harness/browser.ts'
import type { TestTenant } from '../../server/test/harness/provisioning.ts'
import { createEngineRounds } from './engine-rounds.ts'

const leavers = 4
/** A cycle ends when it is looked at again, and everything is done. */
const tickMs = 30_000
const turnsMax = 5
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

type Place = { readonly organizationId: string; readonly scim: TestTenant['scim'] }

/**
 * Lets the apps of the demonstration run as they do in the product: one works and holds a mass change, has accounts that were
 * listed and a plan that waits; one is in quarantine; one is a draft.
 */
export async function runDemoApps({ application }: TestSite, { organizationId, scim }: Place): Promise<void> {
  const { database, clock } = application
  const parts = application.application.parts
  const connected = { ...parts, outboundConnections: withDemoApps(parts.outboundConnections) }
  const call = () => ({ ...application.call(), now: clock() })
  const engine = createEngineRounds(connected, { clock, organizationId })
  // What is first in the list is what is opened: the one that works. It need not be careful, and may disable two unseen.
  await database.query(
    {
      text: `update apps set name = case name when 'Wiki' then 'Atlas wiki' else name end,
          target = jsonb_set(target, '{profile}', '{"requestsPerSecondMax": 1000, "permitsMax": 32, "readLagMs": 0}'),
          settings = jsonb_set(settings, '{overrides}', '{"gate": {"kind": "rolling", "windowMs": 86400000, "share": 0,
            "min": 2, "max": 2, "holdLapsesMs": 604800000}}')
        where organization_id = $1`,
    },
    [organizationId],
  )
  const { rows } = await database.query<{ id: string }>(
    { text: `select id from apps where organization_id = $1 and name = 'Atlas wiki'` },
    [organizationId],
  )
  const app = { organizationId, appId: rows[0]?.id ?? '' }
  const finishCycles = async (): Promise<void> => {
    for (let turns = 0; turns < turnsMax; turns++) {
      await engine.settle()
      if (!(await hasOpenCycle(database, app))) return
      clock.advance(tickMs)
    }
  }
  await finishCycles()
  await suspendSome(scim)
  await engine.settle()
  await startReconciliation(database, call(), { ...app, policy: 'enforce' })
  await engine.settle()
  await planTitles(database, call(), app)
  await engine.settle()
  await engine.close()
}

async function suspendSome(scim: TestTenant['scim']): Promise<void> {
  const { body } = await scim('GET', `/Users?count=${leavers}&filter=${encodeURIComponent('active eq true')}`)
  const Operations = [{ op: 'replace', path: 'active', value: false }]
  for (const { id } of body.Resources) await scim('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
}

type Call = Parameters<typeof createPlan>[1]
type Db = Parameters<typeof createPlan>[0]

/** A draft that sends one attribute more, and its plan. */
async function planTitles(database: Db, call: Call, app: { organizationId: string; appId: string }): Promise<void> {
  const { document } = await getRules(database, { ...app, revision: 'live' })
  const title = { target: 'title', kind: 'direct', source: 'jobTitle' }
  const { users } = document
  const changed = provisioningRules.parse({ ...document, users: { ...users, mappings: [...users.mappings, title] } })
  await saveRules(database, call, { ...app, document: changed })
  await createPlan(database, call, app)
}
