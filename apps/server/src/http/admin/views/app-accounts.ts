import type { RouteAnswer } from '@rollcall/admin-api'
import type { AppAccount, ReconciliationRow } from '../../../provisioning/reconcile/report.ts'
import { formatTypeId } from '../../../type-id.ts'
import { formatObjectId } from '../object-ref.ts'

export function viewAccount(account: AppAccount): RouteAnswer<'listAppAccounts'>['data'][number] {
  const { kind, objectId, objectName, differences, membersMissing, membersForeign, members, ...rest } = account
  return {
    ...rest,
    kind,
    object: objectId === null ? null : { id: formatObjectId({ kind, id: objectId }), name: objectName },
    differences: [...differences],
    members:
      kind === 'user' ? null : { missing: membersMissing, foreign: membersForeign, first: members.map(viewMember) },
  }
}

/** Of reports from before members were compared. */
const noMembers = { membersMissing: 0, membersForeign: 0 }

type Members = NonNullable<RouteAnswer<'listAppAccounts'>['data'][number]['members']>

function viewMember({ is, key, kind, id, name }: AppAccount['members'][number]): Members['first'][number] {
  return { is, targetKey: key, id: kind === null || id === null ? null : formatObjectId({ kind, id }), name }
}

export function viewReconciliation(row: ReconciliationRow): NonNullable<RouteAnswer<'getAppReconciliation'>['last']> {
  const { runId, policy, startedAt, endedAt, counts } = row
  return {
    runId: formatTypeId('run', runId),
    policy,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    counts: { ...noMembers, ...counts },
  }
}
