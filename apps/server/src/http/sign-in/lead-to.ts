import { renderMessage } from './pages.ts'
import { answerPage, type Visit } from './site.ts'

/**
 * The answer to a form that leads on to another site. By a header and a link: browsers let a form of ours lead to no other
 * site, and a redirect counts as where it leads.
 */
export function leadTo(
  visit: Visit,
  place: { readonly title: string; readonly label: string; readonly href: string },
  cookies: readonly string[] = [],
): Response {
  const { title, label, href } = place
  const response = answerPage(visit, 200, renderMessage(visit.language, { title, link: { label, href } }), cookies)
  response.headers.set('refresh', `0;url=${href}`)
  return response
}
