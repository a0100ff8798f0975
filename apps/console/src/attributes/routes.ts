import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const shownSets = ['given', 'custom'] as const

/** `only`: those that a source gives, or those of the organization's own schemas; `open`: the attribute beside the list. */
export type AttributesSearch = {
  readonly q?: string | undefined
  readonly only?: (typeof shownSets)[number] | undefined
  readonly open?: string | undefined
}

export const attributesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/attributes',
  staticData: { needs: 'sources:read' },
  validateSearch: ({ q, only, open }: Record<string, unknown>): AttributesSearch => ({
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(shownSets.some((set) => set === only) && { only: shownSets.find((set) => set === only) }),
    ...(typeof open === 'string' && open !== '' && { open }),
  }),
  component: lazyRouteComponent(() => import('./attributes-page.tsx'), 'AttributesPage'),
})
