import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { nilId } from '../../nil-id.ts'

export type SubjectKind = 'user' | 'service_account'
export type RoleSource = 'local' | 'scim' | 'mapping' | 'default' | 'signIn'

/** Who changes roles, when, and by which request. */
export type RoleOrigin = {
  readonly organizationId: string
  readonly actor: string
  readonly requestId: string | undefined
  readonly now: Date
  readonly connectionId?: string | null | undefined
}

export type Subject = { readonly kind: SubjectKind; readonly id: string }

export type RoleToGive = { readonly roleId: string; readonly source: RoleSource }

/**
 * Makes these the roles that the named sources give the subject, and no others of theirs; whatever other sources gave
 * stays. Each difference is a row of `changes`, and so is each of `notes`.
 */
export async function replaceRoles(
  tx: Queryable,
  origin: RoleOrigin,
  subject: Subject,
  command: {
    readonly wanted: readonly RoleToGive[]
    readonly sources: readonly RoleSource[]
    readonly sourceId: string
    readonly via: string
    /** Id → name of the roles that the database does not know. */
    readonly names: string
    readonly notes: readonly { readonly action: string; readonly data: JsonObject }[]
    /** What stays although nobody wants it: roles that make owners, or everything. */
    readonly keeps?: 'owners' | 'everything'
  },
): Promise<void> {
  const { wanted, sources, sourceId, via, names, notes, keeps = 'nothing' } = command
  await tx.query(replace, [
    ...originParameters(origin, subject),
    names,
    JSON.stringify({ via }),
    sourceId,
    sources,
    wanted.map(({ roleId }) => roleId),
    wanted.map(({ source }) => source),
    JSON.stringify(notes.map(({ action, data }) => ({ action, data: { ...data, via } }))),
    keeps,
  ])
}

function originParameters(origin: RoleOrigin, subject: Subject): readonly unknown[] {
  const { organizationId, now, connectionId, actor, requestId } = origin
  return [organizationId, now, connectionId ?? null, actor, requestId ?? null, subject.kind, subject.id]
}

// $1 to $9: organization, time, connection, actor, request, kind and id of the subject, names, what every row tells.
const versionOfSubject = `coalesce((select version from users where $6::text = 'user' and organization_id = $1 and id = $7),
  (select version from service_accounts where $6 = 'service_account' and organization_id = $1 and id = $7), 1)`
const columns =
  'organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, data'
const logged = `logged as (
    insert into changes (${columns})
    select $1, $2, x.action, $6, $7, ${versionOfSubject}, $3, $4, $5, ($9::jsonb || jsonb_build_object(
      'role', jsonb_build_object('id', x.role_id, 'name', coalesce($8::jsonb ->> x.role_id::text,
        (select r.name from roles r where r.organization_id = $1 and r.id = x.role_id))),
      'source', x.source, 'sourceId', nullif(x.source_id, '${nilId}'), 'teamId', nullif(x.team_id, '${nilId}')))::json
    from (select 'role.revoked' as action, r.* from removed r union all select 'role.granted', a.* from added a) x
    returning 1
  )`
const moved = 'role_id, source, source_id, team_id'

const replace = {
  name: 'replace_roles',
  text: `with wanted as (
      select distinct * from unnest($12::uuid[], $13::text[]) w (role_id, source)
    ), removed as (
      delete from role_assignments a
      where a.organization_id = $1 and a.subject_id = $7 and a.source = any($11) and a.source_id = $10
        and not exists (select from wanted w where w.role_id = a.role_id and w.source = a.source)
        and $15::text <> 'everything' and ($15 <> 'owners' or not (a.role_id = '00000000-0000-4000-8000-000000000001'
          or exists (select from roles r where r.organization_id = $1 and r.id = a.role_id and 'owners:manage' = any(r.permissions))))
      returning ${moved}
    ), added as (
      insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, source_id, granted_at, granted_by)
      select $1, $6, $7, w.role_id, w.source, $10, $2, $4 from wanted w
      on conflict do nothing returning ${moved}
    ), ${logged}, noted as (
      insert into changes (${columns})
      select $1, $2, n.action, $6, $7, ${versionOfSubject}, $3, $4, $5, n.data
      from json_to_recordset($14::json) n (action text, data json)
    )
    select count(*) from logged`,
}

