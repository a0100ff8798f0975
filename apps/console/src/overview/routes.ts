import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toChartDays, type ChartDays } from './chart-days.ts'

export type OverviewSearch = { readonly days?: ChartDays }

/** Whoever has any role may see it; what he may not read is left out of it. */
export const overviewRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/overview',
  validateSearch: ({ days }: Record<string, unknown>): OverviewSearch =>
    toChartDays(days) === 30 ? {} : { days: toChartDays(days) },
  component: lazyRouteComponent(() => import('./overview-page.tsx'), 'OverviewPage'),
})
