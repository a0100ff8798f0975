import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { isTeam } from '../db/queries/role-assignments.ts'
import {
  countAblePeople,
  deleteRoleMappingRow,
  insertDuesOfMappings,
  insertRoleMapping,
  lockRoleMappings,
  selectRoleMapping,
  selectRoleMappingMode,
  selectRoleMappings,
  updateRoleMappingMode,
  updateRoleMappingRow,
  type RoleMappingMode,
  type RoleMappingRow,
} from '../db/queries/role-mappings.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { adminRole, ownerRole } from './built-in-roles.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { isLastOwner, lastOwnerReason } from './last-owner.ts'
import { getOrganization, updateOrganizationVersion } from './organizations.ts'
import { getRole, refuseBeyond } from './roles.ts'
import { settleDuesNow } from './settle-mapped-roles.ts'
import { staleVersion } from './stale-version.ts'

export type { RoleMappingMode } from '../db/queries/role-mappings.ts'

/** Datadog's limit. */
export const roleMappingsMax = 1_000

export type RoleMapping = RoleMappingRow & { readonly roleName: string }

export type RoleMappingCommand = {
  /** displayName of pushed groups, to the letter. */
  readonly groupName?: string | undefined
  readonly teamId?: string | undefined
  /** Id or name. */
  readonly role?: string | undefined
}

/** Oldest first; `next` is the last id of the page. */
export async function listRoleMappings(
  db: Queryable,
  organizationId: string,
  page: PageOf,
): Promise<Page<RoleMapping>> {
  const rows = await selectRoleMappings(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  const named: RoleMapping[] = []
  for (const row of rows) named.push(await withName(db, row))
  return toPage(named, page.limit, (row) => row.id)
}

/** Throws `roleMappingNotFound`. */
export async function getRoleMapping(db: Queryable, organizationId: string, id: string): Promise<RoleMapping> {
  const row = await selectRoleMapping(db, organizationId, id)
  if (row === undefined) throw new AccessError('roleMappingNotFound', 'There is no such mapping')
  return withName(db, row)
}

/** Throws `mappingTaken`, `tooManyMappings`, `roleNotFound`, `teamNotFound`, `beyondRights`. */
export async function createRoleMapping(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly command: RoleMappingCommand & { readonly role: string } },
): Promise<RoleMapping> {
  const { organizationId, command } = request
  return changing(database, call, organizationId, async (tx, count) => {
    if (count >= roleMappingsMax)
      throw new AccessError('tooManyMappings', `An organization has at most ${roleMappingsMax} mappings`)
    const target = await resolve(tx, call, organizationId, command)
    const row = await insertRoleMapping(tx, {
      organizationId,
      id: createId(),
      groupName: target.groupName ?? null,
      teamId: target.teamId ?? null,
      roleId: target.roleId ?? '',
      createdAt: call.now,
    })
    if (row === undefined) throw taken()
    await record(tx, call, row, 'role_mapping.created')
    return { result: await withName(tx, row), concerned: [row] }
  })
}

/** Throws what create throws, and `versionMismatch`, `lastOwner`, `noAbleAdmin`. */
export async function updateRoleMapping(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly command: RoleMappingCommand
    readonly ifVersion: number | undefined
  },
): Promise<RoleMapping> {
  const { organizationId, id, command, ifVersion } = request
  return changing(database, call, organizationId, async (tx) => {
    const before = await getCurrent(tx, call, { organizationId, id, ifVersion })
    const target = await resolve(tx, call, organizationId, command)
    const moves = target.groupName !== undefined || target.teamId !== undefined
    const after = {
      ...before,
      groupName: moves ? (target.groupName ?? null) : before.groupName,
      teamId: moves ? (target.teamId ?? null) : before.teamId,
      roleId: target.roleId ?? before.roleId,
    }
    const told = (row: RoleMappingRow) => JSON.stringify([row.groupName, row.teamId, row.roleId])
    if (told(before) === told(after)) return { result: before, concerned: undefined }
    const row = await refuseTaken(() => updateRoleMappingRow(tx, { ...after, updatedAt: call.now }))
    if (row === undefined) throw staleVersion('It', undefined)
    await record(tx, call, row, 'role_mapping.updated')
    return { result: await withName(tx, row), concerned: [before, row] }
  })
}

/** What it gave is taken back. Throws `versionMismatch`, `lastOwner`, `noAbleAdmin`, `beyondRights`. */
export async function deleteRoleMapping(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly id: string; readonly ifVersion: number | undefined },
): Promise<void> {
  await changing(database, call, request.organizationId, async (tx) => {
    const before = await getCurrent(tx, call, request)
    if (!(await deleteRoleMappingRow(tx, request.organizationId, before))) throw staleVersion('It', undefined)
    await record(tx, call, before, 'role_mapping.deleted')
    return { result: undefined, concerned: [before] }
  })
}

/** What mappings do, under the version of the organization. */
export async function getRoleMappingSettings(
  db: Queryable,
  organizationId: string,
): Promise<{ readonly mode: RoleMappingMode; readonly version: number }> {
  const { version } = await getOrganization(db, organizationId)
  return { mode: await selectRoleMappingMode(db, organizationId), version }
}

