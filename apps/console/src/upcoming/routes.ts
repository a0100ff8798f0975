import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const upcomingKinds = ['create', 'join', 'move', 'leave', 'delete'] as const
export const upcomingStates = ['waiting', 'done', 'cancelled'] as const

export type UpcomingSearch = {
  readonly kind?: (typeof upcomingKinds)[number] | undefined
  readonly state?: (typeof upcomingStates)[number] | undefined
}

export const upcomingRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/upcoming',
  staticData: { needs: 'sources:read' },
  validateSearch: ({ kind, state }: Record<string, unknown>): UpcomingSearch => ({
    ...(upcomingKinds.some((each) => each === kind) && { kind: upcomingKinds.find((each) => each === kind) }),
    ...((state === 'done' || state === 'cancelled') && { state }),
  }),
  component: lazyRouteComponent(() => import('./upcoming-page.tsx'), 'UpcomingPage'),
})
