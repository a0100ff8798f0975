import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

/** Where a call of the admin API came from. */
export type CallOriginRow = {
  readonly organizationId: string
  readonly requestId: string
  readonly at: Date
  readonly ip: string | null
  readonly userAgent: string | null
  readonly method: string
  readonly route: string
}

export async function insertCallOrigins(db: Queryable, rows: readonly CallOriginRow[]): Promise<void> {
  const column = (valueOf: (row: CallOriginRow) => string | null): string => toArrayText(rows.map(valueOf))
  await db.query(insert, [
    column((row) => row.organizationId),
    column((row) => row.requestId),
    column((row) => row.at.toISOString()),
    column((row) => row.ip),
    column((row) => row.userAgent),
    column((row) => row.method),
    column((row) => row.route),
  ])
}

const insert = {
  name: 'insert_call_origins',
  text: `insert into audit_requests (organization_id, request_id, at, ip, user_agent, method, route)
    select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])
    on conflict do nothing`,
}

export async function deleteCallOriginsBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from audit_requests where at < $1' }, [before])
  return rowCount
}
