import {
  forgetGoneMembers,
  selectMemberSteps,
  selectNextRecheck,
  type MemberStep,
  type StepKind,
} from '../../db/queries/provisioning-members.ts'
import { openTeamPush, updateChunkSize } from '../../db/queries/team-pushes.ts'
import { createChunkSize } from './chunk-size.ts'
import type { MemberRun, MembersResult, MemberSync, Stop } from './member-run.ts'
import { sendChunk } from './send-chunk.ts'

/** So many steps are read at once; they are chunks of one another's requests. */
const stepsMax = 5_000

/**
 * Makes the members of the team's group in the app what they are here: those first who leave. Only memberships of ours
 * are ended; what the app says about its members is not asked.
 *
 * Safe at every instruction: before a request leaves, its edges are marked as unknown, and afterwards settled; what a
 * killed process left unknown is sent again.
 */
export async function syncMembers(sync: MemberSync): Promise<MembersResult> {
  const { database, team, nesting, target } = sync
  const push = await openTeamPush(database, team)
  if (push.groupKey === null) return { kind: 'done', recheckAt: undefined }
  await forgetGoneMembers(database, team, nesting)
  const { membersMax } = target.abilities
  const run: MemberRun = {
    ...sync,
    groupKey: push.groupKey,
    size: createChunkSize(push.chunkSize ?? membersMax, membersMax),
    refusals: [],
    refusedInARow: 0,
    isGroupThere: false,
  }
  const stop = (await sendSteps(run, 'remove')) ?? (await sendSteps(run, 'add'))
  if (run.size.current() !== (push.chunkSize ?? membersMax)) await updateChunkSize(database, team, run.size.current())
  if (stop !== undefined) return stop
  if (run.refusals.length > 0) return { kind: 'refused', refusals: run.refusals }
  return { kind: 'done', recheckAt: await selectNextRecheck(database, team) }
}

async function sendSteps(run: MemberRun, kind: StepKind): Promise<Stop | undefined> {
  for (let after: string | undefined; ;) {
    const page = { nesting: run.nesting, now: run.clock(), after, rowsMax: stepsMax }
    const steps = await selectMemberSteps(run.database, run.team, kind, page)
    const stop = await sendInChunks(run, kind, steps)
    if (stop !== undefined || steps.length < stepsMax) return stop
    after = steps.at(-1)?.memberId
  }
}

async function sendInChunks(run: MemberRun, kind: StepKind, steps: readonly MemberStep[]): Promise<Stop | undefined> {
  for (let sent = 0; sent < steps.length;) {
    const chunk = steps.slice(sent, sent + run.size.current())
    const stop = await sendChunk(run, kind, chunk)
    if (stop !== undefined) return stop
    sent += chunk.length
  }
  return undefined
}
