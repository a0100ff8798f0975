import { z } from 'zod'
import * as connections from './connections.ts'
import type { ApiErrorCode } from './errors.ts'
import * as holds from './holds.ts'
import * as keys from './keys.ts'
import * as organizations from './organizations.ts'
import * as requests from './requests.ts'
import type { RouteScope } from './scopes.ts'
import { idOf, organizationReference, pageQuery } from './values.ts'
import { errorCatalogue, whoami } from './whoami.ts'

/** One thing that the admin API can do. Server, command line and OpenAPI read the same table. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `{name}` stands for one segment; its schema is in `params`. */
  readonly path: `/api/v1/${string}`
  readonly tag: string
  readonly summary: string
  readonly scope: RouteScope
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body: z.ZodType | null
  /** The answer when all went well. */
  readonly status: 200 | 201 | 204
  readonly answer: z.ZodType | null
  /** Besides those that every route can answer with. */
  readonly errors: readonly ApiErrorCode[]
  /** The answer has an ETag; a change takes If-Match. */
  readonly hasVersion?: boolean
}

/** Errors that every route may answer with. */
export const sharedErrors: readonly ApiErrorCode[] = [
  'invalidRequest',
  'unauthenticated',
  'forbidden',
  'notFound',
  'tooManyRequests',
  'internal',
  'unavailable',
]

/** Errors of every route that takes a body. */
export const bodyErrors: readonly ApiErrorCode[] = ['malformedJson', 'bodyTooLarge', 'unsupportedMediaType']

/** Errors of every POST: they take an Idempotency-Key. */
export const postErrors: readonly ApiErrorCode[] = ['idempotencyInFlight', 'idempotencyMismatch']

const none = z.object({})
const inOrganization = z.object({ organization: organizationReference })
const onConnection = inOrganization.extend({ connection: idOf('connection') })
const onKey = inOrganization.extend({ key: idOf('key') })
const onServiceAccount = inOrganization.extend({ serviceAccount: idOf('serviceAccount') })
const onRequest = inOrganization.extend({ request: idOf('request') })
const onHold = inOrganization.extend({ hold: idOf('hold') })
const page = z.object(pageQuery)

