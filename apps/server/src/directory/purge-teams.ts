import { purgeTeamRow, selectOverdueTeams } from '../db/queries/team-purge.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { deletedTeamsDays } from './teams.ts'

const dayMs = 86_400_000
/** Each team is a transaction of its own: its history may be long. */
const teamsPerPage = 100

/** Purges teams and groups that were deleted for longer than they may come back; a job. Returns how many. */
export async function purgeOverdueTeams(
  database: Database,
  options: { readonly now: Date; readonly signal: AbortSignal },
): Promise<number> {
  const { now, signal } = options
  const before = new Date(now.getTime() - deletedTeamsDays * dayMs)
  let purged = 0
  for (;;) {
    const page = await selectOverdueTeams(database, { before, rowsMax: teamsPerPage })
    for (const { organizationId, id } of page) {
      if (signal.aborted) return purged
      const origin = { organizationId, connectionId: null, actor: 'system', requestId: '', now }
      if (await transaction(database, (tx) => purgeTeamRow(tx, origin, { id, before, via: 'retention' }))) purged++
    }
    if (page.length < teamsPerPage) return purged
  }
}
