import type { AdmissionRefusal } from '../../../sign-in/admit.ts'
import type { PasswordFlaw } from '../../../sign-in/password-rules.ts'
import type { SessionMethod } from '../../../sign-in/sessions.ts'

/** Why a sign-in by password did not work, or a page cannot be used. */
export type SignInProblem = AdmissionRefusal | 'wrongPassword' | 'throttled' | 'unknownOrganization' | 'otherSite'

/** Why a link from a mail does nothing. */
export type LinkProblem = 'unknown' | 'used' | 'expired'

/** The words of the pages around signing in; `{organization}`, `{minutes}`, `{characters}`, `{address}` stand for values. */
export type SignInTexts = {
  readonly signIn: string
  readonly signInTo: string
  readonly email: string
  readonly name: string
  readonly password: string
  readonly next: string
  readonly whoAreYou: string
  readonly chooseOrganization: string
  readonly noOrganization: string
  readonly organization: string
  readonly forgotten: string
  readonly or: string
  readonly with: string
  readonly withPasskey: string
  readonly builtIn: string
  readonly builtInExplain: string
  readonly noWay: string
  readonly back: string
  readonly problems: { readonly [problem in SignInProblem]: string }
  readonly forgottenTitle: string
  readonly forgottenExplain: string
  readonly forgottenSend: string
  readonly forgottenSent: string
  readonly choosePassword: string
  readonly chooseExplain: string
  readonly newPassword: string
  readonly oldPassword: string
  readonly passwordHint: string
  readonly save: string
  readonly flaws: { readonly [flaw in PasswordFlaw]: string }
  readonly linkTitle: string
  readonly links: { readonly [problem in LinkProblem]: string }
  readonly account: string
  readonly accountOf: string
  readonly sessions: string
  readonly sessionsExplain: string
  readonly thisSession: string
  readonly methods: { readonly [method in SessionMethod]: string }
  readonly since: string
  readonly lastSeen: string
  readonly end: string
  readonly endOthers: string
  readonly changePassword: string
  readonly passwordSaved: string
  readonly sessionEnded: string
  readonly signOut: string
  readonly signedOut: string
}
