import type { RouteAnswer } from '@rollcall/admin-api'
import type { AppAccount, ReconciliationRow } from '../../../provisioning/reconcile/report.ts'
import { formatTypeId } from '../../../type-id.ts'
import { formatObjectId } from '../object-ref.ts'

export function viewAccount(account: AppAccount): RouteAnswer<'listAppAccounts'>['data'][number] {
  const { kind, objectId, objectName, differences, ...rest } = account
  return {
    ...rest,
    kind,
    object: objectId === null ? null : { id: formatObjectId({ kind, id: objectId }), name: objectName },
    differences: [...differences],
  }
}

export function viewReconciliation(row: ReconciliationRow): NonNullable<RouteAnswer<'getAppReconciliation'>['last']> {
  const { runId, policy, startedAt, endedAt, counts } = row
  return {
    runId: formatTypeId('run', runId),
    policy,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    counts,
  }
}
