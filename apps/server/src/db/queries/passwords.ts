import type { Queryable } from '../pool.ts'

/** Stores the hash of a password, in place of the one before. */
export async function upsertPassword(
  tx: Queryable,
  password: { readonly organizationId: string; readonly userId: string; readonly hash: string; readonly now: Date },
): Promise<void> {
  await tx.query(upsert, [password.organizationId, password.userId, password.hash, password.now])
}

const upsert = {
  name: 'upsert_password',
  text: `insert into passwords (organization_id, user_id, hash, updated_at) values ($1, $2, $3, $4)
    on conflict (organization_id, user_id) do update set hash = excluded.hash, updated_at = excluded.updated_at`,
}

export async function hasPassword(db: Queryable, organizationId: string, userId: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    { text: 'select exists (select from passwords where organization_id = $1 and user_id = $2) as found' },
    [organizationId, userId],
  )
  return rows[0]?.found === true
}
