import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toMeTab, type MeTab } from './tabs.ts'

export type MeSearch = { readonly tab?: MeTab; readonly revoked?: boolean }

/** A person's own page: the only one that needs no right. */
export const meRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/me',
  staticData: { isOwn: true },
  validateSearch: ({ tab, revoked }: Record<string, unknown>): MeSearch => ({
    ...(toMeTab(tab) !== 'profile' && { tab: toMeTab(tab) }),
    ...(revoked === true && { revoked }),
  }),
  component: lazyRouteComponent(() => import('./me-page.tsx'), 'MePage'),
})
