import { toPage, type Page, type PageOf } from '../access/call.ts'
import type { ChangeData } from '../db/queries/changes.ts'
import { countSubjectChanges, selectSubjectChanges, type ChangeRow } from '../db/queries/history.ts'
import { selectNames } from '../db/queries/names.ts'
import type { Queryable } from '../db/pool.ts'

/** So many of those who came or went by one change are named. */
const shownMembersMax = 100

export type NamedMember = { readonly id: string; readonly kind: 'user' | 'team'; readonly name: string | null }

/** What happened to a team: who came and went, when, by whose act and by which request. */
export type TeamEvent = ChangeRow & {
  readonly data: ChangeData
  readonly joined: readonly NamedMember[]
  readonly left: readonly NamedMember[]
  readonly joinedCount: number
  readonly leftCount: number
}

/** Newest first; `after` is where the page before ended. */
export async function listTeamEvents(
  db: Queryable,
  organizationId: string,
  { teamId: id, after, limit }: PageOf & { readonly teamId: string },
): Promise<Page<TeamEvent>> {
  const query = { organizationId, kind: 'team', id, before: after, rowsMax: limit + 1 } as const
  const { data: rows, next } = toPage(await selectSubjectChanges(db, query), limit, (row) => row.position)
  const names = await selectNames(db, organizationId, [...new Set(rows.flatMap(idsOf))])
  return { data: rows.map((row) => toEvent(row, names)), next }
}

export function countTeamEvents(db: Queryable, organizationId: string, id: string): Promise<number> {
  return countSubjectChanges(db, { organizationId, kind: 'team', id })
}

function idsOf(row: ChangeRow): readonly string[] {
  const { added = [], removed = [] } = dataOf(row).members ?? {}
  return [...added.slice(0, shownMembersMax), ...removed.slice(0, shownMembersMax)]
}

function dataOf({ data }: ChangeRow): ChangeData {
  // Only statements of ours write it, and all of them for teams write this.
  return data as ChangeData
}

type Names = Awaited<ReturnType<typeof selectNames>>

function toEvent(row: ChangeRow, names: Names): TeamEvent {
  const data = dataOf(row)
  const { added = [], removed = [], addedCount, removedCount } = data.members ?? {}
  const name = (id: string): NamedMember => ({ id, ...(names.get(id) ?? { kind: 'user', name: null }) })
  return {
    ...row,
    data,
    joined: added.slice(0, shownMembersMax).map(name),
    left: removed.slice(0, shownMembersMax).map(name),
    joinedCount: addedCount ?? added.length,
    leftCount: removedCount ?? removed.length,
  }
}
