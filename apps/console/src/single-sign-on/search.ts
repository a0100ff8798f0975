// The guides themselves are long, and read by the pages that show them.
export const samlProviders = ['okta', 'entra', 'google', 'onelogin', 'jumpcloud', 'ping', 'generic'] as const
export const oidcProviders = ['okta', 'entra', 'google', 'keycloak', 'generic'] as const
export type SamlProvider = (typeof samlProviders)[number]
export type OidcProvider = (typeof oidcProviders)[number]

/** What somebody has chosen; its addresses are known by `id` before it is made. */
export type NewProviderSearch = {
  readonly saml?: SamlProvider
  readonly oidc?: OidcProvider
  readonly id?: string
}

export function toNewProviderSearch({ saml, oidc, id }: Record<string, unknown>): NewProviderSearch {
  const ofSaml = samlProviders.find((name) => name === saml)
  const ofOidc = oidcProviders.find((name) => name === oidc)
  const known = typeof id === 'string' && { id }
  if (ofSaml !== undefined) return { saml: ofSaml, ...known }
  return ofOidc === undefined ? {} : { oidc: ofOidc, ...known }
}

export const providerTabs = ['overview', 'setup', 'access', 'certificates', 'signIns', 'settings'] as const
export type ProviderTab = (typeof providerTabs)[number]

export type ProviderSearch = {
  readonly tab?: ProviderTab
  /** The failed sign-in that is open beside the page. */
  readonly open?: string | undefined
  /** Whose guide the set-up shows. */
  readonly guide?: SamlProvider
}

export function toProviderSearch({ tab, open, guide }: Record<string, unknown>): ProviderSearch {
  const known = providerTabs.find((name) => name === tab)
  const ofSaml = samlProviders.find((name) => name === guide)
  return {
    ...(known !== undefined && known !== 'overview' && { tab: known }),
    ...(typeof open === 'string' && { open }),
    ...(ofSaml !== undefined && { guide: ofSaml }),
  }
}
