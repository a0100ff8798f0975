import type { RouteAnswer } from '@rollcall/admin-api'
import type { AppLink } from '../../../provisioning/apps/links.ts'
import { formatObjectId } from '../object-ref.ts'

export function viewAppLink(row: AppLink): RouteAnswer<'getAppLink'> {
  const { kind, name, state, isInScope, origin, targetKey, rulesRevision, failureCode, stage, dueAt } = row
  const toText = (at: Date | null) => at?.toISOString() ?? null
  return {
    object: { kind, id: formatObjectId({ kind, id: row.objectId }), name },
    state,
    isInScope,
    origin,
    targetKey,
    rulesRevision,
    appliedAt: toText(row.appliedAt),
    isUncertain: row.inFlightAt !== null,
    failure:
      failureCode === null
        ? null
        : {
            code: failureCode,
            attribute: row.failureAttribute,
            detail: row.failureDetail,
            at: toText(row.failedAt),
            attempts: row.attempts,
          },
    work: stage === null || dueAt === null ? null : { stage, dueAt: dueAt.toISOString() },
    leftAt: toText(row.leftAt),
    deleteDueAt: toText(row.deleteDueAt),
  }
}
