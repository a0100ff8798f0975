import type { Parts } from '../../parts.ts'
import { RequestContext } from '../request-context.ts'
import { toScimEndpoint, type PlainScimEndpoint } from './endpoint.ts'

/** What stands as the client in the request log. */
export const probeClient = 'Rollcall connection test'

export type ProbeAnswer = { readonly status: number; readonly body: string }

/** Asks our own SCIM endpoint as an identity provider would, in this process. */
export type ScimProbe = (asked: {
  readonly slug: string
  readonly key: string
  /** Below the base URL, with the query. */
  readonly path: string
}) => Promise<ProbeAnswer>

export function createScimProbe(parts: Parts, answer: PlainScimEndpoint): ScimProbe {
  const endpoint = toScimEndpoint(answer)
  return async ({ slug, key, path }) => {
    const publicUrl = parts.publicUrl()
    const prefix = `/o/${slug}/scim/v2`
    const request = new Request(publicUrl.href + prefix + path, {
      headers: { authorization: `Bearer ${key}`, accept: 'application/scim+json', 'user-agent': probeClient },
    })
    const context = new RequestContext({
      request,
      connection: undefined,
      arrivedAt: parts.clock(),
      publicUrl,
      isPublicUrlSet: true,
      proxyHops: 0,
      logger: parts.logger,
    })
    context.prefix = prefix
    context.path = path.split('?')[0] ?? path
    context.parameters = new Map([['slug', slug]])
    const response = await endpoint(request, context)
    return { status: response.status, body: await response.text() }
  }
}
