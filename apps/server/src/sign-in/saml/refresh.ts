import { isDeepStrictEqual } from 'node:util'
import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import {
  selectDueProviders,
  updateProviderRefresh,
  type SealedIdentityProvider,
} from '../../db/queries/identity-providers.ts'
import { changeIdentityProvider } from '../identity-providers.ts'
import { describe, refreshMs, type SamlParts } from './manage.ts'
import { toSamlDescription, toSamlSettings, toStored } from './settings.ts'

/** After a failure it is tried again so soon. */
const retryMs = 3_600_000
const providersPerRunMax = 50

/** Reads metadata again that is due. What cannot be had or read leaves everything as it was, and says why. */
export async function refreshMetadata(parts: SamlParts, now: Date, signal: AbortSignal): Promise<void> {
  for (const provider of await selectDueProviders(parts.database, { now, rowsMax: providersPerRunMax })) {
    if (signal.aborted) return
    await refreshOne(parts, provider, now)
  }
}

async function refreshOne(parts: SamlParts, provider: SealedIdentityProvider, now: Date): Promise<void> {
  const { organizationId, id } = provider
  const call: Call = { actor: 'system', now, requestId: undefined, rights: 'all' }
  const { metadataUrl } = toSamlSettings(provider.settings)
  if (metadataUrl === null) return
  try {
    const description = await describe(parts, call, { metadataUrl, metadataXml: undefined })
    const before = toSamlDescription(provider.description)
    if (description.entityId !== before.entityId)
      throw new AccessError(
        'invalidMetadata',
        `The metadata describes "${description.entityId}" now and not "${before.entityId}": make another identity provider for it`,
      )
    const due = new Date(now.getTime() + refreshMs)
    if (isDeepStrictEqual(description, before))
      return await updateProviderRefresh(parts.database, { organizationId, id, at: now, error: null, due })
    await changeIdentityProvider(parts.database, call, {
      organizationId,
      id,
      action: 'identity_provider.metadata_refreshed',
      work: () => ({ description: toStored(description), refreshedAt: now, refreshError: null, refreshDue: due }),
    })
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    const due = new Date(now.getTime() + retryMs)
    await updateProviderRefresh(parts.database, { organizationId, id, at: null, error: error.message, due })
  }
}
