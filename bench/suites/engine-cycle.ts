import { setTimeout as sleep } from 'node:timers/promises'
import type { AppName } from '../../apps/server/src/provisioning/apps/app.ts'
import type { Engine } from '../../apps/server/src/provisioning/engine.ts'
import { pumpChanges } from '../../apps/server/src/provisioning/pump.ts'
import type { EngineSite } from './engine-site.ts'

const never = new AbortController().signal

/** Works until the cycle that is due has ended; gives how long it took. */
export async function finishCycle(
  { database, rules }: EngineSite,
  engine: Engine,
  { appId }: AppName,
): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    await pumpChanges(database, { findRules: rules.find, clock: () => new Date() })
    await engine.turn(never)
    await engine.idle()
    const { rows } = await database.query<{ open: boolean }>(
      {
        text: `select live_revision is distinct from (
            select rules_revision from cycles where app_id = $1 and ended_at is not null and state = 'done'
              order by started_at desc limit 1) as open
          from apps where id = $1`,
      },
      [appId],
    )
    if (rows[0]?.open === false) return performance.now() - startedMs
    await sleep(10)
  }
}
