import { teamRule, type TeamRule } from '@rollcall/admin-api'
import type { Call, Page, PageOf } from '../access/call.ts'
import { toPage } from '../access/call.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { countExceptions } from '../db/queries/team-rule-exceptions.ts'
import type { RunRow } from '../db/queries/runs.ts'
import { insertRun } from '../db/queries/runs.ts'
import {
  countLeaving,
  endRule,
  insertRevision,
  selectLeaving,
  selectRevision,
  selectRevisions,
  selectTeamRule,
  takeRulesTurn,
  updateDiscarded,
  type RevisionRow,
  type TeamOf,
} from '../db/queries/team-rules.ts'
import { insertTeamChange, keepMembers, type OwnTeam } from '../db/queries/team-ownership.ts'
import { touchTeam } from '../db/queries/teams.ts'
import { transaction } from '../db/transaction.ts'
import type { DirectoryContext } from '../directory/directory-context.ts'
import { TeamError } from '../directory/team-error.ts'
import { getOwnTeam, refuseLockedMembers } from '../directory/team-locks.ts'
import { followOutbox } from '../events/outbox.ts'
import { createId } from '../type-id.ts'
import { requireSoundRule } from './check-rule.ts'
import { goLive } from './go-live.ts'
import { teamRulesConsumer } from './pump.ts'
import { queueEvaluation, teamRulePreviewKind } from './queue-run.ts'

/** A revision as it was made, and what became of it. */
export type Revision = Omit<RevisionRow, 'rule'> & { readonly rule: TeamRule }

export type TeamRuleState = {
  readonly live: Revision | undefined
  readonly pending: Revision | undefined
  readonly exceptionsCount: number
  readonly version: number
}

/** Who acts: the same for the directory and for runs. */
export type Acting = { readonly context: DirectoryContext; readonly call: Call }

/** A team that nobody has given a rule yet is at version 1. */
export async function getTeamRule(db: Queryable, team: TeamOf): Promise<TeamRuleState> {
  const row = await selectTeamRule(db, team)
  const find = async (revision: number | null | undefined): Promise<Revision | undefined> => {
    const found = typeof revision === 'number' ? await selectRevision(db, team, revision) : undefined
    return found && toRevision(found)
  }
  return {
    live: await find(row?.liveRevision),
    pending: await find(row?.pendingRevision),
    exceptionsCount: await countExceptions(db, team),
    version: row?.version ?? 1,
  }
}

function toRevision(row: RevisionRow): Revision {
  return { ...row, rule: teamRule.parse(row.rule) }
}

/** Newest first. */
export async function listRevisions(db: Queryable, team: TeamOf, page: PageOf): Promise<Page<Revision>> {
  const before = page.after === undefined ? undefined : Number(page.after)
  const rows = await selectRevisions(db, team, { before, rowsMax: page.limit + 1 })
  return toPage(rows.map(toRevision), page.limit, (row) => String(row.revision))
}

export async function countRevisions(db: Queryable, team: TeamOf): Promise<number> {
  return (await selectTeamRule(db, team))?.lastRevision ?? 0
}

export type Leaver = { readonly userId: string; readonly name: string | null }

/** Who would leave by the revision that is pending. */
export async function listLeaving(db: Queryable, team: TeamOf, page: PageOf): Promise<Page<Leaver>> {
  const revision = (await selectTeamRule(db, team))?.pendingRevision
  if (typeof revision !== 'number') return { data: [], next: undefined }
  const rows = await selectLeaving(db, { ...team, revision }, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.userId)
}

export async function countLeavers(db: Queryable, team: TeamOf): Promise<number> {
  const revision = (await selectTeamRule(db, team))?.pendingRevision
  return typeof revision === 'number' ? countLeaving(db, { ...team, revision }) : 0
}

/**
 * Makes a revision and queues the run that counts whom it moves. Throws `invalidRule`, `managed` for a team whose members
 * come from an identity provider.
 */
export async function setTeamRule(
  database: Database,
  { context, call }: Acting,
  command: { readonly teamId: string; readonly rule: TeamRule; readonly note: string | undefined },
): Promise<RunRow> {
  const { teamId, rule, note } = command
  const { organizationId, now, actor } = context
  requireSoundRule(rule, context.registry)
  return transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, organizationId, teamId)
    refuseLockedMembers(team)
    const revision = await insertRevision(tx, { organizationId, teamId }, { rule, note, by: actor, at: now })
    // From before the count on, so that no change falls between the count and the first turn.
    await followOutbox(tx, { organizationId, consumer: teamRulesConsumer })
    await record(tx, context, team, {
      action: 'team.rule_set',
      data: { revision, rule, ...(note !== undefined && { note }) },
    })
    return queueEvaluation(tx, call, { organizationId, teamId, revision, phase: 'count' })
  })
}

