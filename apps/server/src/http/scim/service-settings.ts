import {
  findProfile,
  findStyle,
  type Profile,
  profiles,
  scimEventUris,
  type RegistryExtension,
  type Style,
  styles,
} from '@rollcall/scim'
import { defaultLimits, type Limits, type ServiceSettings } from '@rollcall/scim/server'
import { createBoundedMap } from '../../access/bounded-map.ts'
import { toEndpointSettings, type EndpointSettings } from '../../access/connection-settings.ts'
import { loadRegistry } from '../../access/custom-types.ts'
import { cacheInstanceSecret } from '../../access/instance-secrets.ts'
import { getOrganization } from '../../access/organizations.ts'
import { getEntitlements, type Entitlements } from '../../access/plans.ts'
import type { OrganizationPrincipal, PrincipalConnection } from '../../access/principal.ts'
import { parseConnectionSettings, type ConnectionSettings } from '../../directory/connection-settings.ts'
import { invitesPeople } from '../../directory/invites.ts'
import type { Parts } from '../../parts.ts'
import { entitlementTypes } from './entitlements.ts'

/** Settings of one connection under one mount, made once per version of either. */
export type Endpoint = {
  readonly service: ServiceSettings
  readonly own: EndpointSettings & ConnectionSettings
  readonly invites: boolean
  readonly plan: Entitlements
}

export type EndpointCache = {
  /** At once when known, so that the hot path awaits nothing. */
  find(principal: OrganizationPrincipal, connection: PrincipalConnection, baseUrl: string): Endpoint | Promise<Endpoint>
}

const endpointsMax = 2_000
const cursorSecretName = 'scim.cursor'

/**
 * Keys of the cache carry the versions of connection and organization, and the principal that brings them is at most
 * `keyCacheMs` old: a change of settings is served by every process as soon as a revoked key is refused.
 */
export function createEndpointCache(parts: Parts): EndpointCache {
  const endpoints = createBoundedMap<string, Endpoint>(endpointsMax)
  const getCursorSecret = cacheInstanceSecret(parts, cursorSecretName)
  const make = async (principal: OrganizationPrincipal, connection: PrincipalConnection, baseUrl: string) => {
    const own = { ...toEndpointSettings(connection), ...parseConnectionSettings(connection.settings) }
    const extra: RegistryExtension | undefined = own.entitlements ? entitlementTypes : undefined
    const [registry, secret, organization, plan] = await Promise.all([
      loadRegistry(parts.database, principal.organizationId, extra),
      getCursorSecret(),
      getOrganization(parts.database, principal.organizationId),
      getEntitlements(parts.database, principal.organizationId),
    ])
    // Names were checked when they were stored; one that a later version dropped falls back to the default.
    const profile = findProfile(connection.profile) ?? profiles.default
    const service: ServiceSettings = {
      registry,
      profile,
      style: toStyle(findStyle(connection.style) ?? styles.rollcall, profile),
      baseUrl,
      limits: toLimits(parts.config),
      cursorSecret: secret,
      scope: principal.organizationId,
      documentationUri: undefined,
      changePassword: own.passwordSync,
      securityEvents: toSecurityEvents(own),
      authenticationSchemes,
    }
    return {
      service,
      own,
      plan,
      invites: invitesPeople({ organization, connection: { style: service.style, settings: own } }),
    }
  }
  return {
    find: (principal, connection, baseUrl) => {
      const key = `${connection.id} ${connection.version} ${principal.organizationVersion} ${baseUrl}`
      const known = endpoints.get(key)
      if (known !== undefined) return known
      return make(principal, connection, baseUrl).then((endpoint) => {
        endpoints.set(key, endpoint)
        return endpoint
      })
    },
  }
}

/** Only what works for this connection is said (RFC 9967 §4). */
function toSecurityEvents({ asyncRequests }: EndpointSettings): ServiceSettings['securityEvents'] {
  // Completions are told of asynchronous requests only.
  const eventUris = Object.values(scimEventUris).filter((uri) => asyncRequests || uri !== scimEventUris.asyncResponse)
  return { asyncRequest: asyncRequests ? 'request' : 'none', eventUris }
}

// RFC 7643 §4.2 knows no uniqueness of group names, so a client that is held to its letter may use one twice.
function toStyle(style: Style, profile: Profile): Style {
  return profile === profiles.strict ? { ...style, groupNameUnique: false } : style
}

const authenticationSchemes: NonNullable<ServiceSettings['authenticationSchemes']> = [
  {
    type: 'oauthbearertoken',
    name: 'Bearer key',
    description: 'A key of the organization in the Authorization header',
    specUri: 'https://www.rfc-editor.org/info/rfc6750',
    primary: true,
  },
  {
    type: 'oauth2',
    name: 'OAuth 2.0 client credentials',
    description: 'An access token from /oauth/token',
    specUri: 'https://www.rfc-editor.org/info/rfc6749',
  },
  {
    type: 'httpbasic',
    name: 'HTTP Basic',
    description: 'Any user name, and a key as the password',
    specUri: 'https://www.rfc-editor.org/info/rfc7617',
  },
]

function toLimits(config: Parts['config']): Limits {
  return {
    ...defaultLimits,
    bodyBytesMax: config.bodyBytesMax,
    largeBodyBytesMax: config.bulkBodyBytesMax,
    bulkPayloadBytesMax: config.bulkBodyBytesMax,
  }
}