/** Makes these the only roles of a person, but for what groups give; each difference is a row of `changes`. */
export async function replaceRolesBySignIn(
  tx: Queryable,
  origin: RoleOrigin,
  person: { readonly userId: string; readonly roleIds: readonly string[]; readonly providerId: string },
  names: string,
): Promise<void> {
  const subject: Subject = { kind: 'user', id: person.userId }
  const told = JSON.stringify({ via: 'signIn' })
  await tx.query(replaceBySignIn, [
    ...originParameters(origin, subject),
    names,
    told,
    person.providerId,
    person.roleIds,
  ])
}

const replaceBySignIn = {
  name: 'replace_roles_by_sign_in',
  text: `with removed as (
      delete from role_assignments a
      where a.organization_id = $1 and a.subject_id = $7 and a.source <> 'mapping'
        and not (a.source = 'signIn' and a.source_id = $10 and a.role_id = any($11::uuid[]))
      returning ${moved}
    ), added as (
      insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, source_id, granted_at, granted_by)
      select $1, $6, $7, w.role_id, 'signIn', $10, $2, $4 from (select distinct unnest($11::uuid[]) as role_id) w
      on conflict do nothing returning ${moved}
    ), ${logged} select count(*) from logged`,
}

/** Gives one role by hand; false when the subject has it by hand already. */
export async function insertRoleAssignment(
  tx: Queryable,
  origin: RoleOrigin,
  subject: Subject,
  command: AssignmentCommand,
): Promise<boolean> {
  const { rows } = await tx.query<{ changed: number }>(give, assignmentParameters(origin, subject, command))
  return (rows[0]?.changed ?? 0) > 0
}

/** Takes back one role that was given by hand or by default; false when there was none. */
export async function deleteRoleAssignment(
  tx: Queryable,
  origin: RoleOrigin,
  subject: Subject,
  command: AssignmentCommand,
): Promise<boolean> {
  const { rows } = await tx.query<{ changed: number }>(take, assignmentParameters(origin, subject, command))
  return (rows[0]?.changed ?? 0) > 0
}

export type AssignmentCommand = {
  readonly roleId: string
  readonly teamId: string | undefined
  readonly reason: string | undefined
  readonly names: string
}

function assignmentParameters(origin: RoleOrigin, subject: Subject, command: AssignmentCommand): readonly unknown[] {
  const { roleId, teamId, reason, names } = command
  const told = JSON.stringify({ via: 'admin', ...(reason !== undefined && { reason }) })
  return [...originParameters(origin, subject), names, told, roleId, teamId ?? nilId]
}

const give = {
  text: `with removed as (
      select ${moved} from role_assignments where false
    ), added as (
      insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, team_id, granted_at, granted_by)
      values ($1, $6, $7, $10, 'local', $11, $2, $4)
      on conflict do nothing returning ${moved}
    ), ${logged} select count(*) as changed from logged`,
}

const take = {
  text: `with removed as (
      delete from role_assignments a
      where a.organization_id = $1 and a.subject_id = $7 and a.role_id = $10 and a.source in ('local', 'default')
        and a.source_id = '${nilId}' and a.team_id = $11
      returning ${moved}
    ), added as (
      select ${moved} from role_assignments where false
    ), ${logged} select count(*) as changed from logged`,
}

/** One role of one subject from one source, with the names that a list shows. */
export type RoleAssignmentRow = {
  readonly subjectKind: SubjectKind
  readonly subjectId: string
  readonly subjectName: string | null
  readonly subjectState: string | null
  readonly roleId: string
  /** Null for a built-in one. */
  readonly roleName: string | null
  readonly source: RoleSource
  readonly sourceId: string
  readonly teamId: string
  readonly grantedAt: Date
  readonly grantedBy: string
  /** False while mappings alone give roles, and none gives this one. */
  readonly isEffective: boolean
}

/** Whose roles and which; left out: everybody's, all. Of people the id over SCIM will do too. */
export type RoleAssignmentFilter = { readonly subjectId?: string | undefined; readonly roleId?: string | undefined }

const matches = `a.organization_id = $1 and ($2::uuid is null or a.subject_id = coalesce(
            (select p.id from users p where p.organization_id = $1 and p.scim_id = $2), $2)) and ($3::uuid is null or a.role_id = $3)`

