import type { Queryable } from '../pool.ts'

export type AuthorizationCodeRow = {
  readonly organizationId: string
  readonly hash: Uint8Array
  /** The client. */
  readonly keyId: string
  readonly redirectUri: string
  readonly codeChallenge: string | null
  readonly scopes: readonly string[]
  readonly approvedBy: string
  readonly expiresAt: Date
}

export async function insertAuthorizationCode(tx: Queryable, row: AuthorizationCodeRow): Promise<void> {
  await tx.query(
    {
      text: `insert into authorization_codes (organization_id, hash, key_id, redirect_uri, code_challenge, scopes, approved_by, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    },
    [
      row.organizationId,
      row.hash,
      row.keyId,
      row.redirectUri,
      row.codeChallenge,
      row.scopes,
      row.approvedBy,
      row.expiresAt,
    ],
  )
}

/** Takes the code out: whoever comes second finds none. */
export async function takeAuthorizationCode(
  tx: Queryable,
  organizationId: string,
  hash: Uint8Array,
): Promise<Omit<AuthorizationCodeRow, 'hash'> | undefined> {
  const { rows } = await tx.query<Omit<AuthorizationCodeRow, 'hash'>>(
    {
      text: `delete from authorization_codes where organization_id = $1 and hash = $2
        returning organization_id as "organizationId", key_id as "keyId", redirect_uri as "redirectUri",
          code_challenge as "codeChallenge", scopes, approved_by as "approvedBy", expires_at as "expiresAt"`,
    },
    [organizationId, hash],
  )
  return rows[0]
}

export async function deleteExpiredCodes(db: Queryable, organizationId: string, before: Date): Promise<void> {
  await db.query({ text: 'delete from authorization_codes where organization_id = $1 and expires_at < $2' }, [
    organizationId,
    before,
  ])
}
