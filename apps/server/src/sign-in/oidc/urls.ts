import { formatTypeId } from '../../type-id.ts'

/** The addresses that we have for one identity provider. They hold ids only: names may change, these may not. */
export type OidcUrls = {
  readonly signInUrl: string
  readonly redirectUri: string
  readonly backChannelLogoutUri: string
  readonly postLogoutRedirectUri: string
  readonly jwksUri: string
  /** Leads on to the identity provider's own sign-out. */
  readonly signOutUrl: string
}

export function toOidcUrls(
  baseUrl: string,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
): OidcUrls {
  // An address of its own for each: an answer of one identity provider that arrives at another's is refused (mix-up).
  const base = `${baseUrl}/oidc/${formatTypeId('org', organizationId)}/${formatTypeId('idp', id)}`
  return {
    signInUrl: `${base}/sign-in`,
    redirectUri: `${base}/callback`,
    backChannelLogoutUri: `${base}/back-channel-logout`,
    postLogoutRedirectUri: `${base}/signed-out`,
    jwksUri: `${base}/jwks`,
    signOutUrl: `${base}/sign-out`,
  }
}
