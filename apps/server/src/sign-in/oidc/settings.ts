import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { JustInTime } from '../just-in-time.ts'
import type { OidcDescription } from './discovery.ts'

/** How we show who we are at the token endpoint, by the names that identity providers use. */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

/** What an attribute of ours is called in the identity provider's claims. */
export type ClaimNames = {
  readonly userName?: string | undefined
  readonly externalId?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  readonly groups?: string | undefined
}

/** What administrators chose for an OpenID Connect identity provider. */
export type OidcSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly authentication: ClientAuthentication
  readonly scopes: readonly string[]
  readonly claims: ClaimNames
  /** `auto`: only when the ID token lacks a claim that we map. */
  readonly userInfo: 'auto' | 'always' | 'never'
  readonly forceAuthentication: boolean
  /** Whoever signs out here is led to the identity provider's sign-out too. */
  readonly singleLogout: boolean
  readonly justInTime: JustInTime
}

/** The same as somebody sends it: what is left out stays. */
export type OidcChoices = {
  readonly issuer?: string | undefined
  readonly clientId?: string | undefined
  readonly authentication?: ClientAuthentication | undefined
  readonly scopes?: readonly string[] | undefined
  readonly claims?: ClaimNames | undefined
  readonly userInfo?: OidcSettings['userInfo'] | undefined
  readonly forceAuthentication?: boolean | undefined
  readonly singleLogout?: boolean | undefined
  readonly justInTime?: { readonly enabled: boolean; readonly role?: string | undefined } | undefined
}

const defaults: OidcSettings = {
  issuer: '',
  clientId: '',
  authentication: 'client_secret_basic',
  scopes: ['openid', 'profile', 'email'],
  claims: {},
  userInfo: 'auto',
  forceAuthentication: false,
  singleLogout: true,
  justInTime: { enabled: false, role: null },
}

/** What stands in the column `settings` of type `oidc`. */
export function toOidcSettings(stored: JsonObject): OidcSettings {
  // They were checked by the schema of the admin API when they came in.
  return { ...defaults, ...(stored as Partial<OidcSettings>) }
}

/** What stands in the column `description` of type `oidc`. */
export function toOidcDescription(stored: JsonObject): OidcDescription {
  // It was made by the reader of discovery documents.
  return stored as unknown as OidcDescription
}

export function applyOidcChoices(before: OidcSettings, choices: OidcChoices): OidcSettings {
  const { justInTime, scopes, ...rest } = choices
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...before,
    ...named,
    // Without it there is no ID token.
    ...(scopes !== undefined && { scopes: [...new Set(['openid', ...scopes])] }),
    ...(justInTime !== undefined && { justInTime: { enabled: justInTime.enabled, role: justInTime.role ?? null } }),
  }
}

export function toStored(value: OidcSettings | OidcDescription): JsonObject {
  const stored: unknown = JSON.parse(JSON.stringify(value))
  return isJsonObject(stored) ? stored : {}
}
