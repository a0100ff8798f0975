import type { Queryable } from '../pool.ts'

export type RunAction = 'enable' | 'disable' | 'decommission' | 'migrate'
/** What becomes of the accounts; `reset`: suspended, and without the identity that the connection gave them. */
export type PeopleFate = 'none' | 'keep' | 'suspend' | 'deprovision' | 'reset'
/** What becomes of the teams; `empty`: unlinked, and nobody is left in them. */
export type TeamsFate = 'none' | 'keep' | 'delete' | 'empty'

export type RunRow = {
  readonly organizationId: string
  readonly id: string
  readonly connectionId: string
  readonly action: RunAction
  readonly people: PeopleFate
  readonly teams: TeamsFate
  readonly successorId: string | null
  readonly state: 'running' | 'done' | 'undoing' | 'undone'
  readonly startedAt: Date
  readonly startedBy: string
  readonly finishedAt: Date | null
  readonly undoneAt: Date | null
  readonly undoneBy: string | null
}

export type RunCounts = {
  readonly people: number
  readonly teams: number
  readonly waiting: number
  readonly done: number
  readonly skipped: number
  readonly undone: number
  readonly kept: number
}

const columns = `organization_id as "organizationId", id, connection_id as "connectionId", action, people, teams,
  successor_id as "successorId", state, started_at as "startedAt", started_by as "startedBy", finished_at as "finishedAt",
  undone_at as "undoneAt", undone_by as "undoneBy"`

export async function insertRun(
  tx: Queryable,
  run: Pick<
    RunRow,
    'organizationId' | 'id' | 'connectionId' | 'action' | 'people' | 'teams' | 'successorId' | 'startedAt' | 'startedBy'
  >,
): Promise<void> {
  await tx.query(
    {
      text: `insert into connection_runs (organization_id, id, connection_id, action, people, teams, successor_id, state,
          started_at, started_by)
        values ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9)`,
    },
    [
      run.organizationId,
      run.id,
      run.connectionId,
      run.action,
      run.people,
      run.teams,
      run.successorId,
      run.startedAt,
      run.startedBy,
    ],
  )
}

// Switching on is about those whom no identity provider has brought, built-in ones apart: they are the way back in.
// Everything else is about those of the connection.
const usersOf = {
  unowned: `is_local(u.connection_id) and not u.is_built_in and u.scim_id is not null and u.state in ('active', 'pending')
    and $2::uuid is not null`,
  owned: 'u.connection_id = $2 and u.scim_id is not null',
} as const
const teamsOf = 't.connection_id = $2 and t.scim_id is not null'

export type SubjectScope = {
  readonly organizationId: string
  readonly connectionId: string
  readonly action: RunAction
}

/** Writes down whom and what the run is about, as it is now. */
export async function insertRunSubjects(
  tx: Queryable,
  run: SubjectScope & { readonly id: string; readonly people: PeopleFate; readonly teams: TeamsFate },
): Promise<void> {
  const { organizationId, connectionId, id } = run
  const scope = usersOf[run.action === 'enable' ? 'unowned' : 'owned']
  if (run.people !== 'none')
    await tx.query(
      {
        text: `insert into connection_run_subjects
            (organization_id, run_id, kind, subject_id, name, scim_id, external_id, connection_id, state)
          select u.organization_id, $3, 'user', u.id, coalesce(u.document::json ->> 'userName', u.user_name_key), u.scim_id,
            u.external_id, u.connection_id, u.state
          from users u where u.organization_id = $1 and ${scope}`,
      },
      [organizationId, connectionId, id],
    )
  if (run.teams === 'none') return
  await tx.query(
    {
      text: `insert into connection_run_subjects
          (organization_id, run_id, kind, subject_id, name, scim_id, external_id, connection_id, state)
        select t.organization_id, $3, 'team', t.id, t.display, t.scim_id, t.external_id, t.connection_id, 'active'
        from teams t where t.organization_id = $1 and ${teamsOf}`,
    },
    [organizationId, connectionId, id],
  )
}

export type Preview = {
  readonly people: number
  readonly activePeople: number
  readonly teams: number
  readonly memberships: number
  readonly peopleNames: readonly string[]
  readonly teamNames: readonly string[]
}

