import { findOrganization } from '../../access/organizations.ts'
import { selectIdentityProvider, type SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { Queryable } from '../../db/pool.ts'

export type FoundOidcProvider = { readonly provider: SealedIdentityProvider; readonly organizationSlug: string }

/** The OpenID Connect identity provider that an address of ours names, disabled ones too. */
export async function findOidcProvider(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<FoundOidcProvider | undefined> {
  const [provider, organization] = await Promise.all([
    selectIdentityProvider(db, organizationId, id),
    findOrganization(db, organizationId),
  ])
  if (provider?.type !== 'oidc' || organization === undefined) return undefined
  return { provider, organizationSlug: organization.slug }
}
