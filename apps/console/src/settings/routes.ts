import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const settingsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings',
  staticData: { needs: 'settings:read' },
  component: lazyRouteComponent(() => import('./general-page.tsx'), 'GeneralPage'),
})

export const notificationSettingsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings/notifications',
  staticData: { needs: 'settings:read' },
  component: lazyRouteComponent(() => import('./notifications-page.tsx'), 'NotificationsPage'),
})

export const privacySettingsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings/privacy',
  staticData: { needs: 'settings:read' },
  component: lazyRouteComponent(() => import('./privacy-page.tsx'), 'PrivacyPage'),
})

/** `new`: the dialog that claims a domain stands open. */
export type DomainsSearch = { readonly new?: boolean | undefined }

export const domainsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings/domains',
  staticData: { needs: 'settings:read' },
  validateSearch: (search: Record<string, unknown>): DomainsSearch => (search['new'] === true ? { new: true } : {}),
  component: lazyRouteComponent(() => import('./domains-page.tsx'), 'DomainsPage'),
})

export const planSettingsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings/plan',
  staticData: { needs: 'settings:read' },
  component: lazyRouteComponent(() => import('./plan-page.tsx'), 'PlanPage'),
})

export const dangerRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/settings/danger',
  staticData: { needs: 'settings:read' },
  component: lazyRouteComponent(() => import('./danger-page.tsx'), 'DangerPage'),
})
