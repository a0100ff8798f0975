import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

/** A row of `changes` that is not sealed yet. */
export type UnsealedChange = {
  readonly organization_id: string
  readonly position: string
  readonly xid: string
  readonly at: Date
  readonly action: string
  readonly subject_kind: string
  readonly subject_id: string
  readonly subject_version: number
  readonly connection_id: string | null
  readonly actor: string
  readonly request_id: string | null
  readonly data: JsonObject
}

/** A line of the request log that is an audit event. */
export type UnsealedLine = {
  readonly organization_id: string
  readonly id: string
  readonly at: Date
  readonly connection_id: string | null
  readonly key_id: string | null
  readonly client: string | null
  readonly ip: string | null
  readonly method: string
  readonly path: string
  readonly resource_type: string | null
  readonly resource_id: string | null
  readonly external_id: string | null
  readonly status: number
  readonly detail: string | null
  readonly request_body: string | null
}

export type SealerCursor = {
  readonly xid: string
  readonly position: string
  /** Id of the last line. */
  readonly lineId: string
  /** The database was restored from a backup since: the numbers of its transactions are others. */
  readonly isRestored: boolean
}

const source = 'sealer'
const sealerLock = 0x61756469

/** One sealer at a time, whatever becomes of leases: waits for the other one's transaction. */
export async function lockSealer(tx: Queryable): Promise<SealerCursor> {
  await tx.query({ text: 'select pg_advisory_xact_lock($1)' }, [sealerLock])
  await tx.query({
    text: `insert into audit_cursors (source, sealed_xid, position, line_id)
      values ('${source}', '0', 0, '00000000-0000-0000-0000-000000000000') on conflict do nothing`,
  })
  const { rows } = await tx.query<SealerCursor>({
    text: `select sealed_xid as xid, position::text as position, line_id as "lineId",
        sealed_xid <> '0' and xid::text <> sealed_xid as "isRestored"
      from audit_cursors where source = '${source}'`,
  })
  const [cursor] = rows
  if (cursor === undefined) throw new Error('The sealer has no cursor')
  return cursor
}

export async function updateSealerCursor(
  tx: Queryable,
  cursor: { readonly xid: string; readonly position: string; readonly lineId: string },
): Promise<void> {
  await tx.query(moveCursor, [cursor.xid, cursor.position, cursor.lineId])
}

const moveCursor = {
  name: 'audit_cursor',
  text: `update audit_cursors set sealed_xid = $1::text, xid = ($1::text)::xid8, position = $2::bigint, line_id = $3
    where source = '${source}'`,
}

const changeColumns = `c.organization_id, c.position::text, c.xid::text, c.at, c.action, c.subject_kind, c.subject_id,
  c.subject_version, c.connection_id, c.actor, c.request_id, c.data`

/** What came after the cursor and can no longer be preceded by anything, in the order in which it is sealed. */
export async function selectUnsealedChanges(
  tx: Queryable,
  cursor: SealerCursor,
  rowsMax: number,
): Promise<readonly UnsealedChange[]> {
  const { rows } = await tx.query<UnsealedChange>(unsealed, [cursor.xid, cursor.position, rowsMax])
  return rows
}

const unsealed = {
  name: 'audit_unsealed',
  text: `select ${changeColumns} from changes c
    where c.xid >= $1::xid8 and (c.xid, c.position) > ($1::xid8, $2::bigint)
      and c.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by c.xid, c.position limit $3`,
}

/** After a restore: what no event tells of, though the chain is kept that far back. */
export async function selectLostChanges(tx: Queryable, rowsMax: number): Promise<readonly UnsealedChange[]> {
  const { rows } = await tx.query<UnsealedChange>(
    {
      text: `select ${changeColumns} from changes c left join audit_chains h on h.organization_id = c.organization_id
        where c.at > coalesce((h.checkpoint ->> 'before')::timestamptz, '-infinity')
          and not exists (select from audit_events e
            where e.organization_id = c.organization_id and e.position = c.position)
        order by c.position limit $1`,
    },
    [rowsMax],
  )
  return rows
}

