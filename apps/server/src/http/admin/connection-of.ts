import { getConnection, type Connection } from '../../access/connections.ts'
import type { CallContext } from './call-context.ts'
import { toUuid } from './to-uuid.ts'

/** The connection of the path; 404 when there is none. */
export function connectionOf({ parts, organization }: CallContext, reference: string): Promise<Connection> {
  return getConnection(parts.database, organization.id, toUuid('con', reference))
}
