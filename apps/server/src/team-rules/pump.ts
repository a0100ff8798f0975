import type { Database } from '../db/pool.ts'
import { selectLiveRules, selectTeamRule } from '../db/queries/team-rules.ts'
import { enqueueRuleWork, type RuleWork } from '../db/queries/team-rule-work.ts'
import type { Transaction } from '../db/transaction.ts'
import { consumeOutbox, type OutboxChange } from '../events/outbox.ts'
import { interests } from '../provisioning/source/attributes.ts'
import { rootsOf } from '../provisioning/source/changed-roots.ts'
import { findReports } from '../provisioning/source/find-reports.ts'
import { queueEvaluation } from './queue-run.ts'

/** The name of the rules' place in the outbox. */
export const teamRulesConsumer = 'team-rules'

/**
 * Queues everybody of whom something changed that a live rule of his organization reads. A change is only a hint: what he
 * is like is read when he has his turn. In one process at a time; gives how many changes were read.
 */
export function pumpTeamRules(
  database: Database,
  { clock }: { readonly clock: () => Date },
  signal?: AbortSignal,
): Promise<number> {
  const handle = async (tx: Transaction, changes: readonly OutboxChange[]): Promise<void> => {
    for (const organizationId of new Set(changes.map((change) => change.organizationId))) {
      const own = changes.filter((change) => change.organizationId === organizationId)
      await pumpOrganization(tx, organizationId, { changes: own, now: clock() })
    }
  }
  return consumeOutbox(database, { name: teamRulesConsumer, handle }, signal)
}

type Pumped = { readonly changes: readonly OutboxChange[]; readonly now: Date }

async function pumpOrganization(tx: Transaction, organizationId: string, { changes, now }: Pumped): Promise<void> {
  await evaluateRestored(tx, { changes, now })
  const people = gatherPeople(changes)
  if (people.size === 0) return
  const live = await selectLiveRules(tx, organizationId, null)
  if (live.length === 0) return
  const read = new Set(live.flatMap((rule) => rule.interests))
  const work = [...people]
    .filter(([, roots]) => roots === null || [...roots].some((root) => read.has(root)))
    .map(([userId, roots]): RuleWork => ({ userId, roots: roots && [...roots] }))
  const reports = readsManagers(read) ? await gatherReports(tx, organizationId, people) : []
  await enqueueRuleWork(tx, organizationId, { work: joinWork([...work, ...reports]), now })
}

/** A team that comes back has those whom it had; meanwhile others may have become what its rule wants. */
async function evaluateRestored(tx: Transaction, { changes, now }: Pumped): Promise<void> {
  for (const { organizationId, subjectId: teamId, action } of changes) {
    if (action !== 'team.restored') continue
    const rule = await selectTeamRule(tx, { organizationId, teamId })
    if (typeof rule?.liveRevision !== 'number') continue
    const call = { actor: 'system', now, requestId: undefined }
    await queueEvaluation(tx, call, { organizationId, teamId, revision: rule.liveRevision, phase: 'apply' })
  }
}

/** People with the roots of what changed of them; null: anything may have. */
function gatherPeople(changes: readonly OutboxChange[]): ReadonlyMap<string, ReadonlySet<string> | null> {
  const people = new Map<string, ReadonlySet<string> | null>()
  for (const { subjectKind, subjectId, action, data } of changes) {
    if (subjectKind !== 'user' || !action.startsWith('user.')) continue
    const roots = action === 'user.updated' ? (rootsOf(data) ?? null) : null
    const known = people.get(subjectId)
    people.set(subjectId, roots === null || known === null ? null : new Set([...(known ?? []), ...roots]))
  }
  return people
}

function readsManagers(read: ReadonlySet<string>): boolean {
  return [...read].some((each) => each === interests.manager || each.startsWith(`${interests.manager}.`))
}

/** Whoever is led by somebody who changed, with what changed of that one. */
async function gatherReports(
  tx: Transaction,
  organizationId: string,
  people: ReadonlyMap<string, ReadonlySet<string> | null>,
): Promise<readonly RuleWork[]> {
  const reports = await findReports(tx, organizationId, [...people.keys()])
  const changed = [...people.values()]
  const roots = changed.includes(null)
    ? null
    : changed.flatMap((each) => [...(each ?? [])].map((root) => `${interests.manager}.${root}`))
  return reports.map((userId) => ({ userId, roots }))
}

/** One entry a person. */
function joinWork(work: readonly RuleWork[]): readonly RuleWork[] {
  const joined = new Map<string, readonly string[] | null>()
  for (const { userId, roots } of work) {
    const known = joined.get(userId)
    joined.set(userId, roots === null || known === null ? null : [...new Set([...(known ?? []), ...roots])])
  }
  return [...joined].map(([userId, roots]) => ({ userId, roots }))
}
