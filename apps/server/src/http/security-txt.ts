import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { faultResponse, faults } from './fault.ts'
import type { Mount } from './mount.ts'
import type { RequestContext } from './request-context.ts'

const prefix = '/.well-known/security.txt'
const dayMs = 86_400_000
/** RFC 9116 §2.5.5 recommends less than a year; whoever reads the file gets at least this long. */
const validDays = 90

/** Whom to tell of a weakness of this instance (RFC 9116); nobody is named until ROLLCALL_SECURITY_CONTACT names somebody. */
export function securityTxtMounts({ config, clock }: { readonly config: Config; readonly clock: Clock }): Mount[] {
  const answer = (request: Request, context: RequestContext): Response => {
    const refuse = (fault: (typeof faults)['notFound' | 'methodNotAllowed']): Response =>
      faultResponse(fault, prefix + context.path, context.requestId)
    if (context.path !== '' || config.securityContact.length === 0) return refuse(faults.notFound)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(faults.methodNotAllowed)
    const text = toSecurityTxt(config, { url: `${context.baseUrl}${prefix}`, now: clock() })
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' }
    return new Response(request.method === 'HEAD' ? null : text, { headers })
  }
  return [{ prefix, fetch: answer }]
}

type Place = { readonly url: string; readonly now: Date }

function toSecurityTxt({ securityContact, securityLanguages }: Config, { url, now }: Place): string {
  // The same text all day, so that it can be compared and kept.
  const expires = new Date((Math.floor(now.getTime() / dayMs) + validDays + 1) * dayMs)
  return [
    ...securityContact.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires.toISOString()}`,
    ...(securityLanguages.length > 0 ? [`Preferred-Languages: ${securityLanguages.join(', ')}`] : []),
    // RFC 9116 §2.5.2: an address of the web must begin with https.
    ...(url.startsWith('https:') ? [`Canonical: ${url}`] : []),
    '',
  ].join('\n')
}
