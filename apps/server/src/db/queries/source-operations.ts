import type { Queryable } from '../pool.ts'
import { toTextArray } from '../binary-array.ts'
import type { ReadName } from './source-settling.ts'

export type OperationKind = 'create' | 'link' | 'update' | 'suspend' | 'reactivate' | 'delete' | 'none'
export type OperationState = 'planned' | 'done' | 'failed' | 'stale' | 'held' | 'rejected' | 'told'

/** What is to become of one person. */
export type NewOperation = {
  readonly anchor: string
  readonly operation: OperationKind
  readonly situation: string
  readonly userId: string | null
  readonly userVersion: number | null
  readonly name: string | null
  readonly userNameKey: string | null
  /** JSON text, all three; the first two sealed where they show what nobody is shown. */
  readonly attributes: string | null
  readonly differences: string | null
  readonly candidates: string | null
  readonly reason: string
  /** The record is settled again once this is done. */
  readonly isAgain: boolean
}

export async function insertOperations(
  tx: Queryable,
  name: ReadName,
  planned: { readonly round: number; readonly operations: readonly NewOperation[] },
): Promise<void> {
  const { operations, round } = planned
  if (operations.length === 0) return
  const texts = (textOf: (operation: NewOperation) => string | null): Buffer => toTextArray(operations.map(textOf))
  await tx.query(insert, [
    name.organizationId,
    name.readId,
    name.sourceId,
    round,
    texts(({ anchor }) => anchor),
    texts(({ operation }) => operation),
    texts(({ situation }) => situation),
    texts(({ userId }) => userId),
    texts(({ userVersion }) => (userVersion === null ? null : String(userVersion))),
    texts(({ name: display }) => display),
    texts(({ userNameKey }) => userNameKey),
    texts(({ attributes }) => attributes),
    texts(({ differences }) => differences),
    texts(({ candidates }) => candidates),
    texts(({ reason }) => reason),
    texts(({ isAgain }) => String(isAgain)),
  ])
}

const plannedColumns = `anchor, operation, situation, user_id, user_version, name, user_name_key, attributes, differences, candidates,
  reason, is_again`

const insert = {
  name: 'insert_source_operations',
  text: `insert into source_operations (organization_id, read_id, source_id, round, ${plannedColumns}, state)
    select $1, $2, $3, $4, w.anchor, w.operation, w.situation, w.user_id::uuid, w.user_version::bigint,
      w.name, w.user_name_key, w.attributes, w.differences, w.candidates::uuid[], w.reason, w.is_again::boolean,
      case w.operation when 'none' then 'told' else 'planned' end
    from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
      $14::text[], $15::text[], $16::text[]) w (${plannedColumns})
    on conflict (organization_id, read_id, round, anchor) do update set (${plannedColumns}, state) = (
      excluded.anchor, excluded.operation, excluded.situation, excluded.user_id, excluded.user_version, excluded.name,
      excluded.user_name_key, excluded.attributes, excluded.differences, excluded.candidates, excluded.reason, excluded.is_again,
      excluded.state)`,
}

/** An operation that is to be carried out. */
export type PlannedOperation = {
  readonly anchor: string
  readonly operation: OperationKind
  readonly situation: string
  readonly user_id: string | null
  readonly user_version: number | null
  readonly attributes: string | null
  readonly differences: string | null
  readonly reason: string
  readonly is_again: boolean
  /** The record has changed since, or is gone: the operation is out of date. */
  readonly is_outdated: boolean
}

/** The next so many planned operations of a kind behind an anchor, in the order of anchors. */
export async function selectPlannedOperations(
  tx: Queryable,
  name: ReadName,
  page: {
    readonly round: number
    readonly operation: OperationKind
    /** Only those whom others name. */
    readonly isNeeded?: boolean
    readonly after: string
    readonly rowsMax: number
  },
): Promise<readonly PlannedOperation[]> {
  const { organizationId, readId, sourceId } = name
  const values = [
    organizationId,
    readId,
    sourceId,
    page.round,
    page.operation,
    page.after,
    page.rowsMax,
    page.isNeeded ?? false,
  ]
  const { rows } = await tx.query<PlannedOperation>(planned, values)
  return rows
}

const planned = {
  name: 'planned_source_operations',
  text: `select o.anchor, o.operation, o.situation, o.user_id, o.user_version, o.attributes, o.differences, o.reason, o.is_again,
      coalesce(r.is_pending, true) as is_outdated
    from source_operations o
    left join lateral (
      select is_pending from source_records r where r.organization_id = $1 and r.source_id = $3 and r.anchor = o.anchor limit 1) r on true
    where o.organization_id = $1 and o.read_id = $2 and o.round = $4 and o.state = 'planned' and o.operation = $5 and o.anchor > $6
      and (o.is_needed or not $8)
    order by o.anchor limit $7`,
}

/** What became of an operation. */
export type OperationOutcome = {
  readonly anchor: string
  readonly state: Exclude<OperationState, 'planned' | 'told'>
  readonly userId: string | null
  readonly detail: string | null
}

