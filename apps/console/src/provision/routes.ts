import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const provisionModes = ['preview', 'why'] as const
/** So many at once may be asked for. */
export const objectsMax = 5

/** What is asked, of which app, about whom: a link to it shows the same. */
export type ProvisionSearch = {
  readonly app?: string | undefined
  readonly objects?: readonly string[] | undefined
  readonly mode?: (typeof provisionModes)[number] | undefined
}

export const provisionRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/provision',
  staticData: { needs: 'apps:read' },
  validateSearch: ({ app, objects, mode }: Record<string, unknown>): ProvisionSearch => ({
    ...(typeof app === 'string' && { app }),
    ...(Array.isArray(objects) && {
      objects: objects.filter((each) => typeof each === 'string').slice(0, objectsMax),
    }),
    ...(mode === 'why' && { mode }),
  }),
  component: lazyRouteComponent(() => import('./provision-page.tsx'), 'ProvisionPage'),
})
