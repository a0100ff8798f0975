import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ReadName, SourceName } from './source-settling.ts'

export type TimedFactKind = 'create' | 'join' | 'move' | 'leave' | 'delete'
export type TimedFactState = 'waiting' | 'done' | 'cancelled'

/** What a record says of an instant. */
export type NewTimedFact = { readonly anchor: string; readonly kind: TimedFactKind; readonly at: string }

/**
 * Writes what these records say of days to come: another day replaces the one before, what they say no more is forgotten. What is over
 * stays, and so does what a person called off for as long as the day is the same.
 */
export async function replaceTimedFacts(
  tx: Queryable,
  name: ReadName,
  said: { readonly anchors: readonly string[]; readonly facts: readonly NewTimedFact[]; readonly now: Date },
): Promise<void> {
  await tx.query(replace, [
    name.organizationId,
    name.sourceId,
    name.readId,
    said.now,
    said.anchors,
    toTextArray(said.facts.map(({ anchor }) => anchor)),
    toTextArray(said.facts.map(({ kind }) => kind)),
    toTextArray(said.facts.map(({ at }) => at)),
  ])
}

const replace = {
  name: 'replace_timed_facts',
  // What is due already is left to whoever does it: it finds what the record says by then.
  text: `with said as (select * from unnest($6::text[], $7::text[], $8::text[]) w (anchor, kind, at)), gone as (
      delete from timed_facts f where f.organization_id = $1 and f.source_id = $2 and f.anchor = any($5::text[])
        and f.state = 'waiting' and f.at > $4 and not exists (select from said w where w.anchor = f.anchor and w.kind = f.kind))
    insert into timed_facts as f (organization_id, source_id, anchor, kind, at, lane, due_at, read_id)
    select $1, $2, w.anchor, w.kind, w.at::timestamptz, case w.kind when 'leave' then 0 else 2 end, w.at::timestamptz, $3 from said w
    on conflict (organization_id, source_id, anchor, kind) do update set at = excluded.at, due_at = excluded.due_at,
      read_id = excluded.read_id, state = 'waiting', failures = 0, detail = null, done_read_id = null, ended_at = null, ended_by = null,
      reason = null
    where f.at <> excluded.at or f.state = 'waiting'`,
}

export type DueFact = SourceName & {
  readonly anchor: string
  readonly kind: TimedFactKind
  readonly failures: number
}

// The plan of the read that said so waits for a person, or he said no.
const isBlocked = `exists (select from source_reads r where r.organization_id = f.organization_id and r.id = f.read_id
  and (r.state in ('judged', 'planned') or (r.state in ('cancelled', 'rejected') and r.requires_approval and r.approved_by is null)))`

/** What is due of one source, those who leave first; what another process has in its hands is passed over. */
export async function lockDueFacts(tx: Queryable, now: Date, rowsMax: number): Promise<readonly DueFact[]> {
  const { rows } = await tx.query<DueFact>(due, [now, rowsMax])
  return rows
}

const due = {
  name: 'due_timed_facts',
  text: `with first as materialized (
      select f.organization_id, f.source_id from timed_facts f
      where f.state = 'waiting' and f.due_at <= $1 and not ${isBlocked}
      order by f.lane, f.due_at limit 1 for update of f skip locked)
    select f.organization_id as "organizationId", f.source_id as "sourceId", f.anchor, f.kind, f.failures
    from timed_facts f join first using (organization_id, source_id)
    where f.state = 'waiting' and f.due_at <= $1 and not ${isBlocked}
    order by f.lane, f.due_at, f.anchor limit $2 for update of f skip locked`,
}

/** How many leave a source at once: those who are due, and those who were held since an instant. */
export async function countLeaving(
  tx: Queryable,
  name: SourceName,
  at: { readonly now: Date; readonly heldSince: Date },
): Promise<number> {
  const text = `select count(*) as count from timed_facts where organization_id = $1 and source_id = $2 and kind = 'leave'
    and ((state = 'waiting' and due_at <= $3) or (state = 'done' and detail = 'held' and ended_at > $4))`
  const { rows } = await tx.query<{ count: number }>({ text }, [
    name.organizationId,
    name.sourceId,
    at.now,
    at.heldSince,
  ])
  return rows[0]?.count ?? 0
}

