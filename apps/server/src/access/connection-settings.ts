import type { JsonObject } from '@rollcall/scim'
import { AccessError } from './access-error.ts'

/** The settings of a SCIM connection that the web layer reads; the directory reads its own (massChange, …). */
export type EndpointSettings = {
  /** GitHub's "Enable open SCIM configuration": while false every write is refused with 403. Left out: true. */
  readonly writesEnabled: boolean
  /** Resource types Role and Entitlement (Okta's "SCIM 2.0 with entitlements"). Left out: true under profile `okta`, else false. */
  readonly entitlements: boolean
  /** SCIM 1.1 is served besides 2.0. Left out: false. */
  readonly scim11: boolean
  /** GitHub's limits: 1,000 people assigned and 1,000 added to one group within an hour. Left out: under its styles. */
  readonly hourlyLimits: boolean
  /** Clients may have writes done behind an answer 202 (RFC 9967 §2.5.1). Left out: false. */
  readonly asyncRequests: boolean
  /** The request log keeps bodies of writes and of what failed. Left out: true. */
  readonly keepsBodies: boolean
}

/** Fills in the defaults, which depend on the profile. */
export function toEndpointSettings(connection: {
  readonly profile: string
  readonly style: string
  readonly settings: JsonObject
}): EndpointSettings {
  const { writesEnabled, entitlements, scim11, hourlyLimits, asyncRequests, keepsBodies } = connection.settings
  return {
    writesEnabled: writesEnabled !== false,
    entitlements: typeof entitlements === 'boolean' ? entitlements : connection.profile === 'okta',
    scim11: scim11 === true,
    hourlyLimits: typeof hourlyLimits === 'boolean' ? hourlyLimits : connection.style.startsWith('github'),
    asyncRequests: asyncRequests === true,
    keepsBodies: keepsBodies !== false,
  }
}

/** Refuses members of the wrong type with `invalidSettings`; returns what is to be stored. */
export function parseConnectionSettings(input: JsonObject): JsonObject {
  for (const name of ['writesEnabled', 'entitlements', 'scim11', 'hourlyLimits', 'asyncRequests', 'keepsBodies']) {
    const value = input[name]
    if (value === undefined || typeof value === 'boolean') continue
    throw new AccessError('invalidSettings', `settings.${name} must be true or false`, { field: `settings.${name}` })
  }
  const { invitations } = input
  if (invitations !== undefined && invitations !== 'send' && invitations !== 'none')
    throw new AccessError('invalidSettings', 'settings.invitations must be "send" or "none"', {
      field: 'settings.invitations',
    })
  return input
}