/** The last of the changes that are settled: where the cursor goes on after a restore. */
export async function selectSettledEnd(tx: Queryable): Promise<{ readonly xid: string; readonly position: string }> {
  const { rows } = await tx.query<{ xid: string; position: string }>({
    text: `select xid::text, position::text from changes c where c.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by c.xid desc, c.position desc limit 1`,
  })
  return rows[0] ?? { xid: '0', position: '0' }
}

/**
 * Lines behind the cursor of each organization: writes, and whatever failed. `until` is the id up to which all lines are
 * written; a request whose changes wait behind a longer transaction waits with them.
 */
export async function selectUnsealedLines(
  tx: Queryable,
  range: { readonly after: string; readonly until: string; readonly rowsMax: number },
): Promise<readonly UnsealedLine[]> {
  const { rows } = await tx.query<UnsealedLine>(lines, [range.after, range.until, range.rowsMax])
  return rows
}

const lineColumns = `l.organization_id, l.id, l.at, l.connection_id, l.key_id, l.client, l.ip, l.method, l.path,
  l.resource_type, l.resource_id, l.external_id, l.status, l.detail, l.request_body`

// A search is a read, although it is sent by POST (RFC 7644 §3.4.3).
const isEvent = `(l.status >= 400 or (l.method not in ('GET', 'HEAD', 'OPTIONS') and l.path !~ '/\\.search/?(\\?|$)'))`

const lines = {
  name: 'audit_lines',
  text: `select l.* from organizations o cross join lateral (
      select ${lineColumns} from request_log l
      where l.organization_id = o.id and l.id > $1 and l.id <= $2 and ${isEvent} order by l.id limit $3) l
    order by l.id limit $3`,
}

/** Lines that were written too late for the sealer to see them in their turn. */
export async function selectLateLines(
  tx: Queryable,
  range: { readonly after: string; readonly until: string; readonly rowsMax: number },
): Promise<readonly UnsealedLine[]> {
  const { rows } = await tx.query<UnsealedLine>(
    {
      text: `select l.* from organizations o cross join lateral (
          select ${lineColumns} from request_log l
          where l.organization_id = o.id and l.id > $1 and l.id <= $2 and ${isEvent} and not exists (
            select from audit_events e where e.organization_id = o.id and e.id = l.id) order by l.id limit $3) l
        order by l.id limit $3`,
    },
    [range.after, range.until, range.rowsMax],
  )
  return rows
}

/** Requests of which changes are seen that cannot be sealed yet. */
export async function selectWaitingRequests(tx: Queryable): Promise<readonly string[]> {
  const { rows } = await tx.query<{ request_id: string }>({
    name: 'audit_waiting',
    text: `select distinct request_id from changes
      where xid >= pg_snapshot_xmin(pg_current_snapshot()) and request_id is not null`,
  })
  return rows.map((row) => row.request_id)
}

export type LineContext = {
  readonly id: string
  readonly ip: string | null
  readonly client: string | null
  readonly key_id: string | null
}

/** Where requests came from, by their ids. */
export async function selectLineContexts(
  tx: Queryable,
  requests: readonly (readonly [organizationId: string, id: string])[],
): Promise<readonly LineContext[]> {
  const { rows } = await tx.query<LineContext>(contexts, [
    toArrayText(requests.map(([organization]) => organization)),
    toArrayText(requests.map(([, id]) => id)),
  ])
  return rows
}

const contexts = {
  name: 'audit_line_contexts',
  text: `select l.id, l.ip, l.client, l.key_id from unnest($1::uuid[], $2::uuid[]) w (organization, id)
    join request_log l on l.organization_id = w.organization and l.id = w.id`,
}

export type AdminContext = {
  readonly organization_id: string
  readonly request_id: string
  readonly ip: string | null
  readonly user_agent: string | null
}

export async function selectAdminContexts(
  tx: Queryable,
  requests: readonly (readonly [organizationId: string, id: string])[],
): Promise<readonly AdminContext[]> {
  const { rows } = await tx.query<AdminContext>(adminContexts, [
    toArrayText(requests.map(([organization]) => organization)),
    toArrayText(requests.map(([, id]) => id)),
  ])
  return rows
}

const adminContexts = {
  name: 'audit_admin_contexts',
  text: `select r.organization_id, r.request_id, r.ip, r.user_agent
    from unnest($1::uuid[], $2::text[]) w (organization, id)
    join audit_requests r on r.organization_id = w.organization and r.request_id = w.id`,
}
