import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import { toValues, type Ids } from './audit-names.ts'
import { nilId } from '../../nil-id.ts'

/** A row of `changes` that is not sealed yet. */
export type UnsealedChange = {
  readonly organization_id: string
  readonly position: number
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
  readonly position: number
  /** Id of the last line. */
  readonly lineId: string
}

const source = 'sealer'
const sealerLock = 0x61756469

export async function selectSealerCursor(db: Queryable): Promise<SealerCursor> {
  const { rows } = await db.query<SealerCursor>({
    name: 'audit_cursor',
    text: `select position, line_id as "lineId" from audit_cursors where source = '${source}'`,
  })
  return rows[0] ?? { position: 0, lineId: nilId }
}

/** One sealer at a time, whatever becomes of leases: waits for the other one's transaction. */
export async function lockSealer(tx: Queryable): Promise<SealerCursor> {
  await tx.query({ text: 'select pg_advisory_xact_lock($1)' }, [sealerLock])
  return selectSealerCursor(tx)
}

export async function updateSealerCursor(tx: Queryable, cursor: SealerCursor): Promise<void> {
  await tx.query(moveCursor, [cursor.position, cursor.lineId])
}

const moveCursor = {
  name: 'audit_move_cursor',
  text: `insert into audit_cursors (source, position, line_id) values ('${source}', $1, $2)
    on conflict (source) do update set position = excluded.position, line_id = excluded.line_id`,
}

/**
 * What came after the cursor, up to the position before which nothing is open any more. Runs over all organizations, and
 * over what belongs to none.
 */
export async function selectUnsealedChanges(
  tx: Queryable,
  range: { readonly after: number; readonly upTo: number; readonly rowsMax: number },
): Promise<readonly UnsealedChange[]> {
  const { rows } = await tx.query<UnsealedChange>(unsealed, [range.after, range.upTo, range.rowsMax])
  return rows
}

const unsealed = {
  name: 'audit_unsealed',
  text: `select c.* from (
      select id from organizations union all select '${nilId}'::uuid
    ) o cross join lateral (
      select c.organization_id, c.position, c.at, c.action, c.subject_kind, c.subject_id, c.subject_version,
        c.connection_id, c.actor, c.request_id, c.data
      from changes c where c.organization_id = o.id and c.position > $1 and c.position <= $2
      order by c.position limit $3
    ) c order by c.position limit $3`,
}

/**
 * Lines behind the cursor in each organization: writes, and whatever failed. `until` is the id up to which all lines are
 * written.
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

export type LineContext = {
  readonly id: string
  readonly ip: string | null
  readonly client: string | null
  readonly key_id: string | null
}

/** Where requests came from, by their ids. */
export async function selectLineContexts(tx: Queryable, requests: Ids): Promise<readonly LineContext[]> {
  const { rows } = await tx.query<LineContext>(contexts, toValues(requests))
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

export async function selectAdminContexts(tx: Queryable, requests: Ids): Promise<readonly AdminContext[]> {
  const { rows } = await tx.query<AdminContext>(adminContexts, toValues(requests))
  return rows
}

const adminContexts = {
  name: 'audit_admin_contexts',
  text: `select r.organization_id, r.request_id, r.ip, r.user_agent
    from unnest($1::uuid[], $2::text[]) w (organization, id)
    join audit_requests r on r.organization_id = w.organization and r.request_id = w.id`,
}
