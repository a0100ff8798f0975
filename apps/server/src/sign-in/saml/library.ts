import { SAML, ValidateInResponseTo, type CacheProvider, type SamlConfig } from '@node-saml/node-saml'
import type { SamlDescription } from './metadata-reader.ts'
import type { OwnKeys } from './own-keys.ts'
import { assertionAgeMaxMs, clockSkewMs } from './read-assertion.ts'
import type { ServiceProviderUrls } from './service-provider.ts'
import type { NameIdFormat, SamlSettings } from './settings.ts'

/** Everything that one exchange with one identity provider is made of. */
export type Exchange = {
  readonly description: SamlDescription
  readonly settings: SamlSettings
  readonly urls: ServiceProviderUrls
  readonly keys: OwnKeys
  readonly now: Date
}

const formats: { readonly [format in NameIdFormat]: string | null } = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  // Nothing is asked for: the identity provider sends what it is set to.
  unspecified: null,
}

/** A request of ours may be answered for so long. */
export const requestMs = 10 * 60_000

/** The library with the application's clock: it would look at the machine's. */
class ClockedSaml extends SAML {
  readonly #nowMs: number

  constructor(config: SamlConfig, now: Date) {
    super(config)
    this.#nowMs = now.getTime()
  }

  protected override checkTimestampsValidityError(
    _nowMs: number,
    notBefore: string,
    notOnOrAfter: string,
    maxTimeLimitMs?: number,
  ): Error | null {
    return super.checkTimestampsValidityError(this.#nowMs, notBefore, notOnOrAfter, maxTimeLimitMs)
  }
}

/**
 * The library with every option that decides about safety set by name: its defaults do not validate InResponseTo and sign
 * with SHA-1. `request` is what the caller has looked up of our requests: the id that an answer may name.
 */
export function createSaml(
  exchange: Exchange,
  options: {
    readonly request?: string | undefined
    readonly isUnsolicitedAllowed?: boolean
    readonly decryptionKey?: string | undefined
    readonly isResponseSigned?: boolean
    readonly newRequestId?: string
    /** Answers to logout requests may have an address of their own. */
    readonly answersLogout?: boolean
  } = {},
): SAML {
  const { description, settings, urls, keys, now } = exchange
  const {
    request,
    isUnsolicitedAllowed = false,
    decryptionKey,
    newRequestId,
    isResponseSigned = false,
    answersLogout = false,
  } = options
  return new ClockedSaml(
    {
      issuer: urls.entityId,
      callbackUrl: urls.assertionConsumerServiceUrl,
      entryPoint: description.singleSignOnUrl,
      logoutUrl: logoutUrlOf(description, answersLogout),
      idpIssuer: description.entityId,
      // Pinned: a certificate inside of a message counts for nothing.
      idpCert: description.certificates.map(({ pem }) => pem),
      audience: urls.entityId,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: settings.wantResponseSigned || isResponseSigned,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      privateKey: keys.current.privateKey,
      publicCert: keys.current.certificate,
      ...(decryptionKey !== undefined && { decryptionPvk: decryptionKey }),
      validateInResponseTo: isUnsolicitedAllowed ? ValidateInResponseTo.ifPresent : ValidateInResponseTo.always,
      cacheProvider: toCache(request),
      requestIdExpirationPeriodMs: requestMs,
      acceptedClockSkewMs: clockSkewMs,
      maxAssertionAgeMs: assertionAgeMaxMs,
      identifierFormat: formats[settings.nameIdFormat],
      forceAuthn: settings.forceAuthentication,
      allowCreate: true,
      passive: false,
      disableRequestedAuthnContext: true,
      authnRequestBinding: 'HTTP-Redirect',
      ...(newRequestId !== undefined && { generateUniqueId: () => newRequestId }),
    },
    now,
  )
}

function logoutUrlOf(description: SamlDescription, isAnswer: boolean): string {
  const { singleLogoutUrl, singleLogoutResponseUrl, singleSignOnUrl } = description
  return (isAnswer ? singleLogoutResponseUrl : null) ?? singleLogoutUrl ?? singleSignOnUrl
}

/**
 * Requests stand in the database, where they are found before and taken in the transaction of the sign-in: what the
 * library asks about is the one that was found. It compares their time with the machine's clock, so they are always new.
 */
function toCache(request: string | undefined): CacheProvider {
  return {
    getAsync: async (key) => (key !== null && key === request ? new Date().toISOString() : null),
    saveAsync: async (key, value) => ({ value: key === request ? value : key, createdAt: Date.now() }),
    removeAsync: async (key) => key,
  }
}
