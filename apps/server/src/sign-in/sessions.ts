import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { createKeyText, hashKeyText, parseKeyText } from '../access/key-text.ts'
import { getOrganization } from '../access/organizations.ts'
import { toSignInSettings, type SignInSettings } from '../access/sign-in-settings.ts'
import {
  insertSession,
  selectSession,
  updateSessionProven,
  updateSessionSeen,
  updateSessionsEnded,
  type FoundSession,
  type NameForm,
  type SessionMethod,
  type SessionSelection,
  type SessionStage,
} from '../db/queries/sessions.ts'
import { insertSignInChange } from '../db/queries/sign-in-changes.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'

export type { SessionMethod, SessionStage } from '../db/queries/sessions.ts'

export type StartSession = {
  readonly organizationId: string
  readonly userId: string
  readonly method: SessionMethod
  /** What the person has proven, such as `password` and `totp`. */
  readonly factors: readonly string[]
  /** `secondStep`: half signed in, see admitPerson. */
  readonly stage?: SessionStage | undefined
  readonly now: Date
  readonly requestId?: string | undefined
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  /** What the identity provider allows at most (SessionNotOnOrAfter). */
  readonly notOnOrAfter?: Date | undefined
  readonly identityProviderId?: string | undefined
  /** What the identity provider calls the person and the session, so that it can end it. */
  readonly external?:
    | {
        readonly nameId?: string | undefined
        readonly nameForm?: NameForm | undefined
        readonly sessionIndex?: string | undefined
        readonly subject?: string | undefined
        readonly sid?: string | undefined
      }
    | undefined
  /** The secret of the session that this browser had: it ends. */
  readonly replaces?: string | undefined
}

export type StartedSession = { readonly id: string; readonly secret: string; readonly expiresAt: Date }

/** A session that opens something. */
export type Session = Omit<FoundSession, 'settings'> & {
  readonly settings: JsonObject
  readonly signIn: SignInSettings
  /** When it ends at the latest if nobody uses it any more. */
  readonly idleAt: Date
}

const minuteMs = 60_000
/** So seldom is it written down that a session was used. */
export const seenIntervalMs = minuteMs
const userAgentCharactersMax = 400

/**
 * Signs a person in: the row and its change, in the caller's transaction. The secret goes into the cookie and is stored nowhere.
 * Throws `notActive` when no active person has that id.
 */
export async function startSession(tx: Queryable, wanted: StartSession): Promise<StartedSession> {
  const { organizationId, userId, now, external = {}, stage = 'full', requestId } = wanted
  const { shortId, settings } = await getOrganization(tx, organizationId)
  const actor = formatTypeId('usr', userId)
  if (wanted.replaces !== undefined) await rotate(tx, wanted.replaces, { organizationId, at: now, actor, requestId })
  const { absoluteMinutes } = toSignInSettings(settings)
  const id = createId()
  const secret = createKeyText('ses', shortId)
  const expiresAt = new Date(
    Math.min(now.getTime() + absoluteMinutes * minuteMs, wanted.notOnOrAfter?.getTime() ?? Infinity),
  )
  const version = await insertSession(tx, {
    organizationId,
    id,
    userId,
    hash: hashKeyText(secret),
    method: wanted.method,
    factors: wanted.factors,
    stage,
    identityProviderId: wanted.identityProviderId ?? null,
    externalSubject: external.nameId ?? external.subject ?? null,
    externalSession: external.sessionIndex ?? external.sid ?? null,
    externalNameForm: external.nameForm ?? null,
    ip: wanted.ip ?? null,
    userAgent: wanted.userAgent?.slice(0, userAgentCharactersMax) ?? null,
    startedAt: now,
    provedAt: now,
    lastSeenAt: now,
    expiresAt,
  })
  if (version === undefined) throw new AccessError('notActive', 'Only an active person can sign in')
  await insertSignInChange(tx, {
    organizationId,
    at: now,
    action: 'user.signed_in',
    subjectKind: 'session',
    subjectId: id,
    actor,
    requestId,
    data: {
      userId,
      method: wanted.method,
      factors: [...wanted.factors],
      stage,
      ip: wanted.ip ?? null,
      identityProviderId: wanted.identityProviderId ?? null,
    },
  })
  return { id, secret, expiresAt }
}

// A secret from before the sign-in must not be worth anything after it (session fixation).
async function rotate(
  tx: Queryable,
  secret: string,
  end: {
    readonly organizationId: string
    readonly at: Date
    readonly actor: string
    readonly requestId: string | undefined
  },
): Promise<void> {
  if (parseKeyText(secret)?.kind !== 'ses') return
  await updateSessionsEnded(tx, { kind: 'secret', hash: hashKeyText(secret) }, { ...end, reason: 'rotated' })
}

/**
 * Takes a session further: the second step is done, or the person has proven something anew. The secret changes.
 * Undefined when it has ended.
 */
