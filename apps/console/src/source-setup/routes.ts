import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toKind, type Kind } from './place-fields.ts'

/** Making a source: which kind was chosen stands in the address. */
export const newSourceRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/sources/new',
  staticData: { needs: 'sources:manage' },
  validateSearch: ({ kind }: Record<string, unknown>): { readonly kind?: Kind } => {
    const known = toKind(kind)
    return known === undefined ? {} : { kind: known }
  },
  component: lazyRouteComponent(() => import('./new-source-page.tsx'), 'NewSourcePage'),
})
