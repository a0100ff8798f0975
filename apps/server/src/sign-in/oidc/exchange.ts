import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { Database } from '../../db/pool.ts'
import type { Encryption } from '../../encryption.ts'
import type { OutboundFetch } from '../../outbound-fetch.ts'
import type { OidcDescription } from './discovery.ts'
import { openSecrets, type OidcSecrets } from './secrets.ts'
import { toOidcDescription, toOidcSettings, type OidcSettings } from './settings.ts'
import { toOidcUrls, type OidcUrls } from './urls.ts'

export type OidcDoor = {
  readonly database: Database
  readonly encryption: Encryption
  readonly outboundFetch: OutboundFetch
  /** Absolute address of Rollcall. */
  readonly baseUrl: string
  readonly now: Date
  readonly requestId: string
}

/** Our addresses and secrets, and what we know of the other side. */
export type Exchange = {
  readonly provider: SealedIdentityProvider
  readonly settings: OidcSettings
  readonly description: OidcDescription
  readonly secrets: OidcSecrets
  readonly urls: OidcUrls
  readonly outboundFetch: OutboundFetch
  readonly now: Date
}

export function toExchange(
  { encryption, outboundFetch, baseUrl, now }: Pick<OidcDoor, 'encryption' | 'outboundFetch' | 'baseUrl' | 'now'>,
  provider: SealedIdentityProvider,
): Exchange {
  return {
    provider,
    settings: toOidcSettings(provider.settings),
    description: toOidcDescription(provider.description),
    secrets: openSecrets(encryption, provider),
    urls: toOidcUrls(baseUrl, provider),
    outboundFetch,
    now,
  }
}
