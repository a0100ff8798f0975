import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { describe, type SamlParts } from './manage.ts'
import { toSamlDescription, toSamlSettings, toStored } from './settings.ts'

/** The metadata as it stands now; undefined when it has no address. Throws `invalidMetadata`. */
export async function readMetadataAnew(
  parts: Pick<SamlParts, 'outboundFetch'>,
  provider: SealedIdentityProvider,
  now: Date,
): Promise<JsonObject | undefined> {
  const { metadataUrl, metadataSigners } = toSamlSettings(provider.settings)
  if (metadataUrl === null) return undefined
  const description = await describe(parts, { now }, { metadataUrl, metadataXml: undefined, metadataSigners })
  const before = toSamlDescription(provider.description)
  if (description.entityId !== before.entityId)
    throw new AccessError(
      'invalidMetadata',
      `The metadata describes "${description.entityId}" now and not "${before.entityId}": make another identity provider for it`,
    )
  return toStored(description)
}
