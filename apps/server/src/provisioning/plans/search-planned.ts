import type { NewPlanOperation } from '../../db/queries/app-plan-operations.ts'
import { selectLinkedKeys } from '../../db/queries/provisioning-links.ts'
import type { Database } from '../../db/pool.ts'
import type { ObjectRef } from '../object.ts'
import type { ReasonCode } from '../reasons.ts'
import type { MatchQuery } from '../targets/target.ts'
import type { Planner } from './planner.ts'

/** So many searches are on their way at once. */
const searchersMax = 4

type Found =
  | { readonly kind: 'none' | 'unknown' }
  | { readonly kind: 'adopt'; readonly key: string }
  | { readonly kind: 'conflict'; readonly reason: ReasonCode }

/** Looks for the accounts of those who would get one: what is found is taken over, or is a conflict. Reads only. */
export async function searchPlanned(
  database: Database,
  planner: Planner,
  { objects, now }: { readonly objects: readonly ObjectRef[]; readonly now: Date },
): Promise<{ readonly operations: readonly NewPlanOperation[]; readonly unsearched: number }> {
  const planned = await planner.planWithMatches(database, objects, now)
  const waiting = [...planned].reverse()
  const operations: NewPlanOperation[] = []
  let unsearched = 0
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const found = await find(database, planner, next)
      if (found.kind === 'adopt')
        operations.push({ ...next.operation, operation: 'adopt', reason: 'Adopted', targetKey: found.key })
      if (found.kind === 'conflict') operations.push({ ...next.operation, operation: 'conflict', reason: found.reason })
      if (found.kind !== 'unknown') continue
      // An app that does not answer one does not answer the others either.
      unsearched += 1 + waiting.length
      waiting.length = 0
    }
  }
  await Promise.all(Array.from({ length: searchersMax }, work))
  return { operations, unsearched }
}

type Sought = { readonly operation: NewPlanOperation; readonly queries: readonly MatchQuery[] }

async function find(
  database: Database,
  { app, rules, target }: Planner,
  { operation, queries }: Sought,
): Promise<Found> {
  const { kind, objectId } = operation
  for (const query of queries) {
    const outcome = await target.find(kind, query)
    if (outcome.kind !== 'done') return { kind: 'unknown' }
    const [first, ...others] = outcome.value
    if (first === undefined) continue
    if (others.length > 0) return { kind: 'conflict', reason: 'Ambiguous' }
    const name = { organizationId: app.organizationId, appId: app.id }
    const owner = (await selectLinkedKeys(database, name, kind, [first.key])).get(first.key)
    if (owner !== undefined && owner !== objectId) return { kind: 'conflict', reason: 'AlreadyLinked' }
    const adoption = (kind === 'user' ? rules.users : rules.teams)?.adoption ?? 'refuse'
    if (adoption === 'adopt') return { kind: 'adopt', key: first.key }
    return { kind: 'conflict', reason: adoption === 'ask' ? 'AdoptionNeedsApproval' : 'AdoptionRefused' }
  }
  return { kind: 'none' }
}
