import { foldCase, type JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { selectKeyOwner } from '../db/queries/keys.ts'
import {
  insertServiceAccount,
  selectServiceAccount,
  selectServiceAccountByName,
  selectServiceAccountCount,
  selectServiceAccounts,
  updateServiceAccountRow,
  type ServiceAccountFilter,
  type ServiceAccountRow,
} from '../db/queries/service-accounts.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { mailServiceAccount } from './key-mails.ts'
import { parseMailAddress } from './mail-address.ts'
import { parseName } from './name.ts'
import { giveFirstRoles } from './role-assignments.ts'
import { staleVersion } from './stale-version.ts'

export type ServiceAccount = ServiceAccountRow

export type CreateServiceAccount = {
  /** One account of the organization has it: `key create --service-account` finds it by its name. */
  readonly name: string
  /** Told about new and revoked keys; many accounts may share one. */
  readonly email?: string | undefined
  /** Account id or SCIM id of the person who answers for it. */
  readonly ownerId?: string | undefined
  /** Ids or names; left out: see `giveFirstRoles`. */
  readonly roles?: readonly string[] | undefined
}

export type UpdateServiceAccount = {
  readonly name?: string | undefined
  readonly email?: string | null | undefined
  readonly state?: 'active' | 'disabled' | undefined
  readonly ownerId?: string | null | undefined
}

/** Throws `nameTaken`, `invalidName`, `invalidEmail`, `userNotFound`, `roleNotFound`, `beyondRights`. */
export async function createServiceAccount(
  database: Database,
  call: Call,
  request: CreateServiceAccount & { readonly organizationId: string },
): Promise<ServiceAccount> {
  const name = parseName(request.name)
  const email = request.email === undefined ? null : parseMailAddress(request.email, 'email')
  const { organizationId } = request
  return transaction(database, async (tx) => {
    const ownerId = request.ownerId === undefined ? null : await getPerson(tx, organizationId, request.ownerId)
    const account = await insertOne(tx, call, { organizationId, name, email, ownerId, roles: request.roles })
    if (account === undefined) throw nameTaken(name)
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
    (await insertOne(tx, call, { organizationId, name, email: null, ownerId: null })) ??
    (await selectServiceAccountByName(tx, organizationId, name))
  if (account === undefined) throw new Error('The service account was removed while it was being made')
  return account
}

/** What a list may ask for; `state` left out: all of them. */
export type FindServiceAccounts = Pick<ServiceAccountFilter, 'state' | 'ownerId'> & {
  readonly search?: string | undefined
}

/** Oldest first; `next` is the last id of the page. */
export async function listServiceAccounts(
  database: Queryable,
  organizationId: string,
  page: PageOf & FindServiceAccounts,
): Promise<Page<ServiceAccount>> {
  const bounds = { after: page.after, rowsMax: page.limit + 1 }
  const rows = await selectServiceAccounts(database, organizationId, { ...toFilter(page), ...bounds })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countServiceAccounts(
  database: Queryable,
  organizationId: string,
  find: FindServiceAccounts,
): Promise<number> {
  return selectServiceAccountCount(database, organizationId, toFilter(find))
}

/** Throws `serviceAccountNotFound`. */
export async function getServiceAccount(
  database: Queryable,
  organizationId: string,
  id: string,
): Promise<ServiceAccount> {
  const account = await selectServiceAccount(database, organizationId, id)
  if (account === undefined) throw new AccessError('serviceAccountNotFound', 'There is no such service account')
  return account
}

/**
 * Changes what the command names. A disabled account's keys are dead at once and return with it.
 * Throws `serviceAccountNotFound`, `versionMismatch` and what create throws.
 */
export async function updateServiceAccount(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly serviceAccountId: string
    readonly command: UpdateServiceAccount
    readonly ifVersion?: number | undefined
  },
): Promise<ServiceAccount> {
  const { organizationId, serviceAccountId, command, ifVersion } = request
  return transaction(database, async (tx) => {
    const before = await getServiceAccount(tx, organizationId, serviceAccountId)
    if (ifVersion !== undefined && ifVersion !== before.version)
      throw staleVersion('The service account', before.version)
    const after = await applyCommand(tx, before, command)
    if (isSame(before, after)) return before
    const row = { ...after, searchKey: searchKeyOf(after), updatedAt: call.now }
    const updated = await refuseTakenName(after.name, updateServiceAccountRow(tx, row))
    if (updated === undefined) throw staleVersion('The service account', undefined)
    await record(tx, call, updated, actionOf(before, updated))
    if (before.state === 'active' && updated.state === 'disabled')
      await mailServiceAccount(tx, call, updated, { template: 'serviceAccountDisabled', data: {} })
    return updated
  })
}

async function applyCommand(
  tx: Queryable,
  before: ServiceAccount,
  command: UpdateServiceAccount,
): Promise<ServiceAccount> {
  const { name, email, state, ownerId } = command
  return {
    ...before,
    name: name === undefined ? before.name : parseName(name),
    email: typeof email === 'string' ? parseMailAddress(email, 'email') : email === null ? null : before.email,
    state: state ?? before.state,
    ownerId: typeof ownerId === 'string' ? await getPerson(tx, before.organizationId, ownerId) : keep(ownerId, before),
  }
}

function keep(ownerId: null | undefined, before: ServiceAccount): string | null {
  return ownerId === null ? null : before.ownerId
}

function toFilter({ state, ownerId, search }: FindServiceAccounts): ServiceAccountFilter {
  return { state, ownerId, searchKey: search === undefined ? undefined : foldCase(search) }
}

function searchKeyOf({ name, email }: Pick<ServiceAccount, 'name' | 'email'>): string {
  return foldCase(`${name}\n${email ?? ''}`)
}

function isSame(before: ServiceAccount, after: ServiceAccount): boolean {
  const told = ({ name, email, state, ownerId }: ServiceAccount) => JSON.stringify([name, email, state, ownerId])
  return told(before) === told(after)
}

function actionOf(before: ServiceAccount, after: ServiceAccount): `service_account.${string}` {
  if (before.state === after.state) return 'service_account.updated'
  return after.state === 'disabled' ? 'service_account.disabled' : 'service_account.enabled'
}

async function getPerson(tx: Queryable, organizationId: string, id: string): Promise<string> {
  const found = await selectKeyOwner(tx, organizationId, id)
  if (found === undefined) throw new AccessError('userNotFound', 'There is no such user', { field: 'owner' })
  return found
}

async function insertOne(
  tx: Queryable,
  call: Call,
  request: Pick<ServiceAccount, 'organizationId' | 'name' | 'email' | 'ownerId'> & Pick<CreateServiceAccount, 'roles'>,
): Promise<ServiceAccount | undefined> {
  const { roles, ...values } = request
  const row = { ...values, id: createId(), createdBy: call.actor, searchKey: searchKeyOf(request) }
  const account = await insertServiceAccount(tx, { ...row, createdAt: call.now })
  if (account === undefined) return undefined
  await record(tx, call, account, 'service_account.created')
  await giveFirstRoles(tx, call, { organizationId: account.organizationId, id: account.id, roles })
  return account
}

async function refuseTakenName<Row>(name: string, statement: Promise<Row>): Promise<Row> {
  try {
    return await statement
  } catch (error) {
    if (brokenUnique(error) !== 'service_accounts_name') throw error
    throw nameTaken(name)
  }
}

function nameTaken(name: string): AccessError {
  return new AccessError('nameTaken', `There is a service account "${name}"`, { field: 'name' })
}

async function record(
  tx: Queryable,
  call: Call,
  account: ServiceAccount,
  action: `service_account.${string}`,
): Promise<void> {
  const { name, email, state, ownerId } = account
  const data: JsonObject = { name, email, state, ownerId }
  await insertAccessChange(tx, {
    organizationId: account.organizationId,
    at: call.now,
    action,
    subjectId: account.id,
    subjectVersion: account.version,
    actor: call.actor,
    requestId: call.requestId,
    data,
  })
}