/** Writes down what became of operations; what they would have written is not needed any more. */
export async function updateOperations(
  tx: Queryable,
  name: ReadName,
  done: { readonly round: number; readonly outcomes: readonly OperationOutcome[] },
): Promise<void> {
  if (done.outcomes.length === 0) return
  await tx.query(finish, [
    name.organizationId,
    name.readId,
    done.round,
    toTextArray(done.outcomes.map(({ anchor }) => anchor)),
    toTextArray(done.outcomes.map(({ state }) => state)),
    toTextArray(done.outcomes.map(({ userId }) => userId)),
    toTextArray(done.outcomes.map(({ detail }) => detail)),
  ])
}

const finish = {
  name: 'finish_source_operations',
  text: `update source_operations o set state = w.state, user_id = coalesce(w.user_id::uuid, o.user_id), error_detail = w.detail,
      attributes = null
    from unnest($4::text[], $5::text[], $6::text[], $7::text[]) w (anchor, state, user_id, detail)
      cross join lateral (
        select x.ctid from source_operations x
        where x.organization_id = $1 and x.read_id = $2 and x.round = $3 and x.anchor = w.anchor limit 1) x
    where o.ctid = x.ctid`,
}

/** Which of these user names, as digests, somebody is going to get by this read. */
export async function selectReservedUserNames(
  tx: Queryable,
  name: ReadName,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const { rows } = await tx.query<{ key: string }>(reserved, [name.organizationId, name.readId, keys])
  return new Set(rows.map(({ key }) => key))
}

/**
 * Records that fit one person are a conflict to show, however they were come upon: none of them is linked. Returns the records whose
 * links were taken back.
 */
export async function demoteDoubleLinks(tx: Queryable, name: ReadName, round: number): Promise<readonly string[]> {
  const { rows } = await tx.query<{ anchor: string }>(demote, [name.organizationId, name.readId, round, name.sourceId])
  return rows.map(({ anchor }) => anchor)
}

const demote = {
  name: 'demote_double_links',
  text: `with doubles as (
      select user_id from source_operations
      where organization_id = $1 and read_id = $2 and round = $3 and operation = 'link' and state = 'planned'
      group by user_id having count(*) > 1
    ), told as (
      update source_operations o set operation = 'none', state = 'told', situation = 'taken', reason = 'AlreadyLinked',
        attributes = null, differences = null, user_name_key = null, candidates = array[o.user_id]
      from doubles d
      where o.organization_id = $1 and o.read_id = $2 and o.round = $3 and o.operation = 'link' and o.state = 'planned'
        and o.user_id = d.user_id
      returning o.anchor
    )
    update source_records r set situation = 'taken' from told t
    where r.organization_id = $1 and r.source_id = $4 and r.anchor = t.anchor returning r.anchor`,
}

/** Notes who is going to be made and is named by others who wait for him. */
export async function markNeeded(tx: Queryable, name: ReadName, round: number): Promise<void> {
  await tx.query(needed, [name.organizationId, name.readId, name.sourceId, round])
}

// Key by key, as everywhere here: without statistics a join would read all operations for each of those who wait.
const needed = {
  name: 'mark_needed_operations',
  text: `update source_operations set is_needed = true where operation = 'create' and ctid = any(array(
      select x.ctid from (
        select distinct needed from source_references where organization_id = $1 and source_id = $3 and match_on = '') w
      cross join lateral (
        select ctid from source_operations o
        where o.organization_id = $1 and o.read_id = $2 and o.round = $4 and o.anchor = w.needed limit 1) x))`,
}

/** Who would be cut off by what is planned: active people who are to be suspended or deleted. */
export async function selectPlannedCuts(
  tx: Queryable,
  name: ReadName,
  round: number,
): Promise<readonly { readonly anchor: string; readonly operation: 'suspend' | 'delete'; readonly user_id: string }[]> {
  const text = `select o.anchor, o.operation, o.user_id from source_operations o
    join users u on u.organization_id = o.organization_id and u.id = o.user_id and u.state in ('pending', 'active')
    where o.organization_id = $1 and o.read_id = $2 and o.round = $3 and o.state = 'planned' and o.operation in ('suspend', 'delete')`
  const { rows } = await tx.query<{ anchor: string; operation: 'suspend' | 'delete'; user_id: string }>({ text }, [
    name.organizationId,
    name.readId,
    round,
  ])
  return rows
}

/** Holds what cuts people off. */
export async function holdOperations(
  tx: Queryable,
  name: ReadName,
  held: { readonly round: number; readonly holdId: string; readonly anchors: readonly string[] },
): Promise<void> {
  await tx.query(
    {
      text: `update source_operations set state = 'held', hold_id = $4
        where organization_id = $1 and read_id = $2 and round = $3 and anchor = any($5::text[]) and state = 'planned'`,
    },
    [name.organizationId, name.readId, held.round, held.holdId, held.anchors],
  )
}

