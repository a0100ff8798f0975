import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toRulesTab, type RulesTab } from './tabs.ts'

/** All that a link to the rules of an app carries. */
export type RulesSearch = {
  readonly tab?: RulesTab
  readonly kind?: 'team' | undefined
  /** The attribute of the app whose rule is open. */
  readonly open?: string | undefined
  /** On whom rules are tried, with commas between. */
  readonly try?: string | undefined
}

export const appRulesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/apps/$app/rules',
  staticData: { needs: 'apps:read' },
  validateSearch: ({ tab, kind, open, try: tried }: Record<string, unknown>): RulesSearch => ({
    ...(toRulesTab(tab) !== 'mappings' && { tab: toRulesTab(tab) }),
    ...(kind === 'team' && { kind }),
    ...(typeof open === 'string' && { open }),
    ...(typeof tried === 'string' && tried !== '' && { try: tried }),
  }),
  component: lazyRouteComponent(() => import('./rules-page.tsx'), 'RulesPage'),
})
