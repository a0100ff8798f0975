import type { Factors } from '../../sign-in/factors.ts'
import { verifyTotp, type CodeOutcome } from '../../sign-in/one-time-codes.ts'
import { beginPasskeyConfirmation } from '../../sign-in/passkeys.ts'
import { provePasskey, proveWithFactor, recordFailedProof } from '../../sign-in/prove.ts'
import { useRecoveryCode } from '../../sign-in/recovery-codes.ts'
import type { Session, StartedSession } from '../../sign-in/sessions.ts'
import { renderProofs } from './factor-parts.ts'
import { toOwner, toPasskeyParts, type FactorParts, type Problem } from './factor-site.ts'
import type { Visit } from './site.ts'

export type ProofOutcome =
  | { readonly kind: 'proven'; readonly session: StartedSession }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** The form is none of these. */
  | { readonly kind: 'other' }

/** The forms by which this person can show who it is; none where nothing of it works here. */
export async function renderProofsOf(
  parts: FactorParts,
  visit: Visit,
  { session, factors }: { readonly session: Session; readonly factors: Factors },
): Promise<readonly string[]> {
  const passkeys = toPasskeyParts(parts, visit)
  return renderProofs(visit.language, {
    passkey: passkeys === undefined ? undefined : await beginPasskeyConfirmation(passkeys, session, visit.now),
    hasTotp: factors.totp !== undefined,
    hasRecoveryCodes: (factors.recoveryCodes?.left ?? 0) > 0,
  })
}

/** Takes what one of those forms has sent; the session goes on with another secret. */
export async function takeProof(
  parts: FactorParts,
  visit: Visit,
  { session, form }: { readonly session: Session; readonly form: URLSearchParams },
): Promise<ProofOutcome> {
  const { database } = parts
  const { now } = visit
  const owner = toOwner(visit, session)
  const code = (form.get('code') ?? '').slice(0, codeCharactersMax)
  switch (form.get('act')) {
    case 'passkey': {
      const passkeys = toPasskeyParts(parts, visit)
      const proof = {
        session,
        answer: form.get('answer') ?? '',
        now,
        requestId: owner.requestId,
        ip: visit.context.clientIp,
      }
      const proven = passkeys === undefined ? undefined : await provePasskey(passkeys, proof)
      return proven === undefined ? toProblem('passkeyFailed') : { kind: 'proven', session: proven }
    }
    case 'code':
      return settle(parts, visit, { session, factor: 'totp', outcome: await verifyTotp(parts, owner, { code, now }) })
    case 'recovery': {
      const outcome = await useRecoveryCode(database, owner, code)
      return settle(parts, visit, { session, factor: 'recoveryCode', outcome })
    }
    default:
      return { kind: 'other' }
  }
}

const codeCharactersMax = 100

async function settle(
  { database }: FactorParts,
  { now, context }: Visit,
  taken: { readonly session: Session; readonly factor: 'totp' | 'recoveryCode'; readonly outcome: CodeOutcome },
): Promise<ProofOutcome> {
  const { session, factor, outcome } = taken
  const proof = { session, factor, now, requestId: context.requestId }
  if (outcome.kind === 'ok') {
    const proven = await proveWithFactor(database, proof)
    return proven === undefined ? toProblem('expired') : { kind: 'proven', session: proven }
  }
  if (outcome.kind === 'throttled')
    return { kind: 'problem', problem: { name: 'throttled', retryAfterSeconds: outcome.retryAfterSeconds } }
  await recordFailedProof(database, { ...proof, ip: context.clientIp, code: outcome.kind })
  return toProblem('wrongCode')
}

function toProblem(name: Problem['name']): ProofOutcome {
  return { kind: 'problem', problem: { name } }
}
