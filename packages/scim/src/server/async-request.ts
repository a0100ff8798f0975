import { parsePrefer } from '../message/prefer.ts'
import { type Answer, toEmptyAnswer } from './answer.ts'
import { type Call, bodyBytesMaxOf, readJsonBody } from './call.ts'
import { type Route, allowedMethods, parseRoute } from './route.ts'
import type { ServiceSettings } from './settings.ts'

/** A write that a client wants to be done behind its back (RFC 9967 §2.5.1.1); who asks and where to was checked. */
export type DeferredRequest = {
  readonly method: string
  /** Below the base URL, with its query, as it was sent. */
  readonly path: string
  /** One JSON object as it was sent; null for DELETE. */
  readonly body: string | null
  /** Names of `deferredHeaders` in lower case: what the request needs when it is done. */
  readonly headers: Readonly<Record<string, string>>
}

/** Where the client finds out how it went. */
export type Deferral = {
  /** Goes back as Set-Txn, and comes again as `txn` of the completion event. */
  readonly txn: string
  /** Where that event can be read; undefined: nowhere, it is only delivered. */
  readonly location: string | undefined
}

/** What else than method, path and body decides what a write does. Accept is not among them (RFC 9967 §2.5.1.1). */
const deferredHeaders = ['content-type', 'if-match', 'if-none-match', 'user-agent'] as const

const writes: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Whether the answer to a request should come later: the client prefers it, and the settings let it. A client that is
 * ready to wait is answered at once where that takes no time: everything but a bulk request.
 */
export function wantsDeferral(
  { settings, method, request }: Pick<Call<unknown>, 'settings' | 'method' | 'request'>,
  path: string,
): boolean {
  if (settings.securityEvents?.asyncRequest !== 'request' || !writes.has(method)) return false
  const header = request.headers.get('prefer')
  if (header === null) return false
  const { respondAsync, waitSeconds } = parsePrefer(header)
  return respondAsync && ((waitSeconds ?? 0) === 0 || /^\/+Bulk\/*$/.test(path))
}

/**
 * Hands a write over to be done later: 202 without a body (RFC 9967 §2.5.1.1). Undefined for what is no write, such as a
 * search by POST. Refuses at once what could never be done: a wrong path, a caller who may not, a body that is no JSON.
 */
export async function deferCall<Context>(
  call: Call<Context>,
  path: string,
  defer: (request: DeferredRequest, context: Context) => Promise<Deferral>,
): Promise<Answer | undefined> {
  const { method, request, settings, trace } = call
  const route = parseRoute(path.split('?', 1)[0] ?? '', settings.registry)
  if (!isWritable(route) || !allowedMethods(route).includes(method)) return undefined
  const type = 'type' in route ? route.type : undefined
  const id = route.kind === 'resource' ? route.id : undefined
  trace.type = type?.name
  trace.resourceId = id
  call.service.authorize(call.context, { method, type: type?.name, id })
  const body = method === 'DELETE' ? null : (await readJsonBody(call, bytesMaxOf(settings, route))).text
  const headers = Object.fromEntries(
    deferredHeaders.flatMap((name) => {
      const value = request.headers.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
  const { txn, location } = await defer({ method, path, body, headers }, call.context)
  return toEmptyAnswer(202, {
    'set-txn': txn,
    'preference-applied': 'respond-async',
    ...(location === undefined ? {} : { location }),
  })
}

function isWritable(route: Route): boolean {
  return ['resource', 'collection', 'me', 'bulk'].includes(route.kind)
}

function bytesMaxOf(settings: ServiceSettings, route: Route): number {
  if (route.kind === 'bulk') return settings.limits.bulkPayloadBytesMax
  return 'type' in route ? bodyBytesMaxOf(settings, route.type) : settings.limits.bodyBytesMax
}
