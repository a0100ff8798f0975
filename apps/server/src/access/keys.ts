import { randomBytes } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import { brokenUnique } from '../db/queries/constraint.ts'
import {
  retireKeyHash,
  selectKey,
  selectKeyCount,
  selectKeys,
  updateKeyReplaced,
  updateKeyRevoked,
  type KeyFilter,
  type StoredKeyKind,
} from '../db/queries/keys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { getConnection, requireScim } from './connections.ts'
import { hashTenant, issueKey, recordKey, toKey, type IssuedKey, type Key, type KeyTemplate } from './issue-key.ts'
import { isVouchedFor, refuseBeyondMaker } from './key-rights.ts'
import { parseNetworks } from './key-networks.ts'
import { findOwner, resolveOwner, type KeyOwner, type WantedOwner } from './key-owner.ts'
import { capExpiry, settleExpiry, toKeyPolicy } from './key-policy.ts'
import { warningsOf } from './key-warnings.ts'
import { parseName } from './name.ts'
import { parseRedirectUris } from './redirect-uris.ts'
import { getOrganization } from './organizations.ts'
import { parseScopes, type Scope } from './scopes.ts'

export type { IssuedKey, Key } from './issue-key.ts'

export type CreateKey = WantedOwner & {
  /** See `scopes`; `scim:enterprise` is `scim`. */
  readonly scopes: readonly string[]
  /** Left out: from the scopes. */
  readonly name?: string | undefined
  /** Left out: the key serves the organization's default connection. */
  readonly connectionId?: string | undefined
  /** Null: never. Left out: never for the scope `scim`, else in 90 days or what the organization allows. */
  readonly expiresAt?: Date | null | undefined
  /**
   * `oauthClient`: the secret of an OAuth 2.0 client, good for access tokens only (RFC 6749 §4.4). `entra`: no secret, but
   * the tokens that a tenant of Entra ID signs itself. Left out: `bearer`.
   */
  readonly use?: KeyUse | undefined
  /** Addresses and CIDR ranges that the key may come from. Left out: anywhere. */
  readonly allowedNetworks?: readonly string[] | undefined
  /** Public keys of an OAuth client that signs (RFC 7523) and so needs no secret; checked by `parseClientKeys`. */
  readonly jwks?: JsonObject | undefined
  /** Where authorization codes of an OAuth client may be sent (RFC 6749 §4.1); left out: it asks for none. */
  readonly redirectUris?: readonly string[] | undefined
  /** With `use: 'entra'`: the tenant whose tokens open the door. */
  readonly tenantId?: string | undefined
}

export type KeyUse = 'bearer' | 'oauthClient' | 'entra'

export const overlapSecondsMax = 30 * 24 * 60 * 60

/** Throws `beyondRights`, `invalidScope`, `invalidName`, `invalidExpiry`, `invalidOwner`, `invalidNetwork`, `connectionNotFound`, `userNotFound`. */
export async function createKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateKey },
): Promise<IssuedKey> {
  return transaction(database, async (tx) => {
    const { organizationId, command } = request
    const plan = await planKey(tx, call, request)
    const owner = await resolveOwner(tx, call, { organizationId, owner: command })
    const template = { ...plan, ...owner, isVouched: isVouchedFor(call, plan.scopes, owner) }
    await refuseBeyondMaker(tx, call, template)
    if (plan.tenantId !== undefined) await retireTenant(tx, call, organizationId, plan.tenantId)
    const issued = await refuseTakenTenant(issueKey(tx, call, template))
    await recordKey(tx, call, issued.key, { action: 'key.created' })
    return issued
  })
}

/** What `createKey` would make, and what to know before. Makes nothing, and asks nothing about rights. */
export async function previewKey(
  database: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateKey },
): Promise<Pick<Key, 'kind' | 'name' | 'scopes' | 'expiresAt' | 'warnings'>> {
  const { kind, name, scopes, expiresAt } = await planKey(database, call, request)
  const { userId } = await findOwner(database, request.organizationId, request.command)
  return { kind, name, scopes, expiresAt, warnings: warningsOf({ scopes, expiresAt, userId, revokedAt: null }) }
}

export async function findKey(database: Queryable, organizationId: string, id: string): Promise<Key | undefined> {
  const row = await selectKey(database, organizationId, id)
  return row === undefined || isHidden(row.kind) ? undefined : toKey(row)
}

/** Access and refresh tokens belong to their client; API keys have a list of their own. */
function isHidden(kind: StoredKeyKind): boolean {
  return kind === 'tok' || kind === 'ref' || kind === 'api'
}

export type FindKeys = Partial<Omit<KeyFilter, 'kinds'>>

/** Oldest first; `next` is the last id of the page. Revoked keys only when asked for. */
export async function listKeys(
  database: Queryable,
  organizationId: string,
  page: PageOf & FindKeys,
): Promise<Page<Key>> {
  const bounds = { after: page.after, rowsMax: page.limit + 1 }
  const rows = await selectKeys(database, organizationId, { ...toFilter(page), ...bounds })
  return toPage(rows.map(toKey), page.limit, (row) => row.id)
}

export function countKeys(database: Queryable, organizationId: string, find: FindKeys): Promise<number> {
  return selectKeyCount(database, organizationId, toFilter(find))
}

/** Every process refuses the key within `keyCacheMs`. Revoking twice is once. Throws `keyNotFound`. */
export async function revokeKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly keyId: string },
): Promise<Key> {
  return transaction(database, (tx) => revokeKeyIn(tx, call, request))
}

