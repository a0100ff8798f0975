import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page } from '../../access/call.ts'
import {
  deleteAssignments,
  insertAssignments,
  selectAssignable,
  selectAssignmentCount,
  selectAssignments,
  type AssignmentRow,
} from '../../db/queries/app-assignments.ts'
import type { AppRow } from '../../db/queries/apps.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { toSearchPattern } from '../../directory/search-pattern.ts'
import { formatTypeId } from '../../type-id.ts'
import type { ObjectRef } from '../object.ts'
import { getAppRow, recordApp, type AppName } from './app.ts'

export type Assignment = AssignmentRow

/**
 * Assigns people and teams; those that are assigned already stay as they are. Returns who is new.
 * Throws `appNotFound`, and `subjectNotFound` when one of them is not there: then nobody is assigned.
 */
export async function assign(
  database: Database,
  call: Call,
  request: AppName & { readonly subjects: readonly ObjectRef[] },
): Promise<readonly ObjectRef[]> {
  const { organizationId, appId, subjects } = request
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, { organizationId, appId })
    return assignWithin(tx, call, app, subjects)
  })
}

/** In the caller's transaction. Throws `subjectNotFound`. */
export async function assignWithin(
  tx: Transaction,
  call: Call,
  app: AppRow,
  subjects: readonly ObjectRef[],
): Promise<readonly ObjectRef[]> {
  const { organizationId, id: appId } = app
  await requireSubjects(tx, organizationId, subjects)
  const added = await insertAssignments(tx, { organizationId, appId }, { subjects, by: call.actor, at: call.now })
  await record(tx, call, app, { action: 'app.assigned', subjects: added })
  return added
}

/** Ends assignments; who is assigned by a team as well stays assigned by it. Returns whose ended. Throws `appNotFound`. */
export async function unassign(
  database: Database,
  call: Call,
  request: AppName & { readonly subjects: readonly ObjectRef[] },
): Promise<readonly ObjectRef[]> {
  const { organizationId, appId, subjects } = request
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, { organizationId, appId })
    return unassignWithin(tx, call, app, subjects)
  })
}

/** In the caller's transaction. */
export async function unassignWithin(
  tx: Transaction,
  call: Call,
  app: AppRow,
  subjects: readonly ObjectRef[],
): Promise<readonly ObjectRef[]> {
  const removed = await deleteAssignments(tx, { organizationId: app.organizationId, appId: app.id }, subjects)
  await record(tx, call, app, { action: 'app.unassigned', subjects: removed })
  return removed
}

/** In the order of kind and id. */
export async function listAssignments(
  db: Queryable,
  app: AppName,
  page: {
    readonly kind?: ObjectRef['kind'] | undefined
    readonly search?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<Page<Assignment>> {
  const { kind, search, after, limit } = page
  const pattern = search === undefined ? undefined : toSearchPattern(search)
  const rows = await selectAssignments(db, app, { kind, pattern, after: toRef(after), rowsMax: limit + 1 })
  return toPage(rows, limit, toKey)
}

export function countAssignments(
  db: Queryable,
  app: AppName,
  { kind, search }: { readonly kind?: ObjectRef['kind'] | undefined; readonly search?: string | undefined } = {},
): Promise<number> {
  const pattern = search === undefined ? undefined : toSearchPattern(search)
  return selectAssignmentCount(db, app, { kind, pattern })
}

/** Throws `subjectNotFound` for the first of them that is not there. */
export async function requireSubjects(
  tx: Transaction,
  organizationId: string,
  subjects: readonly ObjectRef[],
): Promise<void> {
  const there = new Set((await selectAssignable(tx, organizationId, subjects)).map(toKey))
  const index = subjects.findIndex((subject) => !there.has(toKey(subject)))
  const missing = subjects[index]
  if (missing === undefined) return
  const id = formatTypeId(missing.kind === 'user' ? 'usr' : 'team', missing.id)
  const what = missing.kind === 'user' ? 'person' : 'team'
  throw new AccessError('subjectNotFound', `There is no ${what} ${id}: nobody was assigned`, {
    field: `subjects/${index}`,
  })
}

async function record(
  tx: Transaction,
  call: Call,
  app: AppRow,
  change: { readonly action: 'app.assigned' | 'app.unassigned'; readonly subjects: readonly ObjectRef[] },
): Promise<void> {
  const { action, subjects } = change
  if (subjects.length === 0) return
  const idsOf = (kind: ObjectRef['kind']) => subjects.filter((each) => each.kind === kind).map(({ id }) => id)
  await recordApp(tx, call, app, { action, data: { app: app.name, users: idsOf('user'), teams: idsOf('team') } })
}

function toKey({ kind, id }: ObjectRef): string {
  return `${kind} ${id}`
}

/** What `toKey` made. */
function toRef(key: string | undefined): ObjectRef | undefined {
  if (key === undefined) return undefined
  const [kind = '', id = ''] = key.split(' ')
  return { kind: kind === 'user' ? 'user' : 'team', id }
}
