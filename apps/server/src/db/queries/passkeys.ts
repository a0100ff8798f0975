import type { Queryable } from '../pool.ts'

export type PasskeyRow = {
  readonly id: string
  readonly userId: string
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly rpId: string
  readonly name: string
  readonly isBackedUp: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

const columns = `id, user_id as "userId", credential_id as "credentialId", public_key as "publicKey", counter, transports,
  rp_id as "rpId", name, is_backed_up as "isBackedUp", created_at as "createdAt", last_used_at as "lastUsedAt"`

/** Of one person, oldest first. */
export async function selectPasskeys(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<readonly PasskeyRow[]> {
  const { rows } = await db.query<PasskeyRow>(ofUser, [organizationId, userId])
  return rows
}

const ofUser = {
  name: 'select_passkeys',
  text: `select ${columns} from passkeys where organization_id = $1 and user_id = $2 order by id`,
}

/** The passkey with that id of its authenticator, held until the end of the transaction. */
export async function lockPasskey(
  tx: Queryable,
  organizationId: string,
  credentialId: Buffer,
): Promise<PasskeyRow | undefined> {
  const { rows } = await tx.query<PasskeyRow>(lock, [organizationId, credentialId])
  return rows[0]
}

const lock = {
  name: 'lock_passkey',
  text: `select ${columns} from passkeys where organization_id = $1 and credential_id = $2 for update`,
}

/** False: the organization has a passkey with that id of an authenticator already. */
export async function insertPasskey(
  tx: Queryable,
  passkey: Omit<PasskeyRow, 'lastUsedAt'> & { readonly organizationId: string },
): Promise<boolean> {
  const { organizationId, id, userId, credentialId, publicKey, counter, transports, rpId, name } = passkey
  const values = [organizationId, id, userId, credentialId, publicKey, counter, transports, rpId, name]
  const { rowCount } = await tx.query(insert, [...values, passkey.isBackedUp, passkey.createdAt])
  return rowCount === 1
}

const insert = {
  name: 'insert_passkey',
  text: `insert into passkeys (organization_id, id, user_id, credential_id, public_key, counter, transports, rp_id, name,
      is_backed_up, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
}

export async function updatePasskeyUsed(
  tx: Queryable,
  use: {
    readonly organizationId: string
    readonly id: string
    readonly counter: number
    readonly isBackedUp: boolean
    readonly at: Date
  },
): Promise<void> {
  await tx.query(used, [use.organizationId, use.id, use.counter, use.isBackedUp, use.at])
}

const used = {
  name: 'update_passkey_used',
  text: `update passkeys set counter = $3, is_backed_up = $4, last_used_at = $5 where organization_id = $1 and id = $2`,
}

type OwnPasskey = { readonly organizationId: string; readonly userId: string; readonly id: string }

/** The name it had; undefined: the person has no such passkey. */
export async function updatePasskeyName(tx: Queryable, key: OwnPasskey, name: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ name: string }>(rename, [key.organizationId, key.userId, key.id, name])
  return rows[0]?.name
}

const rename = {
  text: `update passkeys p set name = $4
    from (select name from passkeys where organization_id = $1 and user_id = $2 and id = $3 for update) old
    where p.organization_id = $1 and p.user_id = $2 and p.id = $3 returning old.name`,
}

/** Its name; undefined: the person has no such passkey. */
export async function deletePasskey(tx: Queryable, key: OwnPasskey): Promise<string | undefined> {
  const { rows } = await tx.query<{ name: string }>(
    { text: 'delete from passkeys where organization_id = $1 and user_id = $2 and id = $3 returning name' },
    [key.organizationId, key.userId, key.id],
  )
  return rows[0]?.name
}

export async function deletePasskeys(tx: Queryable, organizationId: string, userId: string): Promise<number> {
  const { rowCount } = await tx.query({ text: 'delete from passkeys where organization_id = $1 and user_id = $2' }, [
    organizationId,
    userId,
  ])
  return rowCount
}

/** False: it was answered before. */
export async function insertUsedChallenge(
  tx: Queryable,
  challenge: { readonly organizationId: string; readonly hash: Buffer; readonly expiresAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(useChallenge, [challenge.organizationId, challenge.hash, challenge.expiresAt])
  return rowCount === 1
}

const useChallenge = {
  name: 'insert_used_challenge',
  text: `insert into used_challenges (organization_id, hash, expires_at) values ($1, $2, $3) on conflict do nothing`,
}

/** Of all organizations: a job of the instance. */
export async function deleteChallengesBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from used_challenges where expires_at < $1' }, [before])
  return rowCount
}

/** How many passkeys work for another host only, of all organizations: a check of the instance. */
export async function countStrandedPasskeys(db: Queryable, rpId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from passkeys where rp_id <> $1' },
    [rpId],
  )
  return rows[0]?.count ?? 0
}
