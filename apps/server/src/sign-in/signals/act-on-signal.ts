import { signalUris } from '@rollcall/admin-api'
import { findStyle, isJsonObject, ScimError, styles } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { getConnection } from '../../access/connections.ts'
import { loadRegistry } from '../../access/custom-types.ts'
import { isLastOwner } from '../../access/last-owner.ts'
import { selectPerson, type PersonRow } from '../../db/queries/people.ts'
import { selectSuspender } from '../../db/queries/transmitters.ts'
import type { Database } from '../../db/pool.ts'
import { attempt, type Transaction } from '../../db/transaction.ts'
import { reactivateAccount, suspendAccount, type ActingContext } from '../../directory/approved-acts.ts'
import { defaultConnectionSettings, parseConnectionSettings } from '../../directory/connection-settings.ts'
import { HeldError, recordingHolds } from '../../directory/guard.ts'
import { createIdSource } from '../../directory/new-id.ts'
import type { DirectoryParts } from '../../directory/directory-context.ts'
import { managerOf } from '../../directory/ownership.ts'
import { findSubject, type SubjectIdentifier } from '../../events/stream-subjects.ts'
import { formatTypeId } from '../../type-id.ts'
import { endSessions } from '../sessions.ts'
import type { Transmitter } from './transmitters.ts'

/** What became of a signal: a word for lists, and whom it was about. */
export type Acted = {
  readonly outcome: SignalOutcome
  readonly userId: string | null
  /** Records the hold of a mass change; to be called when the transaction has ended. */
  readonly recordHold?: () => Promise<void>
}

export type SignalOutcome =
  | 'suspended'
  | 'reactivated'
  | 'sessionsEnded'
  | 'alreadySo'
  | 'ignored'
  | 'subjectUnknown'
  | 'held'
  | 'lastOwner'
  | 'builtInAccount'

export type Acting = {
  readonly database: Database
  readonly transmitter: Transmitter
  readonly now: Date
  readonly requestId: string | undefined
}

const newId = createIdSource()

/** Does what the transmitter's settings say about an event; in the transaction that remembers its id. */
export async function actOnSignal(
  tx: Transaction,
  acting: Acting,
  signal: { readonly uri: string; readonly subject: unknown },
): Promise<Acted> {
  const act = wantedAct(acting.transmitter, signal.uri)
  if (act === 'ignore') return { outcome: 'ignored', userId: null }
  const person = await findPerson(tx, acting.transmitter, signal.subject)
  if (person === undefined) return { outcome: 'subjectUnknown', userId: null }
  const userId = person.id
  if (act === 'endSessions') return { outcome: await endAll(tx, acting, userId), userId }
  if (act === 'reactivate') return { outcome: await reactivate(tx, acting, person), userId }
  return suspend(tx, acting, person)
}

function wantedAct(transmitter: Transmitter, uri: string): 'suspend' | 'endSessions' | 'reactivate' | 'ignore' {
  switch (uri) {
    case signalUris.accountDisabled:
    case signalUris.accountPurged:
      return transmitter.onAccountDisabled
    case signalUris.accountEnabled:
      return transmitter.onAccountEnabled
    case signalUris.sessionRevoked:
      return transmitter.onSessionRevoked
    default:
      return 'ignore'
  }
}

/** Undefined: nobody, or more than one; then nothing is guessed. */
export async function findPerson(
  tx: Transaction,
  { organizationId, issuer }: Transmitter,
  subject: unknown,
): Promise<PersonRow | undefined> {
  if (!isSubject(subject)) return undefined
  // What an issuer calls a person is what its connection brought as externalId.
  const id = await findSubject(tx, organizationId, {
    subject,
    isIssuer: () => false,
    isExternalIssuer: (name) => name === issuer,
  })
  return id === undefined ? undefined : selectPerson(tx, organizationId, id)
}

function isSubject(value: unknown): value is SubjectIdentifier {
  return isJsonObject(value)
}

async function suspend(tx: Transaction, acting: Acting, person: PersonRow): Promise<Acted> {
  const userId = person.id
  // Somebody must be able to sign in when every identity provider fails; but not where he is signed in now.
  if (person.is_built_in) {
    await endAll(tx, acting, person.id)
    return { outcome: 'builtInAccount', userId }
  }
  const context = await toContext(tx, acting, person)
  const parts = { database: acting.database, newId }
  try {
    const isDone = await attempt(tx, () => suspendAccount(parts, context, { id: userId, via: 'signal' }))
    return { outcome: isDone ? 'suspended' : 'alreadySo', userId }
  } catch (error) {
    if (error instanceof HeldError) {
      await endAll(tx, acting, userId)
      return { outcome: 'held', userId, recordHold: () => hold(parts, context, error) }
    }
    if (!isLastOwner(error)) throw error
    // The last owner stays likewise.
    await endAll(tx, acting, userId)
    return { outcome: 'lastOwner', userId }
  }
}

/** So many suspensions wait for a person (DESIGN §5, 9); recorded as for any other client. */
async function hold(parts: DirectoryParts, context: ActingContext, error: HeldError): Promise<void> {
  const { tx: _ended, ...outside } = context
  await recordingHolds(parts, outside, () => Promise.reject(error)).catch((thrown: unknown) => {
    if (!(thrown instanceof ScimError)) throw thrown
  })
}

/** Only whom this transmitter had suspended comes back by it. */
async function reactivate(tx: Transaction, acting: Acting, person: PersonRow): Promise<SignalOutcome> {
  const { organizationId } = acting.transmitter
  if (person.state !== 'suspended') return 'alreadySo'
  if ((await selectSuspender(tx, organizationId, person.id)) !== actorOf(acting.transmitter)) return 'ignored'
  const context = await toContext(tx, acting, person)
  const isDone = await reactivateAccount({ database: acting.database, newId }, context, {
    id: person.id,
    via: 'signal',
  })
  return isDone ? 'reactivated' : 'alreadySo'
}

async function endAll(tx: Transaction, acting: Acting, userId: string): Promise<SignalOutcome> {
  const { transmitter, now, requestId } = acting
  const { organizationId } = transmitter
  const actor = actorOf(transmitter)
  const count = await endSessions(tx, { organizationId, userId, reason: 'signal', now, actor, requestId })
  return count > 0 ? 'sessionsEnded' : 'alreadySo'
}

export function actorOf({ id }: Pick<Transmitter, 'id'>): string {
  return formatTypeId('trm', id)
}

/** The directory on behalf of the transmitter; what it does to people of a connection counts as that connection's. */
async function toContext(tx: Transaction, acting: Acting, person: PersonRow): Promise<ActingContext> {
  const { transmitter, now, requestId } = acting
  const { organizationId, name } = transmitter
  const manager = managerOf(person.connection_id)
  const stored = manager === null ? undefined : await connectionOf(tx, organizationId, manager)
  return {
    organizationId,
    actor: actorOf(transmitter),
    requestId: requestId ?? '',
    now,
    style: findStyle(stored?.style ?? '') ?? styles.rollcall,
    settings: stored === undefined ? defaultConnectionSettings : parseConnectionSettings(stored.settings),
    connectionId: person.connection_id,
    registry: await loadRegistry(tx, organizationId, undefined),
    act: { via: 'signal', reason: `A signal of ${name}` },
    isApproved: manager === null,
    tx,
  }
}

async function connectionOf(tx: Transaction, organizationId: string, id: string) {
  try {
    return await getConnection(tx, organizationId, id)
  } catch (error) {
    if (error instanceof AccessError) return undefined
    throw error
  }
}
