import { isDeepStrictEqual } from 'node:util'
import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import type { Database } from '../../db/pool.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { transaction } from '../../db/transaction.ts'
import type { Encryption } from '../../encryption.ts'
import { OutboundError, type OutboundFetch } from '../../outbound-fetch.ts'
import { createId } from '../../type-id.ts'
import { addIdentityProvider, changeIdentityProvider, getIdentityProvider } from '../identity-providers.ts'
import { settleJustInTime } from '../just-in-time.ts'
import { readIdentityProviderMetadata, type SamlDescription } from './metadata-reader.ts'
import type { MetadataSigner } from './metadata-signers.ts'
import { createOwnPair, openKeys, sealKeys } from './own-keys.ts'
import { getSamlPreset } from './presets.ts'
import { applyChoices, toSamlSettings, toStored, type SamlChoices, type SamlSettings } from './settings.ts'
import { verifyMetadata } from './verify-metadata.ts'

export type SamlParts = {
  readonly database: Database
  readonly encryption: Encryption
  readonly outboundFetch: OutboundFetch
}

/** What administrators send: choices, and where the identity provider's own description comes from. */
export type SamlCommand = SamlChoices & { readonly metadataXml?: string | undefined }

const dayMs = 24 * 3_600_000
/** Metadata at an address is read again so often. */
export const refreshMs = dayMs

/**
 * Makes a SAML identity provider with keys of its own. Metadata is fetched before anything is written.
 * Throws `invalidMetadata`, `invalidPreset`, `roleNotFound`, `beyondRights`, `tooManyIdentityProviders`, `nameTaken`, `idTaken`.
 */
export async function createSamlProvider(
  parts: SamlParts,
  call: Call,
  request: {
    readonly organizationId: string
    /** Where its addresses are known already; left out: a new one. */
    readonly id?: string | undefined
    readonly name: string | undefined
    readonly preset: string | undefined
    readonly state?: SealedIdentityProvider['state'] | undefined
    readonly domains?: readonly string[] | undefined
    readonly command: SamlCommand
  },
): Promise<SealedIdentityProvider> {
  const { organizationId } = request
  const preset = request.preset === undefined ? undefined : getSamlPreset(request.preset)
  const { metadataXml, ...choices } = request.command
  const settings = applyChoices(applyChoices(toSamlSettings({}), preset?.choices ?? {}), choices)
  const { metadataSigners } = settings
  const description = await describe(parts, call, { metadataXml, metadataUrl: choices.metadataUrl, metadataSigners })
  const id = request.id ?? createId()
  const current = await createOwnPair('Rollcall', call.now)
  const secrets = sealKeys(parts.encryption, { organizationId, id }, { current, next: null, former: null })
  return transaction(parts.database, async (tx) => {
    const roles = { before: undefined, after: settings.justInTime }
    const justInTime = await settleJustInTime(tx, call, { organizationId, type: 'saml', ...roles })
    return addIdentityProvider(tx, call, {
      organizationId,
      id,
      type: 'saml',
      name: request.name ?? preset?.title ?? 'SAML',
      state: request.state ?? 'enabled',
      preset: request.preset ?? null,
      settings: toStored({ ...settings, justInTime }),
      description: toStored(description),
      mappings: {},
      domains: request.domains,
      secrets,
      refreshedAt: call.now,
      refreshDue: dueAfter(settings, call.now),
    })
  })
}

/** Changes what the command names. Throws what create throws, `identityProviderNotFound` and `versionMismatch`. */
export async function updateSamlProvider(
  parts: SamlParts,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly name: string | undefined
    readonly state: SealedIdentityProvider['state'] | undefined
    readonly domains?: readonly string[] | undefined
    readonly command: SamlCommand | undefined
    readonly ifVersion: number | undefined
  },
): Promise<SealedIdentityProvider> {
  const { organizationId, id, name, state, domains, ifVersion, command = {} } = request
  const { metadataXml, ...choices } = command
  const source = await findSource(parts.database, request)
  const description = source === undefined ? undefined : await describe(parts, call, source)
  return changeIdentityProvider(parts.database, call, {
    organizationId,
    id,
    ifVersion,
    work: async (before, tx) => {
      const present = toSamlSettings(before.settings)
      const settings = applyChoices(present, choices)
      if (source !== undefined && !isDeepStrictEqual(settings.metadataSigners, source.metadataSigners))
        throw new AccessError('versionMismatch', 'Who signs the metadata has changed in between: send it again')
      // A document in the place of an address: there is nothing left to read again.
      const after = metadataXml === undefined ? settings : { ...settings, metadataUrl: null }
      const roles = { before: present.justInTime, after: after.justInTime }
      const justInTime = await settleJustInTime(tx, call, { organizationId, type: 'saml', ...roles })
      return {
        ...(name !== undefined && { name }),
        ...(state !== undefined && { state }),
        ...(domains !== undefined && { domains }),
        ...((Object.keys(choices).length > 0 || source !== undefined) && {
          settings: toStored({ ...after, justInTime }),
        }),
        ...(description !== undefined && {
          description: toStored(description),
          refreshedAt: call.now,
          refreshError: null,
          refreshDue: dueAfter(after, call.now),
        }),
      }
    },
  })
}

