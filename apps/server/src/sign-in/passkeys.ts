import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { parseName } from '../access/name.ts'
import {
  countStrandedPasskeys,
  deletePasskey,
  insertPasskey,
  insertUsedChallenge,
  lockPasskey,
  selectPasskeys,
  updatePasskeyName,
  updatePasskeyUsed,
} from '../db/queries/passkeys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import type { ChallengePurpose, Challenges } from './challenges.ts'
import { tellFactorChange, type FactorOwner } from './factor-changes.ts'
import { toRelyingParty, type RelyingParty } from './relying-party.ts'
import {
  parseCredentialAnswer,
  toCreationOptions,
  toRequestOptions,
  verifyCreation,
  verifyRequest,
} from './webauthn.ts'

export const passkeysOfPersonMax = 20

export type PasskeyParts = {
  readonly database: Database
  readonly challenges: Challenges
  readonly relyingParty: RelyingParty
}

type Person = { readonly organizationId: string; readonly userId: string }

/** What `navigator.credentials.create` is asked for; the answer is good for this session only. */
export async function beginRegistration(
  { database, challenges, relyingParty }: PasskeyParts,
  session: Person & { readonly id: string; readonly userName: string; readonly displayName: string },
  now: Date,
): Promise<JsonObject> {
  const { organizationId, userId, id: sessionId, userName: name, displayName } = session
  const exclude = await selectPasskeys(database, organizationId, userId)
  return toCreationOptions({
    challenge: await challenges.create({ kind: 'register', organizationId, sessionId }, now),
    relyingParty,
    user: { handle: toUserHandle(session), name, displayName },
    exclude: exclude.filter(({ rpId }) => rpId === relyingParty.id),
  })
}

export type RegistrationOutcome = 'ok' | 'invalid' | 'taken' | 'tooMany'

/** Keeps a passkey that the device has made just now. */
export async function registerPasskey(
  { database, challenges, relyingParty }: PasskeyParts,
  owner: FactorOwner & { readonly sessionId: string },
  given: { readonly answer: string; readonly name: string },
): Promise<RegistrationOutcome> {
  const { organizationId, userId, sessionId, now } = owner
  const answer = parseCredentialAnswer(given.answer)
  if (answer === undefined) return 'invalid'
  const asked = await challenges.check(answer.challenge, { kind: 'register', organizationId, sessionId }, now)
  if (asked === undefined) return 'invalid'
  const made = await verifyCreation(answer, { challenge: answer.challenge, relyingParty })
  if (made === undefined) return 'invalid'
  return transaction(database, async (tx) => {
    if (!(await insertUsedChallenge(tx, { organizationId, ...asked }))) return 'invalid'
    if ((await selectPasskeys(tx, organizationId, userId)).length >= passkeysOfPersonMax) return 'tooMany'
    const id = createId()
    const name = parseName(given.name)
    const row = { organizationId, id, userId, ...made, rpId: relyingParty.id, name, createdAt: now }
    if (!(await insertPasskey(tx, row))) return 'taken'
    const data = { factor: 'passkey', passkeyId: formatTypeId('psk', id), name }
    await tellFactorChange(tx, owner, { action: 'added', data, mail: 'passkeyAdded' })
    return 'ok'
  })
}

/** What `navigator.credentials.get` is asked for before we know who comes: the browser offers what it has for this site. */
export async function beginPasskeySignIn(
  { challenges, relyingParty }: Omit<PasskeyParts, 'database'>,
  organizationId: string,
  now: Date,
): Promise<JsonObject> {
  return toRequestOptions({
    challenge: await challenges.create({ kind: 'signIn', organizationId }, now),
    relyingParty,
    allow: [],
  })
}

/** The same for somebody whom we know: the second step, or a confirmation. Undefined: the person has none for this site. */
export async function beginPasskeyConfirmation(
  { database, challenges, relyingParty }: PasskeyParts,
  session: Person & { readonly id: string },
  now: Date,
): Promise<JsonObject | undefined> {
  const { organizationId, userId, id: sessionId } = session
  const all = await selectPasskeys(database, organizationId, userId)
  const allow = all.filter(({ rpId }) => rpId === relyingParty.id)
  if (allow.length === 0) return undefined
  const challenge = await challenges.create({ kind: 'confirm', organizationId, sessionId }, now)
  return toRequestOptions({ challenge, relyingParty, allow })
}

