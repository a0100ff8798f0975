import { scimError, type ScimError } from '@rollcall/scim'
import { isUuid } from '../db/filter-sql/membership.ts'
import {
  moveMembers,
  removeMatchingMembers,
  replaceMembers,
  type LockedTeam,
  type Moved,
  type MovedMember,
} from '../db/queries/memberships.ts'
import type { Queryable } from '../db/pool.ts'
import type { DirectoryContext } from './directory-context.ts'
import type { MemberPhase } from './member-steps.ts'

/** Who is in the team now and was not before, and the other way round. */
export type NetMoves = {
  readonly added: readonly MovedMember[]
  readonly removed: readonly MovedMember[]
}

/** Carries out the phases on a locked team; throws `invalidValue` for a member that does not exist. */
export async function applyPhases(
  tx: Queryable,
  context: DirectoryContext,
  team: LockedTeam,
  phases: readonly MemberPhase[],
): Promise<NetMoves> {
  const added = new Map<string, MovedMember>()
  const removed = new Map<string, MovedMember>()
  for (const phase of phases) {
    const moved = await applyPhase(tx, context, team, phase)
    if (moved.missing.length > 0) throw unknownMember(moved.missing, team.scimId)
    for (const member of moved.removed) if (!added.delete(member.member_id)) removed.set(member.member_id, member)
    for (const member of moved.added) if (!removed.delete(member.member_id)) added.set(member.member_id, member)
  }
  return { added: [...added.values()], removed: [...removed.values()] }
}

async function applyPhase(
  tx: Queryable,
  context: DirectoryContext,
  team: LockedTeam,
  phase: MemberPhase,
): Promise<Moved> {
  const { hidesSuspendedMembers } = context.style
  switch (phase.kind) {
    case 'named':
      refuseMalformed(phase.add)
      return moveMembers(tx, context, team, { add: phase.add, remove: phase.remove.filter(isUuid) })
    case 'replace':
      refuseMalformed(phase.values)
      return replaceMembers(tx, context, team, { values: phase.values, hidesSuspendedMembers })
    case 'removeWhere':
      return removeMatchingMembers(tx, context, team, {
        filter: phase.filter,
        scope: { organizationId: context.organizationId, hidesSuspendedMembers },
      })
    default:
      return phase satisfies never
  }
}

/** Throws `invalidValue` for what cannot be an id here. */
export function refuseMalformed(values: readonly string[]): void {
  const wrong = values.find((value) => !isUuid(value))
  if (wrong !== undefined) throw unknownMember([wrong], '')
}

/** The same answer whether the id is nowhere or in another organization (TRAP-F4). */
export function unknownMember(missing: readonly string[], teamId: string): ScimError {
  const [first = ''] = missing
  if (first === teamId) return scimError('invalidValue', `members: a group cannot be its own member ("${first}")`)
  return scimError('invalidValue', `members: "${first.slice(0, 200)}" is no user or group here`)
}
