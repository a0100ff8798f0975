import { countLiveLinks, selectGatePause, selectGateUsage, type AppOf, type GateCount } from '../../db/queries/gate.ts'
import type { Queryable } from '../../db/pool.ts'
import type { EngineNumbers } from '../numbers.ts'
import { judgeGate } from './judge.ts'

/** So many are to leave the group of a team, of so many members of ours. */
export type TeamRemoval = { readonly teamId: string; readonly count: number; readonly members: number }

/** The teams whose removals the gate would hold if they all came now. */
export async function judgeRemovals(
  db: Queryable,
  app: AppOf & { readonly numbers: EngineNumbers; readonly now: Date },
  removals: readonly TeamRemoval[],
): Promise<readonly string[]> {
  const { numbers, now } = app
  if (removals.length === 0) return []
  const pause = await selectGatePause(db, app)
  if (pause !== undefined && pause.until > now) return []
  const windowMs = numbers.gate.kind === 'rolling' ? numbers.gate.windowMs : numbers.tickMs
  const window = { ...app, since: new Date(now.getTime() - windowMs) }
  const count = removals.reduce((sum, removal) => sum + removal.count, 0)
  const counts: readonly GateCount[] = [
    { about: 'class', name: 'memberRemoval', is_by_hand: false, count },
    ...removals.map(({ teamId, ...rest }): GateCount => ({ about: 'team', name: teamId, ...rest })),
  ]
  const usage = await selectGateUsage(db, window)
  const verdict = judgeGate({ numbers: numbers.gate, counts, usage, liveLinks: await countLiveLinks(db, window) })
  const isWhole = verdict.classes.some((held) => held.class === 'memberRemoval')
  return isWhole ? removals.map(({ teamId }) => teamId) : verdict.teams
}
