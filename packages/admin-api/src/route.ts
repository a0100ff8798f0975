import { z } from 'zod'
import type { ApiErrorCode } from './errors.ts'
import type { featureNames } from './names.ts'
import type { Permission, RouteScope } from './scopes.ts'
import { organizationReference, pageQuery } from './values.ts'

/** Something that a plan may lack. */
export type FeatureName = (typeof featureNames)[number]

/** One thing that the admin API can do. Server, command line and OpenAPI read the same table. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `{name}` stands for one segment; its schema is in `params`. */
  readonly path: `/api/v1/${string}`
  readonly tag: string
  readonly summary: string
  readonly scope: RouteScope
  /** Besides what `scope` lets in: whoever is signed in with a browser and may do this. Keys are not. */
  readonly orSignedIn?: Permission
  /** Refused with `planRequired` where the organization's plan lacks it. */
  readonly feature?: FeatureName
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  readonly body: z.ZodType | null
  /** The body is no JSON: a part of a file, as it is, of at most `limits.partBytesMax`, or of this media type. */
  readonly takesBytes?: true | `application/${string}`
  /** The body is JSON of this shape, or lines of JSON (application/x-ndjson) in any number. */
  readonly takesLines?: z.ZodType
  /** The answer when all went well; 202: a run, whose place stands in `Location`. */
  readonly status: 200 | 201 | 202 | 204
  readonly answer: z.ZodType | null
  /** Of an answer that is no JSON: text that is sent piece by piece. */
  readonly mediaType?: 'text/csv' | 'application/x-ndjson'
  /** Besides those that every route can answer with. */
  readonly errors: readonly ApiErrorCode[]
  /** The answer has an ETag; a change takes If-Match. */
  readonly hasVersion?: boolean
  /**
   * Of a dangerous act: somebody who is signed in with a browser must have shown lately who he is, else `stepUpRequired`.
   * Names of members of the body: only where it has one of them. Keys are not asked.
   */
  readonly stepUp?: true | readonly string[]
  /** With `Accept: text/event-stream` the answer comes again at every change. */
  readonly hasEvents?: boolean
}

/** Errors that every route may answer with. */
const sharedErrors: readonly ApiErrorCode[] = [
  'invalidRequest',
  'unauthenticated',
  'forbidden',
  'notFound',
  'tooManyRequests',
  'internal',
  'unavailable',
]

/** Errors of every route that takes a body. */
const bodyErrors: readonly ApiErrorCode[] = ['malformedJson', 'bodyTooLarge', 'unsupportedMediaType']

/** Errors of every POST: they take an Idempotency-Key. */
const postErrors: readonly ApiErrorCode[] = ['idempotencyInFlight', 'idempotencyMismatch']

export const none = z.object({})

export const inOrganization = z.object({ organization: organizationReference })

export const page = z.object(pageQuery)

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
    ...(route.takesBytes === undefined && route.takesLines === undefined ? [] : (['bodyTooLarge'] as const)),
    ...(route.method === 'POST' ? postErrors : []),
    ...(route.stepUp === undefined ? [] : (['stepUpRequired'] as const)),
    ...(route.feature === undefined ? [] : (['planRequired'] as const)),
    ...route.errors,
  ]
  // Without a key nothing can be wrong with it.
  const withoutKey = new Set<ApiErrorCode>(route.scope === 'none' ? ['unauthenticated', 'forbidden', 'notFound'] : [])
  return own.filter((code) => !withoutKey.has(code))
}
