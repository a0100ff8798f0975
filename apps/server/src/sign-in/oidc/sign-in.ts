import { ScimError } from '@rollcall/scim'
import * as client from 'openid-client'
import { isLastOwner, lastOwnerReason } from '../../access/last-owner.ts'
import { selectByExternalId, selectBySubject } from '../../db/queries/identity-links.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { dryRun } from '../../db/dry-run.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import type { AdmissionRefusal } from '../admit.ts'
import type { ExternalPerson } from '../external-person.ts'
import { linkPerson, type Comparison, type LinkRefusal } from '../link-person.ts'
import { toSignInMappings } from '../mappings.ts'
import type { Trial } from '../trial.ts'
import { endSessions, type SessionStage, type StartedSession } from '../sessions.ts'
import { recordFailure, signIn } from '../sign-in.ts'
import { toStorable } from '../../storable-text.ts'
import { toExchange, type Exchange, type OidcDoor } from './exchange.ts'
import { keepOidcFailure } from './failures.ts'
import { fromClaims, toClaimNames, type ClaimedPerson, type Claims } from './from-claims.ts'
import { keepIdToken } from './id-tokens.ts'
import { toOidcError } from './library-errors.ts'
import { OidcError, type OidcCode } from './oidc-error.ts'
import { clockToleranceSeconds, createRelyingParty, keepKeys } from './relying-party.ts'
import { deriveSecrets } from './requests.ts'
import { takeState, writeState } from './state.ts'

const loginHintCharactersMax = 300

/** Where the browser goes to sign in. */
export async function beginOidcSignIn(
  door: OidcDoor,
  provider: SealedIdentityProvider,
  options: {
    readonly browserSecret: string
    readonly next: string | null
    readonly loginHint: string | null
    readonly requestSecret: Uint8Array
  },
): Promise<string> {
  const exchange = toExchange(door, provider)
  const { settings, urls } = exchange
  const { browserSecret, next, loginHint, requestSecret } = options
  const state = writeState(requestSecret, keyOf(provider), { browserSecret, next, now: door.now })
  const { nonce, codeVerifier } = deriveSecrets(browserSecret, state)
  const config = await createRelyingParty(exchange)
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: urls.redirectUri,
    scope: settings.scopes.join(' '),
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(settings.forceAuthentication && { prompt: 'login', max_age: '0' }),
    ...(loginHint !== null && { login_hint: loginHint.slice(0, loginHintCharactersMax) }),
  })
  return url.href
}

export type OidcRefusal = OidcCode | LinkRefusal | AdmissionRefusal | 'lastOwner' | 'providerDisabled'

export type OidcOutcome =
  | {
      readonly kind: 'signedIn'
      readonly session: StartedSession
      readonly stage: SessionStage
      readonly next: string | null
    }
  | {
      readonly kind: 'refused'
      readonly code: OidcRefusal
      readonly comparisons: readonly Comparison[]
      /** Under which the tracer has it. */
      readonly failureId: string
    }

export type OidcAnswer = {
  /** The query with which the browser came back. */
  readonly parameters: URLSearchParams
  readonly browserSecret: string | undefined
  readonly requestSecret: Uint8Array
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  /** The secret of the session that the browser had. */
  readonly replaces: string | undefined
  /** An administrator tries it: all is done as ever, and undone at the end. */
  readonly trial?: Trial | undefined
}

type Refused = {
  readonly attributes?: ReadonlyMap<string, readonly string[]>
  readonly code: OidcRefusal
  readonly comparisons: readonly Comparison[]
  readonly detail: string
}
type Taken = (Refused & { readonly kind: 'refused' }) | Extract<OidcOutcome, { kind: 'signedIn' }>

