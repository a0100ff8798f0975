import type { Queryable } from '../pool.ts'

/** Ids of the live keys that speak for a connection, oldest first: the default one has those that name none. */
export async function selectConnectionKeyIds(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly connectionId: string
    readonly now: Date
    readonly rowsMax: number
    /** Only those that a rotation replaces: with a secret of ours, and no successor that works already. */
    readonly isRotatable: boolean
  },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      text: `select k.id from keys k join connections c on c.organization_id = k.organization_id and c.id = $2
        where k.organization_id = $1 and k.kind not in ('tok', 'ref') and k.revoked_at is null
          and (k.expires_at is null or k.expires_at > $3)
          and (k.connection_id = c.id or (k.connection_id is null and c.is_default and k.kind in ('scm', 'cli', 'ent')))
          and (not $5 or (k.kind <> 'ent' and k.jwks is null and not exists (
            select from keys s where s.organization_id = k.organization_id and s.id = k.replaced_by and s.revoked_at is null)))
        order by k.id limit $4`,
    },
    [query.organizationId, query.connectionId, query.now, query.rowsMax, query.isRotatable],
  )
  return rows.map((row) => row.id)
}
