import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { ReadName } from './source-settling.ts'

export type TeamOperationKind = 'create' | 'link' | 'update' | 'detach' | 'remove' | 'none'
export type TeamOperationState = 'planned' | 'done' | 'failed' | 'held' | 'rejected' | 'told'

/** What is to become of the team of one group. */
export type NewTeamOperation = {
  readonly anchor: string
  readonly operation: TeamOperationKind
  readonly situation: string
  readonly teamId: string | null
  readonly name: string | null
  readonly previousName: string | null
  readonly description: string | null
  readonly reason: string
}

export async function insertTeamOperations(
  tx: Queryable,
  name: ReadName,
  operations: readonly NewTeamOperation[],
): Promise<void> {
  if (operations.length === 0) return
  const texts = (textOf: (operation: NewTeamOperation) => string | null): Buffer => toTextArray(operations.map(textOf))
  await tx.query(insert, [
    name.organizationId,
    name.readId,
    name.sourceId,
    texts(({ anchor }) => anchor),
    texts(({ operation }) => operation),
    texts(({ situation }) => situation),
    texts(({ teamId }) => teamId),
    texts((operation) => operation.name),
    texts(({ previousName }) => previousName),
    texts(({ description }) => description),
    texts(({ reason }) => reason),
  ])
}

const insert = {
  name: 'insert_source_team_operations',
  text: `insert into source_team_operations (organization_id, read_id, source_id, anchor, operation, situation, team_id, name,
      previous_name, description, reason, state)
    select $1, $2, $3, w.anchor, w.operation, w.situation, w.team_id::uuid, w.name, w.previous_name, w.description, w.reason,
      case w.operation when 'none' then 'told' else 'planned' end
    from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
      w (anchor, operation, situation, team_id, name, previous_name, description, reason)
    on conflict (organization_id, read_id, anchor) do update set operation = excluded.operation, situation = excluded.situation,
      team_id = excluded.team_id, name = excluded.name, previous_name = excluded.previous_name, description = excluded.description,
      reason = excluded.reason, state = excluded.state
      where source_team_operations.state in ('planned', 'told')`,
}

/** Names that teams get by this read, and of which groups. */
export async function selectReservedTeamNames(
  tx: Queryable,
  name: ReadName,
): Promise<readonly { readonly anchor: string; readonly name: string }[]> {
  const text = `select anchor, name from source_team_operations
    where organization_id = $1 and read_id = $2 and state = 'planned' and operation in ('create', 'link', 'update')`
  const { rows } = await tx.query<{ anchor: string; name: string }>({ text }, [name.organizationId, name.readId])
  return rows
}

export type PlannedTeamOperation = {
  readonly anchor: string
  readonly operation: TeamOperationKind
  readonly team_id: string | null
  readonly name: string | null
  readonly previous_name: string | null
  readonly description: string | null
}

/** The next so many planned operations of a kind behind an anchor, in the order of anchors. */
export async function selectPlannedTeamOperations(
  tx: Queryable,
  name: ReadName,
  page: { readonly operation: TeamOperationKind; readonly after: string; readonly rowsMax: number },
): Promise<readonly PlannedTeamOperation[]> {
  const text = `select anchor, operation, team_id, name, previous_name, description from source_team_operations
    where organization_id = $1 and read_id = $2 and state = 'planned' and operation = $3 and anchor > $4 order by anchor limit $5`
  const values = [name.organizationId, name.readId, page.operation, page.after, page.rowsMax]
  const { rows } = await tx.query<PlannedTeamOperation>({ text }, values)
  return rows
}

export type TeamOutcome = {
  readonly anchor: string
  readonly state: 'done' | 'failed' | 'held'
  readonly teamId: string | null
  readonly holdId: string | null
  readonly detail: string | null
}

export async function updateTeamOperations(
  tx: Queryable,
  name: ReadName,
  outcomes: readonly TeamOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return
  await tx.query(
    {
      text: `update source_team_operations o set state = w.state, team_id = coalesce(w.team_id::uuid, o.team_id),
          hold_id = w.hold_id::uuid, error_detail = w.detail
        from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) w (anchor, state, team_id, hold_id, detail)
        where o.organization_id = $1 and o.read_id = $2 and o.anchor = w.anchor`,
    },
    [
      name.organizationId,
      name.readId,
      toTextArray(outcomes.map(({ anchor }) => anchor)),
      toTextArray(outcomes.map(({ state }) => state)),
      toTextArray(outcomes.map(({ teamId }) => teamId)),
      toTextArray(outcomes.map(({ holdId }) => holdId)),
      toTextArray(outcomes.map(({ detail }) => detail)),
    ],
  )
}

/** Teams that would be removed, with how many people in them have an account that works. */
export async function selectPlannedRemovals(
  tx: Queryable,
  name: ReadName,
): Promise<readonly { readonly anchor: string; readonly team_id: string; readonly people: number }[]> {
  const text = `select o.anchor, o.team_id, (
      select count(*) from memberships m join users u on u.organization_id = $1 and u.id = m.member_id
      where m.organization_id = $1 and m.team_id = o.team_id and u.state in ('pending', 'active')) as people
    from source_team_operations o
    where o.organization_id = $1 and o.read_id = $2 and o.state = 'planned' and o.operation = 'remove'`
  const { rows } = await tx.query<{ anchor: string; team_id: string; people: number }>({ text }, [
    name.organizationId,
    name.readId,
  ])
  return rows
}

/** Groups of which something was planned and not done are judged again by the next read. */
export async function wakeUndoneGroups(tx: Queryable, name: ReadName): Promise<void> {
  const text = `update source_groups g set is_pending = true from source_team_operations o
    where o.organization_id = $1 and o.read_id = $3 and o.state in ('planned', 'held', 'failed')
      and g.organization_id = $1 and g.source_id = $2 and g.anchor = o.anchor and not g.is_pending`
  await tx.query({ text }, [name.organizationId, name.sourceId, name.readId])
}
