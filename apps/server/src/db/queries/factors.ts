import type { Queryable } from '../pool.ts'

/** What a person can prove who they are with, besides a password. */
export type FactorsRow = {
  readonly passkeys: number
  readonly hasTotp: boolean
  /** Recovery codes that are left. */
  readonly recoveryCodes: number
}

/** In one statement; a person without any has a row of zeros. */
export async function selectFactors(db: Queryable, organizationId: string, userId: string): Promise<FactorsRow> {
  const { rows } = await db.query<FactorsRow>(factors, [organizationId, userId])
  return rows[0] ?? { passkeys: 0, hasTotp: false, recoveryCodes: 0 }
}

const factors = {
  name: 'select_factors',
  text: `select
    (select count(*) from passkeys where organization_id = $1 and user_id = $2) as passkeys,
    exists (select from one_time_codes where organization_id = $1 and user_id = $2) as "hasTotp",
    (select count(*) from recovery_codes where organization_id = $1 and user_id = $2 and used_at is null) as "recoveryCodes"`,
}

export type OneTimeCodeRow = {
  /** Sealed. */
  readonly secret: string
  readonly lastStep: number
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

const codeColumns = `secret, last_step as "lastStep", created_at as "createdAt", last_used_at as "lastUsedAt"`

export async function selectOneTimeCode(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<OneTimeCodeRow | undefined> {
  const { rows } = await db.query<OneTimeCodeRow>(
    { text: `select ${codeColumns} from one_time_codes where organization_id = $1 and user_id = $2` },
    [organizationId, userId],
  )
  return rows[0]
}

/** In place of the one before. */
export async function upsertOneTimeCode(
  tx: Queryable,
  code: {
    readonly organizationId: string
    readonly userId: string
    readonly secret: string
    readonly lastStep: number
    readonly at: Date
  },
): Promise<void> {
  await tx.query(upsert, [code.organizationId, code.userId, code.secret, code.lastStep, code.at])
}

const upsert = {
  text: `insert into one_time_codes (organization_id, user_id, secret, last_step, created_at) values ($1, $2, $3, $4, $5)
    on conflict (organization_id, user_id) do update set secret = excluded.secret, last_step = excluded.last_step,
      created_at = excluded.created_at, last_used_at = null`,
}

/** False: this step or a later one was used in the meantime. */
export async function updateOneTimeCodeUsed(
  tx: Queryable,
  use: { readonly organizationId: string; readonly userId: string; readonly step: number; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(useStep, [use.organizationId, use.userId, use.step, use.at])
  return rowCount === 1
}

const useStep = {
  name: 'update_one_time_code_used',
  text: `update one_time_codes set last_step = $3, last_used_at = $4
    where organization_id = $1 and user_id = $2 and last_step < $3`,
}

export async function deleteOneTimeCode(tx: Queryable, organizationId: string, userId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'delete from one_time_codes where organization_id = $1 and user_id = $2' },
    [organizationId, userId],
  )
  return rowCount === 1
}

export type SealedCodeRow = { readonly organizationId: string; readonly userId: string; readonly secret: string }

/** Of all organizations, locked until the end of the transaction: for a new encryption key of the instance. */
export async function lockOneTimeCodes(tx: Queryable): Promise<readonly SealedCodeRow[]> {
  const { rows } = await tx.query<SealedCodeRow>({
    text: `select organization_id as "organizationId", user_id as "userId", secret from one_time_codes
      order by organization_id, user_id for update`,
  })
  return rows
}

export async function updateOneTimeCodeSecret(tx: Queryable, row: SealedCodeRow): Promise<void> {
  await tx.query({ text: 'update one_time_codes set secret = $3 where organization_id = $1 and user_id = $2' }, [
    row.organizationId,
    row.userId,
    row.secret,
  ])
}

export type RecoveryCodesRow = { readonly left: number; readonly createdAt: Date }

/** Undefined: none were made. */
export async function selectRecoveryCodes(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<RecoveryCodesRow | undefined> {
  const { rows } = await db.query<{ left: number; createdAt: Date | null }>(
    {
      text: `select count(*) filter (where used_at is null) as left, max(created_at) as "createdAt"
        from recovery_codes where organization_id = $1 and user_id = $2`,
    },
    [organizationId, userId],
  )
  const { left = 0, createdAt = null } = rows[0] ?? {}
  return createdAt === null ? undefined : { left, createdAt }
}

/** In place of all that there were. */
export async function replaceRecoveryCodes(
  tx: Queryable,
  codes: {
    readonly organizationId: string
    readonly userId: string
    readonly hashes: readonly Buffer[]
    readonly at: Date
  },
): Promise<void> {
  await deleteRecoveryCodes(tx, codes.organizationId, codes.userId)
  await tx.query(insertCodes, [codes.organizationId, codes.userId, codes.hashes, codes.at])
}

const insertCodes = {
  text: `insert into recovery_codes (organization_id, user_id, hash, created_at) select $1, $2, unnest($3::bytea[]), $4`,
}

/** False: the person has no such code, or it was used. */
export async function updateRecoveryCodeUsed(
  tx: Queryable,
  use: { readonly organizationId: string; readonly userId: string; readonly hash: Buffer; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(useCode, [use.organizationId, use.userId, use.hash, use.at])
  return rowCount === 1
}

const useCode = {
  name: 'update_recovery_code_used',
  text: `update recovery_codes set used_at = $4
    where organization_id = $1 and user_id = $2 and hash = $3 and used_at is null`,
}

export async function deleteRecoveryCodes(tx: Queryable, organizationId: string, userId: string): Promise<number> {
  const { rowCount } = await tx.query(
    { text: 'delete from recovery_codes where organization_id = $1 and user_id = $2' },
    [organizationId, userId],
  )
  return rowCount
}
