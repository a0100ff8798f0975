import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import {
  countGroups,
  selectGroup,
  selectGroups,
  type GroupFilter,
  type GroupRow,
  type WholeGroupRow,
} from '../../db/queries/source-group-lists.ts'
import { judgeGroupAnew } from '../../db/queries/source-groups.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { getSource, getSourceRow, recordSource, type SourceName } from '../source.ts'

export type SourceGroupSummary = GroupRow
export type SourceGroup = Omit<WholeGroupRow, 'raw'> & { readonly raw: JsonObject }

/** In the order of anchors. Throws `sourceNotFound`. */
export async function listGroups(
  db: Queryable,
  name: SourceName,
  { limit, after, ...filter }: PageOf & GroupFilter,
): Promise<Page<GroupRow>> {
  await getSource(db, name)
  return toPage(await selectGroups(db, name, { ...filter, after, rowsMax: limit + 1 }), limit, (row) => row.anchor)
}

export function countOwnGroups(db: Queryable, name: SourceName, filter: GroupFilter): Promise<number> {
  return countGroups(db, name, filter)
}

/** Throws `sourceNotFound`, `sourceGroupNotFound`. */
export async function getGroup(db: Queryable, name: SourceName, anchor: string): Promise<SourceGroup> {
  await getSource(db, name)
  const row = await selectGroup(db, name, anchor)
  if (row === undefined) throw new AccessError('sourceGroupNotFound', 'The source has no such group')
  const raw: unknown = JSON.parse(row.raw)
  return { ...row, raw: isJsonObject(raw) ? raw : {} }
}

/**
 * Lets the next read judge a group as if it were new: a team that was taken away from the source may be its again. Throws
 * `sourceNotFound`, `sourceGroupNotFound`.
 */
export function followGroup(
  database: Database,
  call: Call,
  { anchor, ...name }: SourceName & { readonly anchor: string },
): Promise<SourceGroup> {
  return transaction(database, async (tx) => {
    const source = await getSourceRow(tx, name, { lock: true })
    const group = await getGroup(tx, name, anchor)
    await judgeGroupAnew(tx, name, { anchor, keepsTeam: group.teamId !== null })
    const data = { name: source.name, anchor, situation: group.situation }
    await recordSource(tx, call, source, { action: 'source.group_followed', data })
    return getGroup(tx, name, anchor)
  })
}
