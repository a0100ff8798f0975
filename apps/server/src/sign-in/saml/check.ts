import { AccessError } from '../../access/access-error.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { ProviderCheck } from '../provider-check.ts'
import { describe, type SamlParts } from './manage.ts'
import { toSamlDescription, toSamlSettings } from './settings.ts'

/** Reads the metadata anew, or looks at what was sent, and says what is wrong. Changes nothing. */
export async function checkSamlProvider(
  parts: Pick<SamlParts, 'outboundFetch'>,
  provider: SealedIdentityProvider,
  now: Date,
): Promise<readonly ProviderCheck[]> {
  const { metadataUrl, metadataSigners } = toSamlSettings(provider.settings)
  const stored = toSamlDescription(provider.description)
  try {
    const { certificates } =
      metadataUrl === null
        ? stored
        : await describe(parts, { now }, { metadataUrl, metadataXml: undefined, metadataSigners })
    const valid = certificates.filter(({ notAfter }) => new Date(notAfter) > now)
    if (valid.length === 0) return [{ name: 'metadata', state: 'failed', detail: 'Every certificate has expired' }]
    const last = valid.map(({ notAfter }) => new Date(notAfter).toISOString()).sort()
    const detail = `${metadataUrl ?? 'The metadata that was sent'} can be read; its last certificate ends at ${last.at(-1) ?? ''}`
    return [{ name: 'metadata', state: 'passed', detail }]
  } catch (error) {
    if (error instanceof AccessError) return [{ name: 'metadata', state: 'failed', detail: error.message }]
    throw error
  }
}
