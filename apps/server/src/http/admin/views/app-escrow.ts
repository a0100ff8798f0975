import type { RouteAnswer } from '@rollcall/admin-api'
import type { EscrowEntry, EscrowReason } from '../../../provisioning/health/escrow.ts'
import { reasonWords } from '../../../provisioning/reasons/reason-words.ts'
import { formatTypeId } from '../../../type-id.ts'

export function viewEscrowReason(row: EscrowReason): RouteAnswer<'getAppEscrowReasons'>['data'][number] {
  const { reason, meaning, remedy, count, givenUp, attribute } = row
  const nextAttemptAt = row.nextAttemptAt?.toISOString() ?? null
  return { reason, meaning, remedy, count, givenUp, attribute, nextAttemptAt }
}

export function viewEscrow(row: EscrowEntry): RouteAnswer<'listAppEscrow'>['data'][number] {
  const { kind, name, targetKey, reason, attribute, detail } = row
  return {
    kind,
    id: formatTypeId(kind === 'user' ? 'usr' : 'team', row.objectId),
    name,
    targetKey,
    reason,
    ...reasonWords(reason),
    attribute,
    detail,
    attempts: row.attempts ?? 0,
    failedAt: row.failedAt?.toISOString() ?? null,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  }
}
