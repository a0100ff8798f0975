import { openGateHold } from '../../src/db/queries/gate-holds.ts'
import { insertLogRows } from '../../src/provisioning/log/insert-log-rows.ts'
import { listLog } from '../../src/provisioning/log/read-log.ts'
import { createId, formatTypeId } from '../../src/type-id.ts'
import { createPlan } from '../../src/provisioning/plans/plan.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import type { TestProvisioning, TestTenant } from '../harness/provisioning.ts'

/** An app with live rules, and ids of what belongs to it. */
export async function fillApp(server: TestProvisioning, tenant: TestTenant): Promise<Readonly<Record<string, string>>> {
  const organizationId = tenant.organization.id
  const app = await createTestApp(server.application.parts, server.call(), { organizationId, name: 'theirs' })
  const hold = createId()
  const now = server.clock()
  await openGateHold(server.database, {
    ...{ organizationId, appId: app.id, id: hold, class: 'disable', allowance: 20, used: 0 },
    ...{ now, lapsesAt: now },
  })
  await insertLogRows(server.database, [
    {
      organizationId,
      appId: app.id,
      at: server.clock(),
      cycleId: null,
      objectKind: 'user',
      objectId: null,
      action: 'health',
      status: 'success',
      reason: 'Created',
      httpStatus: null,
      durationMs: null,
      initiator: 'schedule',
      targetKey: null,
      detail: null,
    },
  ])
  const { rows } = await server.database.query<{ object_id: string }>(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope)
        select organization_id, $2, 'user', id, 'unlinked', true from users where organization_id = $1 limit 1
        returning object_id`,
    },
    [organizationId, app.id],
  )
  const plan = await createPlan(server.database, server.call(), { organizationId, appId: app.id })
  const { data } = await listLog(server.database, organizationId, { filter: {}, limit: 1 })
  return {
    app: formatTypeId('app', app.id),
    logEntry: formatTypeId('plog', data[0]?.id ?? ''),
    object: formatTypeId('usr', rows[0]?.object_id ?? ''),
    gateHold: formatTypeId('ghold', hold),
    plan: formatTypeId('plan', plan.id),
  }
}
