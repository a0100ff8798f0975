import type { RouteAnswer } from '@rollcall/admin-api'
import { shownStateOf, type Invitation } from '../../../directory/invitations.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

export function viewInvitation(row: Invitation, now: Date): RouteAnswer<'getInvitation'> {
  return {
    id: formatTypeId('inv', row.id),
    userId: formatTypeId('usr', row.userId),
    name: row.display,
    to: row.recipient,
    state: shownStateOf(row, now),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    mailId: idOrNull('mail', row.mailId),
  }
}
