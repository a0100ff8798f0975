export const usersTabs = ['active', 'suspended', 'invitations', 'deleted'] as const
export type UsersTab = (typeof usersTabs)[number]

export const userTabs = ['profile', 'apps', 'teams', 'signIn', 'sessions', 'keys', 'history', 'raw'] as const
export type UserTab = (typeof userTabs)[number]

export function toUsersTab(tab: unknown): UsersTab {
  return usersTabs.find((known) => known === tab) ?? 'active'
}

export function toUserTab(tab: unknown): UserTab {
  return userTabs.find((known) => known === tab) ?? 'profile'
}
