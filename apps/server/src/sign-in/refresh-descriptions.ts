import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import {
  selectDueProviders,
  updateProviderRefresh,
  type SealedIdentityProvider,
} from '../db/queries/identity-providers.ts'
import { insertNotice } from '../db/queries/notices.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { changeIdentityProvider } from './identity-providers.ts'
import { readDiscoveryAnew } from './oidc/refresh.ts'
import { metadataAddressField, refreshMs, type SamlParts } from './saml/manage.ts'
import { readMetadataAnew } from './saml/refresh.ts'

/** After a failure it is tried again so soon. */
const retryMs = 3_600_000
const providersPerRunMax = 50
const reasonCharactersMax = 500

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
    await transaction(parts.database, async (tx) => {
      await updateProviderRefresh(tx, { organizationId, id, at: null, error: error.message, due })
      if (isRefusal(error)) await noteRefusal(tx, provider, { reason: error.message, now })
    })
  }
}

/** A document came, and is not taken: somebody should look. What merely cannot be had may come back by itself. */
function isRefusal({ code, field }: AccessError): boolean {
  return code === 'invalidMetadata' && field !== metadataAddressField
}

/** Once until it could be read again. */
function noteRefusal(
  tx: Transaction,
  { organizationId, id: identityProviderId, name, refreshedAt }: SealedIdentityProvider,
  { reason, now }: { readonly reason: string; readonly now: Date },
): Promise<void> {
  return insertNotice(tx, {
    organizationId,
    id: createId(),
    kind: 'metadataRefused',
    keyId: null,
    identityProviderId,
    occasion: `refused since ${refreshedAt?.toISOString() ?? 'the beginning'}`,
    data: { identityProvider: name, reason: reason.slice(0, reasonCharactersMax) },
    createdAt: now,
  })
}

function readAnew(parts: SamlParts, provider: SealedIdentityProvider, now: Date): Promise<JsonObject | undefined> {
  return provider.type === 'saml' ? readMetadataAnew(parts, provider, now) : readDiscoveryAnew(parts, provider)
}
