import { foldCase } from '@rollcall/scim'
import { hashPassword, isOutdatedHash, isPassword } from '../directory/password-hash.ts'
import { upsertPassword } from '../db/queries/passwords.ts'
import { selectPasswordHolder, type PasswordHolder } from '../db/queries/sign-in.ts'
import { insertSignInChange } from '../db/queries/sign-in-changes.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import { endSessions, type StartSession } from './sessions.ts'
import { recordFailure, signIn, type SignInOutcome } from './sign-in.ts'
import { giveBackAttempt, takeAttempt } from './throttle.ts'

export type PasswordSignIn = Pick<StartSession, 'organizationId' | 'now' | 'requestId' | 'userAgent' | 'replaces'> & {
  readonly ip: string
  /** A user name, a login or a mail address, as it was typed. */
  readonly name: string
  readonly password: string
}

export type PasswordOutcome =
  | SignInOutcome
  /** The same for a name that nobody has and for a wrong password. */
  | { readonly kind: 'refused'; readonly code: 'wrongPassword' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

/** Signs in by name and password. Words and time are the same whether or not there is such a person (CON-M3). */
export async function signInWithPassword(database: Database, given: PasswordSignIn): Promise<PasswordOutcome> {
  const { organizationId, now, ip, password } = given
  const name = foldCase(given.name.trim())
  const attempt = { organizationId, name, address: ip }
  const retryAfterSeconds = await takeAttempt(database, attempt, now)
  if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
  const holder = await findHolder(database, organizationId, name)
  const isRight = await isPassword(password, holder?.hash ?? (await nobodysHash()))
  if (holder === undefined || holder.hash === null || !isRight) {
    const failed = { ...given, method: 'password', userId: holder?.userId, code: 'wrongPassword' } as const
    await transaction(database, (tx) => recordFailure(tx, failed))
    return { kind: 'refused', code: 'wrongPassword' }
  }
  await giveBackAttempt(database, attempt)
  const { userId } = holder
  const fresh = isOutdatedHash(holder.hash) ? await hashPassword(password) : undefined
  return transaction(database, async (tx) => {
    if (fresh !== undefined) await upsertPassword(tx, { organizationId, userId, hash: fresh, now })
    return signIn(tx, { ...given, userId, method: 'password', factors: ['password'] })
  })
}

/** Whether it is the password of that person; for asking once more who it is. Counts like a sign-in. */
export async function checkPassword(
  database: Database,
  given: { readonly organizationId: string; readonly userName: string; readonly ip: string; readonly now: Date } & {
    readonly password: string
  },
): Promise<'right' | 'wrong' | 'throttled'> {
  const { organizationId, ip, now } = given
  const name = foldCase(given.userName)
  const attempt = { organizationId, name, address: ip }
  if ((await takeAttempt(database, attempt, now)) !== undefined) return 'throttled'
  const holder = await findHolder(database, organizationId, name)
  if (!(await isPassword(given.password, holder?.hash ?? (await nobodysHash())))) return 'wrong'
  await giveBackAttempt(database, attempt)
  return 'right'
}

/** Whom a name means that somebody has typed, folded: a user name, a login or a mail address. */
export function findHolder(db: Queryable, organizationId: string, name: string): Promise<PasswordHolder | undefined> {
  return selectPasswordHolder(db, organizationId, { key: name, email: JSON.stringify({ emails: [{ value: name }] }) })
}

/** What a password of nobody is held against, so that it takes as long. Nobody knows which password made it. */
function nobodysHash(): Promise<string> {
  nobody ??= hashPassword(crypto.randomUUID())
  return nobody
}

let nobody: Promise<string> | undefined

export type SetPassword = {
  readonly organizationId: string
  readonly userId: string
  /** Made before the transaction: hashing takes its time. */
  readonly hash: string
  readonly now: Date
  readonly actor?: string
  readonly requestId: string | undefined
  /** The session in which it was set; all others end. */
  readonly butSessionId?: string | undefined
}

/** A new password, in place of the one before, which ends every other session of the person. */
export async function setPassword(tx: Queryable, wanted: SetPassword): Promise<void> {
  const { organizationId, userId, hash, now, requestId, butSessionId } = wanted
  const actor = wanted.actor ?? formatTypeId('usr', userId)
  await upsertPassword(tx, { organizationId, userId, hash, now })
  await insertSignInChange(tx, {
    organizationId,
    at: now,
    action: 'user.password_set',
    subjectKind: 'sign_in',
    subjectId: userId,
    actor,
    requestId,
    data: { userId },
  })
  await endSessions(tx, { organizationId, userId, butSessionId, reason: 'passwordChanged', now, actor, requestId })
}
