import type { TargetCredentials } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import { getInstanceSecret } from '../../access/instance-secrets.ts'
import type { AppRow } from '../../db/queries/apps.ts'
import type { Database } from '../../db/pool.ts'
import { createEncryption, type Encryption } from '../../encryption.ts'

export type Sealing = { readonly database: Database; readonly encryption: Encryption }

export type SealedCredentials = Pick<AppRow, 'credentials' | 'credentialsKind' | 'credentialsExpireAt'>

type AppId = Pick<AppRow, 'organizationId' | 'id'>

export async function sealCredentials(
  parts: Sealing,
  now: Date,
  app: AppId & { readonly credentials: TargetCredentials | null },
): Promise<SealedCredentials> {
  const { credentials } = app
  if (credentials === null) return { credentials: null, credentialsKind: null, credentialsExpireAt: null }
  const sealed = (await ring(parts, now)).seal(JSON.stringify(credentials), contextOf(app))
  return { credentials: sealed, credentialsKind: credentials.kind, credentialsExpireAt: endOf(credentials) }
}

export async function openCredentials(
  parts: Sealing,
  now: Date,
  app: AppId & Pick<AppRow, 'credentials'>,
): Promise<TargetCredentials | null> {
  if (app.credentials === null) return null
  // We sealed it ourselves, in this form.
  return JSON.parse((await ring(parts, now)).open(app.credentials, contextOf(app))) as TargetCredentials
}

/** Under a secret of the instance, which is sealed anew when the encryption key is changed: these stay as they are. */
async function ring({ database, encryption }: Sealing, now: Date): Promise<Encryption> {
  const key = await getInstanceSecret(database, encryption, { name: 'apps', now })
  return createEncryption([Buffer.from(key).toString('base64')])
}

function contextOf({ organizationId, id }: AppId): string {
  return `apps/${organizationId}/${id}`
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
