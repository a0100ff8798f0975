import { scimError, type BoundFilter, type ResourceType } from '@rollcall/scim'
import type { ListPage, ListQuery, ResourceRecord } from '@rollcall/scim/server'
import type { FilterScope } from '../db/filter-sql.ts'
import { isUuid } from '../db/filter-sql/membership.ts'
import { orderById, toOrder, type Order, type Position } from '../db/filter-sql/sort.ts'
import { selectList, type ListedRow } from '../db/queries/lists.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import { selectTeams, type TeamKey } from '../db/queries/teams.ts'
import { selectShownUsers, type UserKey } from '../db/queries/users.ts'
import { toDirectoryTable } from '../db/tables.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { toRecord, toShownRecord } from './records.ts'
import { toTeamRecord } from './team-record.ts'

/** Members that come with each team of a list; the rest is read when it is asked for. */
const listedMembersMax = 100

/** A page of a list, in one round trip. */
export async function listResources(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  query: ListQuery,
): Promise<ListPage> {
  const { page } = query
  if (page.kind === 'index' && page.startIndex === 1 && page.count > 0) {
    const found = await lookUp(parts, context, type, { ...query, rowsMax: page.count })
    if (found !== undefined) return found
  }
  const scope = toScope(context, type)
  const order = query.sort === undefined ? orderById : toOrder(query.sort.ref, query.sort.descending, scope)
  const listed = await selectList(queryableOf(parts, context), {
    scope,
    order,
    filter: query.filter,
    // One more than asked for tells whether there is a next page.
    rowsMax: page.kind === 'index' ? Math.max(0, page.count) : page.count + 1,
    offset: page.kind === 'index' ? page.startIndex - 1 : 0,
    after: page.kind === 'cursor' && page.after !== undefined ? parsePosition(page.after) : undefined,
    wantsTotal: page.kind === 'index',
    wantsGroups: query.fields.groups && scope.table.name === 'users',
    membersMax: query.fields.members && scope.table.name === 'teams' ? listedMembersMax : 0,
  })
  const rows = page.kind === 'index' ? listed.rows : listed.rows.slice(0, page.count)
  const last = rows.at(-1)
  return {
    records: rows.map((row) => toListed(parts, context, query, row)),
    total: listed.total,
    next: listed.rows.length > rows.length && last !== undefined ? printPosition(last, order) : undefined,
  }
}

function toScope(context: DirectoryContext, type: ResourceType): FilterScope {
  return {
    table: toDirectoryTable(type),
    organizationId: context.organizationId,
    connectionId: context.connectionId,
    hidesSuspendedMembers: context.style.hidesSuspendedMembers,
  }
}

function toListed(
  parts: DirectoryParts,
  context: DirectoryContext,
  query: ListQuery,
  row: ResourceRow,
): ResourceRecord {
  return row.members === undefined
    ? toRecord(row)
    : toTeamRecord(parts, context, row, { fields: query.fields, firstMax: listedMembersMax })
}

/** The filters that identity providers ask all day have prepared statements; undefined for any other. */
async function lookUp(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  query: ListQuery & { readonly rowsMax: number },
): Promise<ListPage | undefined> {
  const key = query.sort === undefined ? toLookUpKey(query.filter) : undefined
  if (key === undefined) return undefined
  const db = queryableOf(parts, context)
  const { organizationId, connectionId, style } = context
  const { rowsMax, fields } = query
  const asked = { organizationId, connectionId, value: key.value, rowsMax }
  if (type.name === 'User' && isUserKey(key.name)) {
    const rows = await selectShownUsers(db, key.name, { ...asked, wantsGroups: fields.groups })
    return { records: rows.map(toShownRecord), total: rows[0]?.total ?? rows.length, next: undefined }
  }
  if (type.name !== 'Group' || !isTeamKey(key.name)) return undefined
  const { hidesSuspendedMembers } = style
  const membersMax = fields.members ? listedMembersMax : 0
  const rows = await selectTeams(db, key.name, { ...asked, membersMax, hidesSuspendedMembers })
  const records = rows.map((row) => toListed(parts, context, query, row))
  return { records, total: rows[0]?.total ?? 0, next: undefined }
}

function isUserKey(name: string): name is UserKey {
  return name === 'id' || name === 'userName' || name === 'externalId'
}

function isTeamKey(name: string): name is TeamKey {
  return name === 'id' || name === 'displayName' || name === 'externalId'
}

function toLookUpKey(filter: BoundFilter | undefined): { readonly name: string; readonly value: string } | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined
  const { schema, attribute, subAttribute } = filter.ref
  if (schema !== undefined || subAttribute !== undefined) return undefined
  // What PostgreSQL cannot hold, or what is no id, is left to the compiler, which knows what it means.
  if (filter.value.includes('\0') || !filter.value.isWellFormed()) return undefined
  if (attribute.name === 'id' && !isUuid(filter.value)) return undefined
  return { name: attribute.name, value: filter.value }
}

// The handler signs positions, so only printPosition writes them.
function printPosition(row: ListedRow, order: Order): string {
  return JSON.stringify(order.key === undefined ? [row.id] : [row.id, row.sort_key])
}

function parsePosition(text: string): Position {
  const parsed: unknown = JSON.parse(text)
  const position: readonly unknown[] = Array.isArray(parsed) ? parsed : []
  const id = position[0]
  const key = position[1] ?? null
  if (typeof id !== 'string' || !isUuid(id) || (key !== null && typeof key !== 'string'))
    throw scimError('invalidCursor', 'The cursor is not one of ours')
  return { id, key }
}
