import type { GuideProvider } from '@rollcall/admin-api/provider-guides'

// The guides themselves are long, and read by the pages that show them.
export const providers = [
  'okta',
  'entra',
  'onelogin',
  'jumpcloud',
  'google',
  'ping',
  'generic',
] as const satisfies readonly GuideProvider[]

export const connectionTabs = ['overview', 'setup', 'requests', 'tokens', 'settings'] as const
export type ConnectionTab = (typeof connectionTabs)[number]

export type ConnectionSearch = {
  readonly tab?: ConnectionTab
  /** Whose guide the set-up shows. */
  readonly provider?: GuideProvider
  /** The request that is open beside the page. */
  readonly open?: string | undefined
}

export function toConnectionSearch({ tab, provider, open }: Record<string, unknown>): ConnectionSearch {
  const known = connectionTabs.find((name) => name === tab)
  const guide = providers.find((name) => name === provider)
  return {
    ...(known !== undefined && known !== 'overview' && { tab: known }),
    ...(guide !== undefined && { provider: guide }),
    ...(typeof open === 'string' && { open }),
  }
}
