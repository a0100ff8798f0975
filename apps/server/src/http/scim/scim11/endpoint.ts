import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { RequestContext } from '../../request-context.ts'
import type { ScimEndpoint } from '../endpoint.ts'
import { toAnswer11, toConfigs11, toErrors11 } from './to-one.ts'
import { toPatch20, toQuery20, toResource20 } from './to-two.ts'

/** Where SCIM 1.1 is served, for connections whose setting `scim11` is on. */
export const scim11Prefixes = ['/scim/v1', '/o/:slug/scim/v1'] as const

const configs = '/ServiceProviderConfigs'

/**
 * SCIM 1.1 as a translation to and from the 2.0 endpoint: the same accounts, the same rules, other words. The request log
 * shows what the request became.
 */
export function createScim11Endpoint(endpoint: ScimEndpoint): ScimEndpoint {
  return async (request, web) => {
    const isConfigs = web.path === configs
    // Bulk differs too much, and no client of 1.1 that is still about uses it.
    if (web.path === '/Bulk') return toJson(toErrors11({ detail: 'SCIM 1.1 is served without /Bulk' }, 501), 501)
    const translated = await toRequest20(request, web)
    web.path = isConfigs ? '/ServiceProviderConfig' : web.path
    const response = await endpoint(translated, web)
    return toResponse11(response, isConfigs)
  }
}

async function toRequest20(request: Request, web: RequestContext): Promise<Request> {
  const url = new URL(request.url)
  url.search = toQuery20(url.search)
  const { method } = request
  const headers = new Headers(request.headers)
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH') return new Request(url, { method, headers })
  headers.delete('content-length')
  return new Request(url, { method, headers, body: toBody20(await request.text(), method, web.path) })
}

/** What is no JSON object is passed on as it is: 2.0 says best what is wrong with it. */
function toBody20(text: string, method: string, path: string): string {
  const body = parseObject(text)
  if (body === undefined) return text
  return JSON.stringify(method === 'PATCH' ? toPatch20(body, path) : toResource20(body, path))
}

async function toResponse11(response: Response, isConfigs: boolean): Promise<Response> {
  const { status, headers } = response
  const text = await response.text()
  const body = parseObject(text)
  if (body === undefined) return new Response(text === '' ? null : text, { status, headers })
  return toJson(isConfigs && status === 200 ? toConfigs11(body) : toAnswer11(body, status), status, headers)
}

function toJson(body: JsonObject, status: number, headers?: Headers): Response {
  const own = new Headers(headers)
  own.delete('content-length')
  own.set('content-type', 'application/json;charset=UTF-8')
  return new Response(JSON.stringify(body), { status, headers: own })
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
