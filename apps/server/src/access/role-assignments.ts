import {
  countAssignments,
  deleteRoleAssignment,
  insertRoleAssignment,
  isTeam,
  replaceRoles,
  selectRoleAssignments,
  selectSubject,
  type RoleAssignmentFilter,
  type RoleAssignmentRow,
  type RoleOrigin,
  type Subject,
} from '../db/queries/role-assignments.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import { adminRole, builtInNames, findBuiltInRole, memberRole } from './built-in-roles.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { isLastOwner, lastOwnerReason } from './last-owner.ts'
import { listBeyondGiver } from './policies/roles.ts'
import { canBeLimited } from './policies/teams.ts'
import { getRole, refuseBeyond, type Role } from './roles.ts'
import { nilId } from '../nil-id.ts'

/** One role of one person or service account, from one source. */
export type RoleAssignment = Omit<RoleAssignmentRow, 'roleName'> & { readonly roleName: string }

export type AssignRole = {
  readonly organizationId: string
  /** Id or name. */
  readonly role: string
  readonly subject: Subject
  /** The one team that the role shall reach; undefined: everything. */
  readonly teamId: string | undefined
  /** Why, for those who read the history. */
  readonly reason: string | undefined
}

/**
 * Gives a role by hand. Giving it twice is once.
 * Throws `roleNotFound`, `userNotFound`, `serviceAccountNotFound`, `teamNotFound`, `beyondRights`, `notLimitable`, `deprovisioned`.
 */
export function grantRole(database: Database, call: Call, request: AssignRole): Promise<readonly RoleAssignment[]> {
  return transaction(database, (tx) => addRole(tx, call, request))
}

/** The same in a transaction of the caller. */
export async function addRole(tx: Transaction, call: Call, request: AssignRole): Promise<readonly RoleAssignment[]> {
  const { role, subject, state } = await resolve(tx, call, request)
  if (state === 'deprovisioned')
    throw new AccessError('deprovisioned', 'This person has left: restore the account before it gets a role')
  await insertRoleAssignment(tx, toOrigin(call, request.organizationId), subject, toCommand(request, role))
  return listOfSubject(tx, request.organizationId, { subject, roleId: role.id })
}

/**
 * Takes back what was given by hand; what an identity provider or a mapping gives is taken back there.
 * Answers with what is left of the role. Throws `roleElsewhere`, `roleNotHeld`, `lastOwner` and what granting throws.
 */
export async function revokeRole(
  database: Database,
  call: Call,
  request: AssignRole,
): Promise<readonly RoleAssignment[]> {
  return keepingOwner(() =>
    transaction(database, async (tx) => {
      const { role, subject } = await resolve(tx, call, request)
      const origin = toOrigin(call, request.organizationId)
      const isTaken = await deleteRoleAssignment(tx, origin, subject, toCommand(request, role))
      const left = await listOfSubject(tx, request.organizationId, { subject, roleId: role.id })
      if (!isTaken) throw notTaken(role, left)
      return left
    }),
  )
}

/** Translates the refusal of the database. */
async function keepingOwner<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isLastOwner(error)) throw new AccessError('lastOwner', lastOwnerReason)
    throw error
  }
}

/** In the order of the subjects; `next` is the key of the last one of the page. */
export async function listRoleAssignments(
  db: Queryable,
  organizationId: string,
  query: PageOf & RoleAssignmentFilter,
): Promise<Page<RoleAssignment>> {
  const after = query.after?.split(' ')
  const { subjectId, roleId, limit } = query
  const rows = await selectRoleAssignments(db, organizationId, { subjectId, roleId, after, rowsMax: limit + 1 })
  return toPage(rows.map(toAssignment), limit, (row) =>
    [row.subjectId, row.roleId, row.source, row.sourceId, row.teamId].join(' '),
  )
}

export function countRoleAssignments(
  db: Queryable,
  organizationId: string,
  filter: RoleAssignmentFilter,
): Promise<number> {
  return countAssignments(db, organizationId, filter)
}

