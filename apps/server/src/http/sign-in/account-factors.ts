import { AccessError } from '../../access/access-error.ts'
import { readFactors, removeFactor } from '../../sign-in/factors.ts'
import { renamePasskey } from '../../sign-in/passkeys.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { parseTypeId } from '../../type-id.ts'
import { layOutPage } from '../page.ts'
import { renderFactors } from './account-factors-page.ts'
import { askToConfirm } from './confirm.ts'
import { addPasskey, beginTotp, confirmTotp, makeCodes, type EnrolmentOutcome } from './enrolment.ts'
import { renderRecoveryCodes } from './factor-parts.ts'
import {
  answerFactorPage,
  describeFactorProblem,
  toOwner,
  toPasskeyOptions,
  toPasskeyParts,
  type FactorParts,
  type Problem,
} from './factor-site.ts'
import { factorWords } from './factor-words/catalog.ts'
import { accountPath } from './sign-in.ts'
import { readOwnForm, redirectTo, refuseMethod, requireSession, type Visit } from './site.ts'

export const factorsPath = '/account/factors'

/** `/account/factors`: passkeys, authenticator app and recovery codes of whoever is signed in and was confirmed lately. */
export async function answerAccountFactors(parts: FactorParts, visit: Visit): Promise<Response> {
  const { request, context } = visit
  context.route = factorsPath
  const session = await requireSession(parts, visit, factorsPath)
  if (session instanceof Response) return session
  // Whoever finds an open browser must not make himself a way in.
  const unconfirmed = askToConfirm(visit, session, factorsPath)
  if (unconfirmed !== undefined) return unconfirmed
  if (request.method === 'GET' || request.method === 'HEAD') return show(parts, visit, session, {})
  if (request.method !== 'POST') return refuseMethod('GET, HEAD, POST')
  const form = await readOwnForm(visit)
  return form instanceof Response ? form : takeAct(parts, visit, { session, form })
}

type Sent = { readonly session: Session; readonly form: URLSearchParams }

async function takeAct(parts: FactorParts, visit: Visit, sent: Sent): Promise<Response> {
  const { session, form } = sent
  switch (form.get('act')) {
    case 'addPasskey':
      return settle(parts, visit, sent, await addPasskey(parts, visit, sent))
    case 'beginTotp':
      return show(parts, visit, session, { withTotp: true })
    case 'confirmTotp':
      return settle(parts, visit, sent, await confirmTotp(parts, visit, sent))
    case 'makeCodes': {
      const codes = await makeCodes(parts, visit, session)
      const html = renderRecoveryCodes(visit.language, codes, visit.context.baseUrl + factorsPath)
      return answerFactorPage(visit, layOutPage(visit.language, factorWords[visit.language].codesTitle, html))
    }
    case 'rename':
      return refuseWrong(parts, visit, session, () => rename(parts, visit, sent))
    case 'remove':
      return refuseWrong(parts, visit, session, () => remove(parts, visit, sent))
    default:
      return show(parts, visit, session, {})
  }
}

/** What went well is shown by a page that a reload does not do again. */
function settle(parts: FactorParts, visit: Visit, sent: Sent, outcome: EnrolmentOutcome): Response | Promise<Response> {
  if (outcome.kind === 'enrolled') return redirectTo(visit, factorsPath)
  const enrolment = sent.form.get('enrolment')
  return show(parts, visit, sent.session, { problem: outcome.problem, withTotp: enrolment !== null, enrolment })
}

async function rename({ database }: FactorParts, visit: Visit, { session, form }: Sent): Promise<void> {
  const id = parseTypeId('psk', form.get('id') ?? '')
  if (id === undefined) return
  await renamePasskey(database, toOwner(visit, session), { id, name: form.get('name') ?? '' })
}

async function remove({ database }: FactorParts, visit: Visit, { session, form }: Sent): Promise<void> {
  const id = parseTypeId('psk', form.get('id') ?? '')
  await removeFactor(database, toOwner(visit, session), id === undefined ? { kind: 'totp' } : { kind: 'passkey', id })
}

async function refuseWrong(
  parts: FactorParts,
  visit: Visit,
  session: Session,
  work: () => Promise<void>,
): Promise<Response> {
  try {
    await work()
    return redirectTo(visit, factorsPath)
  } catch (error) {
    const name = error instanceof AccessError ? problemOf.get(error.code) : undefined
    if (name !== undefined) return show(parts, visit, session, { problem: { name } })
    // Somebody removed it in another window.
    if (error instanceof AccessError && error.code === 'passkeyNotFound') return redirectTo(visit, factorsPath)
    throw error
  }
}

const problemOf: ReadonlyMap<string, Problem['name']> = new Map([
  ['lastFactor', 'lastFactor'],
  ['invalidName', 'invalidName'],
])

async function show(
  parts: FactorParts,
  visit: Visit,
  session: Session,
  said: { readonly problem?: Problem; readonly withTotp?: boolean; readonly enrolment?: string | null },
): Promise<Response> {
  const { problem, withTotp = false, enrolment = null } = said
  const html = renderFactors(visit.language, {
    factors: await readFactors(parts.database, session),
    host: toPasskeyParts(parts, visit)?.relyingParty.id,
    passkeyOptions: await toPasskeyOptions(parts, visit, session),
    enrolment: withTotp ? await beginTotp(parts, visit, { session, enrolment }) : undefined,
    accountHref: visit.context.baseUrl + accountPath,
    alert: problem === undefined ? undefined : describeFactorProblem(visit, problem),
  })
  return answerFactorPage(visit, html, problem)
}
