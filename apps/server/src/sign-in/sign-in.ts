import { toSignInSettings } from '../access/sign-in-settings.ts'
import { getOrganization } from '../access/organizations.ts'
import { insertSignInChange } from '../db/queries/sign-in-changes.ts'
import type { Queryable } from '../db/pool.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { admitPerson, type AdmissionRefusal } from './admit.ts'
import { startSession, type SessionStage, type StartedSession, type StartSession } from './sessions.ts'

export type SignInOutcome =
  | { readonly kind: 'signedIn'; readonly session: StartedSession; readonly stage: SessionStage }
  | { readonly kind: 'refused'; readonly code: AdmissionRefusal }

/** What every method ends with once it knows who it is: the person is admitted and has a session, or the refusal is written down. */
export async function signIn(tx: Queryable, wanted: Omit<StartSession, 'stage'>): Promise<SignInOutcome> {
  const { settings } = await getOrganization(tx, wanted.organizationId)
  const admission = await admitPerson(tx, wanted, toSignInSettings(settings))
  if (admission.kind === 'refused') {
    await recordFailure(tx, { ...wanted, code: admission.code })
    return admission
  }
  const { stage } = admission
  return { kind: 'signedIn', session: await startSession(tx, { ...wanted, stage }), stage }
}

export type FailedSignIn = Pick<StartSession, 'organizationId' | 'method' | 'now' | 'ip' | 'requestId'> & {
  /** Undefined: nobody is known by what was typed, which is not written down since it may be anything. */
  readonly userId?: string | undefined
  /** An AdmissionRefusal, or what the method itself found. */
  readonly code: string
  readonly identityProviderId?: string | undefined
}

/** A sign-in that failed is a change of its own: its transaction changed nothing else. */
export async function recordFailure(tx: Queryable, failed: FailedSignIn): Promise<void> {
  const { organizationId, userId, now } = failed
  await insertSignInChange(tx, {
    organizationId,
    at: now,
    action: 'user.sign_in_failed',
    subjectKind: 'sign_in',
    // So that a purge finds it.
    subjectId: userId ?? createId(),
    actor: userId === undefined ? 'nobody' : formatTypeId('usr', userId),
    requestId: failed.requestId,
    data: {
      userId: userId ?? null,
      method: failed.method,
      code: failed.code,
      ip: failed.ip ?? null,
      identityProviderId: failed.identityProviderId ?? null,
    },
  })
}
