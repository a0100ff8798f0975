import type { RouteAnswer } from '@rollcall/admin-api'
import type { ServiceAccount } from '../../../access/service-accounts.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

export function viewServiceAccount(row: ServiceAccount): RouteAnswer<'getServiceAccount'> {
  return {
    id: formatTypeId('sa', row.id),
    name: row.name,
    email: row.email,
    state: row.state,
    ownerId: idOrNull('usr', row.ownerId),
    createdBy: row.createdBy,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
