import { findStyle, isJsonObject, styles } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { getConnection } from '../../access/connections.ts'
import { loadRegistry } from '../../access/custom-types.ts'
import { isLastOwner } from '../../access/last-owner.ts'
import { selectPerson, type PersonRow } from '../../db/queries/people.ts'
import { selectSuspender } from '../../db/queries/transmitters.ts'
import type { Database } from '../../db/pool.ts'
import { attempt, type Transaction } from '../../db/transaction.ts'
import { reactivateAccount, suspendAccount, type ApprovedContext } from '../../directory/approved-acts.ts'
import { defaultConnectionSettings, parseConnectionSettings } from '../../directory/connection-settings.ts'
import { createIdSource } from '../../directory/new-id.ts'
import { managerOf } from '../../directory/ownership.ts'
import { signalUris } from '../../events/signal-events.ts'
import { findSubject, type SubjectIdentifier } from '../../events/stream-subjects.ts'
import { formatTypeId } from '../../type-id.ts'
import { endSessions } from '../sessions.ts'
import type { Transmitter } from './transmitters.ts'

/** What became of a signal: a word for lists, and whom it was about. */
export type Acted = { readonly outcome: SignalOutcome; readonly userId: string | null }

export type SignalOutcome =
  | 'suspended'
  | 'reactivated'
  | 'sessionsEnded'
  | 'alreadySo'
  | 'ignored'
  | 'subjectUnknown'
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
  return { outcome: await suspend(tx, acting, person), userId }
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

async function suspend(tx: Transaction, acting: Acting, person: PersonRow): Promise<SignalOutcome> {
  // Somebody must be able to sign in when every identity provider fails; but not where he is signed in now.
  if (person.is_built_in) {
    await endAll(tx, acting, person.id)
    return 'builtInAccount'
  }
  const context = await toContext(tx, acting, person)
  try {
    const parts = { database: acting.database, newId }
    const isDone = await attempt(tx, () => suspendAccount(parts, context, { id: person.id, via: 'signal' }))
    return isDone ? 'suspended' : 'alreadySo'
  } catch (error) {
    if (!isLastOwner(error)) throw error
    // The last owner stays likewise.
    await endAll(tx, acting, person.id)
    return 'lastOwner'
  }
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

/** The directory on behalf of the transmitter: nothing of it is a mass change of a connection. */
async function toContext(tx: Transaction, acting: Acting, person: PersonRow): Promise<ApprovedContext> {
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
    isApproved: true,
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
