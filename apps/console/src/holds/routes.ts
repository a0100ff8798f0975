import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export type HoldsSearch = { readonly tab?: 'decided' }

export const holdsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/holds',
  staticData: { needs: 'log:read' },
  validateSearch: ({ tab }: Record<string, unknown>): HoldsSearch => (tab === 'decided' ? { tab } : {}),
  component: lazyRouteComponent(() => import('./holds-page.tsx'), 'HoldsPage'),
})

export const holdRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/holds/$hold',
  staticData: { needs: 'log:read' },
  component: lazyRouteComponent(() => import('./hold-page.tsx'), 'HoldPage'),
})