/**
 * The roles that a new service account begins with: those that are named, else admin; when that is more than its maker
 * may give, the maker's own, else none. Throws `beyondRights` for named ones that are too much (AC-D12).
 */
export async function giveFirstRoles(
  tx: Queryable,
  call: Call,
  account: { readonly organizationId: string; readonly id: string; readonly roles: readonly string[] | undefined },
): Promise<void> {
  const { organizationId, id } = account
  const named: Role[] = []
  for (const reference of account.roles ?? []) {
    const role = await getRole(tx, organizationId, reference, 'roles')
    refuseBeyond(call, role.permissions, 'roles')
    named.push(role)
  }
  const source = account.roles === undefined ? 'default' : 'local'
  const ids = account.roles === undefined ? defaultRoleIds(call) : named.map((role) => role.id)
  const origin = toOrigin(call, organizationId)
  await replaceRoles(
    tx,
    origin,
    { kind: 'service_account', id },
    {
      wanted: ids.map((roleId) => ({ roleId, source })),
      sources: [source],
      sourceId: nilId,
      via: 'admin',
      names: builtInNames,
      notes: [],
    },
  )
}

function defaultRoleIds({ rights }: Call): readonly string[] {
  if (rights === 'all' || listBeyondGiver(rights.permissions, adminRole.permissions).length === 0) return [adminRole.id]
  return rights.roleIds.length > 0 ? rights.roleIds : [memberRole.id]
}

function toOrigin(call: Call, organizationId: string): RoleOrigin {
  return { organizationId, actor: call.actor, requestId: call.requestId, now: call.now }
}

function toCommand(request: AssignRole, role: Role) {
  const { teamId, reason } = request
  return { roleId: role.id, teamId, reason, names: builtInNames }
}

async function resolve(
  tx: Queryable,
  call: Call,
  request: AssignRole,
): Promise<{ readonly role: Role; readonly subject: Subject; readonly state: string }> {
  const { organizationId, subject, teamId } = request
  const role = await getRole(tx, organizationId, request.role)
  const found = await selectSubject(tx, organizationId, subject)
  if (found === undefined)
    throw subject.kind === 'user'
      ? new AccessError('userNotFound', 'There is no such person', { field: 'user' })
      : new AccessError('serviceAccountNotFound', 'There is no such service account', { field: 'serviceAccount' })
  refuseBeyond(call, role.permissions, 'role')
  if (teamId !== undefined) {
    if (!(await isTeam(tx, organizationId, teamId)))
      throw new AccessError('teamNotFound', 'There is no such team', { field: 'team' })
    if (!canBeLimited(role.permissions))
      throw new AccessError(
        'notLimitable',
        `The role "${role.name}" allows more than a team: only roles such as "team maintainer" can be limited to one`,
        { field: 'team' },
      )
  }
  return { role, subject: { kind: subject.kind, id: found.id }, state: found.state }
}

async function listOfSubject(
  tx: Queryable,
  organizationId: string,
  of: { readonly subject: Subject; readonly roleId: string },
): Promise<readonly RoleAssignment[]> {
  const query = { subjectId: of.subject.id, roleId: of.roleId, rowsMax: sourcesMax }
  return (await selectRoleAssignments(tx, organizationId, query)).map(toAssignment)
}

/** So many sources of one role of one subject are shown. */
const sourcesMax = 100

function notTaken(role: Role, left: readonly RoleAssignment[]): AccessError {
  const [other] = left
  if (other === undefined) return new AccessError('roleNotHeld', `The role "${role.name}" was not given here`)
  const places = {
    scim: 'the identity provider',
    mapping: 'a group mapping',
    default: 'a connection’s default',
    signIn: 'the values at the sign-in',
  }
  const place = other.source === 'local' ? 'another limit of teams' : places[other.source]
  return new AccessError('roleElsewhere', `The role "${role.name}" comes from ${place}: take it back there`)
}

function toAssignment(row: RoleAssignmentRow): RoleAssignment {
  return { ...row, roleName: findBuiltInRole(row.roleId)?.name ?? row.roleName ?? '' }
}
