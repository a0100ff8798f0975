import type { JsonObject } from '@rollcall/scim'
import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { SourceName } from './source-settling.ts'

export type WriteBackState = 'held' | 'waiting' | 'sending' | 'done' | 'failed'

/** Sources that are told of their people, and how. */
export async function selectWritingSources(
  db: Queryable,
): Promise<readonly (SourceName & { readonly settings: JsonObject })[]> {
  const text = `select organization_id as "organizationId", id as "sourceId", settings from sources
    where settings ? 'writeBack' and state = 'active' order by organization_id, id`
  const { rows } = await db.query<SourceName & { readonly settings: JsonObject }>({ text }, [])
  return rows
}

/** Somebody whose row was made of another version of him, or of other settings. */
export type StaleWriteBack = {
  readonly anchor: string
  readonly raw: string
  readonly user_id: string
  readonly version: number
  readonly document: string
  readonly state: WriteBackState | null
  readonly fields_hash: string | null
  readonly sent_hash: string | null
}

export async function selectStaleWriteBacks(
  db: Queryable,
  name: SourceName,
  page: { readonly settingsHash: string; readonly after: string; readonly rowsMax: number },
): Promise<readonly StaleWriteBack[]> {
  const { rows } = await db.query<StaleWriteBack>(
    {
      text: `select r.anchor, r.raw, u.id as user_id, u.version, u.document, w.state, w.fields_hash, w.sent_hash
        from source_records r
        join users u on u.organization_id = r.organization_id and u.id = r.user_id and u.scim_id is not null
        left join source_write_backs w on w.organization_id = r.organization_id and w.source_id = r.source_id and w.anchor = r.anchor
        where r.organization_id = $1 and r.source_id = $2 and r.left_at is null and r.anchor > $4
          and (w.user_version is distinct from u.version or w.settings_hash is distinct from $3 or w.user_id is distinct from u.id)
        order by r.anchor limit $5`,
    },
    [name.organizationId, name.sourceId, page.settingsHash, page.after, page.rowsMax],
  )
  return rows
}

export type StagedWriteBack = {
  readonly anchor: string
  readonly userId: string
  readonly userVersion: number
  readonly state: 'held' | 'waiting' | 'done' | 'same'
  readonly fields: string
  readonly fieldsHash: string
  readonly detail: string | null
}

/** `same`: the value is that of before, and so is what becomes of it. */
export async function upsertWriteBacks(
  tx: Queryable,
  name: SourceName,
  staged: {
    readonly rows: readonly StagedWriteBack[]
    readonly settingsHash: string
    readonly dueAt: Date
    readonly now: Date
  },
): Promise<void> {
  const { rows } = staged
  await tx.query(
    {
      text: `insert into source_write_backs as w (organization_id, source_id, anchor, user_id, user_version, settings_hash, state, fields,
          fields_hash, due_at, detail, updated_at)
        select $1, $2, s.anchor, s.user_id::uuid, s.user_version::bigint, $3, case s.state when 'same' then 'waiting' else s.state end,
          s.fields, s.fields_hash, $4, s.detail, $5
        from unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
          s (anchor, user_id, user_version, state, fields, fields_hash, detail)
        on conflict (organization_id, source_id, anchor) do update set
          user_id = excluded.user_id, user_version = excluded.user_version, settings_hash = excluded.settings_hash,
          state = case when w.fields_hash = excluded.fields_hash and excluded.state = 'waiting' and w.state <> 'held'
            then w.state else excluded.state end,
          fields = excluded.fields, fields_hash = excluded.fields_hash,
          due_at = case when w.fields_hash = excluded.fields_hash and w.state <> 'held' then w.due_at else excluded.due_at end,
          failures = case when w.fields_hash = excluded.fields_hash then w.failures else 0 end,
          detail = case when w.fields_hash = excluded.fields_hash and excluded.detail is null and w.state <> 'held'
            then w.detail else excluded.detail end,
          updated_at = case when w.fields_hash = excluded.fields_hash then w.updated_at else excluded.updated_at end`,
    },
    [
      name.organizationId,
      name.sourceId,
      staged.settingsHash,
      staged.dueAt,
      staged.now,
      toTextArray(rows.map(({ anchor }) => anchor)),
      toTextArray(rows.map(({ userId }) => userId)),
      toTextArray(rows.map(({ userVersion }) => String(userVersion))),
      toTextArray(rows.map(({ state }) => state)),
      toTextArray(rows.map(({ fields }) => fields)),
      toTextArray(rows.map(({ fieldsHash }) => fieldsHash)),
      toTextArray(rows.map(({ detail }) => detail)),
    ],
  )
}

