import type { SourceCredentials, SourcePlace, SourceSettings } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { openCredentialsFor, sealCredentialsFor, type Sealing } from '../access/sealed-credentials.ts'
import { staleVersion } from '../access/stale-version.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { selectSource, type SourceRow } from '../db/queries/sources.ts'
import type { Queryable } from '../db/pool.ts'

/** A source as everybody may see it who may see sources: its credentials are only said to be there. */
export type Source = Omit<SourceRow, 'place' | 'settings' | 'credentials' | 'credentialsKind'> & {
  readonly place: SourcePlace
  readonly settings: SourceSettings
  readonly credentialsKind: SourceCredentials['kind'] | null
}

/** What a reader needs of a source. */
export type OpenedSource = Source & { readonly credentials: SourceCredentials | null }

export type SourceName = { readonly organizationId: string; readonly sourceId: string }

/** Throws `sourceNotFound`. */
export async function getSource(db: Queryable, name: SourceName): Promise<Source> {
  return toSource(await getSourceRow(db, name))
}

/** With its credentials in clear: for whoever reads it, never for an answer. Throws `sourceNotFound`. */
export async function getOpenedSource(parts: Sealing, now: Date, name: SourceName): Promise<OpenedSource> {
  const row = await getSourceRow(parts.database, name)
  return { ...toSource(row), credentials: await openSourceCredentials(parts, now, row) }
}

export async function getSourceRow(
  db: Queryable,
  { organizationId, sourceId }: SourceName,
  options: { readonly lock?: boolean } = {},
): Promise<SourceRow> {
  const row = await selectSource(db, organizationId, sourceId, options)
  if (row === undefined) throw new AccessError('sourceNotFound', 'There is no such source')
  return row
}

export function toSource(stored: SourceRow): Source {
  const { credentials: _, ...row } = stored
  return {
    ...row,
    // All three were checked by these schemas before they were stored.
    place: row.place as SourcePlace,
    settings: row.settings as SourceSettings,
    credentialsKind: row.credentialsKind as Source['credentialsKind'],
  }
}

export async function sealSourceCredentials(
  parts: Sealing,
  now: Date,
  source: Pick<SourceRow, 'organizationId' | 'id'> & { readonly credentials: SourceCredentials | null },
): Promise<Pick<SourceRow, 'credentials' | 'credentialsKind'>> {
  const { organizationId, id, credentials } = source
  if (credentials === null) return { credentials: null, credentialsKind: null }
  const sealed = await sealCredentialsFor(parts, now, { ring: 'sources', organizationId, id, credentials })
  return { credentials: sealed, credentialsKind: credentials.kind }
}

async function openSourceCredentials(
  parts: Sealing,
  now: Date,
  { organizationId, id, credentials: sealed }: SourceRow,
): Promise<SourceCredentials | null> {
  if (sealed === null) return null
  // We sealed it ourselves, in this form.
  return (await openCredentialsFor(parts, now, { ring: 'sources', organizationId, id, sealed })) as SourceCredentials
}

/** Writes the row of `changes` that tells of a change of a source. */
export async function recordSource(
  tx: Queryable,
  by: Pick<Call, 'now' | 'actor' | 'requestId'>,
  source: Pick<SourceRow, 'organizationId' | 'id' | 'version'>,
  change: { readonly action: `source.${string}`; readonly data: JsonObject },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: source.organizationId,
    at: by.now,
    action: change.action,
    subjectId: source.id,
    subjectVersion: source.version,
    connectionId: source.id,
    actor: by.actor,
    requestId: by.requestId,
    data: change.data,
  })
}

export function staleSource(currentVersion: number | undefined): AccessError {
  return staleVersion('The source', currentVersion)
}
