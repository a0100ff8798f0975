import { type insertUsedAssertion, selectCredential, selectKeyHash, type CredentialRow } from '../db/queries/keys.ts'
import type { Database } from '../db/pool.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'
import { readIssuer, verifyAssertion } from './client-assertion.ts'
import type { Key } from './issue-key.ts'
import { createNetworkMatcher } from './key-networks.ts'
import { hashKeyText, parseKeyText } from './key-text.ts'
import { findKey } from './keys.ts'
import { reasonAgainst } from './look-up.ts'

/** How a client shows who it is. */
export type ClientProof =
  | {
      readonly kind: 'secret'
      /** `key_…` of a key made with `use: 'oauthClient'`. */
      readonly clientId: string
      readonly clientSecret: string
    }
  | {
      readonly kind: 'assertion'
      /** A JWT that the client signed (RFC 7523 §3). */
      readonly assertion: string
      /** What the client may have been told about where the assertion goes. */
      readonly audiences: readonly string[]
    }

/** An OAuth client, and whom a refusal of it concerns. */
export type FoundClient = {
  readonly organizationId: string | undefined
  readonly connectionId: string | undefined
  readonly keyId: string | undefined
  readonly client: Key | undefined
  /** What makes sure that an assertion is used once. */
  readonly use?: Parameters<typeof insertUsedAssertion>[1]
}

const nobody: FoundClient = { client: undefined, organizationId: undefined, connectionId: undefined, keyId: undefined }

/** `client` is undefined unless it is live, proven and comes from where it may. */
export async function findClient(
  database: Database,
  request: { readonly proof: ClientProof; readonly slug: string | undefined; readonly address: string },
  now: Date,
): Promise<FoundClient> {
  const found = await findProven(database, request, now)
  return found.client === undefined || admits(found.client, request.address) ? found : { ...found, client: undefined }
}

/** The client that asks for an administrator's consent; it has proven nothing yet. */
export async function findAskingClient(
  database: Database,
  asked: { readonly slug: string; readonly clientId: string },
  now: Date,
): Promise<Key | undefined> {
  const keyId = parseTypeId('key', asked.clientId)
  const handle = keyId === undefined ? undefined : await selectKeyHash(database, asked.slug, keyId)
  const row = handle === undefined ? undefined : await selectCredential(database, handle.shortId, handle.hash)
  return row === undefined ? undefined : findLiveClient(database, row, now)
}

function findProven(
  database: Database,
  { proof, slug }: { readonly proof: ClientProof; readonly slug: string | undefined },
  now: Date,
): Promise<FoundClient> {
  if (proof.kind === 'secret') return findBySecret(database, { ...proof, slug }, now)
  return slug === undefined ? Promise.resolve(nobody) : findBySignature(database, { ...proof, slug }, now)
}

async function findBySecret(
  database: Database,
  proof: { readonly clientId: string; readonly clientSecret: string; readonly slug: string | undefined },
  now: Date,
): Promise<FoundClient> {
  const parsed = parseKeyText(proof.clientSecret)
  if (parsed?.kind !== 'cli') return nobody
  const row = await selectCredential(database, parsed.shortId, hashKeyText(proof.clientSecret))
  if (row === undefined || (proof.slug !== undefined && row.organizationSlug !== proof.slug)) return nobody
  const found = concernedBy(row)
  if (row.keyId === null || row.keyId !== parseTypeId('key', proof.clientId)) return found
  return { ...found, client: await findLiveClient(database, row, now) }
}

async function findBySignature(
  database: Database,
  proof: { readonly assertion: string; readonly audiences: readonly string[]; readonly slug: string },
  now: Date,
): Promise<FoundClient> {
  const keyId = parseTypeId('key', readIssuer(proof.assertion) ?? '')
  const handle = keyId === undefined ? undefined : await selectKeyHash(database, proof.slug, keyId)
  const row = handle === undefined ? undefined : await selectCredential(database, handle.shortId, handle.hash)
  if (row === undefined || keyId === undefined) return nobody
  const found = concernedBy(row)
  const client = await findLiveClient(database, row, now)
  if (client === undefined || client.jwks === null) return found
  const { audiences, assertion } = proof
  const claims = await verifyAssertion(assertion, {
    jwks: client.jwks,
    clientId: formatTypeId('key', keyId),
    audiences,
    now,
  })
  if (claims === undefined) return found
  return { ...found, client, use: { organizationId: row.organizationId, keyId, ...claims } }
}

function concernedBy({ organizationId, keyId, connectionId }: CredentialRow): FoundClient {
  return { ...nobody, organizationId, keyId: keyId ?? undefined, connectionId: connectionId ?? undefined }
}

async function findLiveClient(database: Database, row: CredentialRow, now: Date): Promise<Key | undefined> {
  // The one reason that does not speak against a client is that it is one.
  if (row.keyId === null || row.kind !== 'cli' || reasonAgainst(row, now) !== 'clientSecret') return undefined
  return findKey(database, row.organizationId, row.keyId)
}

function admits({ allowedNetworks }: Key, address: string): boolean {
  return allowedNetworks === null || createNetworkMatcher(allowedNetworks)(address)
}
