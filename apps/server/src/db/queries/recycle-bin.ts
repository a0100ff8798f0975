import type { Queryable } from '../pool.ts'
import { fieldsOf, lineEnd, scrubbedLine } from './packed-line.ts'
import { changeColumns, originValues, type ChangeOrigin } from './changes.ts'
import { restoreMembershipRows } from './restored-memberships.ts'
import { eraseSourceData } from './source-erasure.ts'

/** How somebody was deleted: what a restore goes back to. */
export type DeletionRow = {
  readonly at: Date
  readonly state: string | null
  readonly scim_id: string | null
}

export async function selectDeletion(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<DeletionRow | undefined> {
  const { rows } = await db.query<DeletionRow>(deletion, [organizationId, userId])
  return rows[0]
}

const deletion = {
  name: 'deletion',
  text: `select at, data ->> 'state' as state, data ->> 'scimId' as scim_id from changes
    where organization_id = $1 and subject_id = $2 and action = 'user.deleted' order by position desc limit 1`,
}

/**
 * Gives a deleted account its resource back, and its place in the teams that it left by the deletion and that are still
 * there. False when it is not deleted, or purged. Breaks a unique index when a name is taken.
 */
export async function restoreUser(
  tx: Queryable,
  origin: ChangeOrigin,
  command: {
    readonly id: string
    readonly scimId: string
    readonly state: 'pending' | 'active' | 'suspended' | undefined
    readonly deletedAt: Date
    readonly externalIdUnique: boolean
    readonly data: string
  },
): Promise<boolean> {
  const { id, scimId, state, deletedAt, externalIdUnique, data } = command
  const values = [...originValues(origin), id, scimId, state ?? null, externalIdUnique, data]
  const { rows } = await tx.query<{ id: string }>(restore, values)
  if (rows.length === 0) return false
  await restoreMembershipRows(tx, origin, { at: deletedAt, memberId: id, teamId: null, via: 'restore' })
  return true
}

const restore = {
  name: 'restore_user',
  text: `with changed as (
      update users set scim_id = $7, state = coalesce($8, resumes_as), version = version + 1, updated_at = $3,
        state_changed_at = $3, external_id_key = case when $9 then external_id end
      where organization_id = $1 and id = $6 and state = 'deprovisioned' and scim_id is null and purged_at is null
      returning id, version, state
    ), counted as (
      insert into directory_deltas (organization_id, kind, total, active)
      select $1, 'users', 1, case when state = 'suspended' then 0 else 1 end from changed
    ), logged as (
      insert into changes (${changeColumns})
      select $1, $3, 'user.restored', 'user', id, version, $2, $4, $5, 0,
        $10::jsonb || jsonb_build_object('state', state) from changed
    )
    select id from changed`,
}

/**
 * Forgets the personal data of a deleted account: in the account, in every change of it and in the request log.
 * That it was there, when, and what was done to it stays. False when it is not deleted, or purged before.
 */
export async function purgeUser(
  tx: Queryable,
  origin: ChangeOrigin,
  command: { readonly id: string; readonly data: string },
): Promise<boolean> {
  const { organizationId, now } = origin
  const { rows } = await tx.query<{ id: string }>(scrubAccount, [organizationId, command.id, now])
  if (rows.length === 0) return false
  // The log names the resources that the account had; its changes tell which these were.
  await tx.query(scrubRequests, [organizationId, command.id])
  await tx.query(scrubReads, [organizationId, command.id])
  await tx.query(scrubChanges, [organizationId, command.id])
  for (const text of forget) await tx.query({ text }, [organizationId, command.id])
  await eraseSourceData(tx, organizationId, command.id)
  await tx.query(endKeys, [organizationId, command.id, now])
  await tx.query(logPurge, [...originValues(origin), command.id, command.data])
  return true
}

const scrubAccount = {
  name: 'purge_user',
  text: `update users set purged_at = $3, user_name_key = '', external_id = null, external_id_key = null, display = null,
      display_key = null, document = '{}', search = '{}', search_text = '', login = null, login_key = null,
      has_overrides = false, version = version + 1, updated_at = $3
    where organization_id = $1 and id = $2 and state = 'deprovisioned' and scim_id is null and purged_at is null
    returning id`,
}

const formerScimIds = `select distinct data ->> 'scimId' as scim_id from changes
  where organization_id = $1 and subject_id = $2 and action = 'user.deleted' and data ->> 'scimId' is not null`

const scrubRequests = {
  name: 'purge_requests',
  text: `update request_log set path = '', external_id = null, detail = null, request_body = null, response_body = null
    where organization_id = $1 and resource_id in (${formerScimIds})`,
}

const scrubReads = {
  name: 'purge_reads',
  text: `with former as (${formerScimIds})
    update request_log_reads p set lines = (
      select string_agg(case when f[7] in (select scim_id from former) then ${scrubbedLine} else line end, '${lineEnd}' order by place)
      from string_to_table(p.lines, '${lineEnd}') with ordinality x (line, place), ${fieldsOf('line')} f)
    where organization_id = $1 and exists (select from former where position(scim_id in p.lines) > 0)`,
}

/**
 * Forgets bodies of other requests in which a resource of the account is named, such as groups with their members.
 * Reads the whole log of the organization: for a single purge, not for the job, by whose time the log is gone as a rule.
 */
export async function scrubMentions(tx: Queryable, organizationId: string, scimIds: readonly string[]): Promise<void> {
  for (const scimId of scimIds) await tx.query(scrubMention, [organizationId, `%${scimId}%`])
}

const scrubMention = {
  name: 'purge_mentions',
  text: `update request_log set request_body = null, response_body = null
    where organization_id = $1 and (request_body like $2 or response_body like $2)`,
}

/** The ids that the resources of an account had. */
export async function selectFormerScimIds(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ scim_id: string }>(selectFormer, [organizationId, userId])
  return rows.map((row) => row.scim_id)
}

