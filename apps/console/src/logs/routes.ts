import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toLogSearch } from './log-search.ts'

export const logsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/logs',
  staticData: { needs: 'apps:read' },
  validateSearch: toLogSearch,
  component: lazyRouteComponent(() => import('./logs-page.tsx'), 'LogsPage'),
})
