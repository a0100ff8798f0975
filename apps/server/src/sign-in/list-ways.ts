import { selectEnabledProviders } from '../db/queries/identity-providers.ts'
import type { Queryable } from '../db/pool.ts'
import type { SignInSettings } from '../access/sign-in-settings.ts'
import { toOidcUrls } from './oidc/urls.ts'
import { toServiceProviderUrls } from './saml/service-provider.ts'

/** An identity provider to choose on the sign-in page. */
export type SignInWay = {
  readonly name: string
  readonly signInUrl: string
  /** Of the organization: people with an address in one of them belong here. */
  readonly domains: readonly string[]
}

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
    .map(({ type, name, id, domains }) => {
      const place = { organizationId: organization.id, id }
      const { signInUrl } = type === 'saml' ? toServiceProviderUrls(baseUrl, place) : toOidcUrls(baseUrl, place)
      return { name, signInUrl, domains }
    })
}

/**
 * The one identity provider that somebody with that address signs in by: that of his domain, or the only way that there is.
 * Undefined: he has a choice.
 */
export function findOnlyWay(
  ways: readonly SignInWay[],
  person: { readonly domain: string; readonly signIn: SignInSettings },
): SignInWay | undefined {
  const { domain, signIn } = person
  const [first, ...others] = ways.filter(({ domains }) => domains.includes(domain))
  if (first !== undefined) return others.length === 0 ? first : undefined
  const { password, passkey } = signIn.methods
  return password || passkey || ways.length !== 1 ? undefined : ways[0]
}
