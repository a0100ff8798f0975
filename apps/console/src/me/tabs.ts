export const meTabs = ['profile', 'security', 'sessions', 'keys'] as const
export type MeTab = (typeof meTabs)[number]

export function toMeTab(tab: unknown): MeTab {
  return meTabs.find((known) => known === tab) ?? 'profile'
}
