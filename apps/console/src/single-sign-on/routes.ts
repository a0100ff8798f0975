import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toNewProviderSearch, toProviderSearch } from './search.ts'

export const identityProvidersRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/single-sign-on',
  staticData: { needs: 'sign-in:read' },
  component: lazyRouteComponent(() => import('./providers-page.tsx'), 'ProvidersPage'),
})

export const newIdentityProviderRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/single-sign-on/new',
  staticData: { needs: 'sign-in:manage' },
  validateSearch: toNewProviderSearch,
  component: lazyRouteComponent(() => import('./new-provider-page.tsx'), 'NewProviderPage'),
})

export const signInMethodsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/single-sign-on/methods',
  staticData: { needs: 'settings:read' },
  component: lazyRouteComponent(() => import('./methods-page.tsx'), 'MethodsPage'),
})

export const identityProviderRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/single-sign-on/$provider',
  staticData: { needs: 'sign-in:read' },
  validateSearch: toProviderSearch,
  component: lazyRouteComponent(() => import('./provider-page.tsx'), 'ProviderPage'),
})
