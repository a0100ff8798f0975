import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** `draft`: no rules are live yet. `stopping`: the running cycle ends first. */
export type AppState = 'draft' | 'active' | 'paused' | 'stopping' | 'stopped'

export type AppRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly preset: string | null
  readonly state: AppState
  readonly pausedReason: string | null
  /** Null: until somebody resumes it. */
  readonly pausedUntil: Date | null
  readonly liveRevision: number | null
  readonly draftRevision: number | null
  readonly target: JsonObject
  /** Sealed. */
  readonly credentials: string | null
  readonly credentialsKind: string | null
  /** Null: they have no end, or none that is known. */
  readonly credentialsExpireAt: Date | null
  readonly settings: JsonObject
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `organization_id as "organizationId", id, name, preset, state, paused_reason as "pausedReason",
  paused_until as "pausedUntil",
  live_revision as "liveRevision", draft_revision as "draftRevision", target, credentials,
  credentials_kind as "credentialsKind", credentials_expire_at as "credentialsExpireAt", settings, version,
  created_by as "createdBy", created_at as "createdAt", updated_at as "updatedAt"`

export async function insertApp(
  tx: Queryable,
  row: Omit<AppRow, 'version' | 'updatedAt' | 'pausedUntil'>,
): Promise<AppRow> {
  const { rows } = await tx.query<AppRow>(
    {
      text: `insert into apps (organization_id, id, name, preset, state, paused_reason, live_revision, draft_revision, target,
          credentials, credentials_kind, settings, created_by, created_at, updated_at, credentials_expire_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12::jsonb, $13, $14, $14, $15) returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.name,
      row.preset,
      row.state,
      row.pausedReason,
      row.liveRevision,
      row.draftRevision,
      JSON.stringify(row.target),
      row.credentials,
      row.credentialsKind,
      JSON.stringify(row.settings),
      row.createdBy,
      row.createdAt,
      row.credentialsExpireAt,
    ],
  )
  const [made] = rows
  if (made === undefined) throw new Error('An inserted app came back without a row')
  return made
}

export async function selectApp(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<AppRow | undefined> {
  const { rows } = await db.query<AppRow>(
    {
      text: `select ${columns} from apps where organization_id = $1 and id = $2${options.lock === true ? ' for update' : ''}`,
    },
    [organizationId, id],
  )
  return rows[0]
}

/** In the order of their making. */
export async function selectApps(
  db: Queryable,
  organizationId: string,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly AppRow[]> {
  const { rows } = await db.query<AppRow>(
    {
      text: `select ${columns} from apps where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** Apps of all organizations that workers have to look at: rules are live, and nobody paused or stopped them. */
export async function selectRunningApps(db: Queryable): Promise<readonly AppRow[]> {
  const { rows } = await db.query<AppRow>({
    name: 'running_apps',
    text: `select ${columns} from apps where state in ('active', 'stopping') and live_revision is not null
      order by organization_id, id`,
  })
  return rows
}

/** Apps of all organizations whose pause has ended, the longest over first. */
export async function selectPausesOver(
  db: Queryable,
  { now, rowsMax }: { readonly now: Date; readonly rowsMax: number },
): Promise<readonly { readonly organizationId: string; readonly appId: string }[]> {
  const { rows } = await db.query<{ organizationId: string; appId: string }>(
    {
      name: 'pauses_over',
      text: `select organization_id as "organizationId", id as "appId" from apps
        where paused_until <= $1 and state = 'paused' order by paused_until limit $2`,
    },
    [now, rowsMax],
  )
  return rows
}

/** Writes what may change; undefined when the version is another one by now. */
export async function updateAppRow(tx: Queryable, row: AppRow): Promise<AppRow | undefined> {
  const { rows } = await tx.query<AppRow>(
    {
      text: `update apps set name = $4, state = $5, paused_reason = $6, live_revision = $7, draft_revision = $8,
          target = $9::jsonb, credentials = $10, credentials_kind = $11, settings = $12::jsonb, updated_at = $13,
          credentials_expire_at = $14, paused_until = $15, version = version + 1
        where organization_id = $1 and id = $2 and version = $3 returning ${columns}`,
    },
    [
      row.organizationId,
      row.id,
      row.version,
      row.name,
      row.state,
      row.pausedReason,
      row.liveRevision,
      row.draftRevision,
      JSON.stringify(row.target),
      row.credentials,
      row.credentialsKind,
      JSON.stringify(row.settings),
      row.updatedAt,
      row.credentialsExpireAt,
      row.pausedUntil,
    ],
  )
  return rows[0]
}

export async function countApps(db: Queryable, organizationId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from apps where organization_id = $1' },
    [organizationId],
  )
  return rows[0]?.count ?? 0
}

/** Whether a cycle of the app is running. */
export async function hasOpenCycle(
  db: Queryable,
  app: { readonly organizationId: string; readonly appId: string },
): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    {
      text: `select exists (select from cycles where organization_id = $1 and app_id = $2 and ended_at is null) as found`,
    },
    [app.organizationId, app.appId],
  )
  return rows[0]?.found ?? false
}
export async function deleteAppRow(tx: Queryable, row: Pick<AppRow, 'organizationId' | 'id'>): Promise<void> {
  await tx.query({ text: 'delete from apps where organization_id = $1 and id = $2' }, [row.organizationId, row.id])
}

/** Of all organizations, whatever their state: for work that tidies up. */
export async function selectAllApps(
  db: Queryable,
): Promise<readonly Pick<AppRow, 'organizationId' | 'id' | 'settings'>[]> {
  const { rows } = await db.query<Pick<AppRow, 'organizationId' | 'id' | 'settings'>>({
    text: 'select organization_id as "organizationId", id, settings from apps order by organization_id, id',
  })
  return rows
}