/** Queues a run that counts and names whom a rule would move, and changes nothing. Throws like `setTeamRule`. */
export async function previewTeamRule(
  database: Database,
  { context, call }: Acting,
  command: { readonly teamId: string; readonly rule: TeamRule },
): Promise<RunRow> {
  const { teamId, rule } = command
  const { organizationId } = context
  requireSoundRule(rule, context.registry)
  return transaction(database, async (tx) => {
    refuseLockedMembers(await getOwnTeam(tx, organizationId, teamId))
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: teamRulePreviewKind,
      permission: 'teams:manage',
      input: { teamId, rule },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: call.now,
    })
  })
}

/** Compares everybody with the live rule. Throws `noRule`. */
export function evaluateTeamRule(database: Database, { context, call }: Acting, teamId: string): Promise<RunRow> {
  const { organizationId } = context
  return transaction(database, async (tx) => {
    const { display } = await getOwnTeam(tx, organizationId, teamId)
    const rule = await selectTeamRule(tx, { organizationId, teamId })
    if (typeof rule?.liveRevision !== 'number') throw noRule(display)
    return queueEvaluation(tx, call, { organizationId, teamId, revision: rule.liveRevision, phase: 'apply' })
  })
}

/** The revision that is held decides from now on. Throws `ruleState`. */
export function approveTeamRule(database: Database, { context, call }: Acting, teamId: string): Promise<RunRow> {
  const { organizationId, actor } = context
  return transaction(database, async (tx) => {
    const { revision } = await lockHeld(tx, context, teamId)
    await goLive(tx, { ...context, connectionId: null }, { organizationId, teamId, revision, approvedBy: actor })
    return queueEvaluation(tx, call, { organizationId, teamId, revision, phase: 'apply' })
  })
}

/** The revision that is held is dropped; what decided before goes on. Throws `ruleState`. */
export async function discardTeamRule(database: Database, { context }: Acting, teamId: string): Promise<void> {
  const { organizationId, actor, now } = context
  await transaction(database, async (tx) => {
    const { team, revision } = await lockHeld(tx, context, teamId)
    await updateDiscarded(tx, { organizationId, teamId, revision }, { by: actor, at: now })
    await record(tx, context, team, { action: 'team.rule_discarded', data: { revision } })
  })
}

async function lockHeld(
  tx: Queryable,
  context: DirectoryContext,
  teamId: string,
): Promise<{ readonly team: OwnTeam; readonly revision: number }> {
  const { organizationId } = context
  await takeRulesTurn(tx, organizationId)
  const team = await getOwnTeam(tx, organizationId, teamId)
  const rule = await selectTeamRule(tx, { organizationId, teamId }, true)
  const revision = rule?.pendingRevision
  const pending =
    typeof revision === 'number' ? await selectRevision(tx, { organizationId, teamId }, revision) : undefined
  if (pending?.state !== 'held')
    throw new TeamError('ruleState', `No rule of the team "${team.display}" waits for an approval`)
  return { team, revision: pending.revision }
}

/** Nobody leaves: whoever is in the team counts as added by a person from now on. Throws `noRule`. */
export async function deleteTeamRule(database: Database, { context }: Acting, teamId: string): Promise<void> {
  const { organizationId } = context
  await transaction(database, async (tx) => {
    await takeRulesTurn(tx, organizationId)
    const team = await getOwnTeam(tx, organizationId, teamId)
    if (team.rule_revision === null) throw noRule(team.display)
    await keepMembers(tx, context, teamId)
    await endRule(tx, { organizationId, teamId })
    await record(tx, context, team, { action: 'team.rule_deleted', data: { revision: team.rule_revision } })
  })
}

export function noRule(display: string): TeamError {
  return new TeamError('noRule', `The team "${display}" has no rule`)
}

/** One more version of a locked team, with what was done to its rule. */
export async function record(
  tx: Queryable,
  context: DirectoryContext,
  team: OwnTeam,
  change: { readonly action: `team.${string}`; readonly data: object },
): Promise<void> {
  const origin = { ...context, connectionId: null }
  await touchTeam(tx, origin, team.id)
  await insertTeamChange(tx, origin, {
    teamId: team.id,
    action: change.action,
    data: { via: 'admin', ...change.data },
  })
}
