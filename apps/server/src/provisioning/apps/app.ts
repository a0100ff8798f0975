import type { TargetCredentials, AppSettings, TargetSettings } from '@rollcall/admin-api'
import { AccessError } from '../../access/access-error.ts'
import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { selectApp, selectRunningApps, type AppRow } from '../../db/queries/apps.ts'
import { brokenUnique } from '../../db/queries/constraint.ts'
import type { Queryable } from '../../db/pool.ts'
import type { Call } from '../../access/call.ts'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { EngineNumbers } from '../numbers.ts'
import { numbersOf } from './app-settings.ts'
import { openCredentials, type Sealing } from './credentials.ts'

/** An app as everybody may see it who may see apps: its credentials are only said to be there. */
export type App = Omit<AppRow, 'target' | 'settings' | 'credentials' | 'credentialsKind'> & {
  readonly target: TargetSettings
  readonly settings: AppSettings
  readonly credentialsKind: TargetCredentials['kind'] | null
}

/** What a worker needs of an app. */
export type OpenedApp = App & { readonly credentials: TargetCredentials | null; readonly numbers: EngineNumbers }

export type AppName = { readonly organizationId: string; readonly appId: string }

/** Throws `appNotFound`. */
export async function getApp(db: Queryable, { organizationId, appId }: AppName): Promise<App> {
  return toApp(await getAppRow(db, { organizationId, appId }))
}

/** With its credentials in clear: for whoever sends, never for an answer. Throws `appNotFound`. */
export async function getOpenedApp(parts: Sealing, now: Date, app: AppName): Promise<OpenedApp> {
  return openApp(parts, now, await getAppRow(parts.database, app))
}

/** Apps of all organizations that workers look at, with their credentials in clear. */
export async function listRunningApps(parts: Sealing, now: Date): Promise<readonly OpenedApp[]> {
  const rows = await selectRunningApps(parts.database)
  return Promise.all(rows.map((row) => openApp(parts, now, row)))
}

export async function getAppRow(
  db: Queryable,
  { organizationId, appId }: AppName,
  options: { readonly lock?: boolean } = {},
): Promise<AppRow> {
  const row = await selectApp(db, organizationId, appId, options)
  if (row === undefined) throw new AccessError('appNotFound', 'There is no such app')
  return row
}

/** What apps have that were stored before there was anything else. */
const reconciliationBefore = { every: 'weekly', policy: 'report', orphans: 'keep', keepOrphans: [] }

export function toApp(stored: AppRow): App {
  const { credentials: _, ...row } = stored
  return {
    ...row,
    // All three were checked by these schemas before they were stored.
    target: row.target as TargetSettings,
    settings: withReconciliation(row.settings) as AppSettings,
    credentialsKind: row.credentialsKind as App['credentialsKind'],
  }
}

function withReconciliation(settings: JsonObject): JsonObject {
  const { reconciliation } = settings
  const own = isJsonObject(reconciliation) ? reconciliation : {}
  return { ...settings, reconciliation: { ...reconciliationBefore, ...own } }
}

async function openApp(parts: Sealing, now: Date, row: AppRow): Promise<OpenedApp> {
  const app = toApp(row)
  return { ...app, credentials: await openCredentials(parts, now, row), numbers: numbersOf(app.settings) }
}

/** Writes the row of `changes` that tells of a change of an app. */
export async function recordApp(
  tx: Queryable,
  call: Call,
  app: Pick<AppRow, 'organizationId' | 'id' | 'version'>,
  change: { readonly action: `app.${string}`; readonly data: JsonObject },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: app.organizationId,
    at: call.now,
    action: change.action,
    subjectId: app.id,
    subjectVersion: app.version,
    actor: call.actor,
    requestId: call.requestId,
    data: change.data,
  })
}

export async function refuseTakenName<Row>(name: string, statement: () => Promise<Row>): Promise<Row> {
  try {
    return await statement()
  } catch (error) {
    if (brokenUnique(error) !== 'apps_name') throw error
    throw new AccessError('nameTaken', `There is an app "${name}" already`, { field: 'name' })
  }
}

export function staleApp(currentVersion: number | undefined): AccessError {
  const message = 'The app has changed in the meantime: read it again and repeat the change'
  return new AccessError('versionMismatch', message, currentVersion === undefined ? {} : { currentVersion })
}
