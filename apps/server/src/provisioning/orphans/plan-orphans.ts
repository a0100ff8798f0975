import { insertOrphans, selectOrphans, type OrphanRow } from '../../db/queries/plan-orphans.ts'
import type { AccountsOf } from '../../db/queries/app-accounts.ts'
import type { Database } from '../../db/pool.ts'
import type { EngineNumbers } from '../numbers.ts'
import { judgeOrphans } from './judge-orphans.ts'
import { isKept, type OrphanPolicy } from './orphan-policy.ts'

const batchMax = 1_000

export type OrphanPlanning = {
  readonly of: AccountsOf
  readonly planId: string
  readonly policy: OrphanPolicy
  readonly numbers: EngineNumbers
}

/** Writes down by name which accounts that are nobody's would be disabled or deleted, and whether the gate would hold that. */
export async function planOrphans(
  database: Database,
  { of, planId, policy, numbers }: OrphanPlanning,
  at: { readonly now: Date; readonly signal: AbortSignal },
): Promise<{ readonly [name: string]: number }> {
  const { operation, leavesOurs } = policy
  let count = 0
  for (let after: string | undefined; ;) {
    at.signal.throwIfAborted()
    const page = { leavesOurs, isDisabledToo: operation === 'delete', after, rowsMax: batchMax }
    const found: readonly OrphanRow[] = await selectOrphans(database, of, page)
    const orphans = found.filter((orphan) => !isKept(policy, orphan))
    await insertOrphans(database, of, { planId, operation, orphans })
    count += orphans.length
    if (found.length < batchMax) break
    after = found.at(-1)?.targetKey
  }
  if (count > 0) await judgeOrphans(database, { ...of, planId, numbers, now: at.now }, { operation, count })
  return operation === 'delete' ? { deleteOrphans: count } : { disableOrphans: count }
}
