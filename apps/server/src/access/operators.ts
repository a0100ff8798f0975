import { foldCase } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  deleteOperator,
  insertOperator,
  selectActivePersonByName,
  selectOperator,
  selectOperatorCount,
  selectOperators,
  type OperatorRow,
} from '../db/queries/operators.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { getOrganization } from './organizations.ts'

export type Operator = OperatorRow

/** In the order of their ids; `next` is that of the last one of the page. */
export async function listOperators(database: Queryable, page: PageOf): Promise<Page<Operator>> {
  const rows = await selectOperators(database, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ userId }) => userId)
}

export function countOperators(database: Queryable): Promise<number> {
  return selectOperatorCount(database)
}

/**
 * Whoever is signed in as this person may from then on do what keys of the instance may. Owners of the organization decide
 * how its people sign in, so they must be trusted as much. Throws `organizationNotFound`, `personNotFound`.
 */
export async function grantOperator(
  database: Database,
  call: Call,
  command: { readonly organization: string; readonly userName: string },
): Promise<Operator> {
  const { id: organizationId } = await getOrganization(database, command.organization)
  return transaction(database, async (tx) => {
    const person = await selectActivePersonByName(tx, organizationId, foldCase(command.userName))
    if (person === undefined)
      throw new AccessError('personNotFound', `Nobody of that name may sign in to the organization`, {
        field: 'userName',
      })
    await addOperator(tx, call, { organizationId, userId: person.id, version: person.version })
    return getOperator(tx, person.id)
  })
}

/** The same in a transaction of the caller, who knows the person. */
export async function addOperator(
  tx: Transaction,
  call: Call,
  person: { readonly organizationId: string; readonly userId: string; readonly version: number },
): Promise<void> {
  const { organizationId, userId } = person
  const row = { organizationId, userId, grantedBy: call.actor, grantedAt: call.now }
  if (await insertOperator(tx, row)) await record(tx, call, { ...person, action: 'user.operator_granted' })
}

/** Ends the right at once: it is asked for with every request. Throws `personNotFound`. */
export async function revokeOperator(database: Database, call: Call, userId: string): Promise<void> {
  await transaction(database, async (tx) => {
    const { organizationId, version } = await getOperator(tx, userId)
    await deleteOperator(tx, organizationId, userId)
    await record(tx, call, { organizationId, userId, version, action: 'user.operator_revoked' })
  })
}

async function getOperator(db: Queryable, userId: string): Promise<Operator> {
  const operator = await selectOperator(db, userId)
  if (operator === undefined) throw new AccessError('personNotFound', 'There is no such operator')
  return operator
}

async function record(
  tx: Transaction,
  call: Call,
  change: {
    readonly organizationId: string
    readonly userId: string
    readonly version: number
    readonly action: 'user.operator_granted' | 'user.operator_revoked'
  },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: change.organizationId,
    at: call.now,
    action: change.action,
    subjectId: change.userId,
    subjectVersion: change.version,
    actor: call.actor,
    requestId: call.requestId,
    data: {},
  })
}
