import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export type SessionsSearch = { readonly ended?: boolean }

export const sessionsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/sessions',
  staticData: { needs: 'sign-in:read' },
  validateSearch: ({ ended }: Record<string, unknown>): SessionsSearch => ({ ...(ended === true && { ended }) }),
  component: lazyRouteComponent(() => import('./sessions-page.tsx'), 'SessionsPage'),
})
