import type { Queryable } from '../pool.ts'

export type RunSubject = {
  readonly kind: 'user' | 'team'
  readonly subjectId: string
  /** userName of a person, displayName of a team. */
  readonly name: string
  readonly scimId: string | null
  readonly externalId: string | null
  readonly connectionId: string | null
  /** Before the run. */
  readonly state: 'pending' | 'active' | 'suspended' | 'deprovisioned'
  readonly outcome: 'waiting' | 'done' | 'skipped' | 'undone' | 'kept'
  readonly reason: string | null
  /** When the run changed it. */
  readonly at: Date | null
}

const columns = `kind, subject_id as "subjectId", name, scim_id as "scimId", external_id as "externalId",
  connection_id as "connectionId", state, outcome, reason, at`

/** The next ones with that outcome; teams first. */
export async function selectNextSubjects(
  tx: Queryable,
  organizationId: string,
  query: { readonly runId: string; readonly outcome: 'waiting' | 'done'; readonly rowsMax: number },
): Promise<readonly RunSubject[]> {
  const { rows } = await tx.query<RunSubject>(
    {
      name: 'next_run_subjects',
      text: `select ${columns} from connection_run_subjects
        where organization_id = $1 and run_id = $2 and outcome = $3 and outcome in ('waiting', 'done')
        order by kind, subject_id limit $4`,
    },
    [organizationId, query.runId, query.outcome, query.rowsMax],
  )
  return rows
}

export type SubjectOutcome = Pick<RunSubject, 'kind' | 'subjectId' | 'outcome' | 'reason'>

export async function updateSubjects(
  tx: Queryable,
  run: { readonly organizationId: string; readonly id: string; readonly at: Date },
  outcomes: readonly SubjectOutcome[],
): Promise<void> {
  await tx.query(
    {
      name: 'update_run_subjects',
      text: `update connection_run_subjects s set outcome = o.outcome, reason = o.reason,
          at = case when o.outcome = 'done' then $3::timestamptz else s.at end
        from unnest($4::text[], $5::uuid[], $6::text[], $7::text[]) o (kind, subject_id, outcome, reason)
        where s.organization_id = $1 and s.run_id = $2 and s.kind = o.kind and s.subject_id = o.subject_id`,
    },
    [
      run.organizationId,
      run.id,
      run.at,
      outcomes.map((each) => each.kind),
      outcomes.map((each) => each.subjectId),
      outcomes.map((each) => each.outcome),
      outcomes.map((each) => each.reason),
    ],
  )
}

/** People of a run in the order of their ids: the export of links. */
export async function selectRunSubjects(
  db: Queryable,
  organizationId: string,
  page: {
    readonly runId: string
    readonly kind: 'user' | 'team'
    readonly after: string | undefined
    readonly rowsMax: number
  },
): Promise<readonly RunSubject[]> {
  const { rows } = await db.query<RunSubject>(
    {
      text: `select ${columns} from connection_run_subjects
        where organization_id = $1 and run_id = $2 and kind = $3 and ($4::uuid is null or subject_id > $4)
        order by subject_id limit $5`,
    },
    [organizationId, page.runId, page.kind, page.after ?? null, page.rowsMax],
  )
  return rows
}

/** The links that stand now: who is linked to what in the identity provider of a connection. */
export async function selectLinks(
  db: Queryable,
  organizationId: string,
  page: { readonly connectionId: string; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly RunSubject[]> {
  const { rows } = await db.query<RunSubject>(
    {
      text: `select 'user' as kind, id as "subjectId", coalesce(document::json ->> 'userName', user_name_key) as name,
          scim_id as "scimId", external_id as "externalId", connection_id as "connectionId", state, 'waiting' as outcome,
          null as reason, null::timestamptz as at
        from users where organization_id = $1 and connection_id = $2 and scim_id is not null and ($3::uuid is null or id > $3)
        order by id limit $4`,
    },
    [organizationId, page.connectionId, page.after ?? null, page.rowsMax],
  )
  return rows
}
