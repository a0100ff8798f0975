import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toUserTab, toUsersTab, type UserTab, type UsersTab } from './tabs.ts'

/** All that a link to the list carries. What is left out is as it is at first. */
export type UsersSearch = {
  readonly tab?: UsersTab
  readonly q?: string
  readonly source?: string | undefined
  readonly team?: string | undefined
  readonly open?: string | undefined
  /** The run that acts on many. */
  readonly act?: string | undefined
}

export const usersRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/users',
  staticData: { needs: 'people:read' },
  validateSearch: ({ tab, q, source, team, open, act }: Record<string, unknown>): UsersSearch => ({
    ...(toUsersTab(tab) !== 'active' && { tab: toUsersTab(tab) }),
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(typeof source === 'string' && { source }),
    ...(typeof team === 'string' && { team }),
    ...(typeof open === 'string' && { open }),
    ...(typeof act === 'string' && { act }),
  }),
  component: lazyRouteComponent(() => import('./users-page.tsx'), 'UsersPage'),
})

export type UserSearch = { readonly tab?: UserTab; readonly ended?: boolean; readonly revoked?: boolean }

export const userRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/users/$user',
  staticData: { needs: 'people:read' },
  validateSearch: ({ tab, ended, revoked }: Record<string, unknown>): UserSearch => ({
    ...(toUserTab(tab) !== 'profile' && { tab: toUserTab(tab) }),
    ...(ended === true && { ended }),
    ...(revoked === true && { revoked }),
  }),
  component: lazyRouteComponent(() => import('./user-page.tsx'), 'UserPage'),
})
