import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import type { Database } from '../../db/pool.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { transaction } from '../../db/transaction.ts'
import type { Encryption } from '../../encryption.ts'
import type { OutboundFetch } from '../../outbound-fetch.ts'
import { createId } from '../../type-id.ts'
import { addIdentityProvider, changeIdentityProvider } from '../identity-providers.ts'
import { settleJustInTime } from '../just-in-time.ts'
import { discover } from './discovery.ts'
import { getOidcPreset } from './presets.ts'
import { createPrivateKey, openSecrets, sealSecrets, type OidcSecrets } from './secrets.ts'
import { applyOidcChoices, toOidcSettings, toStored, type OidcChoices, type OidcSettings } from './settings.ts'

export type OidcParts = {
  readonly database: Database
  readonly encryption: Encryption
  readonly outboundFetch: OutboundFetch
}

/** The discovery document is read again so often; keys are read whenever one is missing. */
const refreshMs = 24 * 3_600_000

/** What administrators send: choices, and the secret, which nobody reads again. */
export type OidcCommand = OidcChoices & { readonly clientSecret?: string | undefined }

/**
 * Makes an OpenID Connect identity provider; its discovery document is read before anything is written.
 * Throws `invalidDiscovery`, `invalidPreset`, `secretMissing`, `roleNotFound`, `beyondRights`, `tooManyIdentityProviders`, `nameTaken`.
 */
export async function createOidcProvider(
  parts: OidcParts,
  call: Call,
  request: {
    readonly organizationId: string
    /** Where its addresses are known already; left out: a new one. */
    readonly id?: string | undefined
    readonly name: string | undefined
    readonly preset: string | undefined
    readonly state?: SealedIdentityProvider['state'] | undefined
    readonly domains?: readonly string[] | undefined
    readonly command: OidcCommand
  },
): Promise<SealedIdentityProvider> {
  const { organizationId } = request
  const preset = request.preset === undefined ? undefined : getOidcPreset(request.preset)
  const { clientSecret, ...choices } = request.command
  const settings = applyOidcChoices(applyOidcChoices(toOidcSettings({}), preset?.choices ?? {}), choices)
  const secrets = await settleSecrets(settings, { clientSecret: clientSecret ?? null, privateKey: null })
  const description = await discover(parts.outboundFetch, settings.issuer)
  const id = request.id ?? createId()
  return transaction(parts.database, async (tx) => {
    const roles = { before: undefined, after: settings.justInTime }
    const justInTime = await settleJustInTime(tx, call, { organizationId, type: 'oidc', ...roles })
    return addIdentityProvider(tx, call, {
      organizationId,
      id,
      type: 'oidc',
      name: request.name ?? preset?.title ?? 'OpenID Connect',
      state: request.state ?? 'enabled',
      preset: request.preset ?? null,
      settings: toStored({ ...settings, justInTime }),
      description: toStored(description),
      mappings: {},
      domains: request.domains,
      secrets: sealSecrets(parts.encryption, { organizationId, id }, secrets),
      refreshedAt: call.now,
      refreshDue: new Date(call.now.getTime() + refreshMs),
    })
  })
}

/**
 * Changes what the command names; never the issuer: subjects of another one are other people.
 * Throws what create throws, `identityProviderNotFound` and `versionMismatch`.
 */
export async function updateOidcProvider(
  parts: OidcParts,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly name: string | undefined
    readonly state: SealedIdentityProvider['state'] | undefined
    readonly domains?: readonly string[] | undefined
    readonly command: Omit<OidcCommand, 'issuer'> | undefined
    readonly ifVersion: number | undefined
  },
): Promise<SealedIdentityProvider> {
  const { organizationId, id, name, state, domains, ifVersion, command = {} } = request
  const { clientSecret, ...choices } = command
  return changeIdentityProvider(parts.database, call, {
    organizationId,
    id,
    ifVersion,
    ...(clientSecret !== undefined && { action: 'identity_provider.secret_changed' as const }),
    work: async (before, tx) => {
      const present = toOidcSettings(before.settings)
      const settings = applyOidcChoices(present, choices)
      const roles = { before: present.justInTime, after: settings.justInTime }
      const justInTime = await settleJustInTime(tx, call, { organizationId, type: 'oidc', ...roles })
      const had = openSecrets(parts.encryption, before)
      const secrets = await settleSecrets(settings, { ...had, ...(clientSecret !== undefined && { clientSecret }) })
      const isResealed = JSON.stringify(secrets) !== JSON.stringify(had)
      return {
        ...(name !== undefined && { name }),
        ...(state !== undefined && { state }),
        ...(domains !== undefined && { domains }),
        ...(Object.keys(choices).length > 0 && { settings: toStored({ ...settings, justInTime }) }),
        ...(isResealed && { secrets: sealSecrets(parts.encryption, before, secrets) }),
      }
    },
  })
}

/** A key pair is ours to make; a secret is the identity provider's. */
async function settleSecrets({ authentication }: OidcSettings, secrets: OidcSecrets): Promise<OidcSecrets> {
  if (authentication === 'private_key_jwt')
    return { ...secrets, privateKey: secrets.privateKey ?? (await createPrivateKey()) }
  if (secrets.clientSecret === null)
    throw new AccessError('secretMissing', `${authentication} needs the client secret of the identity provider`, {
      field: 'oidc.clientSecret',
    })
  return secrets
}
