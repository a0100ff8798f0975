import { findSetupLinkState, useSetupLink, type SetupLinkState } from '../../access/setup-links.ts'
import { chooseLanguage, type Language } from '../../language.ts'
import type { Parts } from '../../parts.ts'
import type { Mount } from '../mount.ts'
import { pageHeaders } from '../page.ts'
import type { RequestContext } from '../request-context.ts'
import { renderInvitation, renderKey, renderRefusal } from './page.ts'

const statusOf: { readonly [state in Exclude<SetupLinkState, 'open'>]: number } = {
  used: 410,
  expired: 410,
  unknown: 404,
}

/** `/setup/<token>`: GET shows a button and changes nothing, so that link scanners do no harm; POST uses the link up. */
export function setupMounts(parts: Pick<Parts, 'database' | 'clock' | 'logger'>): readonly Mount[] {
  return [{ prefix: '/setup/:token', fetch: (request, context) => answerSetup(parts, request, context) }]
}

async function answerSetup(
  parts: Pick<Parts, 'database' | 'clock' | 'logger'>,
  request: Request,
  context: RequestContext,
): Promise<Response> {
  const language = chooseLanguage(request.headers.get('accept-language'))
  const token = context.parameters.get('token') ?? ''
  const now = parts.clock()
  context.route = '/setup/{token}'
  if (context.path !== '' && context.path !== '/') return toPage(404, renderRefusal(language, 'unknown'))
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return toInvitation(language, await findSetupLinkState(parts.database, token, now))
    case 'POST': {
      const outcome = await useSetupLink(parts.database, token, now)
      if (outcome.kind === 'refused') return toInvitation(language, outcome.state)
      parts.logger.warn({ client: context.clientIp }, 'The owner’s key was made with the set-up link')
      return toPage(200, renderKey(language, { key: outcome.key, url: context.baseUrl }))
    }
    default:
      return new Response('Method Not Allowed\n', { status: 405, headers: { allow: 'GET, HEAD, POST' } })
  }
}

function toInvitation(language: Language, state: SetupLinkState): Response {
  if (state === 'open') return toPage(200, renderInvitation(language))
  return toPage(statusOf[state], renderRefusal(language, state))
}

function toPage(status: number, html: string): Response {
  return new Response(html, { status, headers: pageHeaders })
}
