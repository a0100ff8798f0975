import type { JsonObject } from '@rollcall/scim'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { discover } from './discovery.ts'
import type { OidcParts } from './manage.ts'
import { toOidcSettings, toStored } from './settings.ts'

/** The discovery document as it stands now. Throws `invalidDiscovery`. */
export async function readDiscoveryAnew(
  { outboundFetch }: Pick<OidcParts, 'outboundFetch'>,
  provider: SealedIdentityProvider,
): Promise<JsonObject> {
  return toStored(await discover(outboundFetch, toOidcSettings(provider.settings).issuer))
}