/** Publishes a second key, or makes the second one the first: the two halves of a roll-over. */
export async function rollOverKeys(
  parts: Pick<SamlParts, 'database' | 'encryption'>,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly step: 'publish' | 'use' | 'retire'
    readonly ifVersion: number | undefined
  },
): Promise<SealedIdentityProvider> {
  const { organizationId, id, step, ifVersion } = request
  const fresh = step === 'publish' ? await createOwnPair('Rollcall', call.now) : null
  return changeIdentityProvider(parts.database, call, {
    organizationId,
    id,
    ifVersion,
    action: `identity_provider.key_${step}`,
    work: (before) => {
      if (before.type !== 'saml')
        throw new AccessError('invalidType', 'Only identity providers of SAML have keys of ours')
      const keys = openKeys(parts.encryption, before)
      // What was asked for twice has happened once.
      if (step === 'publish' && keys.next !== null) return {}
      if (step === 'retire' && keys.former === null) return {}
      if (step === 'use' && keys.next === null)
        throw new AccessError('noSecret', 'Publish a new key first, and let the identity provider read our metadata')
      const after =
        step === 'publish'
          ? { ...keys, next: fresh }
          : step === 'use'
            ? { current: keys.next ?? keys.current, next: null, former: keys.current }
            : { ...keys, former: null }
      return { secrets: sealKeys(parts.encryption, before, after) }
    },
  })
}

/**
 * What has to be read for a change: metadata that it names, and that at the address when other signers are to vouch for it.
 * Throws `identityProviderNotFound` and `invalidMetadata`.
 */
async function findSource(
  database: Database,
  request: { readonly organizationId: string; readonly id: string; readonly command: SamlCommand | undefined },
): Promise<MetadataSource | undefined> {
  const { organizationId, id, command: { metadataXml, ...choices } = {} } = request
  const isNamed = metadataXml !== undefined || choices.metadataUrl !== undefined
  if (!isNamed && choices.metadataSigners === undefined) return undefined
  const stored = toSamlSettings((await getIdentityProvider(database, organizationId, id)).settings)
  const { metadataUrl, metadataSigners } = applyChoices(stored, choices)
  if (isNamed) return { metadataXml, metadataUrl: choices.metadataUrl, metadataSigners }
  if (metadataSigners.length === 0 || isDeepStrictEqual(metadataSigners, stored.metadataSigners)) return undefined
  if (metadataUrl !== null) return { metadataXml: undefined, metadataUrl, metadataSigners }
  throw new AccessError(
    'invalidMetadata',
    'The metadata came as a document: send it again as metadataXml together with metadataSigners',
    { field: 'saml.metadataXml' },
  )
}

/** Where metadata comes from, and who must have signed it. */
export type MetadataSource = {
  readonly metadataXml: string | undefined
  readonly metadataUrl: string | undefined
  readonly metadataSigners: readonly MetadataSigner[]
}

/** What the identity provider says of itself, fetched or as it was sent. Throws `invalidMetadata`. */
export async function describe(
  parts: Pick<SamlParts, 'outboundFetch'>,
  call: Pick<Call, 'now'>,
  { metadataXml, metadataUrl, metadataSigners }: MetadataSource,
): Promise<SamlDescription> {
  const text = metadataXml ?? (await fetchMetadata(parts.outboundFetch, metadataUrl ?? ''))
  // From here on there is only what was signed.
  const xml = metadataSigners.length === 0 ? text : verifyMetadata(text, metadataSigners)
  return readIdentityProviderMetadata(xml, call.now)
}

/** At fault where nothing could be had from the address at all. */
export const metadataAddressField = 'saml.metadataUrl'
const metadataBytesMax = 1024 * 1024

async function fetchMetadata(outboundFetch: OutboundFetch, url: string): Promise<string> {
  const field = metadataAddressField
  try {
    const { status, text } = await outboundFetch({
      url,
      headers: { accept: 'application/samlmetadata+xml, */*;q=0.5' },
    })
    if (status !== 200) throw new AccessError('invalidMetadata', `${url} answered ${status}`, { field })
    if (text.length > metadataBytesMax)
      throw new AccessError('invalidMetadata', `The metadata has more than ${metadataBytesMax} bytes`, { field })
    return text
  } catch (error) {
    if (error instanceof OutboundError) throw new AccessError('invalidMetadata', error.message, { field })
    throw error
  }
}

function dueAfter({ metadataUrl }: SamlSettings, now: Date): Date | null {
  return metadataUrl === null ? null : new Date(now.getTime() + refreshMs)
}
