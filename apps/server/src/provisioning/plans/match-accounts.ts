import { selectPlanCandidates, type PlanAccountsOf } from '../../db/queries/plan-accounts.ts'
import { selectLinkedKeys } from '../../db/queries/provisioning-links.ts'
import type { Database } from '../../db/pool.ts'
import type { Found } from '../export/protocol.ts'
import { searchesOf, type Search } from '../export/searches.ts'
import type { ObjectKind } from '../object.ts'
import type { Comparer, MatchQuery, Target } from '../targets/target.ts'
import type { Planned } from './planner.ts'
import { answerTo, type Questions } from './questions.ts'

export type Matching = {
  readonly database: Database
  readonly of: PlanAccountsOf
  readonly kind: ObjectKind
  readonly target: Target
  readonly comparer: Comparer
  readonly questions: Questions
  /** Attributes of which a list says nothing: the app has to be asked. */
  readonly hidden: ReadonlySet<string>
}

/** What was found of each; `ask`: only a search can tell. */
export type Matched = { readonly planned: Planned; readonly found: Found | 'ask' }

/** Answers from the accounts that were read what searches would have answered, in the same order of rules. */
export async function matchAccounts(matching: Matching, planned: readonly Planned[]): Promise<readonly Matched[]> {
  const asked = planned.flatMap((each) => toAsked(matching, each))
  const candidates = await selectPlanCandidates(
    matching.database,
    matching.of,
    matching.kind,
    asked.flatMap(({ question, answer }) => (answer === undefined ? [] : [{ question, key: answer.key }])),
  )
  let place = 0
  const known = asked.map((one) => ({ ...one, accounts: one.answer && (candidates.get(++place) ?? []) }))
  const byObject = Map.groupBy(known, ({ objectId }) => objectId)
  const matched = planned.map((each) => ({
    planned: each,
    found: isOpen(each) ? ('ask' as const) : decide(byObject.get(each.operation.objectId) ?? []),
  }))
  return withOwners(matching, matched)
}

type Asked = {
  readonly objectId: string
  readonly search: Search
  readonly question: number
  /** Undefined: only the app can answer. */
  readonly answer: ReturnType<typeof answerTo>
}

function toAsked({ target, questions, comparer, hidden }: Matching, { operation, turn }: Planned): readonly Asked[] {
  const isHidden = (query: MatchQuery): boolean => query.some(({ attribute }) => hidden.has(attribute))
  return searchesOf(target, turn).map((search) => {
    const question = questions.placeOf(search.query)
    const answer = question === undefined || isHidden(search.query) ? undefined : answerTo(comparer, search.query)
    return { objectId: operation.objectId, search, question: question ?? 0, answer }
  })
}

/** A creation that nobody knows the end of, or that met an account that is not seen: such is looked for at the moment itself. */
function isOpen({ turn: { link } }: Planned): boolean {
  return link.inFlightAt !== null || link.conflicts > 0
}

type Known = Asked & {
  readonly accounts: readonly { readonly targetKey: string; readonly written: Buffer }[] | undefined
}

/** The first question that finds anybody decides. */
function decide(questions: readonly Known[]): Found | 'ask' {
  for (const { accounts, answer, search } of questions) {
    if (accounts === undefined || answer === undefined) return 'ask'
    const equal = accounts.filter(({ written }) => written.equals(answer.written))
    if (equal.length > 1) return { kind: 'many', objects: [] }
    if (equal.length < accounts.length) return 'ask'
    const [one] = equal
    if (one !== undefined) return { kind: 'one', key: one.targetKey, isOurs: search.isOurs, linkedTo: undefined }
  }
  return { kind: 'none' }
}

/** With whose account it is already. */
async function withOwners({ database, of, kind }: Matching, matched: readonly Matched[]): Promise<readonly Matched[]> {
  const keys = matched.flatMap(({ found }) => (found !== 'ask' && found.kind === 'one' ? [found.key] : []))
  const owners = keys.length === 0 ? new Map<string, string>() : await selectLinkedKeys(database, of, kind, keys)
  return matched.map(({ planned, found }) => {
    if (found === 'ask' || found.kind !== 'one') return { planned, found }
    const owner = owners.get(found.key)
    return { planned, found: { ...found, linkedTo: owner === planned.operation.objectId ? undefined : owner } }
  })
}
