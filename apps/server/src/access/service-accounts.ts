import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  insertServiceAccount,
  selectServiceAccount,
  selectServiceAccountByName,
  selectServiceAccounts,
  updateServiceAccountState,
  type ServiceAccountRow,
} from '../db/queries/service-accounts.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { parseName } from './name.ts'
import { giveFirstRoles } from './role-assignments.ts'

export type ServiceAccount = ServiceAccountRow

/** With the named roles, else with those of `giveFirstRoles`. Throws `nameTaken`, `invalidName`, `roleNotFound`, `beyondRights`. */
export async function createServiceAccount(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly name: string; readonly roles?: readonly string[] | undefined },
): Promise<ServiceAccount> {
  const name = parseName(request.name)
  return transaction(database, async (tx) => {
    const account = await insertOne(tx, call, { organizationId: request.organizationId, name, roles: request.roles })
    if (account === undefined)
      throw new AccessError('nameTaken', `There is a service account "${name}"`, { field: 'name' })
    return account
  })
}

/** The account of that name, made when there is none; takes part in the caller's transaction. */
export async function findOrCreateServiceAccount(
  tx: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly name: string },
): Promise<ServiceAccount> {
  const name = parseName(request.name)
  const { organizationId } = request
  const account =
    (await selectServiceAccountByName(tx, organizationId, name)) ??
    (await insertOne(tx, call, { organizationId, name })) ??
    (await selectServiceAccountByName(tx, organizationId, name))
  if (account === undefined) throw new Error('The service account was removed while it was being made')
  return account
}

/** Oldest first; `next` is the last id of the page. */
export async function listServiceAccounts(
  database: Queryable,
  organizationId: string,
  page: PageOf,
): Promise<Page<ServiceAccount>> {
  const rows = await selectServiceAccounts(database, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

/** A disabled account's keys are dead at once and return with it. Throws `serviceAccountNotFound`. */
export async function setServiceAccountState(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly serviceAccountId: string
    readonly state: 'active' | 'disabled'
  },
): Promise<ServiceAccount> {
  const { organizationId, serviceAccountId, state } = request
  return transaction(database, async (tx) => {
    const updated = await updateServiceAccountState(tx, {
      organizationId,
      id: serviceAccountId,
      state,
      updatedAt: call.now,
    })
    if (updated === undefined) return getServiceAccount(tx, organizationId, serviceAccountId)
    await record(tx, call, updated, state === 'disabled' ? 'service_account.disabled' : 'service_account.enabled')
    return updated
  })
}

async function getServiceAccount(database: Queryable, organizationId: string, id: string): Promise<ServiceAccount> {
  const account = await selectServiceAccount(database, organizationId, id)
  if (account === undefined) throw new AccessError('serviceAccountNotFound', 'There is no such service account')
  return account
}

async function insertOne(
  tx: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly name: string; readonly roles?: readonly string[] | undefined },
): Promise<ServiceAccount | undefined> {
  const { organizationId, name, roles } = request
  const account = await insertServiceAccount(tx, { organizationId, name, id: createId(), createdAt: call.now })
  if (account === undefined) return undefined
  await record(tx, call, account, 'service_account.created')
  await giveFirstRoles(tx, call, { organizationId, id: account.id, roles })
  return account
}

async function record(
  tx: Queryable,
  call: Call,
  account: ServiceAccount,
  action: `service_account.${string}`,
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: account.organizationId,
    at: call.now,
    action,
    subjectId: account.id,
    subjectVersion: account.version,
    actor: call.actor,
    requestId: call.requestId,
    data: { name: account.name, state: account.state },
  })
}
