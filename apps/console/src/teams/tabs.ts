export const teamTabs = ['members', 'rule', 'apps', 'history', 'settings'] as const
export type TeamTab = (typeof teamTabs)[number]

export function toTeamTab(tab: unknown): TeamTab {
  return teamTabs.find((known) => known === tab) ?? 'members'
}

export const reaches = ['direct', 'indirect', 'all'] as const
export type Reach = (typeof reaches)[number]

export function toReach(reach: unknown): Reach {
  return reaches.find((known) => known === reach) ?? 'direct'
}
