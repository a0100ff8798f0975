import { randomBytes } from 'node:crypto'
import { ScimError } from '@rollcall/scim'
import { isLastOwner, lastOwnerReason } from '../../access/last-owner.ts'
import { insertSamlReplay } from '../../db/queries/saml-exchange.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import type { Database } from '../../db/pool.ts'
import { dryRun } from '../../db/dry-run.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import type { Encryption } from '../../encryption.ts'
import type { AdmissionRefusal } from '../admit.ts'
import { fromAssertion } from '../external-person.ts'
import { keepFailure } from '../failures.ts'
import { linkPerson, type Comparison, type LinkRefusal } from '../link-person.ts'
import { toSignInMappings } from '../mappings.ts'
import { readRequestToken, writeRequestToken } from '../request-tokens.ts'
import type { Trial } from '../trial.ts'
import { endSessions, type SessionStage, type StartedSession } from '../sessions.ts'
import { recordFailure, signIn } from '../sign-in.ts'
import { createSaml, requestMs, type Exchange } from './library.ts'
import { openKeys } from './own-keys.ts'
import { clockSkewMs, type Assertion } from './read-assertion.ts'
import { SamlError, type SamlCode } from './saml-error.ts'
import { toServiceProviderUrls } from './service-provider.ts'
import { toSamlDescription, toSamlSettings } from './settings.ts'
import { traceResponse } from './trace.ts'
import { openResponse, verifyResponse } from './verify-response.ts'

export type SamlDoor = {
  readonly database: Database
  readonly encryption: Encryption
  /** Absolute address of Rollcall. */
  readonly baseUrl: string
  readonly now: Date
  readonly requestId: string
}

/** Our addresses and keys, and what we know of the other side. */
export function toExchange(door: SamlDoor, provider: SealedIdentityProvider): Exchange {
  return {
    description: toSamlDescription(provider.description),
    settings: toSamlSettings(provider.settings),
    urls: toServiceProviderUrls(door.baseUrl, provider),
    keys: openKeys(door.encryption, provider),
    now: door.now,
  }
}

/** Where the browser goes to sign in: a signed request whose ID remembers itself. */
export async function beginSignIn(
  door: SamlDoor,
  provider: SealedIdentityProvider,
  options: {
    /** What the browser keeps in a cookie; undefined where it can keep none. */
    readonly browserSecret: string | undefined
    readonly relayState: string
    readonly requestSecret: Uint8Array
  },
): Promise<string> {
  const { browserSecret, requestSecret } = options
  const expiresAt = new Date(door.now.getTime() + requestMs)
  const id = `_${writeRequestToken(requestSecret, keyOf(provider), { browserSecret, expiresAt })}`
  const saml = createSaml(toExchange(door, provider), { newRequestId: id })
  return saml.getAuthorizeUrlAsync(options.relayState, undefined, {})
}

