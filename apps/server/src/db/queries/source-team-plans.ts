import type { Queryable } from '../pool.ts'
import type { ReadName } from './source-settling.ts'
import type { TeamOperationKind, TeamOperationState } from './source-team-operations.ts'

export type MoveRowState = 'planned' | 'done' | 'failed' | 'held' | 'rejected' | 'waiting'

export type TeamOperationCount = {
  readonly operation: TeamOperationKind
  readonly state: TeamOperationState
  readonly count: number
}

export async function countTeamOperations(db: Queryable, name: ReadName): Promise<readonly TeamOperationCount[]> {
  const text = `select operation, state, count(*) as count from source_team_operations
    where organization_id = $1 and read_id = $2 group by operation, state order by operation, state`
  const { rows } = await db.query<TeamOperationCount>({ text }, [name.organizationId, name.readId])
  return rows
}

export type MoveCount = { readonly isAdded: boolean; readonly state: MoveRowState; readonly count: number }

export async function countMoves(db: Queryable, name: ReadName): Promise<readonly MoveCount[]> {
  const text = `select is_added as "isAdded", state, count(*) as count from source_team_moves
    where organization_id = $1 and read_id = $2 group by is_added, state order by is_added desc, state`
  const { rows } = await db.query<MoveCount>({ text }, [name.organizationId, name.readId])
  return rows
}

export type TeamOperationRow = {
  readonly anchor: string
  readonly operation: TeamOperationKind
  readonly state: TeamOperationState
  readonly situation: string
  readonly reason: string
  readonly team_id: string | null
  readonly name: string | null
  readonly previous_name: string | null
  readonly adding: number
  readonly removing: number
  readonly hold_id: string | null
  readonly error_detail: string | null
}

export type TeamOperationFilter = {
  readonly operation?: TeamOperationKind | undefined
  readonly state?: TeamOperationState | undefined
}

const matching = `o.organization_id = $1 and o.read_id = $2 and ($3::text is null or o.operation = $3) and ($4::text is null or o.state = $4)`

/** In the order of anchors, behind one of an earlier page. */
export async function selectTeamOperations(
  db: Queryable,
  name: ReadName,
  page: TeamOperationFilter & { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly TeamOperationRow[]> {
  const text = `select o.anchor, o.operation, o.state, o.situation, o.reason, o.team_id, o.name, o.previous_name, o.hold_id,
      o.error_detail, v.adding, v.removing
    from source_team_operations o cross join lateral (
      select count(*) filter (where is_added) as adding, count(*) filter (where not is_added) as removing from source_team_moves x
      where x.organization_id = $1 and x.read_id = $2 and x.anchor = o.anchor) v
    where ${matching} and ($5::text is null or o.anchor > $5) order by o.anchor limit $6`
  const { operation = null, state = null, after = null, rowsMax } = page
  const values = [name.organizationId, name.readId, operation, state, after, rowsMax]
  const { rows } = await db.query<TeamOperationRow>({ text }, values)
  return rows
}

export async function countMatchingTeamOperations(
  db: Queryable,
  name: ReadName,
  {
    operation = null,
    state = null,
  }: { readonly [part in keyof TeamOperationFilter]: TeamOperationFilter[part] | null },
): Promise<number> {
  const text = `select count(*) as count from source_team_operations o where ${matching}`
  const { rows } = await db.query<{ count: number }>({ text }, [name.organizationId, name.readId, operation, state])
  return rows[0]?.count ?? 0
}

export type MoveRow = {
  readonly anchor: string
  readonly team: string | null
  readonly member_key: string
  readonly is_added: boolean
  readonly state: MoveRowState
  readonly user_id: string | null
  readonly name: string | null
  readonly hold_id: string | null
}

export type MoveFilter = {
  readonly isAdded?: boolean | undefined
  readonly state?: MoveRowState | undefined
  /** The anchor of a group. */
  readonly group?: string | undefined
}

const matchingMoves = `v.organization_id = $1 and v.read_id = $2 and ($3::boolean is null or v.is_added = $3)
  and ($4::text is null or v.state = $4) and ($5::text is null or v.anchor = $5)`

function moveValues(name: ReadName, { isAdded, state, group }: MoveFilter): readonly unknown[] {
  return [name.organizationId, name.readId, isAdded ?? null, state ?? null, group ?? null]
}

/** Group by group, behind one of an earlier page. Who is only to come is called as the plan calls him. */
export async function selectMoves(
  db: Queryable,
  name: ReadName,
  page: MoveFilter & {
    readonly after: { readonly anchor: string; readonly key: string } | undefined
    readonly rowsMax: number
  },
): Promise<readonly MoveRow[]> {
  const text = `select v.anchor, g.name as team, v.member_key, v.is_added, v.state, v.user_id, coalesce(u.display, o.name) as name, v.hold_id
    from source_team_moves v
    left join source_groups g on g.organization_id = $1 and g.source_id = $9 and g.anchor = v.anchor
    left join users u on u.organization_id = $1 and u.id = v.user_id
    left join lateral (
      select p.name from (
        select anchor from source_member_keys x where x.member_key = v.member_key and x.source_id = $9 and x.organization_id = $1
        union all select v.member_key) k
      join source_operations p on p.organization_id = $1 and p.read_id = $2 and p.round = any ('{0,1,2,3,4}') and p.anchor = k.anchor
      where v.user_id is null limit 1) o on true
    where ${matchingMoves} and ($6::text is null or (v.anchor, v.member_key) > ($6, $7::text))
    order by v.anchor, v.member_key limit $8`
  const { after, rowsMax } = page
  const values = [...moveValues(name, page), after?.anchor ?? null, after?.key ?? null, rowsMax, name.sourceId]
  const { rows } = await db.query<MoveRow>({ text }, values)
  return rows
}

export async function countMatchingMoves(db: Queryable, name: ReadName, filter: MoveFilter): Promise<number> {
  const text = `select count(*) as count from source_team_moves v where ${matchingMoves}`
  const { rows } = await db.query<{ count: number }>({ text }, [...moveValues(name, filter)])
  return rows[0]?.count ?? 0
}

/** Leaves the teams of these groups and their people as they are; the groups of which something was planned. */
export async function rejectTeams(
  tx: Queryable,
  name: ReadName,
  anchors: readonly string[],
): Promise<readonly string[]> {
  const text = `with operations as (
      update source_team_operations set state = 'rejected'
      where organization_id = $1 and read_id = $2 and anchor = any ($4::text[]) and state in ('planned', 'held')
      returning anchor, operation
    ), moves as (
      update source_team_moves set state = 'rejected'
      where organization_id = $1 and read_id = $2 and anchor = any ($4::text[]) and state in ('planned', 'held') returning anchor
    ), unfollowed as (
      update source_groups g set is_followed = false, is_begun = false from operations o
      where o.operation in ('create', 'link') and g.organization_id = $1 and g.source_id = $3 and g.anchor = o.anchor
    )
    select anchor from operations union select anchor from moves`
  const { rows } = await tx.query<{ anchor: string }>({ text }, [
    name.organizationId,
    name.readId,
    name.sourceId,
    anchors,
  ])
  return rows.map(({ anchor }) => anchor)
}
