import type { Queryable } from '../pool.ts'

export type InstanceKeyRow = {
  readonly id: string
  readonly name: string
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

export async function insertInstanceKey(
  db: Queryable,
  row: {
    readonly id: string
    readonly hash: Uint8Array
    readonly name: string
    readonly hint: string
    readonly createdAt: Date
  },
): Promise<void> {
  await db.query({ text: 'insert into instance_keys (id, hash, name, hint, created_at) values ($1, $2, $3, $4, $5)' }, [
    row.id,
    row.hash,
    row.name,
    row.hint,
    row.createdAt,
  ])
}

export async function selectInstanceKey(db: Queryable, hash: Uint8Array): Promise<InstanceKeyRow | undefined> {
  const { rows } = await db.query<InstanceKeyRow>(
    {
      name: 'instance-key',
      text: `select id, name, last_used_at as "lastUsedAt", revoked_at as "revokedAt" from instance_keys where hash = $1`,
    },
    [hash],
  )
  return rows[0]
}

export async function updateInstanceKeyUsed(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query({ text: 'update instance_keys set last_used_at = $2 where id = $1' }, [id, at])
}

export async function selectSealedSecret(db: Queryable, name: string): Promise<string | undefined> {
  const { rows } = await db.query<{ sealed: string }>({ text: 'select sealed from instance_secrets where name = $1' }, [
    name,
  ])
  return rows[0]?.sealed
}

/** The one that stands afterwards: that of the process that came first. */
export async function insertSealedSecret(
  db: Queryable,
  row: { readonly name: string; readonly sealed: string; readonly at: Date },
): Promise<string> {
  await db.query(
    {
      text: 'insert into instance_secrets (name, sealed, updated_at) values ($1, $2, $3) on conflict (name) do nothing',
    },
    [row.name, row.sealed, row.at],
  )
  const stored = await selectSealedSecret(db, row.name)
  if (stored === undefined) throw new Error(`The secret "${row.name}" was removed while it was being made`)
  return stored
}

/** False when no key has that hash or it was revoked before. */
export async function updateInstanceKeyRevoked(db: Queryable, hash: Buffer, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    { text: 'update instance_keys set revoked_at = $2 where hash = $1 and revoked_at is null' },
    [hash, now],
  )
  return rowCount === 1
}