/**
 * Why an answer was refused. `unanswerable`: it is no answer to a challenge of ours, or to one of another organization,
 * purpose or session, or too late. `replayed`: it was taken before. `unknown`: nobody here has the passkey.
 * `wrong`: wrong origin, site or signature, nobody was verified, a counter that went back, or somebody else's passkey.
 */
export type PasskeyRefusal = 'unanswerable' | 'replayed' | 'unknown' | 'wrong'

export type PasskeyOutcome =
  | { readonly kind: 'ok'; readonly userId: string; readonly passkeyId: string }
  | { readonly kind: 'refused'; readonly reason: PasskeyRefusal; readonly userId: string | undefined }

/** Whose passkey has answered, in the caller's transaction: counter and challenge are used up with whatever follows. */
export async function verifyPasskey(
  tx: Queryable,
  { challenges, relyingParty }: Omit<PasskeyParts, 'database'>,
  given: {
    readonly answer: string
    readonly purpose: ChallengePurpose
    /** Only this person's, where we know who it must be. */
    readonly userId?: string
    readonly now: Date
  },
): Promise<PasskeyOutcome> {
  const { purpose, now } = given
  const { organizationId } = purpose
  const answer = parseCredentialAnswer(given.answer)
  const asked = answer === undefined ? undefined : await challenges.check(answer.challenge, purpose, now)
  if (answer === undefined || asked === undefined) return refused('unanswerable')
  const passkey = await lockPasskey(tx, organizationId, answer.credentialId)
  if (passkey === undefined) return refused('unknown')
  const { id, userId } = passkey
  const isOwn = given.userId === undefined || given.userId === userId
  const handle = answer.userHandle
  if (!isOwn || (handle !== undefined && !handle.equals(toUserHandle({ organizationId, userId }))))
    return refused('wrong', userId)
  const proof = await verifyRequest(answer, { challenge: answer.challenge, relyingParty, credential: passkey })
  if (proof === undefined) return refused('wrong', userId)
  if (!(await insertUsedChallenge(tx, { organizationId, ...asked }))) return refused('replayed', userId)
  await updatePasskeyUsed(tx, { organizationId, id, ...proof, at: now })
  return { kind: 'ok', userId, passkeyId: id }
}

function refused(reason: PasskeyRefusal, userId?: string): PasskeyOutcome {
  return { kind: 'refused', reason, userId }
}

/** Throws `passkeyNotFound`, `invalidName`. */
export async function renamePasskey(
  database: Database,
  owner: FactorOwner,
  passkey: { readonly id: string; readonly name: string },
): Promise<void> {
  const { organizationId, userId } = owner
  const name = parseName(passkey.name)
  await transaction(database, async (tx) => {
    const before = await updatePasskeyName(tx, { organizationId, userId, id: passkey.id }, name)
    if (before === undefined) throw notFound()
    if (before === name) return
    const data = { factor: 'passkey', passkeyId: formatTypeId('psk', passkey.id), from: before, name }
    await tellFactorChange(tx, owner, { action: 'renamed', data })
  })
}

/** Throws `passkeyNotFound`. */
export async function removePasskey(tx: Queryable, owner: FactorOwner, id: string): Promise<void> {
  const { organizationId, userId } = owner
  const name = await deletePasskey(tx, { organizationId, userId, id })
  if (name === undefined) throw notFound()
  const data = { factor: 'passkey', passkeyId: formatTypeId('psk', id), name }
  await tellFactorChange(tx, owner, { action: 'removed', data, mail: 'passkeyRemoved' })
}

function notFound(): AccessError {
  return new AccessError('passkeyNotFound', 'There is no such passkey')
}

/** 32 bytes that tell nobody who it is: of which organization, and which account. */
function toUserHandle({ organizationId, userId }: Person): Buffer {
  return Buffer.from((organizationId + userId).replaceAll('-', ''), 'hex')
}

/**
 * What whoever runs the server should read after the public address has changed: passkeys are bound to the host that they
 * were made for, and nothing can move them.
 */
export async function describeStrandedPasskeys(database: Queryable, baseUrl: string): Promise<readonly string[]> {
  const host = toRelyingParty(baseUrl)?.id
  const count = await countStrandedPasskeys(database, host ?? '')
  if (count === 0) return []
  const where = host === undefined ? `${baseUrl}, where browsers allow none` : host
  return [
    `Warning: ${count} passkey${count === 1 ? '' : 's'} made for another host than ${where} cannot be used. Set ROLLCALL_PUBLIC_URL to the address before, or let people add new ones with a recovery code or after \`rollcall factor reset\``,
  ]
}
