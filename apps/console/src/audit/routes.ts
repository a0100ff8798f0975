import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toAuditSearch } from './search.ts'

export const auditRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/audit',
  staticData: { needs: 'audit:read' },
  validateSearch: toAuditSearch,
  component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
})