/** In the order of the primary key, those after `after`. */
export async function selectRoleAssignments(
  db: Queryable,
  organizationId: string,
  query: RoleAssignmentFilter & { readonly after?: readonly string[] | undefined; readonly rowsMax: number },
): Promise<readonly RoleAssignmentRow[]> {
  const { after } = query
  const { rows } = await db.query<RoleAssignmentRow>(
    {
      text: `select a.subject_kind as "subjectKind", a.subject_id as "subjectId", coalesce(u.display, s.name) as "subjectName",
          coalesce(u.state, s.state) as "subjectState", a.role_id as "roleId", r.name as "roleName", a.source,
          a.source_id as "sourceId", a.team_id as "teamId", a.granted_at as "grantedAt", a.granted_by as "grantedBy",
          role_counts(o.role_mapping_mode, a.source, u.connection_id) as "isEffective"
        from role_assignments a
        join organizations o on o.id = a.organization_id
        left join users u on a.subject_kind = 'user' and u.organization_id = a.organization_id and u.id = a.subject_id
        left join service_accounts s on a.subject_kind = 'service_account' and s.organization_id = a.organization_id and s.id = a.subject_id
        left join roles r on r.organization_id = a.organization_id and r.id = a.role_id
        where ${matches}
          and ($4::uuid is null or (a.subject_id, a.role_id, a.source, a.source_id, a.team_id) > ($4, $5::uuid, $6::text, $7::uuid, $8::uuid))
        order by a.subject_id, a.role_id, a.source, a.source_id, a.team_id limit $9`,
    },
    [
      organizationId,
      query.subjectId ?? null,
      query.roleId ?? null,
      ...[0, 1, 2, 3, 4].map((index) => after?.[index] ?? null),
      query.rowsMax,
    ],
  )
  return rows
}

export async function countAssignments(
  db: Queryable,
  organizationId: string,
  { subjectId, roleId }: RoleAssignmentFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from role_assignments a where ${matches}` },
    [organizationId, subjectId ?? null, roleId ?? null],
  )
  return rows[0]?.count ?? 0
}

/** The one whom a command names, if he is there. People are named by account id or SCIM id. */
export async function selectSubject(
  tx: Queryable,
  organizationId: string,
  subject: Subject,
): Promise<{ readonly id: string; readonly state: string } | undefined> {
  const text =
    subject.kind === 'user'
      ? 'select id, state from users where organization_id = $1 and (id = $2 or scim_id = $2)'
      : 'select id, state from service_accounts where organization_id = $1 and id = $2'
  const { rows } = await tx.query<{ id: string; state: string }>({ text }, [organizationId, subject.id])
  return rows[0]
}

/** What a connection that ends gave stays, as if it had been given by hand. */
export async function releaseRoles(tx: Queryable, organizationId: string, connectionId: string): Promise<void> {
  await tx.query(
    {
      text: `insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, granted_at, granted_by)
        select distinct on (subject_id, role_id) organization_id, subject_kind, subject_id, role_id, 'local', granted_at, granted_by
        from role_assignments where organization_id = $1 and source in ('scim', 'default') and source_id = $2
        on conflict do nothing`,
    },
    [organizationId, connectionId],
  )
  await tx.query(
    {
      text: `delete from role_assignments where organization_id = $1 and source in ('scim', 'default') and source_id = $2`,
    },
    [organizationId, connectionId],
  )
}

/** Whether there is such a team, which roles may be limited to. */
export async function isTeam(tx: Queryable, organizationId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    { text: 'select from teams where organization_id = $1 and id = $2 and deleted_at is null' },
    [organizationId, id],
  )
  return rowCount === 1
}

/** A row of `changes` about somebody's roles that changes none. */
export async function insertRoleNote(
  tx: Queryable,
  origin: RoleOrigin,
  subject: Subject,
  note: { readonly action: `role.${string}`; readonly data: JsonObject },
): Promise<void> {
  const nothing = { wanted: [], sources: [], sourceId: nilId, names: '{}' }
  const { via, ...data } = note.data
  const notes = [{ action: note.action, data }]
  await replaceRoles(tx, origin, subject, { ...nothing, via: typeof via === 'string' ? via : 'admin', notes })
}

/** Which of these people have a role other than one. */
export async function selectRoleHolders(
  db: Queryable,
  organizationId: string,
  { userIds, exceptRoleId }: { readonly userIds: readonly string[]; readonly exceptRoleId: string },
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set()
  const { rows } = await db.query<{ id: string }>(holders, [organizationId, userIds, exceptRoleId])
  return new Set(rows.map(({ id }) => id))
}

const holders = {
  name: 'role_holders',
  text: `select distinct subject_id as id from role_assignments
    where organization_id = $1 and subject_id = any($2::uuid[]) and subject_kind = 'user' and role_id <> $3`,
}
