import type { AppOf } from './gate.ts'
import type { Queryable } from '../pool.ts'

/** What is due then waits for a person, or for something else to be wanted: see `never` of the exporter. */
const givenUpFrom = '9999-12-31T00:00:00Z'

/** What waits in escrow, by reason, most frequent first. */
export type EscrowReasonRow = {
  readonly reason: string
  readonly count: number
  /** Of them: not tried again by themselves. */
  readonly givenUp: number
  /** Null: all of them were given up. */
  readonly nextAttemptAt: Date | null
  /** The attribute at fault, where it is one and the same. */
  readonly attribute: string | null
}

export async function selectEscrowReasons(
  db: Queryable,
  { organizationId, appId }: AppOf,
): Promise<readonly EscrowReasonRow[]> {
  const { rows } = await db.query<EscrowReasonRow>(
    {
      text: `select coalesce(l.failure_code, '') as reason, count(*) as count,
          count(*) filter (where w.due_at >= '${givenUpFrom}') as "givenUp",
          min(w.due_at) filter (where w.due_at < '${givenUpFrom}') as "nextAttemptAt",
          case when min(l.failure_attribute) = max(l.failure_attribute) then min(l.failure_attribute) end as attribute
        from work_items w
        left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = w.object_id
        where w.organization_id = $1 and w.app_id = $2 and w.stage = 'escrow'
        group by 1 order by count(*) desc, 1`,
    },
    [organizationId, appId],
  )
  return rows
}

export type EscrowRow = {
  readonly objectId: string
  readonly kind: 'user' | 'team'
  readonly name: string | null
  readonly targetKey: string | null
  readonly reason: string | null
  readonly attribute: string | null
  readonly detail: string | null
  readonly attempts: number | null
  readonly failedAt: Date | null
  /** Null: it was given up. */
  readonly nextAttemptAt: Date | null
}

export type EscrowFilter = { readonly reason?: string | undefined; readonly kind?: 'user' | 'team' | undefined }

const from = `from work_items w
  left join links l on l.organization_id = w.organization_id and l.app_id = w.app_id and l.object_id = w.object_id`

const matches = `w.organization_id = $1 and w.app_id = $2 and w.stage = 'escrow'
  and ($3::text is null or l.failure_code = $3) and ($4::text is null or w.kind = $4)`

/** In the order of our ids, behind `after`. */
export async function selectEscrow(
  db: Queryable,
  { organizationId, appId }: AppOf,
  page: EscrowFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly EscrowRow[]> {
  const { rows } = await db.query<EscrowRow>(
    {
      text: `select w.object_id as "objectId", w.kind, coalesce(u.display, t.display) as name, l.target_key as "targetKey",
          l.failure_code as reason, l.failure_attribute as attribute, l.failure_detail as detail, l.attempts,
          l.failed_at as "failedAt", nullif(w.due_at, '${givenUpFrom}') as "nextAttemptAt"
        ${from}
        left join users u on w.kind = 'user' and u.organization_id = w.organization_id and u.id = w.object_id
        left join teams t on w.kind = 'team' and t.organization_id = w.organization_id and t.id = w.object_id
        where ${matches} and ($5::uuid is null or w.object_id > $5) order by w.object_id limit $6`,
    },
    [organizationId, appId, page.reason ?? null, page.kind ?? null, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectEscrowCount(
  db: Queryable,
  { organizationId, appId }: AppOf,
  filter: EscrowFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>({ text: `select count(*) as count ${from} where ${matches}` }, [
    organizationId,
    appId,
    filter.reason ?? null,
    filter.kind ?? null,
  ])
  return rows[0]?.count ?? 0
}

/**
 * Lets what waits in escrow for a reason, or for any, be tried now. What failed is forgotten where `isFresh`: it begins anew, also
 * what is known to fail again.
 */
export async function releaseEscrow(
  tx: Queryable,
  { organizationId, appId, now }: AppOf & { readonly now: Date },
  release: { readonly reason?: string | undefined; readonly rowsMax?: number; readonly isFresh?: boolean },
): Promise<number> {
  const { reason, rowsMax, isFresh = false } = release
  const { rows } = await tx.query<{ count: number }>(releaseWaiting, [
    organizationId,
    appId,
    now,
    reason ?? null,
    rowsMax ?? null,
    isFresh,
  ])
  return rows[0]?.count ?? 0
}

const releaseWaiting = {
  text: `with released as (
      update work_items w set stage = 'evaluate', due_at = $3, generation = generation + 1,
        initiator = case when $6 then 'person' else initiator end
      where w.ctid = any (array(
        select e.ctid from work_items e
        left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = e.object_id
        where e.organization_id = $1 and e.app_id = $2 and e.stage = 'escrow' and ($4::text is null or l.failure_code = $4)
        order by e.object_id limit $5 for update of e
      )) returning w.object_id
    ), fresh as (
      update links l set attempts = 0, first_failed_at = null, failure_fingerprint = null from released r
      where $6 and l.organization_id = $1 and l.app_id = $2 and l.object_id = r.object_id
    )
    select count(*) as count from released`,
}

/** Apps in which much waits in escrow, of all organizations, with the most frequent reason. */
export async function selectFullEscrows(
  db: Queryable,
  countMin: number,
): Promise<readonly (AppOf & { readonly count: number; readonly reason: string | null })[]> {
  const { rows } = await db.query<AppOf & { count: number; reason: string | null }>(
    {
      text: `select w.organization_id as "organizationId", w.app_id as "appId", count(*) as count,
          mode() within group (order by l.failure_code) as reason
        ${from} where w.stage = 'escrow' group by w.organization_id, w.app_id having count(*) >= $1`,
    },
    [countMin],
  )
  return rows
}
