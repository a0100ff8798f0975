import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toReach, toTeamTab, type Reach, type TeamTab } from './tabs.ts'

export type TeamsSearch = { readonly q?: string; readonly deleted?: boolean }

export const teamsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/teams',
  staticData: { needs: 'teams:read' },
  validateSearch: ({ q, deleted }: Record<string, unknown>): TeamsSearch => ({
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(deleted === true && { deleted }),
  }),
  component: lazyRouteComponent(() => import('./teams-page.tsx'), 'TeamsPage'),
})

export type TeamSearch = { readonly tab?: TeamTab; readonly reach?: Reach; readonly asOf?: string | undefined }

const day = /^\d{4}-\d{2}-\d{2}$/

export const teamRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/teams/$team',
  staticData: { needs: 'teams:read' },
  validateSearch: ({ tab, reach, asOf }: Record<string, unknown>): TeamSearch => ({
    ...(toTeamTab(tab) !== 'members' && { tab: toTeamTab(tab) }),
    ...(toReach(reach) !== 'direct' && { reach: toReach(reach) }),
    ...(typeof asOf === 'string' && day.test(asOf) && { asOf }),
  }),
  component: lazyRouteComponent(() => import('./team-page.tsx'), 'TeamPage'),
})
