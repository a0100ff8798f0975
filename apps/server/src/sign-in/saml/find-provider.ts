import { findOrganization } from '../../access/organizations.ts'
import { selectIdentityProvider, type SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { Queryable } from '../../db/pool.ts'

export type FoundProvider = { readonly provider: SealedIdentityProvider; readonly organizationSlug: string }

/** The SAML identity provider that an address of ours names, disabled ones too. */
export async function findSamlProvider(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<FoundProvider | undefined> {
  const [provider, organization] = await Promise.all([
    selectIdentityProvider(db, organizationId, id),
    findOrganization(db, organizationId),
  ])
  if (provider?.type !== 'saml' || organization === undefined) return undefined
  return { provider, organizationSlug: organization.slug }
}