/** Makes the records of everything pending that was not done, so that the next read plans it again. */
export async function wakeUndone(tx: Queryable, name: ReadName, states: readonly OperationState[]): Promise<void> {
  await tx.query(
    {
      text: `update source_records set is_pending = true where not is_pending and ctid = any(array(
          select x.ctid from source_operations o cross join lateral (
            select x.ctid from source_records x where x.organization_id = $1 and x.source_id = $3 and x.anchor = o.anchor limit 1) x
          where o.organization_id = $1 and o.read_id = $2 and o.state = any($4::text[])))`,
    },
    [name.organizationId, name.readId, name.sourceId, states],
  )
}

const reserved = {
  name: 'reserved_source_user_names',
  // One key at a time: for many at once, a plan without statistics reads all operations of the read.
  text: `select w.key from unnest($3::text[]) w (key) cross join lateral (
      select 1 from source_operations
      where user_name_key = w.key and read_id is not distinct from $2 and organization_id is not distinct from $1
        and state = 'planned' limit 1) x`,
}

export type OperationCount = {
  readonly operation: OperationKind
  readonly state: OperationState
  readonly count: number
}

/** How many operations of each kind there are, and what became of them. */
export async function countOperations(db: Queryable, name: ReadName): Promise<readonly OperationCount[]> {
  const text = `select operation, state, count(*) as count from source_operations
    where organization_id = $1 and read_id = $2 group by operation, state order by operation, state`
  const { rows } = await db.query<OperationCount>({ text }, [name.organizationId, name.readId])
  return rows
}

export type OperationRow = {
  readonly anchor: string
  readonly round: number
  readonly operation: OperationKind
  readonly state: OperationState
  readonly situation: string
  readonly reason: string
  readonly user_id: string | null
  readonly name: string | null
  readonly differences: string | null
  readonly candidates: readonly { readonly id: string; readonly name: string | null }[]
  readonly hold_id: string | null
  readonly error_detail: string | null
  readonly place: string | null
  readonly mapped: string | null
  readonly record_error_reason: string | null
  readonly record_error_attribute: string | null
  readonly record_error_detail: string | null
}

export type OperationFilter = {
  readonly operation?: OperationKind | undefined
  readonly state?: OperationState | undefined
}

/** In the order of anchors, behind one of an earlier page. */
export async function selectOperations(
  db: Queryable,
  name: ReadName,
  page: OperationFilter & {
    readonly after: { readonly anchor: string; readonly round: number } | undefined
    readonly rowsMax: number
  },
): Promise<readonly OperationRow[]> {
  const text = `select o.anchor, o.round, o.operation, o.state, o.situation, o.reason, o.user_id, o.name, o.differences, o.hold_id,
      o.error_detail, r.place, r.mapped, r.error_reason as record_error_reason, r.error_attribute as record_error_attribute,
      r.error_detail as record_error_detail,
      coalesce((
        select json_agg(json_build_object('id', u.id, 'name', u.display) order by u.id) from users u
        where u.organization_id = $1 and u.id = any(o.candidates)), '[]') as candidates
    from source_operations o
    left join lateral (
      select * from source_records r where r.organization_id = $1 and r.source_id = $3 and r.anchor = o.anchor limit 1) r on true
    where o.organization_id = $1 and o.read_id = $2 and ($4::text is null or o.operation = $4) and ($5::text is null or o.state = $5)
      and ($6::text is null or (o.anchor, o.round) > ($6, $7::smallint))
    order by o.anchor, o.round limit $8`
  const { organizationId, readId, sourceId } = name
  const { operation = null, state = null, after, rowsMax } = page
  const values = [organizationId, readId, sourceId, operation, state, after?.anchor ?? null, after?.round ?? 0, rowsMax]
  const { rows } = await db.query<OperationRow>({ text }, values)
  return rows
}

export async function countMatchingOperations(db: Queryable, name: ReadName, filter: OperationFilter): Promise<number> {
  const text = `select count(*) as count from source_operations o
    where o.organization_id = $1 and o.read_id = $2 and ($3::text is null or o.operation = $3) and ($4::text is null or o.state = $4)`
  const { rows } = await db.query<{ count: number }>({ text }, [
    name.organizationId,
    name.readId,
    filter.operation ?? null,
    filter.state ?? null,
  ])
  return rows[0]?.count ?? 0
}

/** Leaves these people as they are; the anchors of those of whom something was planned. */
export async function rejectOperations(
  tx: Queryable,
  name: ReadName,
  anchors: readonly string[],
): Promise<readonly string[]> {
  const text = `update source_operations set state = 'rejected', attributes = null
    where organization_id = $1 and read_id = $2 and anchor = any($3::text[]) and state in ('planned', 'held') returning anchor`
  const { rows } = await tx.query<{ anchor: string }>({ text }, [name.organizationId, name.readId, anchors])
  return rows.map(({ anchor }) => anchor)
}
