import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { runStates, type RunState } from './run-states.ts'

/** `new`: the dialog that makes one stands open. */
export type InstanceSearch = { readonly new?: boolean | undefined }

function toSearch(search: Record<string, unknown>): InstanceSearch {
  return search['new'] === true ? { new: true } : {}
}

export const instanceOrganizationsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/instance/organizations',
  staticData: { needs: 'instance' },
  validateSearch: toSearch,
  component: lazyRouteComponent(() => import('./organizations-page.tsx'), 'OrganizationsPage'),
})

export const operatorsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/instance/operators',
  staticData: { needs: 'instance' },
  validateSearch: toSearch,
  component: lazyRouteComponent(() => import('./operators-page.tsx'), 'OperatorsPage'),
})

export type JobsSearch = { readonly state?: RunState | undefined }

export const jobsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/instance/jobs',
  staticData: { needs: 'instance' },
  validateSearch: ({ state }: Record<string, unknown>): JobsSearch => ({
    state: runStates.find((each) => each === state),
  }),
  component: lazyRouteComponent(() => import('./jobs-page.tsx'), 'JobsPage'),
})

export const healthRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/instance/health',
  staticData: { needs: 'instance' },
  component: lazyRouteComponent(() => import('./health-page.tsx'), 'HealthPage'),
})
