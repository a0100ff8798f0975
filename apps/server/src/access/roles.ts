import { foldCase, type JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import {
  countRoleUses,
  selectDefaultRoles,
  deleteRoleRow,
  insertRole,
  selectRole,
  selectRoles,
  updateRoleRow,
  type RoleRow,
} from '../db/queries/roles.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { countInOrganization } from './totals.ts'
import { createId, parseTypeId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { builtInRoles, type BuiltInRole } from './built-in-roles.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { parseName } from './name.ts'
import { listBeyondGiver } from './policies/roles.ts'
import { isPermission, permissionNames, type Permission } from './scopes.ts'
import { staleVersion } from './stale-version.ts'

/** An organization may make so many roles of its own. */
const rolesMax = 200
const descriptionCharactersMax = 500

/** A set of permissions with a name. */
export type Role = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly permissions: readonly Permission[]
  readonly isBuiltIn: boolean
  readonly version: number
  /** Null for the built-in ones. */
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
}

export type RoleCommand = {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly permissions?: readonly string[] | undefined
}

/** Names that people would confuse are one: folded, and spaces, hyphens and underscores alike. */
export function toRoleNameKey(name: string): string {
  return foldCase(name)
    .replace(/[\s_-]+/g, ' ')
    .trim()
}

const builtInByName: ReadonlyMap<string, BuiltInRole> = new Map(
  builtInRoles.map((role) => [toRoleNameKey(role.name), role]),
)

/** The built-in role of that id (`role_…` or UUID) or name. */
export function findBuiltIn(reference: string): BuiltInRole | undefined {
  const id = parseTypeId('role', reference)
  return builtInRoles.find((role) => role.id === id) ?? builtInByName.get(toRoleNameKey(reference))
}

/** By id (`role_…` or UUID) or by name. */
export async function findRole(db: Queryable, organizationId: string, reference: string): Promise<Role | undefined> {
  const builtIn = findBuiltIn(reference)
  if (builtIn !== undefined) return toBuiltIn(builtIn)
  const id = parseTypeId('role', reference)
  const row = await selectRole(db, organizationId, id === undefined ? { nameKey: toRoleNameKey(reference) } : { id })
  return row === undefined ? undefined : toRole(row)
}

/** The same; throws `roleNotFound`, with the field that named it. */
export async function getRole(db: Queryable, organizationId: string, reference: string, field?: string): Promise<Role> {
  const role = await findRole(db, organizationId, reference)
  if (role !== undefined) return role
  if (field === undefined) throw new AccessError('roleNotFound', 'There is no such role')
  throw new AccessError('roleNotFound', `There is no role "${reference.slice(0, 80)}"`, { field })
}

/** The built-in ones, then those that the organization made, oldest first. */
export async function listRoles(db: Queryable, organizationId: string, page: PageOf): Promise<Page<Role>> {
  const builtIn = builtInRoles.filter(({ id }) => page.after === undefined || id > page.after)
  const rowsMax = page.limit + 1 - builtIn.length
  const custom = rowsMax > 0 ? await selectRoles(db, organizationId, { after: page.after, rowsMax }) : []
  return toPage([...builtIn.map(toBuiltIn), ...custom.map(toRole)], page.limit, (role) => role.id)
}

export async function countRoles(db: Queryable, organizationId: string): Promise<number> {
  return builtInRoles.length + (await countInOrganization(db, organizationId, 'roles'))
}

/** Throws `nameTaken`, `tooManyRoles`, `invalidName`, `invalidPermission`, `beyondRights`. */
export async function createRole(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly command: RoleCommand & { readonly name: string } },
): Promise<Role> {
  const { organizationId, command } = request
  const name = parseRoleName(command.name)
  const permissions = parsePermissions(command.permissions ?? [])
  refuseBeyond(call, permissions, 'permissions')
  const description = parseDescription(command.description ?? '')
  return transaction(database, async (tx) => {
    const identity = { organizationId, id: createId(), nameKey: toRoleNameKey(name), createdAt: call.now }
    const row = await insertRole(tx, { ...identity, name, description, permissions }, rolesMax)
    if (row === undefined) throw await refusedInsert(tx, organizationId, name)
    await record(tx, call, row, 'role.created')
    return toRole(row)
  })
}

/** Takes effect for everybody who has the role within a second. Throws `builtInRole`, `versionMismatch` and what create throws. */
export async function updateRole(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly role: string
    readonly command: RoleCommand
    readonly ifVersion: number | undefined
  },
): Promise<Role> {
  const { organizationId, command } = request
  return transaction(database, async (tx) => {
    const before = await getOwnRole(tx, request)
    // Neither the old nor the new one may be more than whoever changes it could give.
    refuseBeyond(call, before.permissions, 'permissions')
    const name = command.name === undefined ? before.name : parseRoleName(command.name)
    const permissions = command.permissions === undefined ? before.permissions : parsePermissions(command.permissions)
    refuseBeyond(call, permissions, 'permissions')
    const description = command.description === undefined ? before.description : parseDescription(command.description)
    const told = (role: Pick<Role, 'name' | 'description' | 'permissions'>) =>
      JSON.stringify([role.name, role.description, role.permissions])
    if (told(before) === told({ name, description, permissions })) return before
    const { id, version } = before
    const nameKey = toRoleNameKey(name)
    const row = await refuseTaken(name, () =>
      updateRoleRow(tx, { organizationId, id, version, name, nameKey, description, permissions, updatedAt: call.now }),
    )
    if (row === undefined) throw staleVersion('The role', undefined)
    await record(tx, call, row, 'role.updated')
    return toRole(row)
  })
}

