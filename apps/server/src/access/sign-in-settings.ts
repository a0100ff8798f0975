import { isJsonObject, type JsonObject } from '@rollcall/scim'

/** Ways to sign in that an organization switches on and off. */
export const signInMethods = ['password', 'passkey', 'saml', 'oidc'] as const
export type SwitchableMethod = (typeof signInMethods)[number]

/** The organization's setting `signIn`. */
export type SignInSettings = {
  readonly methods: { readonly [method in SwitchableMethod]: boolean }
  /** Only owners sign in, and nobody else has a session. */
  readonly isLockedDown: boolean
  /** A session ends when it was not used for so long. */
  readonly idleMinutes: number
  /** A session ends so long after the sign-in, however much it is used. */
  readonly absoluteMinutes: number
}

const dayMinutes = 24 * 60

/** CON-M2: 8 hours without use and 24 hours in all, unless the organization says otherwise. */
export const sessionMinutes = {
  idle: { min: 5, max: 30 * dayMinutes, default: 8 * 60 },
  absolute: { min: 5, max: 30 * dayMinutes, default: dayMinutes },
} as const

/** Fills in the defaults. Stored settings were checked when they came in. */
export function toSignInSettings(stored: JsonObject): SignInSettings {
  const given = isJsonObject(stored['signIn']) ? stored['signIn'] : {}
  const methods = isJsonObject(given['methods']) ? given['methods'] : {}
  const { idleMinutes, absoluteMinutes } = given
  return {
    methods: {
      password: methods['password'] !== false,
      passkey: methods['passkey'] !== false,
      saml: methods['saml'] !== false,
      oidc: methods['oidc'] !== false,
    },
    isLockedDown: given['isLockedDown'] === true,
    idleMinutes: typeof idleMinutes === 'number' ? idleMinutes : sessionMinutes.idle.default,
    absoluteMinutes: typeof absoluteMinutes === 'number' ? absoluteMinutes : sessionMinutes.absolute.default,
  }
}
