import type { Queryable } from '../pool.ts'
import type { CycleCounters } from './provisioning-cycles.ts'

type AppName = { readonly organizationId: string; readonly appId: string }

/** Every object is in exactly one of these states, so they sum to the number of objects. */
export type StateCounts = {
  readonly total: number
  readonly inSync: number
  readonly pending: number
  readonly waiting: number
  readonly escrowed: number
  readonly held: number
  readonly conflict: number
  readonly outOfScope: number
}

export type ProgressRow = {
  readonly users: StateCounts
  readonly teams: StateCounts
  /** What waits by lane, and since when at the earliest. */
  readonly lanes: readonly { readonly lane: number; readonly count: number; readonly oldestDueAt: Date }[]
}

/**
 * One moment of an app. People and teams without a row of their own are out of scope, unless a slice of the running cycle has
 * yet to come to them. `conflictCodes` are the failures that a person has to decide about.
 */
export async function selectProgress(
  db: Queryable,
  app: AppName,
  conflictCodes: readonly string[],
): Promise<ProgressRow> {
  const { rows } = await db.query<ProgressJson>(statement, [app.organizationId, app.appId, conflictCodes])
  const [row] = rows
  if (row === undefined) throw new Error('Progress came back without a row')
  const lanes = row.lanes.map((each) => ({ ...each, oldestDueAt: new Date(each.oldestDueAt) }))
  return { users: complete(row.users), teams: complete(row.teams), lanes }
}

/** `unseen`: a slice of the running cycle has yet to come to them. */
type Counted = Readonly<Partial<Record<keyof StateCounts | 'unseen', number>>>
type ProgressJson = {
  readonly users: Counted
  readonly teams: Counted
  readonly lanes: readonly { readonly lane: number; readonly count: number; readonly oldestDueAt: string }[]
}

function complete(counted: Counted): StateCounts {
  const { total = 0, inSync = 0, waiting = 0, escrowed = 0, held = 0, conflict = 0, unseen = 0 } = counted
  const pending = (counted.pending ?? 0) + unseen
  const outOfScope = total - inSync - pending - waiting - escrowed - held - conflict
  return { total, inSync, pending, waiting, escrowed, held, conflict, outOfScope }
}

// What is to be done counts more than what is: an account that is to be disabled is pending, though its person left scope.
// Who has no account and is to get none, since the rules do not create any or somebody decided so, is out of scope.
const stateOf = `case
    when w.stage = 'held' then 'held'
    when w.stage = 'escrow' then case when l.failure_code = any($3::text[]) then 'conflict' else 'escrowed' end
    when w.stage = 'reference' then 'waiting'
    when w.stage is not null then 'pending'
    when l.is_in_scope and l.state in ('linked', 'disabled') then 'inSync'
    else 'outOfScope' end`

function countsOf(kind: 'user' | 'team', table: string, isThere: string): string {
  return `(select json_object_agg(state, count) from (
      select ${stateOf} as state, count(*) as count
      from (
        select object_id from links where organization_id = $1 and app_id = $2 and kind = '${kind}'
        union
        select object_id from work_items where organization_id = $1 and app_id = $2 and kind = '${kind}'
      ) o
      join ${table} d on d.organization_id = $1 and d.id = o.object_id and ${isThere}
      left join links l on l.organization_id = $1 and l.app_id = $2 and l.object_id = o.object_id
      left join work_items w on w.organization_id = $1 and w.app_id = $2 and w.object_id = o.object_id
      group by 1
      union all
      select 'total', count(*) from ${table} d where d.organization_id = $1 and ${isThere}
      union all
      select 'unseen', count(*) from cycles c
        join cycle_slices s on s.organization_id = $1 and s.cycle_id = c.id and s.kind = '${kind}' and not s.is_done
        join ${table} d on d.organization_id = $1 and ${isThere}
          and d.id > coalesce(s.reached_id, s.after_id, '00000000-0000-0000-0000-000000000000')
          and (s.up_to_id is null or d.id <= s.up_to_id)
        where c.organization_id = $1 and c.app_id = $2 and c.ended_at is null
          and not exists (select from links l where l.organization_id = $1 and l.app_id = $2 and l.object_id = d.id)
          and not exists (select from work_items w where w.organization_id = $1 and w.app_id = $2 and w.object_id = d.id)
    ) x)`
}

const statement = {
  name: 'app_progress',
  text: `select ${countsOf('user', 'users', `d.state <> 'deprovisioned'`)} as users,
    ${countsOf('team', 'teams', 'd.deleted_at is null')} as teams,
    coalesce((select json_agg(json_build_object('lane', lane, 'count', count, 'oldestDueAt', oldest) order by lane) from (
      select lane, count(*) as count, min(due_at) as oldest from work_items
      where organization_id = $1 and app_id = $2 and stage in ('evaluate', 'gate', 'export', 'members') group by lane) x), '[]') as lanes`,
}

export type ShownCycleRow = {
  readonly id: string
  readonly kind: 'initial' | 'incremental' | 'full' | 'reconciliation'
  readonly state: 'evaluating' | 'exporting' | 'done' | 'cancelled' | 'failed'
  readonly rulesRevision: number
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly estimate: number | null
  /** Null until it has ended, or where nothing was counted. */
  readonly counters: CycleCounters | null
}

/** Newest first. */
export async function selectCycles(
  db: Queryable,
  app: AppName,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly ShownCycleRow[]> {
  const { rows } = await db.query<ShownCycleRow>(
    {
      text: `select id, kind, state, rules_revision as "rulesRevision", started_at as "startedAt", ended_at as "endedAt", estimate,
          nullif(counters, '{}') as counters
        from cycles where organization_id = $1 and app_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4`,
    },
    [app.organizationId, app.appId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectCycleCount(db: Queryable, app: AppName): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from cycles where organization_id = $1 and app_id = $2' },
    [app.organizationId, app.appId],
  )
  return rows[0]?.count ?? 0
}

/** Operations that were done or failed since then; `fromId` is below the ids of all of them, so that the index finds them. */
export async function countOperations(
  db: Queryable,
  app: AppName,
  since: { readonly at: Date; readonly fromId: string },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from provisioning_log
        where organization_id = $1 and app_id = $2 and id >= $3 and at >= $4 and status <> 'skipped'`,
    },
    [app.organizationId, app.appId, since.fromId, since.at],
  )
  return rows[0]?.count ?? 0
}