/** Throws `builtInRole`, `versionMismatch`, and `roleInUse` while anybody has the role, or a mapping or a connection gives it. */
export async function deleteRole(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly role: string; readonly ifVersion: number | undefined },
): Promise<void> {
  const { organizationId } = request
  await transaction(database, async (tx) => {
    const before = await getOwnRole(tx, request)
    refuseBeyond(call, before.permissions, 'permissions')
    const { holders, mappings } = await countRoleUses(tx, organizationId, before.id)
    if (holders + mappings > 0) {
      const message = `${holders} people or service accounts have the role "${before.name}" and ${mappings} mappings give it: take it from them first`
      throw new AccessError('roleInUse', message)
    }
    await refuseDefault(tx, organizationId, before)
    if (!(await deleteRoleRow(tx, organizationId, before))) throw staleVersion('The role', undefined)
    await record(tx, call, { ...before, organizationId }, 'role.deleted')
  })
}

/** Connections that give the role to whoever brings none would give nothing from then on, without a word. */
async function refuseDefault(tx: Queryable, organizationId: string, { id, name }: Role): Promise<void> {
  const key = toRoleNameKey(name)
  const defaults = await selectDefaultRoles(tx, organizationId)
  const users = defaults.filter(({ role }) => parseTypeId('role', role) === id || toRoleNameKey(role) === key)
  if (users.length === 0) return
  const names = users.map(({ connection }) => `"${connection}"`).join(', ')
  const message = `The role "${name}" is the default of the connection ${names}: choose another settings.roles.default there first`
  throw new AccessError('roleInUse', message)
}

/** Throws `beyondRights` for a role that is more than the caller may give; it names what is missing (AC-D12). */
export function refuseBeyond(call: Call, permissions: readonly Permission[], field: string): void {
  if (call.rights === 'all') return
  const [missing] = listBeyondGiver(call.rights.permissions, permissions)
  if (missing === undefined) return
  const needed = missing === 'owners:manage' ? missing : 'roles:manage'
  const message = `The role allows "${missing}", which you may not do yourself: that needs the permission "${needed}"`
  throw new AccessError('beyondRights', message, { field })
}

async function getOwnRole(
  tx: Queryable,
  request: { readonly organizationId: string; readonly role: string; readonly ifVersion: number | undefined },
): Promise<Role> {
  const role = await getRole(tx, request.organizationId, request.role)
  if (role.isBuiltIn)
    throw new AccessError('builtInRole', `The role "${role.name}" is built in: make a role of your own instead`)
  if (request.ifVersion !== undefined && request.ifVersion !== role.version)
    throw staleVersion('The role', role.version)
  return role
}

async function refusedInsert(tx: Queryable, organizationId: string, name: string): Promise<AccessError> {
  const taken = await selectRole(tx, organizationId, { nameKey: toRoleNameKey(name) })
  if (taken !== undefined) return nameTaken(taken.name)
  return new AccessError('tooManyRoles', `An organization makes at most ${rolesMax} roles of its own`)
}

async function refuseTaken<Row>(name: string, work: () => Promise<Row>): Promise<Row> {
  try {
    return await work()
  } catch (error) {
    if (brokenUnique(error) === 'roles_name') throw nameTaken(name)
    throw error
  }
}

function nameTaken(name: string): AccessError {
  return new AccessError('nameTaken', `There is a role "${name}"`, { field: 'name' })
}

function parseRoleName(text: string): string {
  const name = parseName(text)
  const builtIn = findBuiltIn(name)
  if (builtIn !== undefined) throw nameTaken(builtIn.name)
  if (parseTypeId('role', name) === undefined && toRoleNameKey(name) !== '') return name
  throw new AccessError('invalidName', 'A name of a role is no id and has more than hyphens in it', { field: 'name' })
}

function parseDescription(text: string): string {
  const description = text.trim()
  if (description.length <= descriptionCharactersMax && !description.includes('\0')) return description
  const message = `A description has at most ${descriptionCharactersMax} characters`
  throw new AccessError('invalidName', message, { field: 'description' })
}

/** Each once, in the order of the table. */
function parsePermissions(names: readonly string[]): readonly Permission[] {
  const unknown = names.find((name) => !isPermission(name))
  if (unknown !== undefined)
    throw new AccessError(
      'invalidPermission',
      `The permission "${unknown.slice(0, 80)}" is unknown; there are ${permissionNames.join(', ')}`,
      { field: 'permissions' },
    )
  return permissionNames.filter((name) => names.includes(name))
}

function toBuiltIn(role: BuiltInRole): Role {
  return { ...role, isBuiltIn: true, version: 1, createdAt: null, updatedAt: null }
}

function toRole(row: RoleRow): Role {
  const { id, name, description, version, createdAt, updatedAt } = row
  const permissions = row.permissions.filter(isPermission)
  return { id, name, description, permissions, isBuiltIn: false, version, createdAt, updatedAt }
}

async function record(
  tx: Queryable,
  call: Call,
  role: Pick<RoleRow, 'organizationId' | 'id' | 'name' | 'description' | 'permissions' | 'version'>,
  action: `role.${string}`,
): Promise<void> {
  const data: JsonObject = { name: role.name, description: role.description, permissions: [...role.permissions] }
  await insertAccessChange(tx, {
    organizationId: role.organizationId,
    at: call.now,
    action,
    subjectId: role.id,
    subjectVersion: role.version,
    actor: call.actor,
    requestId: call.requestId,
    data,
  })
}
