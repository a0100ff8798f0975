import type { TargetCredentials } from '@rollcall/admin-api'
import { getInstanceSecret } from '../../access/instance-secrets.ts'
import type { AppRow } from '../../db/queries/apps.ts'
import type { Database } from '../../db/pool.ts'
import { createEncryption, type Encryption } from '../../encryption.ts'

export type Sealing = { readonly database: Database; readonly encryption: Encryption }

type AppId = Pick<AppRow, 'organizationId' | 'id'>

export async function sealCredentials(
  parts: Sealing,
  now: Date,
  app: AppId & { readonly credentials: TargetCredentials | null },
): Promise<Pick<AppRow, 'credentials' | 'credentialsKind'>> {
  const { credentials } = app
  if (credentials === null) return { credentials: null, credentialsKind: null }
  const sealed = (await ring(parts, now)).seal(JSON.stringify(credentials), contextOf(app))
  return { credentials: sealed, credentialsKind: credentials.kind }
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
