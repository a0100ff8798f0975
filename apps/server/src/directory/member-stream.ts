import type { MemberReference } from '@rollcall/scim/server'
import { firstId, type MemberTuple } from '../db/queries/rows.ts'
import { selectMembers } from '../db/queries/teams.ts'
import type { Queryable } from '../db/pool.ts'
import type { DirectoryContext } from './directory-context.ts'
import { answering } from './failures.ts'
import { toMember } from './records.ts'

/** Members that are read at once; a group of any size stands in memory only so far. */
export const memberChunkRows = 2_000

/**
 * The members of a team in chunks, each read when it is asked for and with no transaction in between.
 * Who is a member all the while is listed once; who comes or goes meanwhile is listed or not.
 */
export async function* streamMembers(
  db: Queryable,
  context: DirectoryContext,
  team: {
    readonly id: string
    /** What was read together with the team, of at most so many rows; undefined: nothing. */
    readonly first: readonly MemberTuple[] | undefined
    readonly firstMax: number
  },
): AsyncGenerator<readonly MemberReference[]> {
  let chunk = team.first
  let rowsMax = team.firstMax
  for (;;) {
    if (chunk !== undefined && chunk.length > 0) yield chunk.map(toMember)
    if (chunk !== undefined && chunk.length < rowsMax) return
    const after = chunk?.at(-1)?.[0] ?? firstId
    rowsMax = memberChunkRows
    chunk = await answering(() =>
      selectMembers(db, {
        organizationId: context.organizationId,
        teamId: team.id,
        after,
        rowsMax: memberChunkRows,
        hidesSuspendedMembers: context.style.hidesSuspendedMembers,
      }),
    )
  }
}
