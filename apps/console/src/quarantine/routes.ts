import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const quarantineTabs = ['held', 'apps', 'stuck'] as const
export type QuarantineTab = (typeof quarantineTabs)[number]

/** All that a link carries: the tab, of which app, and what is open. */
export type QuarantineSearch = {
  readonly tab?: QuarantineTab | undefined
  readonly app?: string | undefined
  readonly reason?: string | undefined
  readonly open?: string | undefined
}

export const quarantineRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/quarantine',
  staticData: { needs: 'apps:read' },
  validateSearch: ({ tab, app, reason, open }: Record<string, unknown>): QuarantineSearch => ({
    ...((tab === 'apps' || tab === 'stuck') && { tab }),
    ...(typeof app === 'string' && { app }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof open === 'string' && { open }),
  }),
  component: lazyRouteComponent(() => import('./quarantine-page.tsx'), 'QuarantinePage'),
})
