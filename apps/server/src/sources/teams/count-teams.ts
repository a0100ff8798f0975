import type { JsonObject } from '@rollcall/scim'
import { countMoves, countTeamOperations } from '../../db/queries/source-team-plans.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import type { Queryable } from '../../db/pool.ts'

const teamNames = {
  create: 'teamsCreated',
  link: 'teamsLinked',
  update: 'teamsUpdated',
  detach: 'teamsDetached',
  remove: 'teamsRemoved',
} as const
const states = { failed: 'Failed', held: 'Held', rejected: 'Rejected', told: 'Told', waiting: 'Waiting' } as const

/** What a read does with teams and the people in them, as its counts tell it; nothing where there is nothing to tell. */
export async function countTeamPlan(db: Queryable, name: ReadName): Promise<JsonObject> {
  const counts: Record<string, number> = {}
  const add = (key: string, count: number): void => void (counts[key] = (counts[key] ?? 0) + count)
  for (const { operation, state, count } of await countTeamOperations(db, name)) {
    if (state !== 'planned' && state !== 'done') add(`teams${states[state]}`, count)
    else if (operation !== 'none') add(teamNames[operation], count)
  }
  for (const { isAdded, state, count } of await countMoves(db, name)) {
    if (state !== 'planned' && state !== 'done') add(`members${states[state]}`, count)
    else add(isAdded ? 'membersAdded' : 'membersRemoved', count)
  }
  return counts
}
