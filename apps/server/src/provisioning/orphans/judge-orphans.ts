import { countLiveLinks, selectGatePause, selectGateUsage, type AppOf } from '../../db/queries/gate.ts'
import { markOrphansHeld } from '../../db/queries/plan-orphans.ts'
import type { Queryable } from '../../db/pool.ts'
import { judgeGate } from '../gate/judge.ts'
import type { EngineNumbers } from '../numbers.ts'

type PlanOf = AppOf & { readonly planId: string; readonly numbers: EngineNumbers; readonly now: Date }

/** Whether the gate would hold them if they all came now, as it counts accounts that we have made; writes that down. */
export async function judgeOrphans(
  db: Queryable,
  plan: PlanOf,
  { operation, count }: { readonly operation: 'disable' | 'delete'; readonly count: number },
): Promise<boolean> {
  const isHeld = await wouldHold(db, plan, { operation, count })
  await markOrphansHeld(db, plan, isHeld)
  return isHeld
}

async function wouldHold(
  db: Queryable,
  { numbers: { gate, tickMs }, now, ...app }: PlanOf,
  { operation, count }: { readonly operation: 'disable' | 'delete'; readonly count: number },
): Promise<boolean> {
  const pause = await selectGatePause(db, app)
  if (pause !== undefined && pause.until > now) return false
  const windowMs = gate.kind === 'rolling' ? gate.windowMs : tickMs
  const window = { ...app, since: new Date(now.getTime() - windowMs) }
  const usage = await selectGateUsage(db, window)
  const counts = [{ about: 'class', name: operation, is_by_hand: false, count }] as const
  const { classes } = judgeGate({ numbers: gate, counts, usage, liveLinks: await countLiveLinks(db, window) })
  return classes.length > 0
}
