import assert from 'node:assert/strict'
import { createRulesCache } from '../../server/src/provisioning/find-rules.ts'
import { pumpChanges } from '../../server/src/provisioning/pump.ts'
import { createProcessEngine } from '../../server/src/provision-apps.ts'
import { workOffAllRuns } from '../../server/src/run-kinds.ts'
import type { Parts } from '../../server/src/parts.ts'

const roundsMax = 60
const tickMs = 100

type Clock = { advance(ms: number): void }

export type EngineRounds = {
  /** Hears what changed and sends it, until nothing is left that is due. Apps that do not work are not waited for. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** The engine of the product, turned by a test. */
export function createEngineRounds(
  parts: Parts,
  { clock, organizationId }: { readonly clock: Clock; readonly organizationId: string },
): EngineRounds {
  const never = new AbortController().signal
  const rules = createRulesCache()
  const engine = createProcessEngine(parts, rules)
  return {
    settle: async () => {
      // The pace of the app is waited for by this clock.
      using _ticking = tick(clock)
      for (let round = 0; round < roundsMax; round++) {
        await workOffAllRuns(parts, never)
        const heard = await pumpChanges(parts.database, {
          findRules: (db, id) => rules.find(db, id),
          clock: parts.clock,
        })
        await engine.turn(never)
        await engine.idle()
        const { rows } = await parts.database.query<{ count: number }>(
          {
            text: `select count(*)::int as count from work_items w
              where organization_id = $1 and due_at <= $2 and stage not in ('held', 'reference')
                and not exists (select from app_health h
                  where h.organization_id = $1 and h.app_id = w.app_id and h.health = 'quarantined')`,
          },
          [organizationId, parts.clock()],
        )
        if (heard === 0 && rows[0]?.count === 0) return
        clock.advance(1_000)
      }
      assert.fail('the engine does not come to rest')
    },
    close: () => engine.close(),
  }
}

function tick(clock: Clock): Disposable {
  const ticking = setInterval(() => clock.advance(tickMs), tickMs)
  return { [Symbol.dispose]: () => clearInterval(ticking) }
}
