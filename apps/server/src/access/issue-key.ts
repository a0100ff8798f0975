import { randomBytes } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { insertKey, selectKey, type KeyRow } from '../db/queries/keys.ts'
import type { Queryable } from '../db/pool.ts'
import { createId } from '../type-id.ts'
import type { Call } from './call.ts'
import { mailKeyOwner, mailServiceAccount } from './key-mails.ts'
import { createKeyText, hashKeyText, hintOf } from './key-text.ts'
import { warningsOf } from './key-warnings.ts'
import { getOrganization } from './organizations.ts'

/** A key as everybody with the right to list keys may see it. */
export type Key = KeyRow & {
  /** What the one who made it should know, e.g. that provisioning stops when it expires. */
  readonly warnings: readonly string[]
}

/** The only time that the secret is seen; empty for a client that signs with a key of its own. */
export type IssuedKey = { readonly key: Key; readonly secret: string }

/** What a new key has besides what it is given when it is made. */
export type KeyTemplate = Pick<
  KeyRow,
  | 'organizationId'
  | 'kind'
  | 'name'
  | 'scopes'
  | 'connectionId'
  | 'serviceAccountId'
  | 'userId'
  | 'expiresAt'
  | 'allowedNetworks'
  | 'jwks'
  | 'redirectUris'
  | 'isVouched'
> & {
  readonly parentId: string | null
  /** Of a key of kind `ent`: whose tokens it lets in. */
  readonly tenantId?: string | undefined
}

/** Makes the secret and stores its hash; the caller's transaction writes the change. */
export async function issueKey(tx: Queryable, call: Call, template: KeyTemplate): Promise<IssuedKey> {
  const { organizationId, kind, name, scopes, connectionId, serviceAccountId, userId, expiresAt, parentId } = template
  const { allowedNetworks, jwks, redirectUris, isVouched } = template
  const { shortId } = await getOrganization(tx, organizationId)
  const secret = jwks === null && kind !== 'ent' ? createKeyText(kind, shortId) : ''
  const id = createId()
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
    allowedNetworks,
    jwks,
    redirectUris,
    isVouched,
    parentId,
    ...handleOf(template, secret),
    createdBy: call.actor,
    createdAt: call.now,
  })
  const row = await selectKey(tx, organizationId, id)
  if (row === undefined) throw new Error('The key was removed while it was being made')
  return { key: toKey(row), secret }
}

/** What the key is found by, and what a list shows of it. */
function handleOf({ tenantId }: KeyTemplate, secret: string): { readonly hash: Buffer; readonly hint: string } {
  if (secret !== '') return { hash: hashKeyText(secret), hint: hintOf(secret) }
  if (tenantId !== undefined) return { hash: hashTenant(tenantId), hint: `tenant ${tenantId}` }
  // The hash of a client that signs is of no text that anybody could show.
  return { hash: randomBytes(32), hint: 'public key' }
}

/** In the place of a secret's hash: what a tenant of Entra ID is found by. */
export function hashTenant(tenantId: string): Buffer {
  return hashKeyText(`entra ${tenantId}`)
}

export function toKey(row: KeyRow): Key {
  return { ...row, warnings: warningsOf(row) }
}

/** Writes the change of a key, and tells whoever owns it when it came or went. */
export async function recordKey(
  tx: Queryable,
  call: Call,
  key: Key,
  change: { readonly action: `key.${string}`; readonly data?: JsonObject },
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
    data: { ...describe(key), ...change.data },
  })
  const mails = mailsOfActions.get(change.action)
  if (mails === undefined) return
  const { organizationId, id, userId, serviceAccountId, serviceAccountName, serviceAccountEmail } = key
  const { name, hint, scopes, expiresAt } = key
  const data = { key: name, hint, scopes: [...scopes], expiresAt: expiresAt?.toISOString() ?? null }
  const account = { organizationId, name: serviceAccountName ?? '', email: serviceAccountEmail }
  if (serviceAccountId !== null) await mailServiceAccount(tx, call, account, { template: mails.ofAccount, data })
  if (userId !== null) await mailKeyOwner(tx, call, { organizationId, id, userId }, { template: mails.ofPerson, data })
}

const created = { ofAccount: 'keyCreated', ofPerson: 'ownKeyCreated' } as const
const revoked = { ofAccount: 'keyRevoked', ofPerson: 'ownKeyRevoked' } as const
const mailsOfActions: ReadonlyMap<string, typeof created | typeof revoked> = new Map<
  string,
  typeof created | typeof revoked
>([
  ['key.created', created],
  ['key.rotated', created],
  ['key.revoked', revoked],
])

function describe(key: Key): JsonObject {
  const { kind, name, hint, scopes, connectionId, serviceAccountId, userId, expiresAt, allowedNetworks } = key
  return {
    kind,
    name,
    hint,
    scopes,
    connectionId,
    serviceAccountId,
    userId,
    expiresAt: expiresAt?.toISOString() ?? null,
    allowedNetworks,
  }
}
