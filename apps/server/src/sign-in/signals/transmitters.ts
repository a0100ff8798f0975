import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { requireSecretAnew } from '../../access/secret-place.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import { parseClientKeys } from '../../access/client-keys.ts'
import { insertAccessChange } from '../../db/queries/access-changes.ts'
import { lockOrganization } from '../../db/queries/organizations.ts'
import {
  deleteTransmitterRow,
  insertTransmitter,
  selectReceivedSignals,
  selectTransmitter,
  selectTransmitters,
  updateTransmitterRow,
  type ReceivedSignal,
  type TransmitterRow,
} from '../../db/queries/transmitters.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import type { Encryption } from '../../encryption.ts'
import type { OutboundFetch } from '../../outbound-fetch.ts'
import { createId } from '../../type-id.ts'

export type Transmitter = TransmitterRow
export type { ReceivedSignal } from '../../db/queries/transmitters.ts'

type Chosen = Pick<Transmitter, 'method' | 'onAccountDisabled' | 'onAccountEnabled' | 'onSessionRevoked' | 'state'>

/** What an administrator says about a transmitter. */
export type TransmitterCommand = { readonly [Name in keyof Chosen]?: Chosen[Name] | undefined } & {
  readonly name?: string | undefined
  readonly issuer?: string | undefined
  readonly jwksUrl?: string | null | undefined
  readonly jwks?: { readonly keys: readonly unknown[] } | null | undefined
  readonly audience?: readonly string[] | undefined
  readonly pollUrl?: string | null | undefined
  /** The whole Authorization header of polls; null: none. */
  readonly authorizationHeader?: string | null | undefined
}

type Parts = { readonly database: Database; readonly encryption: Encryption; readonly outboundFetch: OutboundFetch }
type Key = Pick<Transmitter, 'organizationId' | 'id'>

/** So many an organization may have. */
export const transmittersMax = 20
const signalsShown = 100

/** Throws `invalidUrl`, `invalidJwks`, `tooManyTransmitters`. Without keys the issuer is asked where they are. */
export async function createTransmitter(
  parts: Parts,
  call: Call,
  request: {
    readonly organizationId: string
    readonly command: TransmitterCommand & { readonly issuer: string }
    /** Addresses of ours that a transmitter may name as the audience where the command names none. */
    audiencesOf(id: string): readonly string[]
  },
): Promise<Transmitter> {
  const { organizationId, command } = request
  const id = createId()
  const jwksUrl = await findKeysUrl(parts.outboundFetch, command)
  const before: Transmitter = {
    organizationId,
    id,
    name: command.issuer,
    issuer: command.issuer,
    jwksUrl,
    jwks: null,
    audience: request.audiencesOf(id),
    method: 'push',
    pollUrl: null,
    authorizationSealed: null,
    onAccountDisabled: 'suspend',
    onAccountEnabled: 'ignore',
    onSessionRevoked: 'endSessions',
    state: 'enabled',
    failures: 0,
    lastError: null,
    lastReceivedAt: null,
    verifiedAt: null,
    version: 1,
    createdBy: call.actor,
    createdAt: call.now,
    updatedAt: call.now,
  }
  const row = applyCommand(before, { ...command, jwksUrl }, { encryption: parts.encryption, now: call.now })
  return transaction(parts.database, async (tx) => {
    await lockOrganization(tx, organizationId)
    const others = await selectTransmitters(tx, organizationId, { rowsMax: transmittersMax })
    if (others.length >= transmittersMax)
      throw new AccessError('tooManyTransmitters', `An organization may have ${transmittersMax} transmitters`)
    const transmitter = await insertTransmitter(tx, row)
    await record(tx, call, transmitter, 'transmitter.created')
    return transmitter
  })
}

/** Where a transmitter publishes its keys (SSF 1.0 §7.2): the issuer's path follows the well-known one. */
async function findKeysUrl(outboundFetch: OutboundFetch, command: TransmitterCommand): Promise<string | null> {
  const { issuer = '', jwksUrl, jwks } = command
  if (jwksUrl !== undefined && jwksUrl !== null) return jwksUrl
  if (jwks !== undefined && jwks !== null) return null
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:') throw invalidUrl('issuer', 'must be an https URL')
  const { origin, pathname } = new URL(issuer)
  const url = `${origin}/.well-known/ssf-configuration${pathname === '/' ? '' : pathname}`
  try {
    const { status, text } = await outboundFetch({ url, headers: { accept: 'application/json' } })
    const found: unknown = status === 200 ? JSON.parse(text) : undefined
    const members = new Map(typeof found === 'object' && found !== null ? Object.entries(found) : [])
    const uri: unknown = members.get('jwks_uri')
    if (members.get('issuer') === issuer && typeof uri === 'string') return uri
  } catch {
    // The same answer as for a document that says nothing: what is wanted instead is told.
  }
  throw invalidUrl('issuer', `publishes no keys at ${url}: give jwksUrl or jwks`)
}

function invalidUrl(field: string, what: string): AccessError {
  return new AccessError('invalidUrl', `${field} ${what}`, { field })
}