/** The same in the caller's transaction. */
export async function revokeKeyIn(
  tx: Transaction,
  call: Call,
  { organizationId, keyId }: Parameters<typeof revokeKey>[2],
): Promise<Key> {
  const key = await getKey(tx, organizationId, keyId)
  if (!(await updateKeyRevoked(tx, organizationId, keyId, call.now))) return key
  await recordKey(tx, call, key, { action: 'key.revoked' })
  return { ...key, revokedAt: call.now }
}

/**
 * A second secret with the same rights; the first lives on for `overlapSeconds`, so that clients change without a gap.
 * The second lives as long as the first was made for. Throws `keyNotFound`, `keyNotLive`, `invalidOverlap`.
 */
export async function rotateKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly keyId: string; readonly overlapSeconds: number },
): Promise<RotatedKey> {
  return transaction(database, (tx) => rotateKeyIn(tx, call, request))
}

export type RotatedKey = IssuedKey & { readonly previous: Key }

/** The same in the caller's transaction. */
export async function rotateKeyIn(
  tx: Transaction,
  call: Call,
  { organizationId, keyId, overlapSeconds }: Parameters<typeof rotateKey>[2],
): Promise<RotatedKey> {
  refuseOverlap(overlapSeconds)
  const before = await getKey(tx, organizationId, keyId)
  await refuseBeyondMaker(tx, call, before)
  if (!isLive(before, call.now)) throw new AccessError('keyNotLive', 'The key is revoked or expired: make a new one')
  if (!hasSecret(before)) throw new AccessError('noSecret', 'This key has no secret of ours that could be rotated')
  const policy = toKeyPolicy((await getOrganization(tx, organizationId)).settings)
  const { scopes } = before
  const renewed = capExpiry(renewedEnd(before, call.now), { scopes, policy, now: call.now })
  const issued = await issueKey(tx, call, { ...before, expiresAt: renewed, parentId: null })
  const end = new Date(call.now.getTime() + overlapSeconds * 1000)
  const expiresAt = before.expiresAt !== null && before.expiresAt < end ? before.expiresAt : end
  await updateKeyReplaced(tx, organizationId, keyId, { expiresAt, replacedBy: issued.key.id })
  const data = { replaces: keyId, previousExpiresAt: expiresAt.toISOString() }
  await recordKey(tx, call, issued.key, { action: 'key.rotated', data })
  return { ...issued, previous: toKey({ ...before, expiresAt, replacedBy: issued.key.id }) }
}

type KeyPlan = Omit<KeyTemplate, keyof KeyOwner | 'isVouched'>

async function planKey(
  db: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateKey },
): Promise<KeyPlan> {
  const { organizationId, command } = request
  const scopes = parseScopes(command.scopes)
  const name = parseName(command.name ?? scopes.join(' '))
  const allowedNetworks = command.allowedNetworks === undefined ? null : parseNetworks(command.allowedNetworks)
  const { settings } = await getOrganization(db, organizationId)
  const policy = toKeyPolicy(settings)
  const expiresAt = settleExpiry(command.expiresAt, { scopes, policy, now: call.now })
  if (command.connectionId !== undefined) requireScim(await getConnection(db, organizationId, command.connectionId))
  const kind = kindOf(command.use ?? 'bearer', scopes)
  if (kind === 'ent' && scopes.some((scope) => scope !== 'scim'))
    throw new AccessError('invalidScope', 'The tokens of Entra ID provision, and may have no other scope', {
      field: 'scopes',
    })
  return {
    organizationId,
    kind,
    name,
    scopes,
    connectionId: command.connectionId ?? null,
    expiresAt,
    allowedNetworks,
    jwks: command.jwks ?? null,
    redirectUris: command.redirectUris === undefined ? null : parseRedirectUris(command.redirectUris),
    tenantId: kind === 'ent' ? command.tenantId?.toLowerCase() : undefined,
    parentId: null,
  }
}

async function getKey(database: Queryable, organizationId: string, id: string): Promise<Key> {
  const key = await findKey(database, organizationId, id)
  if (key === undefined) throw new AccessError('keyNotFound', 'There is no such key')
  return key
}

function toFilter({ withRevoked, serviceAccountId, userId, connectionId }: FindKeys): KeyFilter {
  return { kinds: 'application', withRevoked: withRevoked ?? false, serviceAccountId, userId, connectionId }
}

function kindOf(use: KeyUse, granted: readonly Scope[]): StoredKeyKind {
  if (use === 'entra') return 'ent'
  if (use === 'oauthClient') return 'cli'
  return granted.some((scope) => scope !== 'scim') ? 'adm' : 'scm'
}

/** A tenant that was let in before may be let in again. */
function retireTenant(tx: Queryable, call: Call, organizationId: string, tenantId: string): Promise<void> {
  return retireKeyHash(tx, { organizationId, hash: hashTenant(tenantId), now: call.now, instead: randomBytes(32) })
}

async function refuseTakenTenant<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (brokenUnique(error) !== 'keys_hash') throw error
    throw new AccessError('tenantTaken', 'The tokens of this tenant are let in by another key already', {
      field: 'tenant',
    })
  }
}

function hasSecret({ kind, jwks }: Key): boolean {
  return kind !== 'ent' && jwks === null
}

function refuseOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= overlapSecondsMax) return
  const message = `The overlap is a whole number of seconds from 0 to ${overlapSecondsMax}`
  throw new AccessError('invalidOverlap', message, { field: 'overlapSeconds' })
}

function renewedEnd({ createdAt, expiresAt }: Key, now: Date): Date | null {
  return expiresAt === null ? null : new Date(now.getTime() + expiresAt.getTime() - createdAt.getTime())
}

function isLive(key: Key, now: Date): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt.getTime() > now.getTime())
}
