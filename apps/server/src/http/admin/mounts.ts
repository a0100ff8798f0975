import { createOpenApi } from '@rollcall/admin-api'
import { createAuthenticator, type Authenticator } from '../../access/authenticate.ts'
import { createCallOrigins, type CallOrigins } from '../../audit/call-origins.ts'
import { createInvitationLinks } from '../../directory/invitation-link.ts'
import { createMailLinks } from '../../mail-links.ts'
import { createCustomerLinks } from '../../onboarding/customer-links.ts'
import { createLiveHub, type LiveHub } from '../../live/hub.ts'
import type { Parts } from '../../parts.ts'
import { createChallenges } from '../../sign-in/challenges.ts'
import { readBuild } from '../../telemetry/build.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { answerAdmin, type AdminApi } from './answer.ts'
import { answerDocs, answerRoot } from './docs-page.ts'
import { answerErrorPage } from './error-pages.ts'
import { securityHeaders } from './headers.ts'
import type { ScimProbe } from '../scim/probe.ts'
import type { ScimReplay } from '../scim/replay.ts'
import { createRateLimit } from './rate-limit.ts'

export type AdminParts = Pick<
  Parts,
  | 'database'
  | 'clock'
  | 'encryption'
  | 'logger'
  | 'config'
  | 'draining'
  | 'lookUpTxt'
  | 'outboundConnections'
  | 'outboundFetch'
  | 'outboundSender'
  | 'outboundStreams'
  | 'outboundTcp'
  | 'publicUrl'
>

export type AdminOptions = {
  readonly requestsPerMinuteMax?: number
  /** The one that the other APIs of the process use too; left out: one of its own. */
  readonly authenticator?: Authenticator
  /** Those of the process; left out: its own. */
  readonly origins?: CallOrigins
  /** Asks our SCIM endpoint in this process; left out: connections cannot be tested. */
  readonly probeScim?: ScimProbe
  /** Replays requests of the log in this process; left out: they cannot be. */
  readonly replayScim?: ScimReplay
  /** That of the process; left out: one of its own. */
  readonly liveHub?: LiveHub
}

/** `/api/v1`, the pages behind the `type` of its errors, and its description. */
export function adminMounts(parts: AdminParts, options: AdminOptions = {}): readonly Mount[] {
  const authenticator = options.authenticator ?? createAuthenticator({ database: parts.database, clock: parts.clock })
  const probeScim = options.probeScim ?? (async () => ({ status: 503, body: '' }))
  const liveHub = options.liveHub ?? createLiveHub(parts)
  const origins = options.origins ?? createCallOrigins(parts.database, () => undefined)
  const api: AdminApi = {
    origins,
    parts: {
      ...parts,
      invitationLinks: createInvitationLinks(parts),
      mailLinks: createMailLinks(parts),
      customerLinks: createCustomerLinks(parts),
      probeScim,
      replayScim: options.replayScim ?? (() => Promise.reject(new Error('Nothing is replayed here'))),
      liveHub,
      challenges: createChallenges(parts),
    },
    authenticator,
    rateLimit: createRateLimit(options.requestsPerMinuteMax),
  }
  return [
    {
      prefix: '/api/v1',
      fetch: (request, context) => answerAdmin(api, request, context),
      close: async () => {
        liveHub.close()
        await Promise.all([authenticator.close(), origins.close()])
      },
    },
    { prefix: '/errors', fetch: answerErrorPage },
    { prefix: '/openapi.json', fetch: answerOpenApi },
    { prefix: '/docs', fetch: answerDocs },
    { prefix: '/', fetch: answerRoot },
  ]
}

const { version } = readBuild()

function answerOpenApi(request: Request, context: RequestContext): Response {
  context.route = '/openapi.json'
  const headers = { ...securityHeaders(context.baseUrl), 'content-type': 'application/json' }
  if (context.path !== '') return new Response(null, { status: 404, headers: securityHeaders(context.baseUrl) })
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response(null, { status: 405, headers: { ...headers, allow: 'GET, HEAD' } })
  const body = request.method === 'HEAD' ? null : JSON.stringify(createOpenApi({ serverUrl: context.baseUrl, version }))
  return new Response(body, { headers })
}
