import type { ResourceDraft, ResourceType } from '@rollcall/scim'
import type { Fields, RemoveOutcome, ResourceRecord, ResourceUpdate, UpdateOutcome } from '@rollcall/scim/server'
import { settleDuesNow } from '../access/settle-mapped-roles.ts'
import { isUuid } from '../db/filter-sql/membership.ts'
import { isMappedTeam } from '../db/queries/role-mappings.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { createTeam } from './team-creation.ts'
import { removeTeam } from './team-removal.ts'
import { changeTeam } from './team-store.ts'
import { removeUserResource } from './user-store.ts'

// Roles that groups give change with the memberships, in one transaction. The database notes whose memberships changed
// (role_dues), so the cost depends on those people and not on the size of the group. Where no group gives roles, and for
// groups that give none, nothing is done differently.

/** `createTeam`, with the roles that the new group gives. */
export function createTeamWithRoles(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: { readonly draft: ResourceDraft; readonly fields: Fields },
): Promise<ResourceRecord> {
  if (context.mapsRoles !== true) return createTeam(parts, context, type, creation)
  return settling(parts, context, (inner) => createTeam(parts, inner, type, creation))
}

/** `changeTeam`, with the roles that the group gives. */
export async function changeTeamWithRoles(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: { readonly scimId: string; readonly update: ResourceUpdate },
): Promise<UpdateOutcome> {
  if (!(await givesRoles(parts, context, change.scimId))) return changeTeam(parts, context, type, change)
  return settling(parts, context, (inner) => changeTeam(parts, inner, type, change))
}

/** `removeTeam`, with the roles that the group gave. */
export async function removeTeamWithRoles(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: { readonly scimId: string; readonly ifVersion: string | undefined; readonly via: string },
): Promise<RemoveOutcome> {
  if (!(await givesRoles(parts, context, command.scimId))) return removeTeam(parts, context, command)
  return settling(parts, context, (inner) => removeTeam(parts, inner, command))
}

/** `removeUserResource`, with the roles that the person had by groups. */
export function removeUserWithRoles(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  ifVersion: string | undefined,
): Promise<RemoveOutcome> {
  if (context.mapsRoles !== true) return removeUserResource(parts, context, scimId, ifVersion)
  return settling(parts, context, (inner) => removeUserResource(parts, inner, scimId, ifVersion))
}

async function givesRoles(parts: DirectoryParts, context: DirectoryContext, scimId: string): Promise<boolean> {
  if (context.mapsRoles !== true || !isUuid(scimId)) return false
  return isMappedTeam(queryableOf(parts, context), context.organizationId, scimId)
}

function settling<Result>(
  parts: DirectoryParts,
  context: DirectoryContext,
  work: (context: DirectoryContext) => Promise<Result>,
): Promise<Result> {
  return guarded(parts, context, async (tx) => {
    const result = await work({ ...context, tx })
    await settleDuesNow(tx, context)
    return result
  })
}
