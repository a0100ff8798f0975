import { loadRegistry } from '../access/custom-types.ts'
import type { Database } from '../db/pool.ts'
import { takeRulesTurn, selectLiveRules, type LiveRule } from '../db/queries/team-rules.ts'
import { selectOrganizationsWithWork, takeRuleWork, type RuleWork } from '../db/queries/team-rule-work.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { readPeople } from '../provisioning/source/read-source.ts'
import { findTeamRule } from './find-rule.ts'
import { findMoves, movePeople, toSourceRequest, type RuleOfTeam } from './move-people.ts'

/** So many people are looked at in one transaction. */
const peoplePerTurn = 500

/**
 * Looks at everybody who is queued and moves whom the rules want elsewhere; returns how many were looked at. Safe in every
 * process at once: an organization has one turn at a time, and what is read in a turn is what is moved in it.
 */
export async function workOffTeamRules(
  database: Database,
  { clock }: { readonly clock: () => Date },
  signal?: AbortSignal,
): Promise<number> {
  let looked = 0
  for (const organizationId of await selectOrganizationsWithWork(database)) {
    let taken: number
    do {
      if (signal?.aborted === true) return looked
      taken = await transaction(database, (tx) => takeTurn(tx, organizationId, clock()))
      looked += taken
    } while (taken === peoplePerTurn)
  }
  return looked
}

async function takeTurn(tx: Transaction, organizationId: string, now: Date): Promise<number> {
  await takeRulesTurn(tx, organizationId)
  const work = await takeRuleWork(tx, organizationId, peoplePerTurn)
  if (work.length === 0) return 0
  const live = await selectLiveRules(tx, organizationId, unionOf(work))
  const rules = await compileAll(tx, organizationId, live)
  if (rules.length === 0) return work.length
  const request = toSourceRequest(
    organizationId,
    rules.map(({ rule }) => rule),
  )
  const people = await readPeople(tx, { ...request, ids: work.map(({ userId }) => userId) })
  const concerns = toConcerns(work, live)
  const moves = await findMoves(tx, organizationId, {
    people,
    rules,
    concerns: (person, teamId) => concerns(person.id, teamId),
  })
  const origin = { organizationId, connectionId: null, actor: 'system', requestId: '', now }
  for (const { teamId, revision } of rules) {
    const moved = moves.get(teamId)
    if (moved !== undefined) await movePeople(tx, origin, { teamId, revision, moves: moved })
  }
  return work.length
}

/** Null: of somebody anything may have changed. */
function unionOf(work: readonly RuleWork[]): readonly string[] | null {
  const roots = work.map((each) => each.roots)
  return roots.includes(null) ? null : [...new Set(roots.flatMap((each) => each ?? []))]
}

async function compileAll(
  tx: Transaction,
  organizationId: string,
  live: readonly LiveRule[],
): Promise<readonly RuleOfTeam[]> {
  const rules: RuleOfTeam[] = []
  let loaded: ReturnType<typeof loadRegistry> | undefined
  const registry = () => (loaded ??= loadRegistry(tx, organizationId, undefined))
  for (const { teamId, revision } of live)
    rules.push({ teamId, revision, rule: await findTeamRule(tx, { organizationId, teamId }, revision, registry) })
  return rules
}

/** Whether what changed of a person is anything that the rule of a team reads. */
function toConcerns(work: readonly RuleWork[], live: readonly LiveRule[]): (userId: string, teamId: string) => boolean {
  const roots = new Map(work.map((each) => [each.userId, each.roots]))
  const reads = new Map(live.map(({ teamId, interests }) => [teamId, new Set(interests)]))
  return (userId, teamId) => {
    const changed = roots.get(userId)
    const read = reads.get(teamId)
    if (changed === undefined || changed === null || read === undefined) return true
    return changed.some((root) => read.has(root))
  }
}
