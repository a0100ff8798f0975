import { scimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Query } from '../message/query.ts'
import { messageUrns } from '../message/urns.ts'
import {
  type AuthenticationScheme,
  toResourceTypeDocument,
  toSchemaDocument,
  toServiceProviderConfig,
} from '../schema/discovery.ts'
import type { Route } from './route.ts'
import type { ServiceSettings } from './settings.ts'

type DiscoveryRoute = Extract<Route, { kind: 'serviceProviderConfig' | 'resourceTypes' | 'schemas' }>

const bearer: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'Bearer token',
  description: 'A key of the connection in the Authorization header',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
}

const texts = new WeakMap<ServiceSettings, Map<string, string>>()

/**
 * The text of a discovery document (RFC 7644 §4), made once per settings. Sorting and paging are ignored there;
 * a filter is `forbidden`, so that nobody takes the answer for filtered. Unknown names are `notFound`.
 */
export function toDiscoveryText(route: DiscoveryRoute, settings: ServiceSettings, query: Query): string {
  if (query.has('filter')) throw scimError('forbidden', 'Discovery documents cannot be filtered (RFC 7644 §4)')
  const key = `${route.kind} ${toName(route) ?? ''}`
  const cached = texts.get(settings) ?? new Map<string, string>()
  texts.set(settings, cached)
  const known = cached.get(key)
  if (known !== undefined) return known
  const text = JSON.stringify(toDocument(route, settings))
  cached.set(key, text)
  return text
}

function toName(route: DiscoveryRoute): string | undefined {
  if (route.kind === 'resourceTypes') return route.name
  return route.kind === 'schemas' ? route.urn : undefined
}

function toDocument(route: DiscoveryRoute, settings: ServiceSettings): JsonObject {
  const { registry, baseUrl } = settings
  switch (route.kind) {
    case 'serviceProviderConfig':
      return toConfig(settings)
    case 'resourceTypes': {
      const { name } = route
      if (name === undefined) return toList(registry.resourceTypes.map((type) => toResourceTypeDocument(type, baseUrl)))
      const type = registry.resourceTypes.find((each) => each.name === name)
      if (type === undefined) throw scimError('notFound', `There is no resource type "${name.slice(0, 200)}"`)
      return toResourceTypeDocument(type, baseUrl)
    }
    case 'schemas': {
      const { urn } = route
      if (urn === undefined)
        return toList([...registry.schemas.values()].map((each) => toSchemaDocument(each, baseUrl)))
      const schema = registry.schemas.get(urn.toLowerCase())
      if (schema === undefined) throw scimError('notFound', `There is no schema "${urn.slice(0, 200)}"`)
      return toSchemaDocument(schema, baseUrl)
    }
    default:
      return route satisfies never
  }
}

function toList(documents: readonly JsonObject[]): JsonObject {
  return {
    schemas: [messageUrns.listResponse],
    totalResults: documents.length,
    startIndex: 1,
    itemsPerPage: documents.length,
    Resources: documents,
  }
}

function toConfig(settings: ServiceSettings): JsonObject {
  const { limits, style } = settings
  return toServiceProviderConfig({
    baseUrl: settings.baseUrl,
    documentationUri: settings.documentationUri,
    patch: true,
    bulk: { maxOperations: limits.bulkOperationsMax, maxPayloadSizeBytes: limits.bulkPayloadBytesMax },
    filter: { maxResults: style.pageSizeMax },
    changePassword: settings.changePassword === true,
    sort: true,
    etag: true,
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: style.pageSizeDefault,
      maxPageSize: style.pageSizeMax,
      cursorTimeoutSeconds: limits.cursorSecondsMax,
    },
    securityEvents: settings.securityEvents,
    authenticationSchemes: settings.authenticationSchemes ?? [bearer],
  })
}
