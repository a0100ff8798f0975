import type { TargetCredentials } from '@rollcall/admin-api'
import { openCredentialsFor, sealCredentialsFor, type Sealing } from '../../access/sealed-credentials.ts'
import type { AppRow } from '../../db/queries/apps.ts'

export type { Sealing } from '../../access/sealed-credentials.ts'

type AppId = Pick<AppRow, 'organizationId' | 'id'>

export async function sealCredentials(
  parts: Sealing,
  now: Date,
  app: AppId & { readonly credentials: TargetCredentials | null },
): Promise<Pick<AppRow, 'credentials' | 'credentialsKind'>> {
  const { organizationId, id, credentials } = app
  if (credentials === null) return { credentials: null, credentialsKind: null }
  const sealed = await sealCredentialsFor(parts, now, { ring: 'apps', organizationId, id, credentials })
  return { credentials: sealed, credentialsKind: credentials.kind }
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