const selectFormer = { name: 'former_scim_ids', text: formerScimIds }

const scrubChanges = {
  name: 'purge_changes',
  text: `update changes set data = json_build_object('via', data ->> 'via', 'state', data ->> 'state', 'purged', true)
    where organization_id = $1 and subject_id = $2 and subject_kind = 'user'`,
}

// What belongs to invitations goes by itself, with the user name (0004_mail.sql).
const forget = [
  // Where somebody signed in from; the changes name the sessions.
  `update changes set data = (data::jsonb - 'ip')::json
    where organization_id = $1 and subject_kind = 'session' and subject_id in (
      select id from sessions where organization_id = $1 and user_id = $2)`,
  `update changes set data = (data::jsonb - 'ip')::json
    where organization_id = $1 and subject_kind = 'sign_in' and subject_id = $2`,
  'delete from sessions where organization_id = $1 and user_id = $2',
  'delete from team_rule_exceptions where organization_id = $1 and user_id = $2',
  'delete from team_rule_leaving where organization_id = $1 and user_id = $2',
  'delete from sign_in_methods where organization_id = $1 and user_id = $2',
  'delete from password_links where organization_id = $1 and user_id = $2',
  'delete from email_changes where organization_id = $1 and user_id = $2',
  'delete from passwords where organization_id = $1 and user_id = $2',
  'delete from passkeys where organization_id = $1 and user_id = $2',
  'delete from one_time_codes where organization_id = $1 and user_id = $2',
  'delete from recovery_codes where organization_id = $1 and user_id = $2',
  'delete from attribute_overrides where organization_id = $1 and user_id = $2',
  'delete from user_states where organization_id = $1 and user_id = $2',
]

const endKeys = {
  name: 'purge_keys',
  text: 'update keys set revoked_at = $3 where organization_id = $1 and user_id = $2 and revoked_at is null',
}

const logPurge = {
  name: 'log_purge',
  text: `insert into changes (${changeColumns})
    select $1, $3, 'user.purged', 'user', id, version, $2, $4, $5, 0, $7::json
    from users where organization_id = $1 and id = $6`,
}

/** Deleted accounts of an organization whose time in the recycle bin is over, oldest accounts first. */
export async function selectOverdue(
  db: Queryable,
  query: { readonly organizationId: string; readonly before: Date; readonly rowsMax: number },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ user_id: string }>(overdue, [query.organizationId, query.before, query.rowsMax])
  return rows.map((row) => row.user_id)
}

const overdue = {
  name: 'overdue_people',
  text: `select s.user_id from user_states s
    join users u on u.organization_id = s.organization_id and u.id = s.user_id
    where s.organization_id = $1 and s.state = 'deprovisioned' and u.state_changed_at < $2 and u.purged_at is null
    order by s.user_id limit $3`,
}
