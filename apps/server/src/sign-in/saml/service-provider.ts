import { formatTypeId } from '../../type-id.ts'

/** The addresses that we have for one identity provider. They hold ids only: names may change, these may not. */
export type ServiceProviderUrls = {
  /** Also where our metadata stands. */
  readonly entityId: string
  readonly assertionConsumerServiceUrl: string
  readonly singleLogoutUrl: string
  readonly signInUrl: string
}

export function toServiceProviderUrls(
  baseUrl: string,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
): ServiceProviderUrls {
  const base = `${baseUrl}/saml/${formatTypeId('org', organizationId)}/${formatTypeId('idp', id)}`
  return {
    entityId: `${base}/metadata`,
    assertionConsumerServiceUrl: `${base}/acs`,
    singleLogoutUrl: `${base}/logout`,
    signInUrl: `${base}/sign-in`,
  }
}
