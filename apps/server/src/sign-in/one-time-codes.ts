import { isJsonObject } from '@rollcall/scim'
import {
  deleteOneTimeCode,
  lockOneTimeCodes,
  selectOneTimeCode,
  updateOneTimeCodeSecret,
  updateOneTimeCodeUsed,
  upsertOneTimeCode,
} from '../db/queries/factors.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Encryption } from '../encryption.ts'
import { giveBackCodeAttempt, takeCodeAttempt } from './code-attempts.ts'
import { tellFactorChange, type FactorOwner } from './factor-changes.ts'
import { createTotpSecret, findTotpStep, toOtpauthUri } from './totp.ts'
import { toBase32 } from './base32.ts'

type Parts = { readonly database: Database; readonly encryption: Encryption }

type Person = { readonly organizationId: string; readonly userId: string }

const enrolmentMinutes = 30

export type TotpEnrolment = {
  /** For the page to send back: nothing is stored before the app has shown that it knows the secret. */
  readonly sealed: string
  /** For whom the camera does not work. */
  readonly secretText: string
  readonly uri: string
}

/** A new secret for an authenticator app. */
export function beginTotpEnrolment(
  { encryption }: Pick<Parts, 'encryption'>,
  person: Person & { readonly organizationName: string; readonly userName: string },
  now: Date,
): TotpEnrolment {
  const secret = createTotpSecret()
  const until = now.getTime() + enrolmentMinutes * 60_000
  const sealed = encryption.seal(JSON.stringify({ secret: toText(secret), until }), enrolmentContext(person))
  return { sealed, ...toShown(secret, person) }
}

/** The same secret once more, for a page that is shown again; undefined: it was not made for this person, or too long ago. */
export function reopenTotpEnrolment(
  { encryption }: Pick<Parts, 'encryption'>,
  person: Person & { readonly organizationName: string; readonly userName: string },
  enrolment: { readonly sealed: string; readonly now: Date },
): TotpEnrolment | undefined {
  const secret = openEnrolment(encryption, person, enrolment)
  return secret === undefined ? undefined : { sealed: enrolment.sealed, ...toShown(secret, person) }
}

function toShown(secret: Uint8Array, person: { readonly organizationName: string; readonly userName: string }) {
  const uri = toOtpauthUri(secret, { organization: person.organizationName, person: person.userName })
  return { secretText: toBase32(secret), uri }
}

export type CodeOutcome = { readonly kind: 'ok' | 'wrong' | 'expired' } | Throttled
type Throttled = { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

/** Stores the secret when the code is one of it. In place of the app that there was before. */
export async function confirmTotpEnrolment(
  { database, encryption }: Parts,
  owner: FactorOwner,
  given: { readonly sealed: string; readonly code: string },
): Promise<CodeOutcome> {
  const { organizationId, userId, now } = owner
  const secret = openEnrolment(encryption, owner, { sealed: given.sealed, now })
  if (secret === undefined) return { kind: 'expired' }
  const step = findTotpStep(secret, given.code, { now, lastStep: 0 })
  if (step === undefined) return { kind: 'wrong' }
  await transaction(database, async (tx) => {
    const sealed = encryption.seal(toText(secret), secretContext(owner))
    await upsertOneTimeCode(tx, { organizationId, userId, secret: sealed, lastStep: step, at: now })
    await tellFactorChange(tx, owner, { action: 'added', data: { factor: 'totp' }, mail: 'totpAdded' })
  })
  return { kind: 'ok' }
}

/** Whether the code is the app's, and uses its time step up: no code opens twice. Wrong ones are counted. */
export async function verifyTotp(
  { database, encryption }: Parts,
  person: Person,
  given: { readonly code: string; readonly now: Date },
): Promise<CodeOutcome> {
  const { organizationId, userId } = person
  const { now } = given
  const retryAfterSeconds = await takeCodeAttempt(database, person, now)
  if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
  const row = await selectOneTimeCode(database, organizationId, userId)
  if (row === undefined) return { kind: 'wrong' }
  const secret = fromText(encryption.open(row.secret, secretContext(person)))
  const step = findTotpStep(secret, given.code, { now, lastStep: row.lastStep })
  // Of two requests with the same code at once the database takes one.
  if (step === undefined || !(await updateOneTimeCodeUsed(database, { organizationId, userId, step, at: now })))
    return { kind: 'wrong' }
  await giveBackCodeAttempt(database, person)
  return { kind: 'ok' }
}

/** False: there was no app. */
export async function removeTotp(tx: Queryable, owner: FactorOwner): Promise<boolean> {
  if (!(await deleteOneTimeCode(tx, owner.organizationId, owner.userId))) return false
  await tellFactorChange(tx, owner, { action: 'removed', data: { factor: 'totp' }, mail: 'totpRemoved' })
  return true
}

function openEnrolment(
  encryption: Encryption,
  person: Person,
  { sealed, now }: { readonly sealed: string; readonly now: Date },
): Uint8Array | undefined {
  try {
    const opened: unknown = JSON.parse(encryption.open(sealed, enrolmentContext(person)))
    if (!isJsonObject(opened)) return undefined
    const { secret, until } = opened
    return typeof secret === 'string' && typeof until === 'number' && until > now.getTime()
      ? fromText(secret)
      : undefined
  } catch {
    // Somebody else's, or made up.
    return undefined
  }
}

function toText(secret: Uint8Array): string {
  return Buffer.from(secret).toString('base64')
}

function fromText(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}

function secretContext({ organizationId, userId }: Person): string {
  return `one_time_codes/${organizationId}/${userId}`
}

function enrolmentContext(person: Person): string {
  return `${secretContext(person)}/enrolment`
}

/** Seals anew what another key than the first has sealed; returns how many. For `rollcall keys rotate`. */
export async function resealOneTimeCodes(tx: Queryable, encryption: Encryption): Promise<number> {
  const stale = (await lockOneTimeCodes(tx)).filter(({ secret }) => !encryption.isCurrent(secret))
  for (const row of stale) {
    const context = secretContext(row)
    await updateOneTimeCodeSecret(tx, {
      ...row,
      secret: encryption.seal(encryption.open(row.secret, context), context),
    })
  }
  return stale.length
}
