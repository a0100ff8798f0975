import { compileFilter, type FilterScope } from '../filter-sql.ts'
import { raw, sql, sqlTrue, toStatement, type BoundStatement, type Fragment } from '../filter-sql/fragment.ts'
import { isBehind, orderBy, type Order, type Position } from '../filter-sql/sort.ts'
import type { Queryable } from '../pool.ts'
import { fromVisible } from '../tables.ts'
import type { BoundFilter } from '@rollcall/scim'
import { firstId, groupColumns, memberChunk, type ResourceRow } from './rows.ts'
import { totalOf } from './totals.ts'

/** A page of a list. */
export type ListRequest = {
  readonly scope: FilterScope
  readonly filter: BoundFilter | undefined
  readonly order: Order
  readonly rowsMax: number
  readonly offset: number
  readonly after: Position | undefined
  readonly wantsTotal: boolean
  readonly wantsGroups: boolean
  /** How many members of each team come with it; 0: none. */
  readonly membersMax: number
}

/** A row of a list, with what a cursor must remember of it. */
export type ListedRow = ResourceRow & { readonly sort_key: string | null }

export type ListedRows = { readonly rows: readonly ListedRow[]; readonly total: number | undefined }

/** Rows and exact total in one statement, so that both are of one moment. */
export async function selectList(db: Queryable, request: ListRequest): Promise<ListedRows> {
  const { text, values } = compileList(request)
  const { rows } = await db.query<ListedRow & { readonly total: number | null }>({ text }, values)
  return {
    rows: rows.filter((row) => row.id !== null && row.id !== undefined),
    total: request.wantsTotal ? (rows[0]?.total ?? 0) : undefined,
  }
}

/** The statement of a page; apart from running it, so that tests can ask for its plan. */
export function compileList(request: ListRequest): BoundStatement {
  return toStatement(request.rowsMax === 0 ? totalOnly(request) : pageAndTotal(request))
}

function totalOnly(request: ListRequest): Fragment {
  return sql`select ${request.wantsTotal ? fullTotal(request) : raw('null::bigint')} as total`
}

function pageAndTotal(request: ListRequest): Fragment {
  return sql`with page as (select row_number() over () as n, q.* from (${page(request)}) q),
    t as (select ${request.wantsTotal ? total(request) : raw('null::bigint')} as total)
    select t.total, p.n, p.id, p.scim_id, p.version, p.created_at, p.updated_at, p.document, p.external_id, p.sort_key
      ${request.wantsGroups ? raw(`, ${groupColumns}`) : sql``}${request.membersMax > 0 ? sql`, f.members` : sql``}
    from t left join page p on true
    ${request.membersMax > 0 ? firstMembers(request) : sql``}
    order by p.n`
}

function page(request: ListRequest): Fragment {
  const { scope, order, after } = request
  const key = order.key === undefined ? raw('null::text') : sql`(${order.key})::text`
  return sql`select r.organization_id, r.id, r.scim_id, r.version, r.created_at, r.updated_at, r.document,
      case when r.connection_id = ${scope.connectionId}::uuid then r.external_id end as external_id, ${key} as sort_key
    ${fromVisible(scope.table, scope.organizationId)} and ${condition(request)}
      ${after === undefined ? sql`` : sql`and ${isBehind(order, after)}`}
    ${orderBy(order)} limit ${request.rowsMax} offset ${request.offset}`
}

function condition({ filter, scope }: ListRequest): Fragment {
  return filter === undefined ? sqlTrue : compileFilter(filter, scope)
}

// A first page that is not full is the whole list: nothing is left to be counted.
function total(request: ListRequest): Fragment {
  if (request.offset > 0 || request.after !== undefined) return fullTotal(request)
  return sql`case when (select count(*) from page) < ${request.rowsMax} then (select count(*) from page) else ${fullTotal(request)} end`
}

function fullTotal(request: ListRequest): Fragment {
  const { table, organizationId } = request.scope
  if (request.filter === undefined && table.name !== 'resources') return totalOf(organizationId, table.name)
  return sql`(select count(*) ${fromVisible(table, organizationId)} and ${condition(request)})`
}

function firstMembers({ scope, membersMax }: ListRequest): Fragment {
  const chunk = memberChunk({
    organization: 'p.organization_id',
    team: 'p.id',
    after: `'${firstId}'::uuid`,
    limit: String(Math.trunc(membersMax)),
    hides: String(scope.hidesSuspendedMembers),
  })
  return raw(`left join lateral (${chunk}) f on true`)
}