export type ClaimedWriteBack = SourceName & {
  readonly anchor: string
  readonly fields: string
  readonly fieldsHash: string
  readonly failures: number
  /** A process died while it told the source: nobody knows whether it has heard. */
  readonly isUnknown: boolean
}

/** Takes what is due and goes out by a request, until `until`. */
export async function claimWriteBack(
  db: Queryable,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<ClaimedWriteBack | undefined> {
  const { rows } = await db.query<ClaimedWriteBack>(
    {
      text: `update source_write_backs w set state = 'sending', due_at = $2 from (
          select b.ctid, b.state from source_write_backs b
          join sources s on s.organization_id = b.organization_id and s.id = b.source_id and s.state = 'active'
            and s.settings -> 'writeBack' ->> 'kind' = 'http'
          where b.state in ('waiting', 'sending') and b.due_at <= $1 order by b.due_at limit 1 for update of b skip locked) f
        where w.ctid = f.ctid
        returning w.organization_id as "organizationId", w.source_id as "sourceId", w.anchor, w.fields, w.fields_hash as "fieldsHash",
          w.failures, f.state = 'sending' as "isUnknown"`,
    },
    [now, until],
  )
  return rows[0]
}

/** What came of a request. What was staged meanwhile waits as it is. */
export async function finishWriteBack(
  tx: Queryable,
  claimed: ClaimedWriteBack,
  outcome: {
    readonly state: 'done' | 'waiting' | 'failed'
    readonly status: number | null
    readonly detail: string | null
    readonly retryAt: Date | null
    readonly now: Date
  },
): Promise<void> {
  await tx.query(
    {
      text: `update source_write_backs set
          sent_hash = case when $5 = 'done' then $4 else sent_hash end, sent_at = case when $5 = 'done' then $9 else sent_at end,
          status = $6, detail = case when fields_hash = $4 then $7 else detail end,
          failures = case when fields_hash <> $4 then failures when $5 = 'done' then 0 else failures + 1 end,
          due_at = case when fields_hash = $4 then coalesce($8, due_at) else due_at end,
          state = case when fields_hash = $4 and state = 'sending' then $5 else state end
        where organization_id = $1 and source_id = $2 and anchor = $3`,
    },
    [
      claimed.organizationId,
      claimed.sourceId,
      claimed.anchor,
      claimed.fieldsHash,
      outcome.state,
      outcome.status,
      outcome.detail,
      outcome.retryAt,
      outcome.now,
    ],
  )
}

export type WriteBackRow = {
  readonly anchor: string
  readonly userId: string
  readonly state: WriteBackState
  readonly fields: string
  readonly dueAt: Date
  readonly failures: number
  readonly status: number | null
  readonly detail: string | null
  readonly updatedAt: Date
  readonly sentAt: Date | null
}

/** In the order of anchors. */
export async function selectWriteBacks(
  db: Queryable,
  name: SourceName,
  page: { readonly state: WriteBackState | undefined; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly WriteBackRow[]> {
  const { rows } = await db.query<WriteBackRow>(
    {
      text: `select anchor, user_id as "userId", state, fields, due_at as "dueAt", failures, status, detail, updated_at as "updatedAt",
          sent_at as "sentAt" from source_write_backs
        where organization_id = $1 and source_id = $2 and ($3::text is null or state = $3) and ($4::text is null or anchor > $4)
        order by anchor limit $5`,
    },
    [name.organizationId, name.sourceId, page.state ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countWriteBacks(
  db: Queryable,
  name: SourceName,
  state: WriteBackState | undefined,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from source_write_backs
        where organization_id = $1 and source_id = $2 and ($3::text is null or state = $3)`,
    },
    [name.organizationId, name.sourceId, state ?? null],
  )
  return rows[0]?.count ?? 0
}

/** The source has taken what waited before an instant. */
export async function confirmWaiting(
  tx: Queryable,
  name: SourceName,
  at: { readonly before: Date; readonly now: Date },
): Promise<number> {
  const { rowCount } = await tx.query(
    {
      text: `update source_write_backs set state = 'done', sent_hash = fields_hash, sent_at = $4
        where organization_id = $1 and source_id = $2 and state = 'waiting' and updated_at < $3`,
    },
    [name.organizationId, name.sourceId, at.before, at.now],
  )
  return rowCount
}

/** What failed waits again; how many. */
export async function retryFailed(tx: Queryable, name: SourceName, now: Date): Promise<number> {
  const { rowCount } = await tx.query(
    {
      text: `update source_write_backs set state = 'waiting', failures = 0, due_at = $3
        where organization_id = $1 and source_id = $2 and state = 'failed'`,
    },
    [name.organizationId, name.sourceId, now],
  )
  return rowCount
}
