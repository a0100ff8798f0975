import { scimError } from '../errors.ts'
import type { Registry } from '../schema/registry.ts'
import type { ResourceType } from '../schema/resource-type.ts'

/** What a path below the base URL names (RFC 7644 §3.2, table 2). */
export type Route =
  | { readonly kind: 'resource'; readonly type: ResourceType; readonly id: string }
  | { readonly kind: 'collection'; readonly type: ResourceType }
  | { readonly kind: 'search'; readonly type: ResourceType }
  | { readonly kind: 'root' }
  | { readonly kind: 'rootSearch' }
  | { readonly kind: 'me' }
  | { readonly kind: 'bulk' }
  | { readonly kind: 'serviceProviderConfig' }
  | { readonly kind: 'resourceTypes'; readonly name: string | undefined }
  | { readonly kind: 'schemas'; readonly urn: string | undefined }

/**
 * Finds the route of a path. Double and trailing slashes do not count, percent-encoding is undone by segment.
 * Names are case-sensitive; for another case the `notFound` says how the endpoint is spelled.
 */
export function parseRoute(path: string, registry: Registry): Route {
  const segments = path.split('/').filter((segment) => segment !== '')
  const decoded = path.includes('%') ? segments.map(decodeSegment) : segments
  const [first, second] = decoded
  if (first === undefined) return { kind: 'root' }
  if (decoded.length > 2) throw unknownPath(decoded, registry)
  const endpoint = `/${first}`
  const type = registry.resourceTypes.find((candidate) => candidate.endpoint === endpoint)
  if (type !== undefined) return toTypeRoute(type, second)
  return findFixedRoute(first, second) ?? fail(decoded, registry)
}

function toTypeRoute(type: ResourceType, id: string | undefined): Route {
  if (id === undefined) return { kind: 'collection', type }
  return id === '.search' ? { kind: 'search', type } : { kind: 'resource', type, id }
}

function findFixedRoute(name: string, second: string | undefined): Route | undefined {
  if (name === 'ResourceTypes') return { kind: 'resourceTypes', name: second }
  if (name === 'Schemas') return { kind: 'schemas', urn: second }
  if (second !== undefined) return undefined
  switch (name) {
    case 'ServiceProviderConfig':
      return { kind: 'serviceProviderConfig' }
    case 'Bulk':
      return { kind: 'bulk' }
    case 'Me':
      return { kind: 'me' }
    case '.search':
      return { kind: 'rootSearch' }
    default:
      return undefined
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw scimError('badRequest', 'The path is not well-formed percent-encoding', { cause })
  }
}

const fixedNames = ['ServiceProviderConfig', 'ResourceTypes', 'Schemas', 'Bulk', 'Me', '.search'] as const

function fail(segments: readonly string[], registry: Registry): never {
  throw unknownPath(segments, registry)
}

function unknownPath(segments: readonly string[], registry: Registry): Error {
  const asked = segments[0]?.toLowerCase()
  const names = [...registry.resourceTypes.map((type) => type.endpoint.slice(1)), ...fixedNames]
  const meant = names.find((name) => name.toLowerCase() === asked)
  const shown = `/${segments.join('/')}`.slice(0, 200)
  if (meant === undefined || meant === segments[0]) return scimError('notFound', `Nothing is at ${shown}`)
  return scimError('notFound', `Nothing is at ${shown}; paths are case-sensitive, this one is spelled /${meant}`)
}

const resourceMethods = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const collectionMethods = ['GET', 'HEAD', 'POST', 'OPTIONS'] as const
const readMethods = ['GET', 'HEAD', 'OPTIONS'] as const
const postMethods = ['POST', 'OPTIONS'] as const

/** The methods that a route knows, for the Allow header. */
export function allowedMethods(route: Route): readonly string[] {
  switch (route.kind) {
    case 'resource':
    case 'me':
      return resourceMethods
    case 'collection':
      return collectionMethods
    case 'root':
    case 'serviceProviderConfig':
    case 'resourceTypes':
    case 'schemas':
      return readMethods
    case 'search':
    case 'rootSearch':
    case 'bulk':
      return postMethods
    default:
      return neverRoute(route)
  }
}

function neverRoute(route: never): never {
  throw scimError('internal', `unknown route ${JSON.stringify(route)}`)
}
