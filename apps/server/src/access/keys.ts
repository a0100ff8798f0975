import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  insertKey,
  selectKey,
  selectKeyOwner,
  selectKeys,
  updateKeyExpiry,
  updateKeyRevoked,
  type KeyRow,
  type StoredKeyKind,
} from '../db/queries/keys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { getConnection } from './connections.ts'
import { createKeyText, hashKeyText, hintOf } from './key-text.ts'
import { refuseBeyondMaker } from './key-rights.ts'
import { parseName } from './name.ts'
import { getOrganization } from './organizations.ts'
import { hasScope, parseScopes, type Scope } from './scopes.ts'
import { findOrCreateServiceAccount } from './service-accounts.ts'

/** A key as everybody with the right to list keys may see it. */
export type Key = KeyRow & {
  /** What the one who made it should know, e.g. that provisioning stops when it expires. */
  readonly warnings: readonly string[]
}

/** The only time that the secret is seen. */
export type IssuedKey = { readonly key: Key; readonly secret: string }

export type CreateKey = {
  /** See `scopes`; `scim:enterprise` is `scim`. */
  readonly scopes: readonly string[]
  /** Left out: from the scopes. */
  readonly name?: string | undefined
  /** Left out: the key serves the organization's default connection. */
  readonly connectionId?: string | undefined
  /** Name of the service account that owns the key; made when there is none. Not together with `userId`. */
  readonly serviceAccount?: string | undefined
  readonly userId?: string | undefined
  readonly expiresAt?: Date | undefined
  /** `oauthClient`: the secret of an OAuth 2.0 client, good for access tokens only (RFC 6749 §4.4). Left out: `bearer`. */
  readonly use?: 'bearer' | 'oauthClient' | undefined
}

export const overlapSecondsMax = 30 * 24 * 60 * 60

/** Throws `beyondRights`, `invalidScope`, `invalidName`, `invalidExpiry`, `invalidOwner`, `connectionNotFound`, `userNotFound`. */
export async function createKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateKey },
): Promise<IssuedKey> {
  const { organizationId, command } = request
  const scopes = parseScopes(command.scopes)
  const name = parseName(command.name ?? scopes.join(' '))
  refusePast(command.expiresAt, call.now)
  return transaction(database, async (tx) => {
    if (command.connectionId !== undefined) await getConnection(tx, organizationId, command.connectionId)
    const owner = await resolveOwner(tx, call, request)
    await refuseBeyondMaker(tx, call, { organizationId, scopes, ...owner })
    const kind = kindOf(command.use ?? 'bearer', scopes)
    const connectionId = command.connectionId ?? null
    const template = {
      organizationId,
      kind,
      name,
      scopes,
      connectionId,
      ...owner,
      expiresAt: command.expiresAt ?? null,
    }
    const issued = await issueKey(tx, call, { ...template, parentId: null })
    await record(tx, call, issued.key, { action: 'key.created', data: describe(issued.key) })
    return issued
  })
}

export async function findKey(database: Queryable, organizationId: string, id: string): Promise<Key | undefined> {
  const row = await selectKey(database, organizationId, id)
  return row === undefined || row.kind === 'tok' ? undefined : toKey(row)
}

/** Oldest first; `next` is the last id of the page. Revoked keys only when asked for. */
export async function listKeys(
  database: Queryable,
  organizationId: string,
  page: PageOf & { readonly withRevoked?: boolean | undefined },
): Promise<Page<Key>> {
  const bounds = { after: page.after, rowsMax: page.limit + 1, withRevoked: page.withRevoked ?? false }
  const rows = await selectKeys(database, organizationId, bounds)
  return toPage(rows.map(toKey), page.limit, (row) => row.id)
}

/** Every process refuses the key within `keyCacheMs`. Revoking twice is once. Throws `keyNotFound`. */
export async function revokeKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly keyId: string },
): Promise<Key> {
  return transaction(database, async (tx) => {
    const key = await getKey(tx, request.organizationId, request.keyId)
    if (!(await updateKeyRevoked(tx, request.organizationId, request.keyId, call.now))) return key
    await record(tx, call, key, { action: 'key.revoked', data: describe(key) })
    return { ...key, revokedAt: call.now }
  })
}

/**
 * A second secret with the same rights; the first lives on for `overlapSeconds`, so that clients change without a gap.
 * Throws `keyNotFound`, `keyNotLive`, `invalidOverlap`.
 */
