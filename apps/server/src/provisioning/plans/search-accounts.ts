import { countPlannedCreations, selectPlannedCreations, type PlanAccountsOf } from '../../db/queries/plan-accounts.ts'
import { upsertPlanOperations } from '../../db/queries/app-plan-operations.ts'
import type { Database } from '../../db/pool.ts'
import type { ObjectKind } from '../object.ts'
import type { AccountReader } from '../reconcile/account-reader.ts'
import { askPatiently } from '../reconcile/patient-list.ts'
import type { CompiledObjectRules } from '../rules/compiled.ts'
import type { Comparer } from '../targets/target.ts'
import { matchAccounts } from './match-accounts.ts'
import type { Planned, Planner } from './planner.ts'
import { toQuestions, type Questions } from './questions.ts'
import { forgetAccounts, readAccounts } from './read-accounts.ts'
import { searchPlanned, toFoundOperation } from './search-planned.ts'

/** So few are always looked for one by one. */
const fewMax = 20
/** Where the accounts cannot be read, so many are looked for one by one; the others are when the plan is applied. */
const singlesMax = 500
/** People that are matched at once. */
const batchMax = 1_000

/** How accounts are looked for, and how far that is. */
export type SearchTally = {
  by: 'list' | 'searches' | 'both'
  accountsRead: number
  /** Null: the app does not say. */
  accountsTotal: number | null
  searched: number
  unsearched: number
  /** Why some were not looked for. */
  detail: string | null
}

export type SearchingParts = {
  readonly database: Database
  readonly clock: () => Date
  readonly planner: Planner
  readonly of: PlanAccountsOf
  readonly reader: AccountReader
  readonly signal: AbortSignal
  /** Told after every piece. */
  readonly onProgress: (tally: SearchTally) => Promise<void>
}

type Searching = SearchingParts & { readonly tally: SearchTally; readonly kind: ObjectKind }

/**
 * Finds out who of those who would get an account has one already: from a list of all accounts where that is cheaper than to
 * search for each, and says so of the same people in the same way.
 */
export async function searchAccounts(parts: SearchingParts): Promise<SearchTally> {
  const { database, of, planner } = parts
  const tally: SearchTally = {
    by: 'searches',
    accountsRead: 0,
    accountsTotal: null,
    searched: 0,
    unsearched: 0,
    detail: null,
  }
  const counts = new Map<CompiledObjectRules, number>()
  for (const rules of [planner.rules.users, planner.rules.teams])
    if (rules !== undefined) counts.set(rules, await countPlannedCreations(database, of, rules.kind))
  for (const count of counts.values()) tally.unsearched += count
  for (const [rules, count] of counts)
    if (count > 0) await searchKind({ ...parts, tally, kind: rules.kind }, rules, count)
  return tally
}

async function searchKind(searching: Searching, rules: CompiledObjectRules, count: number): Promise<void> {
  const { reader, kind } = searching
  const { target } = reader
  if (count <= fewMax || target.openComparer === undefined) return searchAll(searching, count)
  const questions = toQuestions(rules, target.abilities)
  const comparer = await target.openComparer(kind)
  const { accountsRead, accountsTotal } = searching.tally
  const read = await readAccounts({
    ...searching,
    comparer,
    questions,
    searches: count * questions.all.length,
    onPage: async (accounts) => {
      searching.tally.accountsRead = accountsRead + accounts.read
      if (accounts.total !== undefined) searching.tally.accountsTotal = (accountsTotal ?? 0) + accounts.total
      await searching.onProgress(searching.tally)
    },
  })
  if (read.kind === 'broken') searching.tally.detail = read.detail
  if (read.kind === 'whole') await matchAll(searching, { comparer, questions, unshown: read.unshown })
  else await searchAll(searching, read.kind === 'dear' ? count : Math.min(count, singlesMax))
  await forgetAccounts(searching)
}

type FromList = { readonly comparer: Comparer; readonly questions: Questions; readonly unshown: ReadonlySet<string> }

async function matchAll(searching: Searching, { comparer, questions, unshown }: FromList): Promise<void> {
  const { reader, tally } = searching
  tally.by = 'list'
  const hidden = await findHidden(searching, comparer, unshown)
  const matching = { ...searching, target: reader.target, comparer, questions, hidden }
  let singlesLeft = singlesMax
  for await (const planned of plannedCreations(searching)) {
    const matched = await matchAccounts(matching, planned)
    const operations = matched.flatMap((each) =>
      each.found === 'ask' ? [] : (toFoundOperation(each.planned, each.found) ?? []),
    )
    await upsertPlanOperations(searching.database, searching.of, operations)
    const open = matched.filter(({ found }) => found === 'ask').map((each) => each.planned)
    note(tally, planned.length - open.length)
    const asked = open.slice(0, singlesLeft)
    singlesLeft -= asked.length
    if (asked.length > 0) tally.by = 'both'
    if (open.length > asked.length) tally.detail ??= 'More have to be searched for one by one than a plan does'
    await searchSome(searching, asked)
  }
}

/** What no list shows and some account has all the same, or may have. An id of ours that the app keeps is shown. */
async function findHidden(
  { reader }: Searching,
  comparer: Comparer,
  unshown: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const hidden = new Set<string>()
  for (const attribute of unshown) {
    if (attribute === 'externalId' && reader.target.abilities.keepsExternalId) continue
    const outcome = await askPatiently(reader.patience, () => comparer.isHeld(attribute, reader.patience.signal))
    if (outcome.kind !== 'done' || outcome.value) hidden.add(attribute)
  }
  return hidden
}

async function searchAll(searching: Searching, most: number): Promise<void> {
  let left = most
  for await (const planned of plannedCreations(searching)) {
    await searchSome(searching, planned.slice(0, left))
    left -= planned.length
    if (left <= 0) return
  }
}

async function searchSome(searching: Searching, planned: readonly Planned[]): Promise<void> {
  const { database, of, tally } = searching
  if (planned.length > 0) {
    const found = await searchPlanned(searching, planned)
    await upsertPlanOperations(database, of, found.operations)
    note(tally, planned.length - found.unsearched)
    tally.detail ??= found.detail ?? null
  }
  await searching.onProgress(tally)
}

function note(tally: SearchTally, searched: number): void {
  tally.searched += searched
  tally.unsearched -= searched
}

/** Whoever would still get an account, by what is known of him now. */
async function* plannedCreations({
  database,
  clock,
  planner,
  of,
  kind,
  signal,
}: Searching): AsyncGenerator<readonly Planned[]> {
  for (let after: string | undefined; ;) {
    signal.throwIfAborted()
    const ids = await selectPlannedCreations(database, of, kind, { after, rowsMax: batchMax })
    const objects = ids.map((id) => ({ kind, id }))
    const planned = objects.length === 0 ? [] : await planner.planTurns(database, objects, clock())
    yield planned.filter(({ operation }) => operation.operation === 'create')
    if (ids.length < batchMax) return
    after = ids.at(-1)
  }
}
