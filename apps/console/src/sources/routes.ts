import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toRulesPart, type RulesPart } from '../source-rules/parts.ts'
import { toOperation, toSituation, toSourceTab, type Operation, type Situation, type SourceTab } from './tabs.ts'

export const sourcesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/sources',
  staticData: { needs: 'sources:read' },
  component: lazyRouteComponent(() => import('./sources-page.tsx'), 'SourcesPage'),
})

/** `open` is the anchor of the record beside the list. */
export type SourceSearch = {
  readonly tab?: SourceTab | undefined
  readonly situation?: Situation | undefined
  readonly q?: string | undefined
  readonly open?: string | undefined
  /** Of the rules: which part is shown, and on which record they are tried. */
  readonly part?: RulesPart | undefined
  readonly try?: string | undefined
}

export const sourceRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/sources/$source',
  staticData: { needs: 'sources:read' },
  validateSearch: ({ tab, situation, q, open, part, try: tried }: Record<string, unknown>): SourceSearch => ({
    ...(toSourceTab(tab) !== 'overview' && { tab: toSourceTab(tab) }),
    ...(toSituation(situation) !== undefined && { situation: toSituation(situation) }),
    ...toWords('q', q),
    ...toWords('open', open),
    ...(toRulesPart(part) !== 'attributes' && { part: toRulesPart(part) }),
    ...toWords('try', tried),
  }),
  component: lazyRouteComponent(() => import('./source-page.tsx'), 'SourcePage'),
})

export type ReadSearch = { readonly operation?: Operation | undefined; readonly open?: string | undefined }

export const sourceReadRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/source-reads/$read',
  staticData: { needs: 'sources:read' },
  validateSearch: ({ operation, open }: Record<string, unknown>): ReadSearch => ({
    ...(toOperation(operation) !== undefined && { operation: toOperation(operation) }),
    ...toWords('open', open),
  }),
  component: lazyRouteComponent(() => import('./read-page.tsx'), 'ReadPage'),
})

/** The router reads an anchor such as 1024 as a number. */
function toWords<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  const text = typeof value === 'number' ? String(value) : value
  // The computed name is exactly that one.
  return typeof text === 'string' && text !== '' ? ({ [name]: text } as { readonly [key in Name]?: string }) : {}
}