function applyCommand(
  before: Transmitter,
  command: TransmitterCommand,
  { encryption, now }: { readonly encryption: Encryption; readonly now: Date },
): Transmitter {
  const pollUrl = command.pollUrl === undefined ? before.pollUrl : command.pollUrl
  const method = command.method ?? (command.pollUrl === undefined ? before.method : pollUrl === null ? 'push' : 'poll')
  const keys = keysOf(before, command)
  if (method === 'poll' && pollUrl === null) throw invalidUrl('pollUrl', 'is needed for a transmitter that is polled')
  for (const [field, url] of [
    ['pollUrl', pollUrl],
    ['jwksUrl', keys.jwksUrl],
  ] as const)
    if (url !== null && (!URL.canParse(url) || new URL(url).protocol !== 'https:'))
      throw invalidUrl(field, 'must be an https URL')
  const { authorizationHeader } = command
  requireSecretAnew({
    field: 'authorizationHeader',
    hasSecret: before.authorizationSealed !== null,
    isGiven: authorizationHeader !== undefined,
    before: before.pollUrl,
    after: pollUrl,
  })
  return {
    ...before,
    ...keys,
    name: command.name ?? before.name,
    issuer: command.issuer ?? before.issuer,
    audience: command.audience ?? before.audience,
    method,
    pollUrl,
    authorizationSealed:
      authorizationHeader === undefined ? before.authorizationSealed : seal(encryption, before, authorizationHeader),
    onAccountDisabled: command.onAccountDisabled ?? before.onAccountDisabled,
    onAccountEnabled: command.onAccountEnabled ?? before.onAccountEnabled,
    onSessionRevoked: command.onSessionRevoked ?? before.onSessionRevoked,
    state: command.state ?? before.state,
    updatedAt: now,
  }
}

/** Keys are published somewhere or given, never both. */
function keysOf(before: Transmitter, { jwks, jwksUrl }: TransmitterCommand): Pick<Transmitter, 'jwks' | 'jwksUrl'> {
  const given: JsonObject | null = jwks === undefined || jwks === null ? null : parseClientKeys(jwks)
  if (given !== null) return { jwks: given, jwksUrl: null }
  if (jwksUrl !== undefined && jwksUrl !== null) return { jwks: null, jwksUrl }
  return { jwks: before.jwks, jwksUrl: before.jwksUrl }
}

function seal(encryption: Encryption, key: Key, header: string | null): string | null {
  return header === null || header === '' ? null : encryption.seal(header, contextOf(key))
}

/** The Authorization header of polls, in clear. */
export function openTransmitterAuthorization(encryption: Encryption, transmitter: Transmitter): string | undefined {
  const { authorizationSealed } = transmitter
  return authorizationSealed === null ? undefined : encryption.open(authorizationSealed, contextOf(transmitter))
}

function contextOf({ organizationId, id }: Key): string {
  return `transmitters/${organizationId}/${id}`
}

/** Throws `transmitterNotFound`. */
export async function getTransmitter(
  db: Queryable,
  { organizationId, id }: Key,
  options: { readonly lock?: boolean } = {},
): Promise<Transmitter> {
  const found = await selectTransmitter(db, organizationId, id, options)
  if (found === undefined) throw new AccessError('transmitterNotFound', 'There is no such transmitter')
  return found
}

export async function listTransmitters(
  db: Queryable,
  organizationId: string,
  page: PageOf,
): Promise<Page<Transmitter>> {
  const rows = await selectTransmitters(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

/** What came lately and what became of it, latest first. */
export function listSignals(db: Queryable, transmitter: Key): Promise<readonly ReceivedSignal[]> {
  return selectReceivedSignals(db, transmitter, signalsShown)
}

/** Throws `transmitterNotFound`, `versionMismatch`, `invalidUrl`, `invalidJwks`. */
export async function updateTransmitter(
  { database, encryption }: Parts,
  call: Call,
  request: Key & { readonly command: TransmitterCommand; readonly ifVersion: number | undefined },
): Promise<Transmitter> {
  const { command, ifVersion } = request
  return transaction(database, async (tx) => {
    const before = await getTransmitter(tx, request, { lock: true })
    requireVersion(before, ifVersion)
    const after = await updateTransmitterRow(tx, applyCommand(before, command, { encryption, now: call.now }))
    await record(tx, call, after, 'transmitter.updated')
    return after
  })
}

/** Throws `transmitterNotFound`, `versionMismatch`. */
export async function deleteTransmitter(
  database: Database,
  call: Call,
  request: Key & { readonly ifVersion: number | undefined },
): Promise<void> {
  await transaction(database, async (tx) => {
    const transmitter = await getTransmitter(tx, request, { lock: true })
    requireVersion(transmitter, request.ifVersion)
    await deleteTransmitterRow(tx, transmitter.organizationId, transmitter.id)
    await record(tx, call, transmitter, 'transmitter.deleted')
  })
}

function requireVersion({ version }: Transmitter, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && ifVersion !== version)
    throw new AccessError('versionMismatch', 'The transmitter has changed', { currentVersion: version })
}

async function record(
  tx: Queryable,
  call: Call,
  transmitter: Transmitter,
  action: `transmitter.${'created' | 'updated' | 'deleted'}`,
): Promise<void> {
  const { organizationId, name, issuer, method, state, onAccountDisabled, onAccountEnabled, onSessionRevoked } =
    transmitter
  await insertAccessChange(tx, {
    organizationId,
    at: call.now,
    action,
    subjectId: transmitter.id,
    subjectVersion: transmitter.version,
    actor: call.actor,
    requestId: call.requestId,
    data: { name, issuer, method, state, onAccountDisabled, onAccountEnabled, onSessionRevoked },
  })
}
