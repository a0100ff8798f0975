import { createChallenges } from '../../sign-in/challenges.ts'
import type { Mount } from '../mount.ts'
import { answerAccountFactors, factorsPath } from './account-factors.ts'
import { answerConfirm, confirmPath } from './confirm.ts'
import type { FactorParts } from './factor-site.ts'
import { answerPasskeySignIn } from './passkey-sign-in.ts'
import { answerRecoverySignIn } from './recovery-sign-in.ts'
import { answerSecondStep } from './second-step.ts'
import { secondStepPath } from './sign-in.ts'
import { toVisit, type SignInParts, type Visit } from './site.ts'

/** The pages about what people sign in with besides a password. */
export function factorMounts(parts: SignInParts): readonly Mount[] {
  const site: FactorParts = { ...parts, challenges: createChallenges(parts) }
  const mount = (prefix: string, answer: (parts: FactorParts, visit: Visit) => Promise<Response>): Mount => ({
    prefix,
    fetch: (request, context) => answer(site, toVisit(parts, request, context)),
  })
  return [
    mount('/o/:slug/sign-in/passkey', answerPasskeySignIn),
    mount('/o/:slug/sign-in/recovery', answerRecoverySignIn),
    mount(secondStepPath, answerSecondStep),
    mount(confirmPath, answerConfirm),
    mount(factorsPath, answerAccountFactors),
  ]
}
