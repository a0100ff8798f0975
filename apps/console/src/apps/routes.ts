import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toPeopleSearch } from '../app-people/people-search.ts'
import { toLogSearch } from '../logs/log-search.ts'

export type AppsSearch = { readonly q?: string }

export const appsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/apps',
  staticData: { needs: 'apps:read' },
  validateSearch: ({ q }: Record<string, unknown>): AppsSearch => (typeof q === 'string' && q !== '' ? { q } : {}),
  component: lazyRouteComponent(() => import('./apps-page.tsx'), 'AppsPage'),
})

/** Making an app: which template was chosen stands in the address. */
export const newAppRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/apps/new',
  staticData: { needs: 'apps:manage' },
  validateSearch: ({ preset }: Record<string, unknown>): { readonly preset?: string } =>
    typeof preset === 'string' ? { preset } : {},
  component: lazyRouteComponent(() => import('./new-app-page.tsx'), 'NewAppPage'),
})

/** Head and tabs of one app; each tab is a route below it. */
export const appRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/apps/$app',
  staticData: { needs: 'apps:read' },
  component: lazyRouteComponent(() => import('./app-frame.tsx'), 'AppFrame'),
})

export const appOverviewRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./overview-tab.tsx'), 'OverviewTab'),
})

export const appPeopleRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/people',
  validateSearch: toPeopleSearch,
  component: lazyRouteComponent(() => import('../app-people/people-tab.tsx'), 'PeopleTab'),
})

export const appRunsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/runs',
  component: lazyRouteComponent(() => import('./runs-tab.tsx'), 'RunsTab'),
})

export const appSettingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings-tab.tsx'), 'SettingsTab'),
})

export const appLogsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/logs',
  validateSearch: toLogSearch,
  component: lazyRouteComponent(() => import('./logs-tab.tsx'), 'LogsTab'),
})
