import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toRequestsSearch } from './search.ts'

export const requestsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/requests',
  staticData: { needs: 'log:read' },
  validateSearch: toRequestsSearch,
  component: lazyRouteComponent(() => import('./requests-page.tsx'), 'RequestsPage'),
})

export const requestRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/requests/$request',
  staticData: { needs: 'log:read' },
  component: lazyRouteComponent(() => import('./request-page.tsx'), 'RequestPage'),
})
