import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const logStreamsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/log-streams',
  staticData: { needs: 'audit:read' },
  validateSearch: ({ new: isMaking }: Record<string, unknown>): { readonly new?: true } =>
    isMaking === true ? { new: true } : {},
  component: lazyRouteComponent(() => import('./log-streams-page.tsx'), 'LogStreamsPage'),
})

export const logStreamRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/log-streams/$stream',
  staticData: { needs: 'audit:read' },
  component: lazyRouteComponent(() => import('./log-stream-page.tsx'), 'LogStreamPage'),
})
