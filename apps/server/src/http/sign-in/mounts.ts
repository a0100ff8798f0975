import type { Mount } from '../mount.ts'
import { answerAccount, answerSignOut } from './account.ts'
import { answerDiscovery } from './discovery.ts'
import { answerEmail, createEmailLinkAnswer, emailPath } from './email.ts'
import { answerForgotten, createPasswordLinkAnswer } from './password-link.ts'
import { answerSignIn } from './sign-in.ts'
import { toVisit, type SignInParts, type Visit } from './site.ts'

/** The pages around signing in. */
export function signInMounts(parts: SignInParts): readonly Mount[] {
  const mount = (prefix: string, answer: (parts: SignInParts, visit: Visit) => Promise<Response>): Mount => ({
    prefix,
    fetch: (request, context) => answer(parts, toVisit(parts, request, context)),
  })
  return [
    mount('/sign-in', answerDiscovery),
    mount('/o/:slug/sign-in', answerSignIn),
    mount('/o/:slug/forgotten-password', answerForgotten),
    mount('/password/:token', createPasswordLinkAnswer(parts)),
    mount('/account', answerAccount),
    mount(emailPath, answerEmail),
    mount('/email/:token', createEmailLinkAnswer(parts)),
    mount('/sign-out', answerSignOut),
  ]
}
