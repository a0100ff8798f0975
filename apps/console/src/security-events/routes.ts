import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

type ListSearch = { readonly new?: true }

const toListSearch = ({ new: isMaking }: Record<string, unknown>): ListSearch =>
  isMaking === true ? { new: true } : {}

export const eventStreamsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/event-streams',
  staticData: { needs: 'signals:read' },
  validateSearch: toListSearch,
  component: lazyRouteComponent(() => import('./event-streams-page.tsx'), 'EventStreamsPage'),
})

export const eventStreamRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/event-streams/$stream',
  staticData: { needs: 'signals:read' },
  component: lazyRouteComponent(() => import('./event-stream-page.tsx'), 'EventStreamPage'),
})

export const transmittersRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/transmitters',
  staticData: { needs: 'signals:read' },
  validateSearch: toListSearch,
  component: lazyRouteComponent(() => import('./transmitters-page.tsx'), 'TransmittersPage'),
})

export const transmitterRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/transmitters/$transmitter',
  staticData: { needs: 'signals:read' },
  component: lazyRouteComponent(() => import('./transmitter-page.tsx'), 'TransmitterPage'),
})
