import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'

export const runStates = ['queued', 'running', 'done', 'failed'] as const
export type RunsSearch = {
  readonly state?: (typeof runStates)[number] | undefined
  readonly open?: string | undefined
}

export const runsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/runs',
  staticData: { needs: 'apps:read' },
  validateSearch: ({ state, open }: Record<string, unknown>): RunsSearch => {
    const known = runStates.find((each) => each === state)
    return { ...(known !== undefined && { state: known }), ...(typeof open === 'string' && { open }) }
  },
  component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
})
