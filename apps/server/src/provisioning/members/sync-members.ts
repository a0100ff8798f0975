import {
  selectMemberSteps,
  selectNextRecheck,
  weighMembers,
  type MemberStep,
  type StepKind,
} from '../../db/queries/provisioning-members.ts'
import { openTeamPush, updateChunkSize, type TeamPush } from '../../db/queries/team-pushes.ts'
import { createChunkSize } from './chunk-size.ts'
import { compareMembers } from './compare-members.ts'
import type { MemberRun, MembersResult, MemberSync, Stop } from './member-run.ts'
import { sendChunk } from './send-chunk.ts'

/** So many steps are read at once, to be sent in chunks of them. */
const stepsMax = 5_000

/**
 * Makes the members of the team's group in the app what they are here: those first who leave. Memberships that others
 * brought about stay, unless the team decides alone.
 *
 * Safe at every instruction: before a request leaves, its edges are marked as unknown, and afterwards settled; what a
 * killed process left unknown is sent again.
 */
export async function syncMembers(sync: MemberSync): Promise<MembersResult> {
  const { database, team, nesting } = sync
  const push = await openTeamPush(database, team)
  const run = toRun(sync, push)
  if (run === undefined) return { kind: 'done', recheckAt: undefined }
  const early = await compareMembers(run, push)
  if (early !== undefined) return early
  const counts = await weighMembers(database, team, nesting)
  // Who joins does not wait for a decision about who leaves.
  const isHeld = counts.leaving > 0 && !(await sync.admits(counts))
  const sizeBefore = run.size.current()
  const stop =
    (counts.hasRemovals && !isHeld ? await sendSteps(run, 'remove') : undefined) ?? (await sendSteps(run, 'add'))
  if (run.size.current() !== sizeBefore) await updateChunkSize(database, team, run.size.current())
  if (stop !== undefined) return stop
  if (isHeld) return { kind: 'held', counts }
  if (run.refusals.length > 0) return { kind: 'refused', refusals: run.refusals }
  return { kind: 'done', recheckAt: await selectNextRecheck(database, team) }
}

/** Undefined: the team has no group in the app. */
function toRun(sync: MemberSync, { groupKey, chunkSize, name: teamName }: TeamPush): MemberRun | undefined {
  if (groupKey === null) return undefined
  const { membersMax, replacesMembers } = sync.target.abilities
  // What is told as a whole costs the same however much of it changes.
  const size = replacesMembers
    ? createChunkSize(stepsMax, stepsMax)
    : createChunkSize(chunkSize ?? membersMax, membersMax)
  return { ...sync, groupKey, teamName, size, refusals: [], refusedInARow: 0, isGroupThere: false }
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
