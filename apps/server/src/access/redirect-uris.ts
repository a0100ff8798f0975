import { AccessError } from './access-error.ts'

export const redirectUrisMax = 20
const charactersMax = 2_000
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Where Okta wants authorization codes for an application to be sent, by the hosts of its cells. */
export const oktaHosts = [
  'system-admin.okta.com',
  'system-admin.okta-emea.com',
  'system-admin.oktapreview.com',
  'system-admin.trexcloud.com',
] as const

/** The addresses of one application of Okta, by the name that Okta gave it. Throws `invalidRedirect`. */
export function listOktaRedirects(appName: string): readonly string[] {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(appName))
    throw invalid(`"${appName.slice(0, 60)}" is no name of an Okta application`)
  return oktaHosts.map((host) => `https://${host}/admin/app/cpc/${appName}/oauth/callback`)
}

/** Addresses as they are compared: to the letter (RFC 9700 §2.1). Throws `invalidRedirect`. */
export function parseRedirectUris(texts: readonly string[]): readonly string[] {
  if (texts.length === 0 || texts.length > redirectUrisMax) throw invalid(`takes 1 to ${redirectUrisMax} addresses`)
  for (const text of texts) {
    const url = text.length <= charactersMax && URL.canParse(text) ? new URL(text) : undefined
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname))
    if (url === undefined || !isSafe || url.hash !== '' || text.includes('#') || url.username !== '')
      throw invalid(`"${text.slice(0, 80)}" is no https address without a fragment`)
  }
  return [...new Set(texts)]
}

function invalid(what: string): AccessError {
  return new AccessError('invalidRedirect', `redirectUris: ${what}`, { field: 'redirectUris' })
}