/** An ID of XML must not begin with a digit. */
export function newRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`
}

export type SamlRefusal = SamlCode | LinkRefusal | AdmissionRefusal | 'lastOwner'

export type SamlOutcome =
  | { readonly kind: 'signedIn'; readonly session: StartedSession; readonly stage: SessionStage }
  | {
      readonly kind: 'refused'
      readonly code: SamlRefusal
      readonly comparisons: readonly Comparison[]
      /** Under which the tracer has it. */
      readonly failureId: string
    }

export type Answer = {
  readonly response: string
  readonly browserSecret: string | undefined
  readonly requestSecret: Uint8Array
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  /** The secret of the session that the browser had. */
  readonly replaces: string | undefined
  /** An administrator tries it: all is done as ever, and undone at the end. */
  readonly trial?: Trial | undefined
}

/** Takes an answer of the identity provider. Whatever is wrong with it, it is refused with a code and kept for a week. */
export async function finishSignIn(
  door: SamlDoor,
  provider: SealedIdentityProvider,
  answer: Answer,
): Promise<SamlOutcome> {
  const keep = async ({ code, detail, comparisons }: Refused): Promise<SamlOutcome> => {
    const { database, now: at, requestId } = door
    const exchange = traceResponse(answer.response)
    const failureId = await keepFailure(database, provider, { at, code, detail, exchange, requestId })
    answer.trial?.explain(detail)
    return { kind: 'refused', code, comparisons, failureId }
  }
  try {
    const taken = await takeAnswer(door, provider, answer)
    return taken.kind === 'signedIn' ? taken : await keep(taken)
  } catch (error) {
    const known = toKnown(error)
    if (known === undefined) throw error
    if (answer.trial === undefined)
      await transaction(door.database, (tx) =>
        recordFailure(tx, { ...toAttempt(door, provider, answer), code: known.code }),
      )
    return keep({ ...known, comparisons: [] })
  }
}

type Refused = {
  readonly code: SamlRefusal
  readonly comparisons: readonly Comparison[]
  readonly detail: string
}

async function takeAnswer(
  door: SamlDoor,
  provider: SealedIdentityProvider,
  answer: Answer,
): Promise<(Refused & { readonly kind: 'refused' }) | Extract<SamlOutcome, { kind: 'signedIn' }>> {
  const { trial } = answer
  if (provider.state !== 'enabled' && trial === undefined)
    throw new SamlError('providerDisabled', 'The identity provider is disabled')
  const exchange = toExchange(door, provider)
  const opened = openResponse(exchange, answer.response)
  const request = findRequest(door, provider, { answer, id: opened.inResponseTo, exchange })
  const assertion = await verifyResponse(exchange, opened, request?.id)
  const known = { provider, assertion, answer, exchange }
  const taken = { request, assertion, now: door.now }
  if (trial === undefined)
    return transaction(door.database, async (tx) => {
      await takeOnce(tx, provider, taken)
      return admit(door, tx, known)
    })
  await transaction(door.database, (tx) => takeOnce(tx, provider, taken))
  return dryRun(door.database, (database) => transaction(database, (tx) => admit({ ...door, database }, tx, known)))
}

type Request = { readonly id: string; readonly expiresAt: Date }

/** The request that was answered, by the same browser; undefined: nobody asked, and that is allowed. */
function findRequest(
  { now }: SamlDoor,
  provider: SealedIdentityProvider,
  asked: { readonly answer: Answer; readonly id: string | undefined; readonly exchange: Exchange },
): Request | undefined {
  const { answer, id, exchange } = asked
  if (id === undefined) {
    if (exchange.settings.idpInitiated) return undefined
    throw new SamlError('unsolicited', 'Nobody here has asked for this sign-in, and idpInitiated is off')
  }
  const token = id.startsWith('_') ? id.slice(1) : ''
  const request = readRequestToken(answer.requestSecret, keyOf(provider), { token, now })
  if (request === undefined)
    throw new SamlError('unknownRequest', 'The request that it answers is none of ours, or too old')
  if (!request.isOf(answer.browserSecret))
    throw new SamlError('otherBrowser', 'The sign-in was begun in another browser')
  return { id, expiresAt: request.expiresAt }
}

function keyOf({ organizationId, id: providerId }: SealedIdentityProvider) {
  return { organizationId, providerId }
}

/** Of two processes with the same answer one takes it. */
async function takeOnce(
  tx: Transaction,
  provider: SealedIdentityProvider,
  taken: { readonly request: Request | undefined; readonly assertion: Assertion; readonly now: Date },
): Promise<void> {
  const { request, assertion } = taken
  const key = keyOf(provider)
  if (request !== undefined && !(await insertSamlReplay(tx, key, request)))
    throw new SamlError('replayed', 'The request was answered before')
  // Until nobody would take it any more for its age.
  const expiresAt = new Date(assertion.notOnOrAfter.getTime() + 2 * clockSkewMs)
  if (!(await insertSamlReplay(tx, key, { id: assertion.id, expiresAt })))
    throw new SamlError('replayed', 'The assertion was used before')
}

async function admit(
  door: SamlDoor,
  tx: Transaction,
  known: {
    readonly provider: SealedIdentityProvider
    readonly assertion: Assertion
    readonly answer: Answer
    readonly exchange: Exchange
  },
): Promise<(Refused & { readonly kind: 'refused' }) | Extract<SamlOutcome, { kind: 'signedIn' }>> {
  const { provider, assertion, answer, exchange } = known
  const { attributes, justInTime } = exchange.settings
  const { now, requestId } = door
  const person = fromAssertion(assertion, attributes)
  answer.trial?.receive(person)
  refuseMissingGroups(provider, assertion)
  const linked = await linkPerson(door.database, tx, { provider, person, justInTime, now, requestId })
  answer.trial?.link(linked)
  const attempt = toAttempt(door, provider, answer)
  if (linked.kind === 'refused') {
    const { userId, code } = linked
    await recordFailure(tx, { ...attempt, userId, code })
    if (code === 'noRole' && userId !== undefined)
      await endSessions(tx, {
        organizationId: provider.organizationId,
        userId,
        reason: 'noRole',
        now,
        actor: 'system',
        requestId,
      })
    return linked
  }
  const outcome = await signIn(tx, {
    ...attempt,
    userId: linked.userId,
    factors: ['saml'],
    userAgent: answer.userAgent,
    notOnOrAfter: assertion.sessionEndsAt,
    external: { nameId: assertion.nameId, nameForm: assertion.nameForm, sessionIndex: assertion.sessionIndex },
    replaces: answer.replaces,
  })
  return outcome.kind === 'signedIn' ? outcome : { ...outcome, comparisons: [], detail: `Refused: ${outcome.code}` }
}

const groupsClaim = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups'
/** What Entra sends in the place of more than 150 groups. */
const groupsLink = 'http://schemas.microsoft.com/claims/groups.link'

/** Groups that were left out must not look like none: that would take roles and teams away. */
function refuseMissingGroups(provider: SealedIdentityProvider, { attributes }: Assertion): void {
  if (!attributes.has(groupsLink)) return
  const { roles, teams } = toSignInMappings(provider.mappings)
  const counts = [roles, teams].some(({ isOn, mappings }) => {
    return isOn && mappings.some(({ attribute }) => attribute === groupsClaim)
  })
  if (counts)
    throw new SamlError(
      'tooManyGroups',
      'The person is in more groups than Entra puts into an assertion: send only groups assigned to the application, or map app roles',
    )
}

function toAttempt({ now, requestId }: SamlDoor, provider: SealedIdentityProvider, { ip }: Answer) {
  const { organizationId, id: identityProviderId } = provider
  return { organizationId, identityProviderId, method: 'saml' as const, now, requestId, ip }
}

/** Refusals that come as errors, since they undo everything. */
function toKnown(error: unknown): Pick<Refused, 'code' | 'detail'> | undefined {
  if (error instanceof SamlError) return { code: error.code, detail: error.message }
  if (error instanceof ScimError && error.status < 500) return { code: 'invalidProfile', detail: error.message }
  if (isLastOwner(error)) return { code: 'lastOwner', detail: lastOwnerReason }
  return undefined
}
