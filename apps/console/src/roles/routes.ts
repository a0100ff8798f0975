import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toRolesTab, type RolesTab } from './tabs.ts'

export type RolesSearch = { readonly tab?: RolesTab; readonly role?: string | undefined }

export const rolesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/roles',
  staticData: { needs: 'roles:read' },
  validateSearch: ({ tab, role }: Record<string, unknown>): RolesSearch => ({
    ...(toRolesTab(tab) !== 'roles' && { tab: toRolesTab(tab) }),
    ...(typeof role === 'string' && { role }),
  }),
  component: lazyRouteComponent(() => import('./roles-page.tsx'), 'RolesPage'),
})

export const roleRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/roles/$role',
  staticData: { needs: 'roles:read' },
  component: lazyRouteComponent(() => import('./role-page.tsx'), 'RolePage'),
})
