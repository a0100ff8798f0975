import { raw, sql, toStatement } from '../filter-sql/fragment.ts'
import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'
import { compileAuditFilter, type AuditFilter } from './audit-filter.ts'

/** A sealed event as it is stored. */
export type AuditRow = {
  readonly organization_id: string
  readonly sequence: number
  readonly id: string
  readonly at: Date
  readonly action: string
  readonly result: 'success' | 'failure'
  readonly actor: string
  readonly connection_id: string | null
  readonly request_id: string | null
  readonly targets: readonly string[]
  /** JSON. */
  readonly details: string
  /** JSON; null when it was erased. */
  readonly actor_data: string | null
  readonly subject_data: string | null
  readonly previous_hash: Buffer
  readonly hash: Buffer
}

export type NewAuditRow = AuditRow & {
  readonly actor_salt: Buffer
  readonly actor_digest: Buffer
  readonly subject_salt: Buffer
  readonly subject_digest: Buffer
  readonly terms: readonly string[]
}

type Column = readonly [name: string, type: string, valueOf: (row: NewAuditRow) => string | null]

const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`

const columns: readonly Column[] = [
  ['organization_id', 'uuid', (row) => row.organization_id],
  ['sequence', 'bigint', (row) => String(row.sequence)],
  ['id', 'uuid', (row) => row.id],
  ['at', 'timestamptz', (row) => row.at.toISOString()],
  ['action', 'text', (row) => row.action],
  ['result', 'text', (row) => row.result],
  ['actor', 'text', (row) => row.actor],
  ['connection_id', 'uuid', (row) => row.connection_id],
  ['request_id', 'text', (row) => row.request_id],
  ['targets', 'text', (row) => toArrayText(row.targets)],
  ['details', 'text', (row) => row.details],
  ['actor_data', 'text', (row) => row.actor_data],
  ['actor_salt', 'bytea', (row) => hex(row.actor_salt)],
  ['actor_digest', 'bytea', (row) => hex(row.actor_digest)],
  ['subject_data', 'text', (row) => row.subject_data],
  ['subject_salt', 'bytea', (row) => hex(row.subject_salt)],
  ['subject_digest', 'bytea', (row) => hex(row.subject_digest)],
  ['previous_hash', 'bytea', (row) => hex(row.previous_hash)],
  ['hash', 'bytea', (row) => hex(row.hash)],
  ['terms', 'text', (row) => toArrayText(row.terms)],
]
const arrays = new Set(['targets', 'terms'])
const names = columns.map(([name]) => name).join(', ')

const insert = {
  name: 'insert_audit_events',
  text: `insert into audit_events (${names})
    select ${columns.map(([name]) => (arrays.has(name) ? `${name}::text[]` : name)).join(', ')}
    from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) r (${names})`,
}

export async function insertAuditEvents(tx: Queryable, rows: readonly NewAuditRow[]): Promise<void> {
  await tx.query(
    insert,
    columns.map(([, , valueOf]) => toArrayText(rows.map(valueOf))),
  )
}

export type ChainHead = { readonly organizationId: string; readonly sequence: number; readonly hash: Buffer }

/**
 * The ends of the chains, in the order of the organizations. Those that were deleted are left out; the others stay until
 * the end of the transaction. `instance` is the organization of nobody, which has a chain too.
 */
export async function lockChains(
  tx: Queryable,
  organizationIds: readonly string[],
  instance: string,
): Promise<readonly ChainHead[]> {
  const { rows } = await tx.query<{ organization_id: string; sequence: number | null; hash: Buffer | null }>(heads, [
    toArrayText(organizationIds),
    instance,
  ])
  return rows.map((row) => ({
    organizationId: row.organization_id,
    sequence: row.sequence ?? 0,
    hash: row.hash ?? Buffer.alloc(32),
  }))
}

const heads = {
  name: 'audit_heads',
  text: `with there as (
      select o.id from organizations o where o.id = any($1::uuid[]) order by o.id for key share
    ), alive as (
      select id from there union all select $2::uuid where $2::uuid = any($1::uuid[])
    )
    select a.id as organization_id, h.sequence, h.hash
    from alive a left join audit_chains h on h.organization_id = a.id order by 1`,
}

export async function upsertChain(tx: Queryable, head: ChainHead & { readonly signature: string }): Promise<void> {
  await tx.query(upsert, [head.organizationId, head.sequence, head.hash, head.signature])
}

const upsert = {
  name: 'audit_chain',
  text: `insert into audit_chains (organization_id, sequence, hash, signature) values ($1, $2, $3, $4)
    on conflict (organization_id) do update
    set sequence = excluded.sequence, hash = excluded.hash, signature = excluded.signature`,
}

const shown =
  raw(`organization_id, sequence, id, at, action, result, actor, connection_id, request_id, targets, details, actor_data,
  subject_data, previous_hash, hash`)

export type AuditRange = {
  readonly organizationId: string
  readonly filter: AuditFilter
  readonly order: 'asc' | 'desc'
  /** The sequence behind which the page begins. */
  readonly after: number | undefined
  readonly rowsMax: number
}

export async function selectAuditEvents(db: Queryable, range: AuditRange): Promise<readonly AuditRow[]> {
  const { organizationId, filter, order, after, rowsMax } = range
  const isBehind = after === undefined ? sql`` : sql` and sequence ${raw(order === 'asc' ? '>' : '<')} ${after}::bigint`
  const { values, ...statement } = toStatement(
    sql`select ${shown} from audit_events where organization_id = ${organizationId}::uuid
      and (${compileAuditFilter(filter)})${isBehind} order by sequence ${raw(order)} limit ${rowsMax}`,
  )
  const { rows } = await db.query<AuditRow>(statement, values)
  return rows
}

export async function countAuditEvents(
  db: Queryable,
  { organizationId, filter }: Pick<AuditRange, 'organizationId' | 'filter'>,
): Promise<number> {
  const { values, ...statement } = toStatement(
    sql`select count(*) as count from audit_events where organization_id = ${organizationId}::uuid
      and (${compileAuditFilter(filter)})`,
  )
  const { rows } = await db.query<{ count: number }>(statement, values)
  return rows[0]?.count ?? 0
}

export async function selectAuditEvent(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<AuditRow | undefined> {
  const { values, ...statement } = toStatement(
    sql`select ${shown} from audit_events where organization_id = ${organizationId}::uuid and id = ${id}::uuid`,
  )
  const { rows } = await db.query<AuditRow>(statement, values)
  return rows[0]
}
