import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export type AccountsSearch = { readonly q?: string; readonly disabled?: boolean }

export const serviceAccountsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/service-accounts',
  staticData: { needs: 'keys:read' },
  validateSearch: ({ q, disabled }: Record<string, unknown>): AccountsSearch => ({
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(disabled === true && { disabled }),
  }),
  component: lazyRouteComponent(() => import('./accounts-page.tsx'), 'AccountsPage'),
})

export type AccountSearch = { readonly revoked?: boolean }

export const serviceAccountRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/service-accounts/$account',
  staticData: { needs: 'keys:read' },
  validateSearch: ({ revoked }: Record<string, unknown>): AccountSearch => ({
    ...(revoked === true && { revoked }),
  }),
  component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
})
