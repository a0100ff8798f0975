import type { Queryable } from '../pool.ts'

export type NamedRow = { readonly id: string; readonly name: string }

export type OwnedKeyRow = NamedRow & { readonly hint: string; readonly scopes: readonly string[] }

/** What depends on a person, each at most so many. */
export type OwnedRows = {
  readonly connections: readonly NamedRow[]
  readonly keys: readonly OwnedKeyRow[]
}

export async function selectOwned(
  db: Queryable,
  query: { readonly organizationId: string; readonly userId: string; readonly now: Date; readonly rowsMax: number },
): Promise<OwnedRows> {
  const { organizationId, userId, now, rowsMax } = query
  const connections = await db.query<NamedRow>(ownedConnections, [organizationId, userId, rowsMax])
  const keys = await db.query<OwnedKeyRow>(ownedKeys, [organizationId, userId, now, rowsMax])
  return { connections: connections.rows, keys: keys.rows }
}

const ownedConnections = {
  name: 'owned_connections',
  text: 'select id, name from connections where organization_id = $1 and owner_user_id = $2 order by id limit $3',
}
// Also those of somebody who is suspended: they come back with their owner.
const ownedKeys = {
  name: 'owned_keys',
  text: `select id, name, hint, scopes from keys
    where organization_id = $1 and user_id = $2 and kind <> 'tok' and revoked_at is null
      and (expires_at is null or expires_at > $3)
    order by id limit $4`,
}
