import type { JsonObject } from '@rollcall/scim'
import type { Database, Queryable } from '../db/pool.ts'
import {
  insertLeaving,
  selectTeamRule,
  takeRulesTurn,
  updateCounted,
  type RuleCount,
  type TeamOf,
} from '../db/queries/team-rules.ts'
import { claimMembersForRule } from '../db/queries/team-rule-work.ts'
import { insertTeamChange } from '../db/queries/team-ownership.ts'
import { firstId } from '../db/queries/rows.ts'
import { transaction } from '../db/transaction.ts'
import { nextPeople } from '../provisioning/source/read-source.ts'
import type { LongWork } from '../provisioning/long-work.ts'
import { findTeamRule } from './find-rule.ts'
import { goLive } from './go-live.ts'
import { findMoves, movePeople, toSourceRequest, type Moves } from './move-people.ts'
import { findThreshold } from './threshold.ts'

/** So many people are looked at in one transaction. */
const peoplePerTurn = 1_000

type RuleRun = {
  readonly database: Database
  readonly clock: () => Date
  readonly work: LongWork & { readonly createdBy: string }
  readonly team: TeamOf
  readonly revision: number
}

type Progress = {
  readonly phase: 'count' | 'apply'
  /** The last person who was looked at. */
  readonly after: string
  readonly entering: number
  readonly leaving: number
  readonly undecided: number
}

const nothing = { after: firstId, entering: 0, leaving: 0, undecided: 0 } as const

/**
 * Brings a team in line with a revision of its rule. What nobody approved yet is counted first: then it goes live, or
 * waits for an approval. Goes on from its checkpoint; a newer revision ends it.
 */
export async function runTeamRule(
  { database, clock }: Pick<RuleRun, 'database' | 'clock'>,
  work: LongWork & { readonly createdBy: string },
): Promise<JsonObject> {
  const { teamId, revision, phase } = work.input
  if (typeof teamId !== 'string' || typeof revision !== 'number') throw new Error('The run names no rule')
  const run = { database, clock, work, team: { organizationId: work.organizationId, teamId }, revision }
  const begun = work.checkpoint ?? { ...nothing, phase: phase === 'apply' ? 'apply' : 'count' }
  // What stands there was written below.
  let progress = begun as Progress
  if (progress.phase === 'count') {
    const counted = await countEverybody(run, progress)
    const outcome = await settleCount(run, counted)
    if (outcome !== 'live') return { state: outcome, revision, ...countsOf(counted) }
    progress = { phase: 'apply', ...nothing }
  }
  return applyToEverybody(run, progress)
}

function countsOf({ entering, leaving, undecided }: Progress) {
  return { entering, leaving, undecided }
}

async function countEverybody(run: RuleRun, from: Progress): Promise<Progress> {
  const { database, team, revision, work } = run
  let progress = from
  for (;;) {
    work.signal.throwIfAborted()
    const { moves, last } = await lookAtNext(run, database, progress.after)
    if (last === undefined) return progress
    progress = add(progress, moves, last)
    await transaction(database, async (tx) => {
      await insertLeaving(
        tx,
        { ...team, revision },
        moves.leaving.map(({ id }) => id),
      )
      await save(run, tx, progress, moves)
    })
  }
}

/** The next people behind one, as they are now, and whom the rule would move of them. */
async function lookAtNext(
  { team, revision }: RuleRun,
  db: Queryable,
  after: string,
): Promise<{ readonly moves: Moves; readonly last: string | undefined }> {
  const { organizationId, teamId } = team
  const rule = await findTeamRule(db, team, revision)
  const people = await nextPeople(db, { ...toSourceRequest(organizationId, [rule]), after, batchMax: peoplePerTurn })
  const found = await findMoves(db, organizationId, { people, rules: [{ teamId, revision, rule }] })
  const none = { entering: [], leaving: [], undecided: [], staying: 0 }
  return { moves: found.get(teamId) ?? none, last: people.at(-1)?.id }
}

function add(progress: Progress, moves: Moves, last: string): Progress {
  return {
    ...progress,
    after: last,
    entering: progress.entering + moves.entering.length,
    leaving: progress.leaving + moves.leaving.length,
    undecided: progress.undecided + moves.undecided.length,
  }
}

function save({ work }: RuleRun, tx: Queryable, progress: Progress, moves: Moves): Promise<void> {
  const moved = moves.entering.length + moves.leaving.length
  return work.advance(tx, { checkpoint: progress, done: work.done + moved })
}

/** What becomes of a revision that was counted. */
function settleCount(run: RuleRun, counted: Progress): Promise<'live' | 'held' | 'replaced'> {
  const { database, clock, work, team, revision } = run
  return transaction(database, async (tx) => {
    await takeRulesTurn(tx, team.organizationId)
    const rule = await selectTeamRule(tx, team, true)
    if (rule?.pendingRevision !== revision) return 'replaced'
    const now = clock()
    const threshold = await findThreshold(tx, team.organizationId, now)
    const isHeld = threshold !== null && counted.leaving > threshold
    const count: RuleCount = { ...countsOf(counted), threshold }
    await updateCounted(tx, { ...team, revision }, { ...count, isHeld })
    const origin = {
      organizationId: team.organizationId,
      connectionId: null,
      actor: work.createdBy,
      requestId: '',
      now,
    }
    if (isHeld) {
      const data = { via: 'guard', revision, ...count }
      await insertTeamChange(tx, origin, { teamId: team.teamId, action: 'team.rule_held', data })
      return 'held'
    }
    await goLive(tx, origin, { ...team, revision, approvedBy: null })
    await work.advance(tx, { checkpoint: { phase: 'apply', ...nothing }, done: work.done })
    return 'live'
  })
}

async function applyToEverybody(run: RuleRun, from: Progress): Promise<JsonObject> {
  const { database, clock, work, team, revision } = run
  const { organizationId, teamId } = team
  let progress = from
  for (let isOver = false; !isOver;) {
    work.signal.throwIfAborted()
    isOver = await transaction(database, async (tx) => {
      // What is read in a turn is what is moved in it: nobody decides by older data afterwards.
      await takeRulesTurn(tx, organizationId)
      if ((await selectTeamRule(tx, team))?.liveRevision !== revision) return true
      if (progress.after === firstId) await claimMembersForRule(tx, organizationId, teamId)
      const { moves, last } = await lookAtNext(run, tx, progress.after)
      if (last === undefined) return true
      const origin = { organizationId, connectionId: null, actor: work.createdBy, requestId: '', now: clock() }
      await movePeople(tx, origin, { teamId, revision, moves })
      progress = add(progress, moves, last)
      await save(run, tx, progress, moves)
      return false
    })
  }
  const { entering: entered, leaving: left, undecided } = progress
  return { state: 'live', revision, entered, left, undecided }
}