export async function proveSession(
  tx: Queryable,
  proof: {
    readonly session: Pick<Session, 'organizationId' | 'id' | 'userId' | 'factors' | 'organizationSlug'>
    /** What was proven just now. */
    readonly factors: readonly string[]
    readonly now: Date
    readonly requestId?: string | undefined
  },
): Promise<StartedSession | undefined> {
  const { session, now } = proof
  const { organizationId, id, userId } = session
  const { shortId } = await getOrganization(tx, organizationId)
  const secret = createKeyText('ses', shortId)
  const factors = [...new Set([...session.factors, ...proof.factors])]
  const given = { organizationId, id, stage: 'full', factors, hash: hashKeyText(secret), at: now } as const
  const row = await updateSessionProven(tx, given)
  if (row === undefined) return undefined
  await insertSignInChange(tx, {
    organizationId,
    at: now,
    action: 'session.proved',
    subjectKind: 'session',
    subjectId: id,
    actor: formatTypeId('usr', userId),
    requestId: proof.requestId,
    data: { userId, factors },
  })
  return { id, secret, expiresAt: row.expiresAt }
}

/** The session behind the secret of a cookie, whole; undefined: nobody is signed in. Costs one look-up. */
export async function readSession(db: Queryable, secret: string, now: Date): Promise<Session | undefined> {
  const session = await readAnySession(db, secret, now)
  return session?.stage === 'full' ? session : undefined
}

/** The same for those too who are only half signed in: for the second step, its enrolment and for signing out. */
export async function readAnySession(db: Queryable, secret: string, now: Date): Promise<Session | undefined> {
  const parsed = parseKeyText(secret)
  if (parsed?.kind !== 'ses') return undefined
  const found = await selectSession(db, parsed.shortId, hashKeyText(secret))
  if (found === undefined) return undefined
  const session = toSession(found)
  if (hasLapsed(session, now)) return undefined
  if (now.getTime() - session.lastSeenAt.getTime() >= seenIntervalMs)
    await updateSessionSeen(db, { organizationId: session.organizationId, id: session.id, at: now })
  return session
}

function toSession(found: FoundSession): Session {
  // Written by parseOrganizationSettings only: one JSON object.
  const settings = found.settings as JsonObject
  const signIn = toSignInSettings(settings)
  const idleAt = new Date(found.lastSeenAt.getTime() + signIn.idleMinutes * minuteMs)
  // A limit that was lowered counts for those too who are signed in.
  const endMs = Math.min(found.expiresAt.getTime(), found.startedAt.getTime() + signIn.absoluteMinutes * minuteMs)
  return { ...found, settings, signIn, idleAt, expiresAt: new Date(endMs) }
}

function hasLapsed({ idleAt, expiresAt }: Session, now: Date): boolean {
  return idleAt.getTime() <= now.getTime() || expiresAt.getTime() <= now.getTime()
}

export type EndSessions = {
  readonly organizationId: string
  readonly sessionId?: string | undefined
  /** All of the person, but for the one of `butSessionId`; or the one of `onlySessionId`, if it is the person's. */
  readonly userId?: string | undefined
  readonly butSessionId?: string | undefined
  readonly onlySessionId?: string | undefined
  /** All that came from the identity provider, or those that `external` names. */
  readonly identityProviderId?: string | undefined
  readonly external?: StartSession['external']
  /** Such as `signedOut`, `revoked`, `passwordChanged`: stands in the change. */
  readonly reason: string
  readonly now: Date
  readonly actor: string
  readonly requestId?: string | undefined
}

/** Ends sessions in the caller's transaction, each with its change; returns how many there were. */
export async function endSessions(tx: Queryable, wanted: EndSessions): Promise<number> {
  const { organizationId, now: at, reason, actor, requestId } = wanted
  const ended = await updateSessionsEnded(tx, toSelection(wanted), { organizationId, at, reason, actor, requestId })
  return ended.length
}

/** Ends one session in a transaction of its own, such as when somebody signs out. */
export function endOneSession(
  database: Database,
  wanted: EndSessions & { readonly sessionId: string },
): Promise<number> {
  return transaction(database, (tx) => endSessions(tx, wanted))
}

function toSelection(wanted: EndSessions): SessionSelection {
  const { sessionId, userId, identityProviderId, external = {} } = wanted
  if (sessionId !== undefined) return { kind: 'session', sessionId }
  if (userId !== undefined)
    return { kind: 'user', userId, butSessionId: wanted.butSessionId, onlySessionId: wanted.onlySessionId }
  if (identityProviderId === undefined) throw new Error('Whose sessions? Name a session, a person or a provider')
  const subject = external.nameId ?? external.subject
  return { kind: 'identityProvider', identityProviderId, subject, session: external.sessionIndex ?? external.sid }
}