/** Takes an answer of the identity provider. Whatever is wrong with it, it is refused with a code and kept for a week. */
export async function finishOidcSignIn(
  door: OidcDoor,
  provider: SealedIdentityProvider,
  answer: OidcAnswer,
): Promise<OidcOutcome> {
  const keep = async (refused: Refused): Promise<OidcOutcome> => {
    const { code, comparisons } = refused
    const failureId = await keepOidcFailure(door, provider, { ...refused, parameters: answer.parameters })
    answer.trial?.explain(refused.detail)
    return { kind: 'refused', code, comparisons, failureId }
  }
  try {
    const taken = await takeAnswer(door, provider, answer)
    return taken.kind === 'signedIn' ? taken : await keep(taken)
  } catch (error) {
    const known = toKnown(error)
    if (known === undefined) throw error
    const { code } = known
    if (answer.trial === undefined)
      await transaction(door.database, (tx) => recordFailure(tx, { ...toAttempt(door, provider, answer), code }))
    return keep({ ...known, comparisons: [] })
  }
}

async function takeAnswer(door: OidcDoor, provider: SealedIdentityProvider, answer: OidcAnswer): Promise<Taken> {
  const { browserSecret, parameters, requestSecret } = answer
  const state = parameters.get('state')
  // Used up before anything else happens: whatever comes of it, the same answer is good for nothing afterwards.
  const asked = { state, browserSecret, requestSecret, now: door.now }
  const { next } = await takeState(door.database, keyOf(provider), asked)
  const { trial } = answer
  if (provider.state !== 'enabled' && trial === undefined)
    return refuse('providerDisabled', 'The identity provider is disabled')
  const exchange = toExchange(door, provider)
  const { claims, idToken } = await exchangeCode(exchange, answer, {
    browserSecret: browserSecret ?? '',
    state: state ?? '',
  })
  const claimed = fromClaims(claims, exchange.settings.claims)
  trial?.receive(claimed.person)
  refuseMissingGroups(exchange, claims)
  const known = { exchange, claims, idToken, claimed, answer, next }
  const taken = await (trial === undefined
    ? transaction(door.database, (tx) => admit(door, tx, known))
    : dryRun(door.database, (database) => transaction(database, (tx) => admit({ ...door, database }, tx, known))))
  return taken.kind === 'refused' ? { ...taken, attributes: claimed.person.attributes } : taken
}

/** The code becomes claims; no transaction is open meanwhile. */
async function exchangeCode(
  exchange: Exchange,
  { parameters }: OidcAnswer,
  secrets: { readonly browserSecret: string; readonly state: string },
): Promise<{ readonly claims: Claims; readonly idToken: string }> {
  const { provider, settings, description, urls } = exchange
  const config = await createRelyingParty(exchange)
  const { state, nonce, codeVerifier } = deriveSecrets(secrets.browserSecret, secrets.state)
  const url = new URL(urls.redirectUri)
  url.search = parameters.toString()
  const tokens = await client.authorizationCodeGrant(config, url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
    ...(settings.forceAuthentication && { maxAge: clockToleranceSeconds }),
  })
  keepKeys(config, provider, description)
  const claims = tokens.claims()
  if (claims === undefined || tokens.id_token === undefined) throw new OidcError('malformed', 'There is no ID token')
  if (claims.azp !== undefined && claims.azp !== settings.clientId)
    throw new OidcError('audienceMismatch', `azp is ${JSON.stringify(claims.azp)} instead of ${settings.clientId}`)
  const idToken = tokens.id_token
  if (!needsUserInfo(exchange, claims)) return { claims, idToken }
  const more = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  // What is signed counts.
  return { claims: { ...more, ...claims }, idToken }
}

function needsUserInfo({ settings, description }: Exchange, claims: Claims): boolean {
  if (settings.userInfo === 'never' || description.userinfo_endpoint === undefined) return false
  if (settings.userInfo === 'always') return true
  const names = Object.values(toClaimNames(settings.claims))
  return names.some((name) => name !== undefined && claims[name.split('.')[0] ?? name] === undefined)
}

