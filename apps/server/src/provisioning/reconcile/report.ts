import { toPage, type Page, type PageOf } from '../../access/call.ts'
import { toCsvLine } from '../../csv.ts'
import {
  deleteForgottenAccounts,
  selectAccountCount,
  selectAccounts,
  selectReconciliation,
  type AccountFilter,
  type AccountRow,
  type ReconciliationRow,
} from '../../db/queries/app-account-views.ts'
import { selectReconciliationTime } from '../../db/queries/reconciliation-times.ts'
import type { Queryable } from '../../db/pool.ts'
import { formatTypeId } from '../../type-id.ts'
import { getAppRow, type AppName } from '../apps/app.ts'
import type { Difference } from './compare-account.ts'

/** An account of an app as the last reconciliation found it. */
export type AppAccount = Omit<AccountRow, 'differences'> & { readonly differences: readonly Difference[] }

export type { AccountFilter, ReconciliationRow }

/** The last one that came to its end, and when the next begins by itself. Throws `appNotFound`. */
export async function findReconciliation(
  db: Queryable,
  app: AppName,
): Promise<{ readonly last: ReconciliationRow | undefined; readonly nextAt: Date | undefined }> {
  await getAppRow(db, app)
  return { last: await selectReconciliation(db, app), nextAt: await selectReconciliationTime(db, app) }
}

/** Empty before the first reconciliation has ended. Throws `appNotFound`. */
export async function listAccounts(
  db: Queryable,
  app: AppName,
  page: PageOf & { readonly filter: AccountFilter },
): Promise<Page<AppAccount>> {
  await getAppRow(db, app)
  const { filter, after, limit } = page
  const rows = await selectAccounts(db, app, { filter, after: parsePlace(after), rowsMax: limit + 1 })
  return toPage(rows.map(toAccount), limit, ({ kind, targetKey }) => `${kind} ${targetKey}`)
}

export function countListedAccounts(db: Queryable, app: AppName, filter: AccountFilter): Promise<number> {
  return selectAccountCount(db, app, filter)
}

function parsePlace(after: string | undefined) {
  if (after === undefined) return undefined
  const space = after.indexOf(' ')
  return { kind: after.slice(0, space), targetKey: after.slice(space + 1) }
}

function toAccount({ differences, ...row }: AccountRow): AppAccount {
  // A run wrote them.
  return { ...row, differences: (differences ?? []) as readonly Difference[] }
}

const rowsPerPage = 1_000
const header = ['class', 'standing', 'orphan', 'kind', 'targetId', 'targetName', 'objectId', 'objectName', 'candidates']

/** One line an account, made page by page while it is sent. Throws `appNotFound`. */
export async function* exportAccountsCsv(db: Queryable, app: AppName, filter: AccountFilter): AsyncGenerator<string> {
  yield toCsvLine([...header, 'differences'])
  for (let after: string | undefined; ;) {
    const page = await listAccounts(db, app, { filter, after, limit: rowsPerPage })
    if (page.data.length > 0) yield page.data.map(toLine).join('')
    if (page.next === undefined) return
    after = page.next
  }
}

function toLine(account: AppAccount): string {
  const { kind, objectId, differences, candidates } = account
  return toCsvLine([
    account.class,
    account.standing,
    account.orphan,
    kind,
    account.targetKey,
    account.name,
    objectId === null ? null : formatTypeId(kind === 'user' ? 'usr' : 'team', objectId),
    account.objectName,
    String(candidates),
    differences.length === 0 ? null : JSON.stringify(differences),
  ])
}

const trimmedMax = 5_000

/** Forgets what was listed by runs that are forgotten themselves. */
export async function trimReconciliations(db: Queryable, signal: AbortSignal): Promise<void> {
  for (let gone = trimmedMax; gone === trimmedMax && !signal.aborted;)
    gone = await deleteForgottenAccounts(db, trimmedMax)
}
