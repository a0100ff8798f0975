import type { Queryable } from '../db/pool.ts'
import { doubtTurns, lowerOutboxCursors, selectRuledApps } from '../db/queries/provisioning-restore.ts'
import { followOutbox } from '../events/outbox.ts'
import { beginCycle, provisioningConsumer } from './cycles.ts'

/**
 * Makes the engine go on by itself after a restore: everybody is compared anew with what was sent as far as the backup
 * knows, in every app, and only what differs is sent. In the transaction of the restore.
 */
export async function resumeRestoredApps(session: Queryable, now: Date): Promise<void> {
  await lowerOutboxCursors(session)
  await doubtTurns(session, now)
  for (const app of await selectRuledApps(session)) {
    // Of an app whose first cycle had not begun nobody followed the changes yet.
    await followOutbox(session, { organizationId: app.organizationId, consumer: provisioningConsumer })
    await beginCycle(session, app, { kind: 'full', resendsAll: false, now })
  }
}