export type FactOutcome = {
  readonly anchor: string
  readonly kind: TimedFactKind
  /** Null: it is done. */
  readonly retryAt: Date | null
  readonly detail: string | null
}

export async function updateDueFacts(
  tx: Queryable,
  name: SourceName,
  done: { readonly readId: string | null; readonly now: Date; readonly outcomes: readonly FactOutcome[] },
): Promise<void> {
  const { outcomes } = done
  await tx.query(
    {
      text: `update timed_facts f set state = case when w.retry_at is null then 'done' else 'waiting' end,
          due_at = coalesce(w.retry_at::timestamptz, f.due_at), failures = f.failures + (w.retry_at is not null)::integer,
          detail = w.detail, done_read_id = $3, ended_at = case when w.retry_at is null then $4::timestamptz end
        from unnest($5::text[], $6::text[], $7::text[], $8::text[]) w (anchor, kind, retry_at, detail)
        where f.organization_id = $1 and f.source_id = $2 and f.anchor = w.anchor and f.kind = w.kind and f.state = 'waiting'`,
    },
    [
      name.organizationId,
      name.sourceId,
      done.readId,
      done.now,
      toTextArray(outcomes.map(({ anchor }) => anchor)),
      toTextArray(outcomes.map(({ kind }) => kind)),
      toTextArray(outcomes.map(({ retryAt }) => retryAt?.toISOString() ?? null)),
      toTextArray(outcomes.map(({ detail }) => detail)),
    ],
  )
}

/** A read that reads nothing: it carries out what is due. */
export async function insertDueRead(
  tx: Queryable,
  name: ReadName,
  at: { readonly revision: number; readonly now: Date; readonly startedBy: string },
): Promise<void> {
  await tx.query(
    {
      text: `insert into source_reads (organization_id, id, source_id, mode, state, revision, started_by, started_at, ended_at)
        values ($1, $2, $3, 'due', 'done', $4, $5, $6, $6)`,
    },
    [name.organizationId, name.readId, name.sourceId, at.revision, at.startedBy, at.now],
  )
}

/** What of a read was not done, by anchor. */
export async function selectUndone(
  tx: Queryable,
  name: ReadName,
): Promise<
  readonly { readonly anchor: string; readonly state: 'failed' | 'stale' | 'held'; readonly detail: string | null }[]
> {
  const text = `select anchor, state, error_detail as detail from source_operations
    where organization_id = $1 and read_id = $2 and state in ('failed', 'stale', 'held')`
  const { rows } = await tx.query<Awaited<ReturnType<typeof selectUndone>>[number]>({ text }, [
    name.organizationId,
    name.readId,
  ])
  return rows
}

export type TimedFactRow = SourceName & {
  readonly anchor: string
  readonly kind: TimedFactKind
  readonly at: Date
  readonly state: TimedFactState
  readonly userId: string | null
  readonly name: string | null
  readonly detail: string | null
  readonly endedAt: Date | null
  readonly endedBy: string | null
  readonly reason: string | null
}

const view = `f.organization_id as "organizationId", f.source_id as "sourceId", f.anchor, f.kind, f.at, f.state,
  r.user_id as "userId", u.display as name, f.detail, f.ended_at as "endedAt", f.ended_by as "endedBy", f.reason`
const joined = `timed_facts f
  left join source_records r on r.organization_id = f.organization_id and r.source_id = f.source_id and r.anchor = f.anchor
  left join users u on u.organization_id = r.organization_id and u.id = r.user_id`

export type TimedFactFilter = {
  readonly kind?: TimedFactKind | undefined
  readonly state?: TimedFactState | undefined
  readonly anchor?: string | undefined
}
const matches = `f.organization_id = $1 and f.source_id = $2 and ($3::text is null or f.kind = $3) and ($4::text is null or f.state = $4)
  and ($5::text is null or f.anchor = $5)`

function valuesOf(name: SourceName, { kind, state, anchor }: TimedFactFilter): readonly unknown[] {
  return [name.organizationId, name.sourceId, kind ?? null, state ?? null, anchor ?? null]
}

/** Where a page goes on. */
export type TimedFactPlace = { readonly at: string; readonly anchor: string; readonly kind: string }

