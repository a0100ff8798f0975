import type { RouteAnswer } from '@rollcall/admin-api'
import { openSecrets } from '../../../sign-in/oidc/secrets.ts'
import { toOidcDescription, toOidcSettings } from '../../../sign-in/oidc/settings.ts'
import { toOidcUrls } from '../../../sign-in/oidc/urls.ts'
import type { ProviderPlace, ShownProvider } from './identity-providers.ts'
import { viewJustInTime } from './just-in-time.ts'

type View = NonNullable<RouteAnswer<'getIdentityProvider'>['oidc']>

export function viewOidc(row: ShownProvider, place: ProviderPlace): View {
  const { issuer, justInTime, scopes, ...chosen } = toOidcSettings(row.settings)
  const { signOutUrl: _, ...relyingParty } = toOidcUrls(place.baseUrl, row)
  const description = toOidcDescription(row.description)
  return {
    relyingParty,
    identityProvider: {
      issuer,
      authorizationEndpoint: description.authorization_endpoint,
      tokenEndpoint: description.token_endpoint,
      userInfoEndpoint: description.userinfo_endpoint ?? null,
      endSessionEndpoint: description.end_session_endpoint ?? null,
      jwksUri: description.jwks_uri,
      refreshedAt: row.refreshedAt?.toISOString() ?? null,
      refreshError: row.refreshError,
    },
    settings: {
      ...chosen,
      scopes: [...scopes],
      hasClientSecret: openSecrets(place.encryption, row).clientSecret !== null,
      justInTime: viewJustInTime(justInTime, place),
    },
  }
}
