import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

/** `new`: the dialog that makes a link stands open. */
export type SetupLinksSearch = { readonly new?: boolean | undefined }

export const setupLinksRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/setup-links',
  staticData: { needs: 'connections:read' },
  validateSearch: (search: Record<string, unknown>): SetupLinksSearch => (search['new'] === true ? { new: true } : {}),
  component: lazyRouteComponent(() => import('./setup-links-page.tsx'), 'SetupLinksPage'),
})
