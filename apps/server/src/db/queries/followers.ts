import type { Queryable } from '../pool.ts'
import type { ChangeOrigin } from './changes.ts'

/** Takes the teams that follow a group along with its people: all of them or, when they are named, those alone. */
export async function followGroup(
  tx: Queryable,
  origin: ChangeOrigin,
  follow: { readonly groupId: string; readonly people: readonly string[]; readonly via: string },
): Promise<void> {
  const { organizationId, now, connectionId, actor, requestId } = origin
  const values = [organizationId, follow.groupId, follow.people, now, connectionId, actor, requestId, follow.via]
  await tx.query(followers, values)
}

const followers = {
  name: 'follow_group',
  text: `select follow_groups($1, array(select id from teams where organization_id = $1 and group_id = $2), $3::uuid[], $4, $5, $6, $7, $8)`,
}

/** Compares a team with the group it follows, all people of both, and sets right what differs. */
export async function followEverybody(
  tx: Queryable,
  origin: ChangeOrigin,
  follow: { readonly teamIds: readonly string[]; readonly via: string },
): Promise<void> {
  const { organizationId, now, connectionId, actor, requestId } = origin
  await tx.query(everybody, [organizationId, follow.teamIds, now, connectionId, actor, requestId, follow.via])
}

const everybody = {
  name: 'follow_everybody',
  text: 'select follow_groups($1, $2::uuid[], null, $3, $4, $5, $6, $7)',
}

/** A locked team follows a group from now on, or none. */
export async function setGroup(
  tx: Queryable,
  organizationId: string,
  link: { readonly teamId: string; readonly groupId: string | null; readonly now: Date },
): Promise<void> {
  await tx.query(set, [organizationId, link.teamId, link.groupId, link.now])
}

const set = {
  name: 'set_group',
  text: `update teams set group_id = $3, version = version + 1, updated_at = $4, sync_missing = 0, sync_error = null,
      sync_state = case when $3::uuid is null then null else 'inSync' end, reconciled_at = null,
      reconcile_due = case when $3::uuid is null then null else $4::timestamptz end
    where organization_id = $1 and id = $2`,
}

/** Whether any team follows the group, written where changes of its members look. */
export async function noteMapped(tx: Queryable, organizationId: string, groupId: string): Promise<void> {
  await tx.query(note, [organizationId, groupId])
}

const note = {
  name: 'note_mapped',
  text: `update teams g set is_mapped = exists (select from teams t where t.organization_id = $1 and t.group_id = g.id)
    where g.organization_id = $1 and g.id = $2`,
}

/** The live group of that id, locked: its members do not change meanwhile. */
export async function lockGroup(
  tx: Queryable,
  organizationId: string,
  groupId: string,
): Promise<{ readonly id: string; readonly display: string } | undefined> {
  const { rows } = await tx.query<{ id: string; display: string }>(lock, [organizationId, groupId])
  return rows[0]
}

const lock = {
  name: 'lock_group',
  text: `select id, display from teams where organization_id = $1 and id = $2 and kind = 'group' and deleted_at is null
    for no key update`,
}

/** The teams that follow the group, oldest first. */
export async function selectFollowers(
  db: Queryable,
  organizationId: string,
  groupId: string,
): Promise<readonly { readonly id: string; readonly display: string; readonly number: number }[]> {
  const { rows } = await db.query<{ id: string; display: string; number: number }>(select, [organizationId, groupId])
  return rows
}

const select = {
  name: 'followers_of',
  text: 'select id, display, number from teams where organization_id = $1 and group_id = $2 order by id',
}

/** Teams that are to be compared with their groups by now, the longest waiting first. */
export async function selectDueFollowers(
  db: Queryable,
  now: Date,
  rowsMax: number,
): Promise<readonly { readonly organizationId: string; readonly id: string; readonly groupId: string }[]> {
  const { rows } = await db.query<{ organizationId: string; id: string; groupId: string }>(due, [now, rowsMax])
  return rows
}

const due = {
  text: `select organization_id as "organizationId", id, group_id as "groupId" from teams
    where group_id is not null and reconcile_due <= $1 order by reconcile_due limit $2`,
}
