import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const importRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/import',
  staticData: { needs: 'people:read' },
  component: lazyRouteComponent(() => import('./import-page.tsx'), 'ImportPage'),
})
