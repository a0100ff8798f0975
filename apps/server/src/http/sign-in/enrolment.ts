import { AccessError } from '../../access/access-error.ts'
import { readNames } from '../../sign-in/factors.ts'
import {
  beginTotpEnrolment,
  confirmTotpEnrolment,
  reopenTotpEnrolment,
  type TotpEnrolment,
} from '../../sign-in/one-time-codes.ts'
import { registerPasskey, type RegistrationOutcome } from '../../sign-in/passkeys.ts'
import { makeRecoveryCodes } from '../../sign-in/recovery-codes.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { toOwner, toPasskeyParts, type FactorParts, type Problem } from './factor-site.ts'
import type { Visit } from './site.ts'

export type EnrolmentOutcome =
  | { readonly kind: 'enrolled'; readonly factor: 'passkey' | 'totp' }
  | { readonly kind: 'problem'; readonly problem: Problem }

type Sent = { readonly session: Session; readonly form: URLSearchParams }

/** Takes what a device has made for the form of `renderPasskeyAdder`. */
export async function addPasskey(parts: FactorParts, visit: Visit, { session, form }: Sent): Promise<EnrolmentOutcome> {
  const passkeys = toPasskeyParts(parts, visit)
  if (passkeys === undefined) return problem('passkeyFailed')
  const given = { answer: form.get('answer') ?? '', name: form.get('name') ?? '' }
  try {
    const outcome = await registerPasskey(passkeys, toOwner(visit, session), given)
    return outcome === 'ok' ? { kind: 'enrolled', factor: 'passkey' } : problem(problemOf[outcome])
  } catch (error) {
    if (error instanceof AccessError && error.code === 'invalidName') return problem('invalidName')
    throw error
  }
}

const problemOf: { readonly [outcome in Exclude<RegistrationOutcome, 'ok'>]: Problem['name'] } = {
  invalid: 'passkeyFailed',
  taken: 'passkeyTaken',
  tooMany: 'passkeyTooMany',
}

/** A new secret for an app, or the one that a page has shown already and whose code was wrong. */
export async function beginTotp(
  parts: FactorParts,
  { now }: Visit,
  { session, enrolment }: { readonly session: Session; readonly enrolment: string | null },
): Promise<TotpEnrolment> {
  const { userName } = await readNames(parts.database, session)
  const person = { ...session, userName }
  const known = enrolment === null ? undefined : reopenTotpEnrolment(parts, person, { sealed: enrolment, now })
  return known ?? beginTotpEnrolment(parts, person, now)
}

/** Takes the code of the form of `renderTotpEnrolment`. */
export async function confirmTotp(
  parts: FactorParts,
  visit: Visit,
  { session, form }: Sent,
): Promise<EnrolmentOutcome> {
  const given = { sealed: form.get('enrolment') ?? '', code: form.get('code') ?? '' }
  const outcome = await confirmTotpEnrolment(parts, toOwner(visit, session), given)
  if (outcome.kind === 'ok') return { kind: 'enrolled', factor: 'totp' }
  return problem(outcome.kind === 'expired' ? 'expired' : 'wrongCode')
}

export function makeCodes({ database }: FactorParts, visit: Visit, session: Session): Promise<readonly string[]> {
  return makeRecoveryCodes(database, toOwner(visit, session))
}

function problem(name: Problem['name']): EnrolmentOutcome {
  return { kind: 'problem', problem: { name } }
}
