import type { Queryable } from '../pool.ts'

export type SealedSecretRow = { readonly name: string; readonly sealed: string }

/** All sealed secrets of the instance, with when each was sealed. */
export async function selectSealedSecrets(db: Queryable): Promise<readonly (SealedSecretRow & { at: Date })[]> {
  const { rows } = await db.query<SealedSecretRow & { at: Date }>({
    text: 'select name, sealed, updated_at as at from instance_secrets order by name',
  })
  return rows
}

/** All sealed secrets of the instance, locked until the end of the transaction. */
export async function lockSealedSecrets(db: Queryable): Promise<readonly SealedSecretRow[]> {
  const { rows } = await db.query<SealedSecretRow>({
    text: 'select name, sealed from instance_secrets order by name for update',
  })
  return rows
}

export async function updateSealedSecret(db: Queryable, row: SealedSecretRow & { readonly at: Date }): Promise<void> {
  await db.query({ text: 'update instance_secrets set sealed = $2, updated_at = $3 where name = $1' }, [
    row.name,
    row.sealed,
    row.at,
  ])
}
