import { createHash } from 'node:crypto'
import type { ExternalGroup, ExternalGroupDetails, GroupMember } from '../../directory/team-links.ts'

/** A group in a list, in GitHub's words. */
export function toListedGroup({ number, name, updatedAt }: ExternalGroup) {
  return { group_id: number, group_name: name, updated_at: updatedAt.toISOString() }
}

/** A group with its teams and its people. */
export function toGroup(group: ExternalGroupDetails, members: readonly GroupMember[]) {
  return {
    ...toListedGroup(group),
    teams: group.teams.map(({ number, display }) => ({ team_id: number, team_name: display })),
    members: members.map(toMember),
  }
}

function toMember({ userId, userName, name, email }: GroupMember) {
  return {
    member_id: toInteger(userId),
    member_login: userName ?? '',
    member_name: name ?? userName ?? '',
    member_email: email ?? '',
  }
}

const integerHexDigits = 12

/** GitHub's clients know people by integers: 48 bits of a digest of our id, always the same for one person. */
function toInteger(id: string): number {
  return Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, integerHexDigits), 16)
}
