import { selectEnabledProviders } from '../db/queries/identity-providers.ts'
import type { Queryable } from '../db/pool.ts'
import type { SignInSettings } from '../access/sign-in-settings.ts'
import { toOidcUrls } from './oidc/urls.ts'
import { toServiceProviderUrls } from './saml/service-provider.ts'

/** An identity provider to choose on the sign-in page. */
export type SignInWay = { readonly name: string; readonly signInUrl: string }

/** The identity providers that people may sign in by now, oldest first. */
export async function listSignInWays(
  db: Queryable,
  organization: { readonly id: string; readonly signIn: SignInSettings },
  baseUrl: string,
): Promise<readonly SignInWay[]> {
  const { methods } = organization.signIn
  const providers = await selectEnabledProviders(db, organization.id)
  return providers
    .filter(({ type }) => methods[type])
    .map(({ type, name, id }) => {
      const place = { organizationId: organization.id, id }
      const { signInUrl } = type === 'saml' ? toServiceProviderUrls(baseUrl, place) : toOidcUrls(baseUrl, place)
      return { name, signInUrl }
    })
}
