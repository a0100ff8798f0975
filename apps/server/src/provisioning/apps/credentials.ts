import type { TargetCredentials } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import { openCredentialsFor, sealCredentialsFor, type Sealing } from '../../access/sealed-credentials.ts'
import type { AppRow } from '../../db/queries/apps.ts'

export type { Sealing } from '../../access/sealed-credentials.ts'

export type SealedCredentials = Pick<AppRow, 'credentials' | 'credentialsKind' | 'credentialsExpireAt'>

type AppId = Pick<AppRow, 'organizationId' | 'id'>

export async function sealCredentials(
  parts: Sealing,
  now: Date,
  app: AppId & { readonly credentials: TargetCredentials | null },
): Promise<SealedCredentials> {
  const { organizationId, id, credentials } = app
  if (credentials === null) return { credentials: null, credentialsKind: null, credentialsExpireAt: null }
  const sealed = await sealCredentialsFor(parts, now, { ring: 'apps', organizationId, id, credentials })
  return { credentials: sealed, credentialsKind: credentials.kind, credentialsExpireAt: endOf(credentials) }
}

export async function openCredentials(
  parts: Sealing,
  now: Date,
  app: AppId & Pick<AppRow, 'credentials'>,
): Promise<TargetCredentials | null> {
  const { organizationId, id, credentials: sealed } = app
  if (sealed === null) return null
  // We sealed it ourselves, in this form.
  return (await openCredentialsFor(parts, now, { ring: 'apps', organizationId, id, sealed })) as TargetCredentials
}

/** What the administrator said, else what a token says of itself; null: they have no end, or none that is known. */
function endOf(credentials: TargetCredentials): Date | null {
  if (credentials.expiresAt !== undefined) return new Date(credentials.expiresAt)
  return credentials.kind === 'bearer' ? endOfToken(credentials.token) : null
}

/** RFC 7519 §4.1.4; whose it is and whether it holds is the app's business. */
function endOfToken(token: string): Date | null {
  const [, claims, signature] = token.split('.')
  if (claims === undefined || signature === undefined) return null
  try {
    const body: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
    const seconds = isJsonObject(body) ? body['exp'] : undefined
    const end = new Date(typeof seconds === 'number' ? seconds * 1_000 : Number.NaN)
    return Number.isNaN(end.getTime()) ? null : end
  } catch {
    return null
  }
}