/** Entra names more than 200 groups nowhere: what would look like none takes roles and teams away. */
function refuseMissingGroups({ settings, provider }: Exchange, claims: Claims): void {
  const { groups } = settings.claims
  const { roles, teams } = toSignInMappings(provider.mappings)
  if (groups === undefined || !(roles.isOn || teams.isOn)) return
  const elsewhere = claims['_claim_names']
  if (typeof elsewhere !== 'object' || elsewhere === null || !Object.hasOwn(elsewhere, groups)) return
  throw new OidcError(
    'tooManyGroups',
    `The person is in more groups than fit into a token, so "${groups}" was left out: send only groups assigned to the application, or map app roles`,
  )
}

async function admit(
  door: OidcDoor,
  tx: Transaction,
  known: {
    readonly exchange: Exchange
    readonly claims: Claims
    readonly idToken: string
    readonly claimed: ClaimedPerson
    readonly answer: OidcAnswer
    readonly next: string | null
  },
): Promise<Taken> {
  const { exchange, claims, claimed, answer, next } = known
  const { provider, settings } = exchange
  const { person } = claimed
  const { now, requestId } = door
  if (!claimed.isUserNameProof && !(await isKnownOtherwise(tx, provider, person)))
    throw new OidcError(
      'emailNotVerified',
      `${person.userName.attribute} would say who it is, and the identity provider has not verified it (email_verified)`,
    )
  const linked = await linkPerson(door.database, tx, { ...settings, provider, person, now, requestId })
  answer.trial?.link(linked)
  const attempt = toAttempt(door, provider, answer)
  if (linked.kind === 'refused') {
    const { userId, code } = linked
    await recordFailure(tx, { ...attempt, userId, code })
    const { organizationId } = provider
    if (code === 'noRole' && userId !== undefined)
      await endSessions(tx, { organizationId, userId, reason: 'noRole', now, actor: 'system', requestId })
    return linked
  }
  const outcome = await signIn(tx, {
    ...attempt,
    userId: linked.userId,
    factors: ['oidc'],
    userAgent: answer.userAgent,
    external: {
      subject: toStorable(claims.sub),
      ...(typeof claims['sid'] === 'string' && { sid: toStorable(claims['sid']) }),
    },
    replaces: answer.replaces,
  })
  if (outcome.kind === 'refused') return refuse(outcome.code, `Refused: ${outcome.code}`)
  await keepIdToken(tx, exchange, { session: outcome.session, idToken: known.idToken, encryption: door.encryption })
  return { ...outcome, next }
}

/** Whether something better than the user name says who it is. */
async function isKnownOtherwise(
  tx: Transaction,
  { organizationId, id: providerId }: SealedIdentityProvider,
  { subject, externalId }: ExternalPerson,
): Promise<boolean> {
  if ((await selectBySubject(tx, organizationId, { providerId, subject })) !== undefined) return true
  return externalId !== undefined && (await selectByExternalId(tx, organizationId, externalId.value)).length > 0
}

function toAttempt({ now, requestId }: OidcDoor, provider: SealedIdentityProvider, { ip }: OidcAnswer) {
  const { organizationId, id: identityProviderId } = provider
  return { organizationId, identityProviderId, method: 'oidc' as const, now, requestId, ip }
}

function keyOf({ organizationId, id: providerId }: SealedIdentityProvider) {
  return { organizationId, providerId }
}

function refuse(code: OidcRefusal, detail: string): Refused & { readonly kind: 'refused' } {
  return { kind: 'refused', code, detail, comparisons: [] }
}

/** Refusals that come as errors, since they undo everything. */
function toKnown(error: unknown): Pick<Refused, 'code' | 'detail'> | undefined {
  const refused = toOidcError(error)
  if (refused !== undefined) return { code: refused.code, detail: refused.message }
  if (error instanceof ScimError && error.status < 500) return { code: 'invalidProfile', detail: error.message }
  if (isLastOwner(error)) return { code: 'lastOwner', detail: lastOwnerReason }
  return undefined
}