export const routes = {
  whoami: {
    method: 'GET',
    path: '/api/v1/whoami',
    tag: 'Key',
    summary: 'Who the key of this request is',
    scope: 'any',
    params: none,
    query: none,
    body: null,
    status: 200,
    answer: whoami,
    errors: [],
  },
  listErrors: {
    method: 'GET',
    path: '/api/v1/errors',
    tag: 'Errors',
    summary: 'Every error that the API answers with',
    scope: 'none',
    params: none,
    query: none,
    body: null,
    status: 200,
    answer: errorCatalogue,
    errors: [],
  },
  listOrganizations: {
    method: 'GET',
    path: '/api/v1/organizations',
    tag: 'Organizations',
    summary: 'The organizations that the key may see, by slug',
    scope: 'organization:read',
    params: none,
    query: page,
    body: null,
    status: 200,
    answer: organizations.organizationPage,
    errors: ['invalidCursor'],
  },
  createOrganization: {
    method: 'POST',
    path: '/api/v1/organizations',
    tag: 'Organizations',
    summary: 'Make an organization with one SCIM connection',
    scope: 'instance',
    params: none,
    query: none,
    body: organizations.createOrganizationBody,
    status: 201,
    answer: organizations.organization,
    errors: ['conflict'],
    hasVersion: true,
  },
  getOrganization: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}',
    tag: 'Organizations',
    summary: 'One organization',
    scope: 'organization:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: organizations.organization,
    errors: [],
    hasVersion: true,
  },
  updateOrganization: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}',
    tag: 'Organizations',
    summary: 'Change an organization',
    scope: 'organization:admin',
    params: inOrganization,
    query: none,
    body: organizations.updateOrganizationBody,
    status: 200,
    answer: organizations.organization,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  listConnections: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/connections',
    tag: 'Connections',
    summary: 'Connections, oldest first',
    scope: 'organization:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: connections.connectionPage,
    errors: ['invalidCursor'],
  },
  createConnection: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/connections',
    tag: 'Connections',
    summary: 'Make a connection',
    scope: 'organization:admin',
    params: inOrganization,
    query: none,
    body: connections.createConnectionBody,
    status: 201,
    answer: connections.connection,
    errors: ['conflict'],
    hasVersion: true,
  },
  getConnection: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/connections/{connection}',
    tag: 'Connections',
    summary: 'One connection',
    scope: 'organization:read',
    params: onConnection,
    query: none,
    body: null,
    status: 200,
    answer: connections.connection,
    errors: [],
    hasVersion: true,
  },
  updateConnection: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/connections/{connection}',
    tag: 'Connections',
    summary: 'Change, disable or enable a connection',
    scope: 'organization:admin',
    params: onConnection,
    query: none,
    body: connections.updateConnectionBody,
    status: 200,
    answer: connections.connection,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteConnection: {
    method: 'DELETE',
    path: '/api/v1/organizations/{organization}/connections/{connection}',
    tag: 'Connections',
    summary: 'Delete a connection and its keys; what it brought stays, owned by nobody',
    scope: 'organization:admin',
    params: onConnection,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  listKeys: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/keys',
    tag: 'Keys',
    summary: 'Keys, oldest first, without their secrets',
    scope: 'organization:read',
    params: inOrganization,
    query: keys.keyQuery,
    body: null,
    status: 200,
    answer: keys.keyPage,
    errors: ['invalidCursor'],
  },
  createKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys',
    tag: 'Keys',
    summary: 'Make a key; its secret is shown in this answer only',
    scope: 'organization:admin',
    params: inOrganization,
    query: none,
    body: keys.createKeyBody,
    status: 201,
    answer: keys.createdKey,
    errors: ['conflict'],
  },
  getKey: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/keys/{key}',
    tag: 'Keys',
    summary: 'One key, without its secret',
    scope: 'organization:read',
    params: onKey,
    query: none,
    body: null,
    status: 200,
    answer: keys.key,
    errors: [],
  },
  revokeKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys/{key}/revoke',
    tag: 'Keys',
    summary: 'End a key for good, in every process within a second',
    scope: 'organization:admin',
    params: onKey,
    query: none,
    body: null,
    status: 200,
    answer: keys.key,
    errors: [],
  },
  rotateKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/keys/{key}/rotate',
    tag: 'Keys',
    summary: 'Make a successor with the same rights; both work during the overlap',
    scope: 'organization:admin',
    params: onKey,
    query: none,
    body: keys.rotateKeyBody,
    status: 201,
    answer: keys.rotatedKey,
    errors: ['conflict'],
  },
  listServiceAccounts: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/service-accounts',
    tag: 'Service accounts',
    summary: 'Service accounts, oldest first',
    scope: 'organization:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: keys.serviceAccountPage,
    errors: ['invalidCursor'],
  },
  createServiceAccount: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/service-accounts',
    tag: 'Service accounts',
    summary: 'Make a service account, an owner of keys that is no person',
    scope: 'organization:admin',
    params: inOrganization,
    query: none,
    body: keys.createServiceAccountBody,
    status: 201,
    answer: keys.serviceAccount,
    errors: ['conflict'],
  },
  updateServiceAccount: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/service-accounts/{serviceAccount}',
    tag: 'Service accounts',
    summary: 'Disable or enable a service account and with it its keys',
    scope: 'organization:admin',
    params: onServiceAccount,
    query: none,
    body: keys.updateServiceAccountBody,
    status: 200,
    answer: keys.serviceAccount,
    errors: [],
  },
  listRequests: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/requests',
    tag: 'Request log',
    summary: 'What identity providers sent and what they got, newest first',
    scope: 'organization:read',
    params: inOrganization,
    query: requests.requestQuery,
    body: null,
    status: 200,
    answer: requests.requestPage,
    errors: ['invalidCursor'],
  },
  getRequest: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/requests/{request}',
    tag: 'Request log',
    summary: 'One request with its redacted bodies and what it changed',
    scope: 'organization:read',
    params: onRequest,
    query: none,
    body: null,
    status: 200,
    answer: requests.request,
    errors: [],
  },
  listHolds: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/holds',
    tag: 'Holds',
    summary: 'Mass changes that waited or wait for a person, newest first',
    scope: 'organization:read',
    params: inOrganization,
    query: holds.holdQuery,
    body: null,
    status: 200,
    answer: holds.holdPage,
    errors: ['invalidCursor'],
  },
  getHold: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/holds/{hold}',
    tag: 'Holds',
    summary: 'One hold with the names of all whom it concerns',
    scope: 'organization:read',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: holds.hold,
    errors: [],
  },
  approveHold: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/holds/{hold}/approve',
    tag: 'Holds',
    summary: 'Carry out what waits; the client’s next try finds it done',
    scope: 'organization:admin',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: holds.hold,
    errors: ['conflict'],
  },
  discardHold: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/holds/{hold}/discard',
    tag: 'Holds',
    summary: 'Drop what waits',
    scope: 'organization:admin',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: holds.hold,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>

export type Routes = typeof routes

/** The name of a route: the `operationId` in OpenAPI. */
export type RouteId = keyof Routes

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type Sent<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined

/** What a handler of the route receives, checked. */
export type RouteInput<Id extends RouteId> = {
  readonly params: z.output<Routes[Id]['params']>
  readonly query: z.output<Routes[Id]['query']>
  readonly body: Parsed<Routes[Id]['body']>
}

/** The body of the answer; undefined with 204. */
export type RouteAnswer<Id extends RouteId> = Parsed<Routes[Id]['answer']>

/** What a client sends as the body. */
export type RouteBody<Id extends RouteId> = Sent<Routes[Id]['body']>

/**
 * All names, in the order of the table.
 *
 * @example
 * ```ts
 * import { listRouteIds, routes } from '@rollcall/admin-api'
 *
 * console.log(listRouteIds().filter((id) => routes[id].scope === 'instance')) // [ 'createOrganization' ]
 * ```
 */
export function listRouteIds(): readonly RouteId[] {
  // Object.keys forgets the key type; the table above is the only source.
  return Object.keys(routes) as RouteId[]
}

/**
 * All errors that a route may answer with.
 *
 * @example
 * ```ts
 * import { errorsOf, routes } from '@rollcall/admin-api'
 *
 * console.log(errorsOf(routes.updateConnection).includes('versionMismatch')) // true
 * ```
 */
export function errorsOf(route: Route): readonly ApiErrorCode[] {
  const own = [
    ...sharedErrors,
    ...(route.body === null ? [] : bodyErrors),
    ...(route.method === 'POST' ? postErrors : []),
    ...route.errors,
  ]
  // Without a key nothing can be wrong with it.
  const withoutKey = new Set<ApiErrorCode>(route.scope === 'none' ? ['unauthenticated', 'forbidden', 'notFound'] : [])
  return own.filter((code) => !withoutKey.has(code))
}
