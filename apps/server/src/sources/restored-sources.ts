import type { Queryable } from '../db/pool.ts'
import { doubtPosts, restartReads } from '../db/queries/source-restore.ts'

/**
 * Makes sources go on after a restore: a read that was under way begins anew, so that nobody is missed who came meanwhile; what comes
 * after it goes on where it was. In the transaction of the restore.
 */
export async function resumeRestoredSources(session: Queryable): Promise<void> {
  await restartReads(session)
  await doubtPosts(session, 'Restored from a backup: it may have been told already; look at the source first')
}
