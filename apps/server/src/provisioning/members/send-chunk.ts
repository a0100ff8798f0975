import {
  markMemberSteps,
  selectMemberKeys,
  settleMemberSteps,
  unmarkMemberSteps,
  type MemberStep,
  type StepKind,
} from '../../db/queries/provisioning-members.ts'
import { transaction } from '../../db/transaction.ts'
import type { MemberChange, Outcome } from '../targets/target.ts'
import { askTarget } from './ask-target.ts'
import type { Failure, MemberRun, Stop } from './member-run.ts'

/** After so many refusals with nothing between them it is not the members. */
const refusedInARowMax = 5
/** Somebody else changes the group at the same time: tried so often. */
const staleMax = 3

/**
 * Sends the steps in one request, or in halves where that is refused: too many at once, or one among them that is not
 * taken. Undefined: all of them are dealt with.
 */
export async function sendChunk(
  run: MemberRun,
  kind: StepKind,
  steps: readonly MemberStep[],
): Promise<Stop | undefined> {
  let sent = await sendMarked(run, kind, steps)
  for (let tries = 1; sent.outcome?.kind === 'stale' && tries < staleMax; tries++)
    sent = await sendMarked(run, kind, steps)
  if (sent.outcome === undefined) return sent.stop
  const { outcome } = sent
  switch (outcome.kind) {
    case 'done':
      run.size.grow(steps.length)
      run.refusedInARow = 0
      return undefined
    case 'missing':
      return (await findVanished(run)) ?? sendParts(run, kind, { steps, failure: outcome })
    case 'refused':
    case 'conflict':
      return sendParts(run, kind, { steps, failure: outcome })
    case 'uncertain':
      // Perhaps it took the server too long to do that many.
      if (steps.length > 1) run.size.shrink({ refused: steps.length, taken: Math.ceil(steps.length / 2) })
      return { kind: 'failed', failure: outcome }
    default:
      return { kind: 'failed', failure: outcome }
  }
}

type Sent =
  | { readonly outcome: Outcome<null>; readonly stop?: undefined }
  | { readonly outcome?: undefined; readonly stop: Stop }

/** One request between its mark and what is known afterwards. */
async function sendMarked(run: MemberRun, kind: StepKind, steps: readonly MemberStep[]): Promise<Sent> {
  const { database, team, target, clock, settleMs, signal } = run
  const change = await toChange(run, kind, steps)
  let sentAt = clock()
  const asked = await askTarget(
    run,
    () => target.changeMembers(change, signal),
    async () => {
      sentAt = clock()
      await markMemberSteps(database, team, kind, { steps, recheckAt: new Date(sentAt.getTime() + settleMs) })
    },
  )
  if ('stop' in asked) return { stop: asked.stop }
  const { outcome, durationMs } = asked
  if (outcome.kind === 'done') {
    await transaction(database, async (tx) => {
      await settleMemberSteps(tx, team, kind, { steps, sentAt })
      const { groupKey, teamName } = run
      await run.onSent(tx, { groupKey, teamName, kind, steps, status: outcome.status, durationMs })
    })
  } else if (outcome.kind === 'uncertain') {
    const recheckAt = new Date(clock().getTime() + settleMs)
    await markMemberSteps(database, team, kind, { steps, recheckAt })
  } else await unmarkMemberSteps(database, team, { steps, sentAt })
  return { outcome }
}

async function toChange(run: MemberRun, kind: StepKind, steps: readonly MemberStep[]): Promise<MemberChange> {
  const { database, team, groupKey, target } = run
  const keys = steps.map((step) => step.memberKey)
  const change = { key: groupKey, add: kind === 'add' ? keys : [], remove: kind === 'remove' ? keys : [] }
  const { replacesMembers, showsMembers } = target.abilities
  // Where members are shown, the others among them are kept by looking at them first.
  if (!replacesMembers || showsMembers) return change
  const all = new Set(await selectMemberKeys(database, team))
  for (const key of change.remove) all.delete(key)
  for (const key of change.add) all.add(key)
  return { ...change, all: [...all] }
}

type Refused = { readonly steps: readonly MemberStep[]; readonly failure: Failure }

async function sendParts(run: MemberRun, kind: StepKind, { steps, failure }: Refused): Promise<Stop | undefined> {
  const [only] = steps
  if (steps.length === 1 && only !== undefined) return noteRefusal(run, kind, { step: only, failure })
  const half = Math.ceil(steps.length / 2)
  const refusalsBefore = run.refusals.length
  const stop = (await sendChunk(run, kind, steps.slice(0, half))) ?? (await sendChunk(run, kind, steps.slice(half)))
  // The parts went through without anybody being refused, so there were only too many.
  if (stop === undefined && run.refusals.length === refusalsBefore)
    run.size.shrink({ refused: steps.length, taken: half })
  return stop
}

async function noteRefusal(
  run: MemberRun,
  kind: StepKind,
  { step, failure }: { readonly step: MemberStep; readonly failure: Failure },
): Promise<Stop | undefined> {
  // An account that was replaced is gone, and its membership with it; and who is not there is removed.
  if (kind === 'remove' && (step.isStale || failure.kind === 'missing')) {
    await settleMemberSteps(run.database, run.team, kind, { steps: [step], sentAt: run.clock() })
    return undefined
  }
  run.refusals.push({ step, kind, failure })
  run.refusedInARow++
  return run.refusedInARow >= refusedInARowMax ? { kind: 'failed', failure } : undefined
}

/** A 404 may be about the group or about a member; undefined: the group is there. */
async function findVanished(run: MemberRun): Promise<Stop | undefined> {
  if (run.isGroupThere) return undefined
  const asked = await askTarget(run, () => run.target.get('team', run.groupKey, run.signal))
  if ('stop' in asked) return asked.stop
  if (asked.outcome.kind === 'missing') return { kind: 'vanished' }
  if (asked.outcome.kind !== 'done') return { kind: 'failed', failure: asked.outcome }
  run.isGroupThere = true
  return undefined
}
