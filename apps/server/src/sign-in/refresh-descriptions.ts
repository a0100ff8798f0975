import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import {
  selectDueProviders,
  updateProviderRefresh,
  type SealedIdentityProvider,
} from '../db/queries/identity-providers.ts'
import { changeIdentityProvider } from './identity-providers.ts'
import { readDiscoveryAnew } from './oidc/refresh.ts'
import { refreshMs, type SamlParts } from './saml/manage.ts'
import { readMetadataAnew } from './saml/refresh.ts'

/** After a failure it is tried again so soon. */
const retryMs = 3_600_000
const providersPerRunMax = 50

/** Reads again what identity providers say of themselves. What cannot be had or read leaves everything as it was, and says why. */
export async function refreshDescriptions(parts: SamlParts, now: Date, signal: AbortSignal): Promise<void> {
  for (const provider of await selectDueProviders(parts.database, { now, rowsMax: providersPerRunMax })) {
    if (signal.aborted) return
    await refreshOne(parts, provider, now)
  }
}

async function refreshOne(parts: SamlParts, provider: SealedIdentityProvider, now: Date): Promise<void> {
  const { organizationId, id } = provider
  try {
    const description = await readAnew(parts, provider, now)
    if (description === undefined) return
    const due = new Date(now.getTime() + refreshMs)
    if (isDeepStrictEqual(description, provider.description))
      return await updateProviderRefresh(parts.database, { organizationId, id, at: now, error: null, due })
    const call: Call = { actor: 'system', now, requestId: undefined, rights: 'all' }
    await changeIdentityProvider(parts.database, call, {
      organizationId,
      id,
      action: 'identity_provider.metadata_refreshed',
      // Who signs it or where it stands may have changed while it was fetched: then it is read again at the next turn.
      work: (before) =>
        isDeepStrictEqual(before.settings, provider.settings)
          ? { description, refreshedAt: now, refreshError: null, refreshDue: due }
          : {},
    })
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    const due = new Date(now.getTime() + retryMs)
    await updateProviderRefresh(parts.database, { organizationId, id, at: null, error: error.message, due })
  }
}

function readAnew(parts: SamlParts, provider: SealedIdentityProvider, now: Date): Promise<JsonObject | undefined> {
  return provider.type === 'saml' ? readMetadataAnew(parts, provider, now) : readDiscoveryAnew(parts, provider)
}
