import type { BuiltInRole } from './built-in-roles.ts'
import { findBuiltIn, toRoleNameKey } from './roles.ts'

/** The roles of GitHub Enterprise as its identity providers send them, by name or by GUID, and what they are here. */
const githubRoles = [
  { name: 'user', guids: ['27d9891d-2c17-4f45-a262-781a0e55c80a'], role: 'member' },
  { name: 'guest_collaborator', guids: ['1ebc4a02-e56c-43a6-92a5-02ee09b90824'], role: 'guest' },
  {
    name: 'enterprise_owner',
    guids: ['981df190-8801-4618-a08a-d91f6206c954', 'ba4987ab-a1c3-412a-b58c-360fc407cb10'],
    role: 'owner',
  },
  {
    name: 'billing_manager',
    guids: ['0e338b8c-cc7f-498a-928d-ea3470d7e7e3', 'e6be2762-e4ad-4108-b72d-1bbe884a0f91'],
    role: 'billing manager',
  },
] as const

const roleOf: ReadonlyMap<string, string> = new Map(
  githubRoles.flatMap(({ name, guids, role }) => [name, ...guids].map((text) => [toRoleNameKey(text), role] as const)),
)

/** The role that GitHub means by a name or GUID, in any case. */
export function findGitHubRole(text: string): BuiltInRole | undefined {
  const role = roleOf.get(toRoleNameKey(text))
  return role === undefined ? undefined : findBuiltIn(role)
}

export const githubRoleNames: readonly string[] = githubRoles.map(({ name }) => name)
