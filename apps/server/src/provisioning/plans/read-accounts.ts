import { AccessError } from '../../access/access-error.ts'
import { deletePlanAccounts, insertPlanAccounts, type PlanAccountsOf } from '../../db/queries/plan-accounts.ts'
import type { Database } from '../../db/pool.ts'
import type { ObjectKind } from '../object.ts'
import { readPage, type AccountReader } from '../reconcile/account-reader.ts'
import type { Comparer, TargetPage } from '../targets/target.ts'
import { answersOf, type Questions } from './questions.ts'

/** A page of accounts costs an app so much more than a search for one of them. */
const pageWeight = 2
const deletedMax = 5_000

export type Reading = {
  readonly database: Database
  readonly of: PlanAccountsOf
  readonly kind: ObjectKind
  readonly reader: AccountReader
  readonly comparer: Comparer
  readonly questions: Questions
  /** What the searches would cost for which this stands. */
  readonly searches: number
  readonly onPage: (accounts: { readonly read: number; readonly total: number | undefined }) => Promise<void>
}

export type Read =
  /** All of it is known; `unshown`: nobody's account showed these attributes. */
  | { readonly kind: 'whole'; readonly unshown: ReadonlySet<string> }
  /** To search is cheaper. */
  | { readonly kind: 'dear' }
  | { readonly kind: 'broken'; readonly detail: string }

/**
 * Reads all accounts of a kind, page by page, and writes down by what each may be found. It stops where it has asked for more,
 * or would have to, than the searches would cost. What a run before this one left is forgotten.
 */
export async function readAccounts(reading: Reading): Promise<Read> {
  const { kind, reader, questions, searches, onPage } = reading
  await forgetAccounts(reading)
  const attributes = [...new Set(questions.all.flat())]
  const unshown = new Set(attributes)
  let read = 0
  let page: string | undefined
  for (let pages = 1; ; pages++) {
    const listed = await readOne(reader, kind, { page, attributes })
    if ('detail' in listed) return { kind: 'broken', detail: listed.detail }
    const { objects, next, total } = listed
    await writePage(reading, listed, unshown)
    read += objects.length
    await onPage({ read, total })
    if (next === undefined) return toEnd({ read, total, unshown })
    const left = total === undefined || objects.length === 0 ? 1 : Math.ceil((total - read) / objects.length)
    if ((pages + left) * pageWeight > searches) return { kind: 'dear' }
    page = next
  }
}

function toEnd({
  read,
  total,
  unshown,
}: {
  readonly read: number
  readonly total: number | undefined
  readonly unshown: ReadonlySet<string>
}): Read {
  if (total === undefined || read >= total) return { kind: 'whole', unshown }
  return { kind: 'broken', detail: `The app says that it has ${total} accounts, and showed ${read}` }
}

async function readOne(
  reader: AccountReader,
  kind: ObjectKind,
  asked: { readonly page: string | undefined; readonly attributes: readonly string[] },
): Promise<TargetPage | { readonly detail: string }> {
  try {
    return await readPage(reader, kind, asked)
  } catch (error) {
    if (error instanceof AccessError) return { detail: error.message }
    throw error
  }
}

async function writePage(
  { database, of, kind, comparer, questions }: Reading,
  { objects }: TargetPage,
  unshown: Set<string>,
): Promise<void> {
  for (const attribute of unshown)
    if (objects.some(({ resource }) => comparer.compareAccount(attribute, resource).length > 0))
      unshown.delete(attribute)
  const accounts = objects.flatMap(({ key: targetKey, resource }) =>
    questions.all.flatMap((attributes, question) =>
      answersOf(comparer, attributes, resource).map((answer) => ({ ...answer, question, targetKey })),
    ),
  )
  await insertPlanAccounts(database, of, kind, accounts)
}

export async function forgetAccounts({ database, of }: Pick<Reading, 'database' | 'of'>): Promise<void> {
  for (let gone = deletedMax; gone === deletedMax;) gone = await deletePlanAccounts(database, of, deletedMax)
}
