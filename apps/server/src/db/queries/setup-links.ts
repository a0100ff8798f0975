import type { Queryable } from '../pool.ts'

export type SetupLinkRow = { readonly id: string; readonly expiresAt: Date; readonly usedAt: Date | null }

/** Makes a link unless an owner was set up before or another link still waits. True when it was made. */
export async function insertSetupLink(
  tx: Queryable,
  row: { readonly id: string; readonly hash: Uint8Array; readonly createdAt: Date; readonly expiresAt: Date },
): Promise<boolean> {
  // Processes that start together take turns, so that only one of them prints a link.
  await tx.query({ text: 'lock table setup_links in share row exclusive mode' })
  const { rowCount } = await tx.query(
    {
      text: `insert into setup_links (id, hash, created_at, expires_at) select $1, $2, $3, $4
        where not exists (select from setup_links where used_at is not null or expires_at > $3)`,
    },
    [row.id, row.hash, row.createdAt, row.expiresAt],
  )
  return rowCount === 1
}

export async function selectSetupLink(db: Queryable, hash: Uint8Array): Promise<SetupLinkRow | undefined> {
  const { rows } = await db.query<SetupLinkRow>(
    { text: `select id, expires_at as "expiresAt", used_at as "usedAt" from setup_links where hash = $1` },
    [hash],
  )
  return rows[0]
}

/** False when it was used or had expired: of two clicks at once one wins. */
export async function updateSetupLinkUsed(db: Queryable, id: string, at: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    { text: 'update setup_links set used_at = $2 where id = $1 and used_at is null and expires_at > $2' },
    [id, at],
  )
  return rowCount === 1
}
