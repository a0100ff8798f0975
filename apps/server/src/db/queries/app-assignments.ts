import type { Queryable } from '../pool.ts'
import { foundBy } from './found-objects.ts'

type AppName = { readonly organizationId: string; readonly appId: string }

type ObjectRef = { readonly kind: 'user' | 'team'; readonly id: string }

export type AssignmentRow = {
  readonly kind: 'user' | 'team'
  readonly id: string
  readonly name: string
  readonly assignedBy: string
  readonly assignedAt: Date
}

/** Those that exist in the organization and are not assigned yet become so; returns them. */
export async function insertAssignments(
  tx: Queryable,
  app: AppName,
  assigned: { readonly subjects: readonly ObjectRef[]; readonly by: string; readonly at: Date },
): Promise<readonly ObjectRef[]> {
  const { rows } = await tx.query<ObjectRef>(
    {
      text: `insert into app_assignments (organization_id, app_id, subject_kind, subject_id, assigned_by, assigned_at)
        select $1, $2, s.kind, s.id, $5, $6 from unnest($3::text[], $4::uuid[]) s (kind, id)
        on conflict do nothing returning subject_kind as kind, subject_id as id`,
    },
    [app.organizationId, app.appId, ...toColumns(assigned.subjects), assigned.by, assigned.at],
  )
  return rows
}

/** Returns those that had been assigned. */
export async function deleteAssignments(
  tx: Queryable,
  app: AppName,
  subjects: readonly ObjectRef[],
): Promise<readonly ObjectRef[]> {
  const { rows } = await tx.query<ObjectRef>(
    {
      text: `delete from app_assignments a using unnest($3::text[], $4::uuid[]) s (kind, id)
        where a.organization_id = $1 and a.app_id = $2 and a.subject_kind = s.kind and a.subject_id = s.id
        returning a.subject_kind as kind, a.subject_id as id`,
    },
    [app.organizationId, app.appId, ...toColumns(subjects)],
  )
  return rows
}

/** Which of these there are: people who are not deprovisioned, and teams. */
export async function selectAssignable(
  db: Queryable,
  organizationId: string,
  subjects: readonly ObjectRef[],
): Promise<readonly ObjectRef[]> {
  const { rows } = await db.query<ObjectRef>(
    {
      text: `select s.kind, s.id from unnest($2::text[], $3::uuid[]) s (kind, id)
        where (s.kind = 'user' and exists (
            select from users u where u.organization_id = $1 and u.id = s.id and u.state <> 'deprovisioned'))
          or (s.kind = 'team' and exists (
            select from teams t where t.organization_id = $1 and t.id = s.id and t.deleted_at is null))`,
    },
    [organizationId, ...toColumns(subjects)],
  )
  return rows
}

/** With their names, in the order of kind and id. */
export async function selectAssignments(
  db: Queryable,
  app: AppName,
  page: {
    readonly kind: 'user' | 'team' | undefined
    /** For LIKE on what people and teams are found by. */
    readonly pattern: string | undefined
    readonly after: ObjectRef | undefined
    readonly rowsMax: number
  },
): Promise<readonly AssignmentRow[]> {
  const { rows } = await db.query<AssignmentRow>(
    {
      text: `select a.subject_kind as kind, a.subject_id as id, coalesce(u.display, t.display, '') as name,
          a.assigned_by as "assignedBy", a.assigned_at as "assignedAt"
        from app_assignments a
        left join users u on a.subject_kind = 'user' and u.organization_id = a.organization_id and u.id = a.subject_id
        left join teams t on a.subject_kind = 'team' and t.organization_id = a.organization_id and t.id = a.subject_id
        where a.organization_id = $1 and a.app_id = $2 and ($3::text is null or a.subject_kind = $3)
          and ($4::text is null or a.subject_id in (${foundBy('$4')}))
          and ($5::text is null or (a.subject_kind, a.subject_id) > ($5, $6::uuid))
        order by a.subject_kind, a.subject_id limit $7`,
    },
    [
      app.organizationId,
      app.appId,
      page.kind ?? null,
      page.pattern ?? null,
      page.after?.kind ?? null,
      page.after?.id ?? null,
      page.rowsMax,
    ],
  )
  return rows
}

export async function selectAssignmentCount(
  db: Queryable,
  app: AppName,
  { kind, pattern }: { readonly kind: 'user' | 'team' | undefined; readonly pattern: string | undefined },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: `select count(*) as count from app_assignments
        where organization_id = $1 and app_id = $2 and ($3::text is null or subject_kind = $3)
          and ($4::text is null or subject_id in (${foundBy('$4')}))`,
    },
    [app.organizationId, app.appId, kind ?? null, pattern ?? null],
  )
  return rows[0]?.count ?? 0
}

function toColumns(subjects: readonly ObjectRef[]): readonly [kinds: readonly string[], ids: readonly string[]] {
  return [subjects.map(({ kind }) => kind), subjects.map(({ id }) => id)]
}
