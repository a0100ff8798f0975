import { claimWork, type WorkRow } from '../../db/queries/provisioning-work.ts'
import { DatabaseUnavailable } from '../../unavailable.ts'
import { leaseMs } from '../export/context.ts'
import { giveBack } from '../export/give-back.ts'
import { addMs } from '../export/protocol.ts'
import { reasons } from '../reasons.ts'
import type { MembersResult } from './member-run.ts'
import { settleTeam } from './settle-team.ts'
import { takeTeamTurn, type TeamSender } from './team-turn.ts'

/**
 * Changes the members of teams that are due: of each team one request after another, of several teams at once. Gives how
 * many teams had their turn.
 */
export async function syncTeamsDue(
  sender: TeamSender,
  { rowsMax, laneMin, signal }: { readonly rowsMax: number; readonly laneMin?: number; readonly signal: AbortSignal },
): Promise<number> {
  const { app, database, clock, owner, pacer } = sender
  const now = clock()
  const teamsMax = Math.min(rowsMax, pacer.requestsMax)
  const claim = { stage: 'members', owner, now, leaseUntil: addMs(now, leaseMs), rowsMax: teamsMax, laneMin } as const
  const items = await claimWork(database, app, claim)
  await Promise.all(items.map((item) => workTeam(sender, item, signal)))
  return items.length
}

/** One turn of one team; an error of ours costs nobody else anything. */
export async function workTeam(sender: TeamSender, item: WorkRow, signal: AbortSignal): Promise<void> {
  try {
    await settleTeam(sender, item, await takeTeamTurn(sender, item, signal))
  } catch (error) {
    sender.onFault(error, item)
    // Nothing can be written now: somebody goes on from what was written last.
    if (error instanceof DatabaseUnavailable) await giveBack(sender, [item])
    else await setAside(sender, item)
  }
}

/** An error of ours: the team waits, and no other one with it. */
async function setAside(sender: TeamSender, item: WorkRow): Promise<void> {
  const failure = { kind: 'refused', status: null, reason: 'EngineFault', detail: reasons.EngineFault.meaning } as const
  const result: MembersResult = { kind: 'failed', failure }
  try {
    await settleTeam(sender, item, result)
  } catch {
    // The lease ends by itself.
  }
}
