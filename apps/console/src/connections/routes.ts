import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toConnectionSearch } from './tabs.ts'

export const connectionsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/connections',
  staticData: { needs: 'connections:read' },
  validateSearch: ({ new: isMaking }: Record<string, unknown>): { readonly new?: boolean } =>
    isMaking === true ? { new: true } : {},
  component: lazyRouteComponent(() => import('./connections-page.tsx'), 'ConnectionsPage'),
})

export const connectionRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/connections/$connection',
  staticData: { needs: 'connections:read' },
  validateSearch: toConnectionSearch,
  component: lazyRouteComponent(() => import('./connection-page.tsx'), 'ConnectionPage'),
})