export async function rotateKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly keyId: string; readonly overlapSeconds: number },
): Promise<IssuedKey & { readonly previous: Key }> {
  const { organizationId, keyId, overlapSeconds } = request
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > overlapSecondsMax)
    throw new AccessError('invalidOverlap', `The overlap is a whole number of seconds from 0 to ${overlapSecondsMax}`, {
      field: 'overlapSeconds',
    })
  return transaction(database, async (tx) => {
    const before = await getKey(tx, organizationId, keyId)
    await refuseBeyondMaker(tx, call, before)
    if (!isLive(before, call.now)) throw new AccessError('keyNotLive', 'The key is revoked or expired: make a new one')
    const issued = await issueKey(tx, call, { ...before, parentId: null })
    const end = new Date(call.now.getTime() + overlapSeconds * 1000)
    const expiresAt = before.expiresAt !== null && before.expiresAt < end ? before.expiresAt : end
    await updateKeyExpiry(tx, organizationId, keyId, expiresAt)
    const data = { ...describe(issued.key), replaces: keyId, previousExpiresAt: expiresAt.toISOString() }
    await record(tx, call, issued.key, { action: 'key.rotated', data })
    return { ...issued, previous: toKey({ ...before, expiresAt }) }
  })
}

/** Makes the secret and stores its hash; the caller's transaction writes the change. */
export async function issueKey(
  tx: Queryable,
  call: Call,
  template: Pick<
    KeyRow,
    'organizationId' | 'kind' | 'name' | 'scopes' | 'connectionId' | 'serviceAccountId' | 'userId' | 'expiresAt'
  > & { readonly parentId: string | null },
): Promise<IssuedKey> {
  const { shortId } = await getOrganization(tx, template.organizationId)
  const secret = createKeyText(template.kind, shortId)
  const id = createId()
  const { organizationId, kind, name, scopes, connectionId, serviceAccountId, userId, expiresAt, parentId } = template
  await insertKey(tx, {
    organizationId,
    id,
    kind,
    name,
    scopes,
    connectionId,
    serviceAccountId,
    userId,
    expiresAt,
    parentId,
    hash: hashKeyText(secret),
    hint: hintOf(secret),
    createdBy: call.actor,
    createdAt: call.now,
  })
  const row = await selectKey(tx, organizationId, id)
  if (row === undefined) throw new Error('The key was removed while it was being made')
  return { key: toKey(row), secret }
}

async function getKey(database: Queryable, organizationId: string, id: string): Promise<Key> {
  const key = await findKey(database, organizationId, id)
  if (key === undefined) throw new AccessError('keyNotFound', 'There is no such key')
  return key
}

async function resolveOwner(
  tx: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateKey },
): Promise<{ readonly serviceAccountId: string | null; readonly userId: string | null }> {
  const { organizationId, command } = request
  if (command.serviceAccount !== undefined && command.userId !== undefined)
    throw new AccessError('invalidOwner', 'A key belongs to a service account or to a user, not to both', {
      field: 'userId',
    })
  if (command.serviceAccount !== undefined) {
    const account = await findOrCreateServiceAccount(tx, call, { organizationId, name: command.serviceAccount })
    return { serviceAccountId: account.id, userId: null }
  }
  if (command.userId === undefined) return { serviceAccountId: null, userId: null }
  const userId = await selectKeyOwner(tx, organizationId, command.userId)
  if (userId === undefined) throw new AccessError('userNotFound', 'There is no such user', { field: 'userId' })
  return { serviceAccountId: null, userId }
}

function kindOf(use: 'bearer' | 'oauthClient', granted: readonly Scope[]): StoredKeyKind {
  if (use === 'oauthClient') return 'cli'
  return granted.some((scope) => scope !== 'scim') ? 'adm' : 'scm'
}

function refusePast(expiresAt: Date | undefined, now: Date): void {
  if (expiresAt === undefined || expiresAt.getTime() > now.getTime()) return
  throw new AccessError('invalidExpiry', 'The expiry must be in the future', { field: 'expiresAt' })
}

function isLive(key: Key, now: Date): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt.getTime() > now.getTime())
}

function toKey(row: KeyRow): Key {
  const stops = row.expiresAt !== null && row.revokedAt === null && hasScope(row.scopes, 'scim')
  const warning = `Provisioning with this key stops when it expires (${row.expiresAt?.toISOString() ?? ''})`
  return { ...row, warnings: stops ? [warning] : [] }
}

function describe(key: Key): JsonObject {
  const { kind, name, hint, scopes, connectionId, serviceAccountId, userId, expiresAt } = key
  return {
    kind,
    name,
    hint,
    scopes,
    connectionId,
    serviceAccountId,
    userId,
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}

async function record(
  tx: Queryable,
  call: Call,
  key: Key,
  change: { readonly action: `key.${string}`; readonly data: JsonObject },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: key.organizationId,
    at: call.now,
    action: change.action,
    subjectId: key.id,
    subjectVersion: 1,
    connectionId: key.connectionId ?? undefined,
    actor: call.actor,
    requestId: call.requestId,
    data: change.data,
  })
}
