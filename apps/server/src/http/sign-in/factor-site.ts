import type { JsonObject } from '@rollcall/scim'
import type { Challenges } from '../../sign-in/challenges.ts'
import { readNames } from '../../sign-in/factors.ts'
import { beginRegistration, type PasskeyParts } from '../../sign-in/passkeys.ts'
import { toRelyingParty } from '../../sign-in/relying-party.ts'
import type { Session } from '../../sign-in/sessions.ts'
import type { FactorOwner } from '../../sign-in/factor-changes.ts'
import { factorWords } from './factor-words/catalog.ts'
import type { FactorProblem } from './factor-words/words.ts'
import { passkeyPageHeaders } from './passkey-script.ts'
import type { SignInParts, Visit } from './site.ts'
import { fillText } from './texts/catalog.ts'

export type FactorParts = SignInParts & { readonly challenges: Challenges }

/** What went wrong, and for how long. */
export type Problem = { readonly name: FactorProblem; readonly retryAfterSeconds?: number }

/** Undefined where browsers make no passkeys for the public address. */
export function toPasskeyParts({ database, challenges }: FactorParts, { context }: Visit): PasskeyParts | undefined {
  const relyingParty = toRelyingParty(context.baseUrl)
  return relyingParty === undefined ? undefined : { database, challenges, relyingParty }
}

/** Whose factors the visit is about: the person of the session. */
export function toOwner({ context, now }: Visit, session: Session): FactorOwner & { readonly sessionId: string } {
  const { organizationId, userId, id: sessionId } = session
  return { organizationId, userId, sessionId, now, requestId: context.requestId }
}

/** A page that may hold passkey forms. */
export function answerFactorPage(visit: Visit, html: string, problem?: Problem): Response {
  const headers = new Headers({ ...passkeyPageHeaders, 'content-language': visit.language })
  if (problem?.retryAfterSeconds !== undefined) headers.set('retry-after', String(problem.retryAfterSeconds))
  const status = problem === undefined ? 200 : problem.name === 'throttled' ? 429 : 400
  return new Response(visit.request.method === 'HEAD' ? null : html, { status, headers })
}

export function describeFactorProblem({ language }: Visit, { name, retryAfterSeconds = 0 }: Problem): string {
  return fillText(factorWords[language].problems[name], { minutes: Math.ceil(retryAfterSeconds / 60) })
}

/** What a new passkey is asked for; undefined where browsers make none. */
export async function toPasskeyOptions(
  parts: FactorParts,
  visit: Visit,
  session: Session,
): Promise<JsonObject | undefined> {
  const passkeys = toPasskeyParts(parts, visit)
  if (passkeys === undefined) return undefined
  return beginRegistration(passkeys, { ...session, ...(await readNames(parts.database, session)) }, visit.now)
}
