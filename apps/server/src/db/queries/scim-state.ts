import type { Queryable } from '../pool.ts'

/**
 * Whether accounts come over SCIM: a connection that is not disabled was used, or somebody has a live key for it. The
 * connection that every organization is born with counts from its first key on.
 */
export async function selectIsScimOn(db: Queryable, organizationId: string, now: Date): Promise<boolean> {
  const { rows } = await db.query<{ is_on: boolean }>(isOn, [organizationId, now])
  return rows[0]?.is_on ?? false
}

const isOn = {
  name: 'select_is_scim_on',
  text: `select exists (
      select from connections c where c.organization_id = $1 and c.type = 'scim' and c.state <> 'disabled' and (
        exists (select from connection_activity a where a.organization_id = $1 and a.connection_id = c.id)
        or exists (select from keys k where k.organization_id = $1
          and (k.connection_id = c.id or (k.connection_id is null and c.is_default))
          and k.scopes && array['scim', 'admin:enterprise'] and k.revoked_at is null
          and (k.expires_at is null or k.expires_at > $2))
      )) as is_on`,
}
