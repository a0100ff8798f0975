import type { Queryable } from '../db/pool.ts'
import { countTeamChanges, selectNames, selectTeamChanges, type TeamChange } from '../db/queries/team-history.ts'

/** So many of those who came or went by one change are named. */
const shownMembersMax = 100

export type NamedMember = { readonly id: string; readonly kind: 'user' | 'team'; readonly name: string | null }

/** What happened to a team: who came and went, when, by whose act and by which request. */
export type TeamEvent = Omit<TeamChange, 'data'> & {
  readonly via: string
  readonly joined: readonly NamedMember[]
  readonly left: readonly NamedMember[]
  readonly joinedCount: number
  readonly leftCount: number
  readonly changes: NonNullable<TeamChange['data']['changes']>
}

/** Newest first; `after` is where the page before ended. */
export async function listTeamEvents(
  db: Queryable,
  organizationId: string,
  page: { readonly teamId: string; readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly data: readonly TeamEvent[]; readonly next: string | undefined }> {
  const { teamId, after, limit } = page
  const before = after === undefined ? undefined : Number(after)
  const rows = await selectTeamChanges(db, organizationId, { teamId, before, rowsMax: limit + 1 })
  const shown = rows.slice(0, limit)
  const names = await selectNames(db, organizationId, [...new Set(shown.flatMap(idsOf))])
  const last = shown.at(-1)
  return {
    data: shown.map((row) => toEvent(row, names)),
    next: rows.length > limit && last !== undefined ? String(last.position) : undefined,
  }
}

export function countTeamEvents(db: Queryable, organizationId: string, teamId: string): Promise<number> {
  return countTeamChanges(db, organizationId, teamId)
}

function idsOf({ data }: TeamChange): readonly string[] {
  const { added = [], removed = [] } = data.members ?? {}
  return [...added.slice(0, shownMembersMax), ...removed.slice(0, shownMembersMax)]
}

type Names = Awaited<ReturnType<typeof selectNames>>

function toEvent({ data, ...row }: TeamChange, names: Names): TeamEvent {
  const { added = [], removed = [], addedCount, removedCount } = data.members ?? {}
  const name = (id: string): NamedMember => ({ id, ...(names.get(id) ?? { kind: 'user', name: null }) })
  return {
    ...row,
    via: data.via,
    joined: added.slice(0, shownMembersMax).map(name),
    left: removed.slice(0, shownMembersMax).map(name),
    joinedCount: addedCount ?? added.length,
    leftCount: removedCount ?? removed.length,
    changes: data.changes ?? [],
  }
}
