import { consolePath } from '../console/page.ts'
import type { Mount } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { refuseMethod } from '../sign-in/site.ts'

/** Behind `#`, so that the token is sent to nobody again, and only a POST of the page exchanges it. */
export function customerSetUpMounts(): readonly Mount[] {
  return [{ prefix: '/set-up/:token', fetch: answerLink }]
}

/** Every token of a set-up link begins like this. */
const tokenStart = 'rc_lnk_'

function answerLink(request: Request, context: RequestContext): Response {
  const token = context.parameters.get('token') ?? ''
  context.route = '/set-up/{token}'
  if (!token.startsWith(tokenStart) || (context.path !== '' && context.path !== '/'))
    return new Response('Not Found\n', { status: 404 })
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod('GET, HEAD')
  const location = `${context.baseUrl}${consolePath}/set-up#${encodeURIComponent(token)}`
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 303, headers })
}
