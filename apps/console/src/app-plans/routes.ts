import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toPlanOperation, type PlanOperation } from './plan-operations.ts'

/** All that a link to a plan carries. */
export type PlanSearch = {
  readonly tab?: 'members'
  readonly operation?: PlanOperation | undefined
  readonly q?: string | undefined
  /** The group of alike changes that is open. */
  readonly open?: string | undefined
}

export const appPlanRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/apps/$app/plans/$plan',
  staticData: { needs: 'apps:read' },
  validateSearch: ({ tab, operation, q, open }: Record<string, unknown>): PlanSearch => ({
    ...(tab === 'members' && { tab }),
    ...(toPlanOperation(operation) !== undefined && { operation: toPlanOperation(operation) }),
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(typeof open === 'string' && { open }),
  }),
  component: lazyRouteComponent(() => import('./plan-page.tsx'), 'PlanPage'),
})
