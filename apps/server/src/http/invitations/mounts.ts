import type { DerivedLinks, LinkName } from '../../access/derived-links.ts'
import { createFailedAttempts, type FailedAttempts } from '../../access/failed-attempts.ts'
import { acceptInvitation, showInvitation, type ShownInvitation } from '../../directory/accept-invitation.ts'
import { createInvitationLinks } from '../../directory/invitation-link.ts'
import { chooseLanguage, type Language } from '../../language.ts'
import type { Parts } from '../../parts.ts'
import { createPasswordLinks, welcomePerson } from '../../sign-in/password-links.ts'
import type { Mount } from '../mount.ts'
import { pageHeaders } from '../page.ts'
import type { RequestContext } from '../request-context.ts'
import { renderAccepted, renderOpen, renderRefusal } from './page.ts'
import type { RefusalReason } from './texts.ts'

type InvitationParts = Pick<Parts, 'database' | 'clock' | 'encryption'>

type Site = InvitationParts & {
  readonly links: DerivedLinks
  readonly passwords: DerivedLinks
  readonly attempts: FailedAttempts
}

const nobody = { organizationName: '', recipient: null }

// RFC 9110 §15.5.11: 410 for what was good once.
const statusOf: { readonly [reason in RefusalReason]: number } = {
  accepted: 410,
  expired: 410,
  replaced: 410,
  revoked: 410,
  gone: 410,
  suspended: 403,
  off: 403,
  unknown: 404,
  throttled: 429,
}

/**
 * `/invitations/<token>`: GET shows a button and changes nothing, so that link scanners do no harm; POST uses the link up.
 * A link that does nothing says why, in the language of the person it was made for.
 */
export function invitationMounts(parts: InvitationParts): readonly Mount[] {
  const site = {
    ...parts,
    links: createInvitationLinks(parts),
    passwords: createPasswordLinks(parts),
    attempts: createFailedAttempts(),
  }
  return [{ prefix: '/invitations/:token', fetch: (request, context) => answerInvitation(site, request, context) }]
}

async function answerInvitation(site: Site, request: Request, context: RequestContext): Promise<Response> {
  context.route = '/invitations/{token}'
  const { method } = request
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
    return new Response('Method Not Allowed\n', { status: 405, headers: { allow: 'GET, HEAD, POST' } })
  const answer = await decide(site, request, context)
  const headers = { ...pageHeaders, ...answer.headers, 'content-language': answer.language }
  return new Response(method === 'HEAD' ? null : answer.html, { status: answer.status, headers })
}

type Answer = {
  readonly status: number
  readonly language: Language
  readonly html: string
  readonly headers?: Readonly<Record<string, string>>
}

async function decide(site: Site, request: Request, context: RequestContext): Promise<Answer> {
  // Until we know for whom the link was made, the browser says the language.
  const guess = chooseLanguage(request.headers.get('accept-language'))
  const now = site.clock()
  const blocked = site.attempts.blockedSeconds(context.clientIp, now.getTime())
  if (blocked !== undefined)
    return { ...refuse(guess, 'throttled', nobody), headers: { 'retry-after': String(blocked) } }
  const link = context.path === '' || context.path === '/' ? await parse(site, context) : undefined
  const isPost = request.method === 'POST'
  const shown = link === undefined ? undefined : await look(site, link, { isPost, now, requestId: context.requestId })
  if (shown === undefined) {
    site.attempts.add(context.clientIp, now.getTime())
    return refuse(guess, 'unknown', nobody)
  }
  const { language, verdict } = shown
  if (verdict !== 'open') return refuse(language, verdict, shown)
  if (!isPost) return { status: 200, language, html: renderOpen(language, shown) }
  const { organizationSlug, ...person } = shown
  const password = await welcomePerson(site.database, { ...person, now })
  const ways = {
    password: password === undefined ? undefined : context.baseUrl + (await site.passwords.toPath(password)),
    signIn: `${context.baseUrl}/o/${organizationSlug}/sign-in`,
  }
  return { status: 200, language, html: renderAccepted(language, shown, ways) }
}

function parse(site: Site, context: RequestContext): Promise<LinkName | undefined> {
  return site.links.parse(context.parameters.get('token') ?? '')
}

function look(
  site: Site,
  link: LinkName,
  asked: { readonly isPost: boolean; readonly now: Date; readonly requestId: string },
): Promise<ShownInvitation | undefined> {
  const { isPost, now, requestId } = asked
  return isPost ? acceptInvitation(site.database, link, { now, requestId }) : showInvitation(site.database, link, now)
}

function refuse(
  language: Language,
  reason: RefusalReason,
  names: Pick<ShownInvitation, 'organizationName' | 'recipient'>,
): Answer {
  return { status: statusOf[reason], language, html: renderRefusal(language, reason, names) }
}
