export const rolesTabs = ['roles', 'matrix', 'assignments', 'mappings'] as const
export type RolesTab = (typeof rolesTabs)[number]

export function toRolesTab(tab: unknown): RolesTab {
  return rolesTabs.find((known) => known === tab) ?? 'roles'
}
