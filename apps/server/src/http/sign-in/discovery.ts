import { findOrganization } from '../../access/organizations.ts'
import { toSignInSettings } from '../../access/sign-in-settings.ts'
import { discoverOrganizations, domainOf } from '../../sign-in/discover.ts'
import { findOnlyWay, listSignInWays } from '../../sign-in/list-ways.ts'
import { leadTo } from './lead-to.ts'
import { renderDiscovery } from './pages.ts'
import {
  answerPage,
  findSession,
  parseNext,
  readOwnForm,
  redirectTo,
  refuseMethod,
  type SignInParts,
  type Visit,
} from './site.ts'
import { describeProblem, homePath } from './sign-in.ts'
import { fillText, signInTexts } from './texts/catalog.ts'

const emailCharactersMax = 320

/** `/sign-in`: by the mail address we find the organization, whose page is the one to sign in on. */
export async function answerDiscovery(parts: SignInParts, visit: Visit): Promise<Response> {
  const { request, context, language } = visit
  context.route = '/sign-in'
  const { searchParams } = new URL(request.url)
  if (request.method === 'GET' || request.method === 'HEAD') {
    const next = parseNext(searchParams.get('next'), visit)
    // `other`: somebody who is signed in wants into another organization.
    const isElsewhere = searchParams.has('other')
    if (!isElsewhere && (await findSession(parts, visit)) !== undefined) return redirectTo(visit, next ?? homePath)
    const done = searchParams.has('signedOut') ? signInTexts[language].signedOut : undefined
    const shown = { email: '', choices: [], asksOrganization: false, next, alert: undefined, done }
    return answerPage(visit, 200, renderDiscovery(language, shown))
  }
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  return form instanceof Response ? form : discover(parts, visit, form)
}

async function discover(parts: SignInParts, visit: Visit, form: URLSearchParams): Promise<Response> {
  const { context, language } = visit
  const email = (form.get('email') ?? '').slice(0, emailCharactersMax)
  const next = parseNext(form.get('next'), visit)
  const toPath = (slug: string): string => {
    const query = new URLSearchParams({
      ...(email !== '' && { login_hint: email }),
      ...(next !== undefined && { next }),
    })
    return `/o/${slug}/sign-in${query.size === 0 ? '' : `?${query.toString()}`}`
  }
  const reference = form.get('organization')?.trim()
  if (reference !== undefined) {
    const organization = await findOrganization(parts.database, reference.toLowerCase())
    if (organization !== undefined) return redirectTo(visit, toPath(organization.slug))
    const alert = describeProblem(visit, 'unknownOrganization')
    return answerPage(
      visit,
      404,
      renderDiscovery(language, { email, choices: [], asksOrganization: true, next, alert }),
    )
  }
  const found = await discoverOrganizations(parts.database, email)
  const [only, ...others] = found
  if (only !== undefined && others.length === 0)
    return (await leadOn(parts, visit, { slug: only.slug, email, next })) ?? redirectTo(visit, toPath(only.slug))
  const choices = found.map(({ slug, name }) => ({ label: name, href: context.baseUrl + toPath(slug) }))
  const shown = { email, choices, asksOrganization: found.length === 0, next, alert: undefined }
  return answerPage(visit, 200, renderDiscovery(language, shown))
}

/** Straight on to the identity provider, where there is nothing to choose. */
async function leadOn(
  parts: SignInParts,
  visit: Visit,
  person: { readonly slug: string; readonly email: string; readonly next: string | undefined },
): Promise<Response | undefined> {
  const { slug, email, next } = person
  const organization = await findOrganization(parts.database, slug)
  if (organization === undefined) return undefined
  const signIn = toSignInSettings(organization.settings)
  const ways = await listSignInWays(parts.database, { id: organization.id, signIn }, visit.context.baseUrl)
  const way = findOnlyWay(ways, { domain: domainOf(email), signIn })
  if (way === undefined) return undefined
  const texts = signInTexts[visit.language]
  const query = new URLSearchParams({ login_hint: email, ...(next !== undefined && { next }) })
  const label = fillText(texts.with, { provider: way.name })
  return leadTo(visit, { title: texts.signIn, label, href: `${way.signInUrl}?${query.toString()}` })
}