/** Soonest first. */
export async function selectTimedFacts(
  db: Queryable,
  name: SourceName,
  page: TimedFactFilter & { readonly after: TimedFactPlace | undefined; readonly rowsMax: number },
): Promise<readonly TimedFactRow[]> {
  const { rows } = await db.query<TimedFactRow>(
    {
      text: `select ${view} from ${joined} where ${matches}
        and ($6::timestamptz is null or (f.at, f.anchor, f.kind) > ($6, $7, $8)) order by f.at, f.anchor, f.kind limit $9`,
    },
    [
      ...valuesOf(name, page),
      page.after?.at ?? null,
      page.after?.anchor ?? null,
      page.after?.kind ?? null,
      page.rowsMax,
    ],
  )
  return rows
}

/** Where a page over all sources goes on. */
export type AnyTimedFactPlace = TimedFactPlace & { readonly sourceId: string }

/** Of all sources of an organization, soonest first: each gives its first ones, of which the first are taken. */
export async function selectAllTimedFacts(
  db: Queryable,
  organizationId: string,
  page: Pick<TimedFactFilter, 'kind' | 'state'> & {
    readonly after: AnyTimedFactPlace | undefined
    readonly rowsMax: number
  },
): Promise<readonly TimedFactRow[]> {
  const { rows } = await db.query<TimedFactRow>(
    {
      text: `select ${view} from (
          select first.* from sources s cross join lateral (
            select f.* from timed_facts f where f.organization_id = s.organization_id and f.source_id = s.id
              and ($2::text is null or f.kind = $2) and ($3::text is null or f.state = $3)
              and ($4::timestamptz is null or (f.at >= $4 and (f.at, f.source_id, f.anchor, f.kind) > ($4, $5::uuid, $6, $7)))
            order by f.at, f.anchor, f.kind limit $8) first
          where s.organization_id = $1) f
        left join source_records r on r.organization_id = f.organization_id and r.source_id = f.source_id and r.anchor = f.anchor
        left join users u on u.organization_id = r.organization_id and u.id = r.user_id
        order by f.at, f.source_id, f.anchor, f.kind limit $8`,
    },
    [
      organizationId,
      page.kind ?? null,
      page.state ?? null,
      page.after?.at ?? null,
      page.after?.sourceId ?? null,
      page.after?.anchor ?? null,
      page.after?.kind ?? null,
      page.rowsMax,
    ],
  )
  return rows
}

export async function countAllTimedFacts(
  db: Queryable,
  organizationId: string,
  { kind, state }: Pick<TimedFactFilter, 'kind' | 'state'>,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from timed_facts f
        where f.organization_id = $1 and ($2::text is null or f.kind = $2) and ($3::text is null or f.state = $3)`,
    },
    [organizationId, kind ?? null, state ?? null],
  )
  return rows[0]?.count ?? 0
}

export async function countTimedFacts(db: Queryable, name: SourceName, filter: TimedFactFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from timed_facts f where ${matches}` },
    valuesOf(name, filter),
  )
  return rows[0]?.count ?? 0
}

/** Of one person, whatever source says so; soonest first. */
export async function selectTimedFactsOf(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<readonly TimedFactRow[]> {
  const { rows } = await db.query<TimedFactRow>(
    {
      text: `select ${view} from source_records r
        join timed_facts f on f.organization_id = r.organization_id and f.source_id = r.source_id and f.anchor = r.anchor
        join users u on u.organization_id = r.organization_id and u.id = r.user_id
        where r.organization_id = $1 and r.user_id = $2 order by f.at, f.anchor, f.kind`,
    },
    [organizationId, userId],
  )
  return rows
}

/** Calls it off; false: it does not wait any more. */
export async function cancelTimedFact(
  tx: Queryable,
  fact: SourceName & { readonly anchor: string; readonly kind: TimedFactKind },
  by: { readonly actor: string; readonly now: Date; readonly reason: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `update timed_facts set state = 'cancelled', ended_at = $5, ended_by = $6, reason = $7
        where organization_id = $1 and source_id = $2 and anchor = $3 and kind = $4 and state = 'waiting'`,
    },
    [fact.organizationId, fact.sourceId, fact.anchor, fact.kind, by.now, by.actor, by.reason],
  )
  return rowCount > 0
}
