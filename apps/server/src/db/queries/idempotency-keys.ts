import type { Queryable } from '../pool.ts'

export type IdempotencyKey = {
  readonly organizationId: string
  readonly principal: string
  readonly key: string
}

export type IdempotencyRow = {
  readonly fingerprint: Uint8Array
  /** Null while the first request runs. */
  readonly status: number | null
  readonly body: string | null
  readonly headers: Readonly<Record<string, string>> | null
}

/** True when the key is ours now: it was free, too old to count, or left behind by a request that never ended. */
export async function claimIdempotencyKey(
  db: Queryable,
  key: IdempotencyKey,
  claim: {
    readonly fingerprint: Uint8Array
    readonly at: Date
    readonly expiredBefore: Date
    readonly abandonedBefore: Date
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `insert into idempotency_keys as k (organization_id, principal, key, fingerprint, created_at)
        values ($1, $2, $3, $4, $5)
        on conflict (organization_id, principal, key) do update
          set fingerprint = excluded.fingerprint, status = null, body = null, headers = null, created_at = excluded.created_at
          where k.created_at < $6 or (k.status is null and k.created_at < $7)`,
    },
    [
      key.organizationId,
      key.principal,
      key.key,
      claim.fingerprint,
      claim.at,
      claim.expiredBefore,
      claim.abandonedBefore,
    ],
  )
  return rowCount === 1
}

export async function selectIdempotencyKey(db: Queryable, key: IdempotencyKey): Promise<IdempotencyRow | undefined> {
  const { rows } = await db.query<IdempotencyRow>(
    {
      text: `select fingerprint, status, body, headers from idempotency_keys
        where organization_id = $1 and principal = $2 and key = $3`,
    },
    [key.organizationId, key.principal, key.key],
  )
  return rows[0]
}

export async function updateIdempotencyAnswer(
  db: Queryable,
  key: IdempotencyKey,
  answer: { readonly status: number; readonly body: string; readonly headers: Readonly<Record<string, string>> },
): Promise<void> {
  await db.query(
    {
      text: `update idempotency_keys set status = $4, body = $5, headers = $6::jsonb
        where organization_id = $1 and principal = $2 and key = $3`,
    },
    [key.organizationId, key.principal, key.key, answer.status, answer.body, JSON.stringify(answer.headers)],
  )
}

/** Frees a key whose request changed nothing. */
export async function deleteIdempotencyKey(db: Queryable, key: IdempotencyKey): Promise<void> {
  await db.query(
    {
      text: `delete from idempotency_keys
        where organization_id = $1 and principal = $2 and key = $3 and status is null`,
    },
    [key.organizationId, key.principal, key.key],
  )
}

export async function deleteIdempotencyKeysBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from idempotency_keys where created_at < $1' }, [before])
  return rowCount
}