/** What a run would be about: counts, and the first names of each. */
export async function selectPreview(db: Queryable, scope: SubjectScope, namesMax: number): Promise<Preview> {
  const condition = usersOf[scope.action === 'enable' ? 'unowned' : 'owned']
  const teams = scope.action === 'enable' ? `false and ${teamsOf}` : teamsOf
  const { rows } = await db.query<Preview>(
    {
      text: `select
        (select count(*) from users u where u.organization_id = $1 and ${condition}) as people,
        (select count(*) from users u where u.organization_id = $1 and ${condition} and u.state <> 'suspended') as "activePeople",
        (select count(*) from teams t where t.organization_id = $1 and ${teams}) as teams,
        (select count(*) from memberships m join teams t on t.organization_id = m.organization_id and t.id = m.team_id
          where t.organization_id = $1 and ${teams}) as memberships,
        array(select coalesce(u.display, u.user_name_key) from users u where u.organization_id = $1 and ${condition}
          order by u.id limit $3) as "peopleNames",
        array(select t.display from teams t where t.organization_id = $1 and ${teams} order by t.id limit $3) as "teamNames"`,
    },
    [scope.organizationId, scope.connectionId, namesMax],
  )
  const none = { people: 0, activePeople: 0, teams: 0, memberships: 0, peopleNames: [], teamNames: [] }
  return rows[0] ?? none
}

/** With `lock`: undefined also when another process is at it. */
export async function selectRun(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<RunRow | undefined> {
  const lock = options.lock === true ? 'for update skip locked' : ''
  const { rows } = await db.query<RunRow>(
    { text: `select ${columns} from connection_runs where organization_id = $1 and id = $2 ${lock}` },
    [organizationId, id],
  )
  return rows[0]
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function selectRuns(
  db: Queryable,
  organizationId: string,
  page: { readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly RunRow[]> {
  const { rows } = await db.query<RunRow>(
    {
      text: `select ${columns} from connection_runs
        where organization_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    },
    [organizationId, page.before ?? null, page.rowsMax],
  )
  return rows
}

/** A run of the connection that has not ended; there may be one at a time. */
export async function selectOpenRun(
  tx: Queryable,
  organizationId: string,
  connectionId: string,
): Promise<RunRow | undefined> {
  const { rows } = await tx.query<RunRow>(
    {
      text: `select ${columns} from connection_runs
        where organization_id = $1 and connection_id = $2 and state in ('running', 'undoing') limit 1`,
    },
    [organizationId, connectionId],
  )
  return rows[0]
}

/** Runs of all organizations that somebody must go on with, oldest first. */
export async function selectUnfinishedRuns(db: Queryable, rowsMax: number): Promise<readonly RunRow[]> {
  const { rows } = await db.query<RunRow>(
    { text: `select ${columns} from connection_runs where state in ('running', 'undoing') order by id limit $1` },
    [rowsMax],
  )
  return rows
}

export async function updateRunState(
  tx: Queryable,
  run: Pick<RunRow, 'organizationId' | 'id' | 'state' | 'finishedAt' | 'undoneAt' | 'undoneBy'>,
): Promise<void> {
  await tx.query(
    {
      text: `update connection_runs set state = $3, finished_at = $4, undone_at = $5, undone_by = $6
        where organization_id = $1 and id = $2`,
    },
    [run.organizationId, run.id, run.state, run.finishedAt, run.undoneAt, run.undoneBy],
  )
}

export async function selectRunCounts(db: Queryable, organizationId: string, runId: string): Promise<RunCounts> {
  const { rows } = await db.query<RunCounts>(
    {
      text: `select count(*) filter (where kind = 'user') as people, count(*) filter (where kind = 'team') as teams,
          count(*) filter (where outcome = 'waiting') as waiting, count(*) filter (where outcome = 'done') as done,
          count(*) filter (where outcome = 'skipped') as skipped, count(*) filter (where outcome = 'undone') as undone,
          count(*) filter (where outcome = 'kept') as kept
        from connection_run_subjects where organization_id = $1 and run_id = $2`,
    },
    [organizationId, runId],
  )
  return rows[0] ?? { people: 0, teams: 0, waiting: 0, done: 0, skipped: 0, undone: 0, kept: 0 }
}