/** `only` starts when a group makes somebody admin or owner (CON-M4). Throws `noAbleAdmin`, `lastOwner`, `versionMismatch`. */
export async function setRoleMappingMode(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly mode: RoleMappingMode; readonly ifVersion: number | undefined },
): Promise<{ readonly mode: RoleMappingMode; readonly version: number }> {
  const { organizationId, mode, ifVersion } = request
  return changing(database, call, organizationId, async (tx) => {
    const organization = await getOrganization(tx, organizationId)
    if (ifVersion !== undefined && ifVersion !== organization.version) throw staleVersion('It', organization.version)
    const before = await selectRoleMappingMode(tx, organizationId)
    if (before === mode) return { result: { mode, version: organization.version }, concerned: undefined }
    await updateRoleMappingMode(tx, organizationId, mode)
    const version = await updateOrganizationVersion(tx, organization, call.now)
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      action: 'organization.role_mapping_mode',
      subjectId: organizationId,
      subjectVersion: version,
      actor: call.actor,
      requestId: call.requestId,
      data: { before, mode },
    })
    const concerned = await selectRoleMappings(tx, organizationId, { after: undefined, rowsMax: roleMappingsMax })
    return { result: { mode, version }, concerned }
  })
}

/** Runs a change of mappings, settles those whom it concerns, and refuses it when nobody able would be left. */
async function changing<Result>(
  database: Database,
  call: Call,
  organizationId: string,
  work: (
    tx: Transaction,
    count: number,
    /** Undefined: nothing has changed. */
  ) => Promise<{ readonly result: Result; readonly concerned: readonly RoleMappingRow[] | undefined }>,
): Promise<Result> {
  try {
    return await transaction(database, async (tx) => {
      const { count } = await lockRoleMappings(tx, organizationId)
      const owners = await countAblePeople(tx, organizationId, [ownerRole.id])
      const { result, concerned } = await work(tx, count)
      if (concerned === undefined) return result
      await insertDuesOfMappings(tx, organizationId, concerned)
      const { actor, requestId, now } = call
      await settleDuesNow(tx, { organizationId, actor, requestId, now })
      await refuseLockOut(tx, organizationId, owners)
      return result
    })
  } catch (error) {
    if (isLastOwner(error)) throw new AccessError('lastOwner', lastOwnerReason)
    throw error
  }
}

async function refuseLockOut(tx: Queryable, organizationId: string, ownersBefore: number): Promise<void> {
  if ((await selectRoleMappingMode(tx, organizationId)) !== 'only') return
  if (ownersBefore > 0 && (await countAblePeople(tx, organizationId, [ownerRole.id])) === 0)
    throw new AccessError('lastOwner', lastOwnerReason)
  if ((await countAblePeople(tx, organizationId, [ownerRole.id, adminRole.id])) > 0) return
  throw new AccessError(
    'noAbleAdmin',
    'Nobody who can act would be owner or admin: map a group that has an active member to the role admin or owner first',
  )
}

async function resolve(
  tx: Queryable,
  call: Call,
  organizationId: string,
  command: RoleMappingCommand,
): Promise<{ groupName: string | undefined; teamId: string | undefined; roleId: string | undefined }> {
  const { groupName, teamId } = command
  const role = command.role === undefined ? undefined : await getRole(tx, organizationId, command.role, 'role')
  if (role !== undefined) refuseBeyond(call, role.permissions, 'role')
  if (teamId !== undefined && !(await isTeam(tx, organizationId, teamId)))
    throw new AccessError('teamNotFound', 'There is no such team', { field: 'team' })
  return { groupName, teamId, roleId: role?.id }
}

async function getCurrent(
  tx: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly id: string; readonly ifVersion: number | undefined },
): Promise<RoleMapping> {
  const mapping = await getRoleMapping(tx, request.organizationId, request.id)
  if (request.ifVersion !== undefined && request.ifVersion !== mapping.version)
    throw staleVersion('It', mapping.version)
  const role = await getRole(tx, request.organizationId, mapping.roleId)
  // Whoever may not give a role may not take it away from a whole group either.
  refuseBeyond(call, role.permissions, 'role')
  return mapping
}

async function withName(db: Queryable, row: RoleMappingRow): Promise<RoleMapping> {
  return { ...row, roleName: (await getRole(db, row.organizationId, row.roleId)).name }
}

async function refuseTaken<Row>(work: () => Promise<Row>): Promise<Row> {
  try {
    return await work()
  } catch (error) {
    if (brokenUnique(error)?.startsWith('role_mappings_') === true) throw taken()
    throw error
  }
}

function taken(): AccessError {
  return new AccessError('mappingTaken', 'This group has this role by another mapping already', { field: 'role' })
}

async function record(tx: Queryable, call: Call, row: RoleMappingRow, action: `role_mapping.${string}`): Promise<void> {
  const data: JsonObject = { groupName: row.groupName, teamId: row.teamId, roleId: row.roleId }
  await insertAccessChange(tx, {
    organizationId: row.organizationId,
    at: call.now,
    action,
    subjectId: row.id,
    subjectVersion: row.version,
    actor: call.actor,
    requestId: call.requestId,
    data,
  })
}
