import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** A row of `changes` as readers of the outbox get it. */
export type OutboxRow = {
  readonly organizationId: string
  /** Its place in the order; unique in the whole database. */
  readonly position: number
  readonly at: Date
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly subjectVersion: number
  readonly connectionId: string | null
  readonly actor: string
  readonly requestId: string | null
  readonly data: JsonObject
}

const columns = `c.organization_id as "organizationId", c.position, c.at, c.action, c.subject_kind as "subjectKind",
  c.subject_id as "subjectId", c.subject_version as "subjectVersion", c.connection_id as "connectionId", c.actor,
  c.request_id as "requestId", c.data`

/** The last position that was given out, in whatever transaction. */
export async function selectLastPosition(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ position: number }>(last)
  return rows[0]?.position ?? 0
}

const last = {
  name: 'last_position',
  text: 'select case when is_called then last_value else 0 end as position from changes_position_seq',
}

/**
 * The transactions that have written changes, or are about to, and have not ended. Each of them holds this lock from
 * before its first position to its end, so a position that was given out belongs to one of them or is settled.
 */
export async function selectWriters(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ writer: string }>(writers)
  return rows.map(({ writer }) => writer)
}

const writers = {
  name: 'change_writers',
  text: `select l.virtualtransaction as writer from pg_locks l
    where l.locktype = 'relation' and l.relation = 'changes'::regclass and l.mode = 'RowExclusiveLock' and l.granted
      and l.database = (select oid from pg_database where datname = current_database())`,
}

/** What follows a position in one organization, up to another one; oldest first. */
export async function selectOutbox(
  db: Queryable,
  organizationId: string,
  range: { readonly after: number; readonly upTo: number; readonly rowsMax: number },
): Promise<readonly OutboxRow[]> {
  const { rows } = await db.query<OutboxRow>(page, [organizationId, range.after, range.upTo, range.rowsMax])
  return rows
}

const page = {
  name: 'outbox_page',
  text: `select ${columns} from changes c
    where c.organization_id = $1 and c.position > $2 and c.position <= $3 order by c.position limit $4`,
}

/** Where what happened from that moment on begins: the position before it. */
export async function selectPositionBefore(
  db: Queryable,
  organizationId: string,
  since: Date,
): Promise<number | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    { text: 'select min(position) - 1 as position from changes where organization_id = $1 and at >= $2' },
    [organizationId, since],
  )
  return rows[0]?.position ?? undefined
}

/** Begins at a position; where the consumer reads already it stays where it is. */
export async function insertOutboxCursor(
  tx: Queryable,
  cursor: { readonly organizationId: string; readonly consumer: string; readonly position: number },
): Promise<void> {
  await tx.query(
    {
      text: `insert into outbox_cursors (organization_id, consumer, position) values ($1, $2, $3) on conflict do nothing`,
    },
    [cursor.organizationId, cursor.consumer, cursor.position],
  )
}

/**
 * What a consumer has not read yet in all the organizations that it follows, in the order of positions.
 * Runs over all organizations: it is a job of the instance.
 */
export async function selectUnread(
  db: Queryable,
  unread: { readonly consumer: string; readonly upTo: number; readonly rowsMax: number },
): Promise<readonly OutboxRow[]> {
  const { rows } = await db.query<OutboxRow>(behind, [unread.consumer, unread.upTo, unread.rowsMax])
  return rows
}

const behind = {
  name: 'outbox_unread',
  text: `select c.* from outbox_cursors k cross join lateral (
      select ${columns} from changes c
      where c.organization_id = k.organization_id and c.position > k.position and c.position <= $2
      order by c.position limit $3
    ) c
    where k.consumer = $1 order by c.position limit $3`,
}

/** Whether a consumer follows any organization. */
export async function selectHasFollowed(db: Queryable, consumer: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(followed, [consumer])
  return rows[0]?.found === true
}

const followed = {
  name: 'outbox_followed',
  text: 'select exists (select from outbox_cursors where consumer = $1) as found',
}

/** False when somebody else has read on in the meantime: then nothing of this reading counts. */
export async function updateOutboxCursors(
  tx: Queryable,
  read: { readonly consumer: string; readonly from: ReadonlyMap<string, number>; readonly position: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(advance, [
    read.consumer,
    read.position,
    [...read.from.keys()],
    [...read.from.values()],
  ])
  return rowCount === read.from.size
}

const advance = {
  name: 'advance_outbox',
  text: `update outbox_cursors k set position = $2
    from unnest($3::uuid[], $4::bigint[]) f (organization_id, first)
    where k.organization_id = f.organization_id and k.consumer = $1 and k.position < f.first`,
}

/** Which of these ids, each with its organization, are teams, deleted ones too. */
export async function selectTeamsAmong(
  db: Queryable,
  organizationIds: readonly string[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(teamsAmong, [organizationIds, ids])
  return new Set(rows.map(({ id }) => id))
}

const teamsAmong = {
  name: 'teams_among',
  text: `select t.id from unnest($1::uuid[], $2::uuid[]) m (organization_id, id)
    join teams t on t.organization_id = m.organization_id and t.id = m.id`,
}
