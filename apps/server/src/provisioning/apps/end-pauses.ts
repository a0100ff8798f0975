import { selectPausesOver } from '../../db/queries/apps.ts'
import type { Database } from '../../db/pool.ts'
import { resumeApp } from './app-state.ts'

/** Apps at once; more go on with the next turn. */
const appsMax = 100

/** Lets those apps go on whose pause has ended. A job of the instance. */
export async function endPauses(database: Database, now: Date): Promise<void> {
  const call = { actor: 'system', now, requestId: undefined, rights: 'all' } as const
  for (const app of await selectPausesOver(database, { now, rowsMax: appsMax })) await resumeApp(database, call, app)
}
