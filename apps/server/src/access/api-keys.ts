import { brokenUnique } from '../db/queries/constraint.ts'
import { lockOrganization } from '../db/queries/organizations.ts'
import { selectKey, selectKeyCount, selectKeys, updateKeyRevoked, type KeyFilter } from '../db/queries/keys.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { issueKey, recordKey, toKey, type IssuedKey, type Key } from './issue-key.ts'
import { refuseBeyondMaker } from './key-rights.ts'
import { parseName } from './name.ts'
import type { Scope } from './scopes.ts'

/** Live keys that one organization has at most. */
export const apiKeysMax = 50

/** What an organization's own key may do: tell who it is. What takes data in asks for the kind of the key, not for more. */
export const apiKeyScopes: readonly Scope[] = ['settings:read']

/**
 * A key that names the organization and belongs to nobody: it outlives whoever made it, and has no end.
 * Throws `beyondRights`, `invalidName`, `nameTaken`, `tooManyApiKeys`.
 */
export async function createApiKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly name: string },
): Promise<IssuedKey> {
  const { organizationId } = request
  const name = parseName(request.name)
  return transaction(database, async (tx) => {
    // Two that are made at once must not both be the fiftieth.
    await lockOrganization(tx, organizationId)
    if ((await selectKeyCount(tx, organizationId, live)) >= apiKeysMax) {
      const message = `An organization has ${apiKeysMax} API keys at most: revoke one first`
      throw new AccessError('tooManyApiKeys', message)
    }
    await refuseBeyondMaker(tx, call, { ...template, organizationId })
    const issued = await refuseTakenName(name, issueKey(tx, call, { ...template, organizationId, name }))
    await recordKey(tx, call, issued.key, { action: 'key.created' })
    return issued
  })
}

/** Throws `keyNotFound`. */
export async function getApiKey(database: Queryable, organizationId: string, id: string): Promise<Key> {
  const row = await selectKey(database, organizationId, id)
  if (row?.kind !== 'api') throw new AccessError('keyNotFound', 'There is no such API key')
  return toKey(row)
}

/** Oldest first; `next` is the last id of the page. Revoked keys only when asked for. */
export async function listApiKeys(
  database: Queryable,
  organizationId: string,
  page: PageOf & { readonly withRevoked: boolean },
): Promise<Page<Key>> {
  const bounds = { after: page.after, rowsMax: page.limit + 1 }
  const rows = await selectKeys(database, organizationId, { kinds: 'api', withRevoked: page.withRevoked, ...bounds })
  return toPage(rows.map(toKey), page.limit, (row) => row.id)
}

export function countApiKeys(database: Queryable, organizationId: string, withRevoked: boolean): Promise<number> {
  return selectKeyCount(database, organizationId, { kinds: 'api', withRevoked })
}

/** Revoking twice is once. Throws `keyNotFound`, `lastApiKey`. */
export async function revokeApiKey(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly keyId: string },
): Promise<Key> {
  const { organizationId, keyId } = request
  return transaction(database, async (tx) => {
    await lockOrganization(tx, organizationId)
    const key = await getApiKey(tx, organizationId, keyId)
    if (key.revokedAt !== null) return key
    if ((await selectKeyCount(tx, organizationId, live)) <= 1) {
      const message = 'This is the last API key of the organization: make another one first'
      throw new AccessError('lastApiKey', message)
    }
    await updateKeyRevoked(tx, organizationId, keyId, call.now)
    await recordKey(tx, call, key, { action: 'key.revoked' })
    return { ...key, revokedAt: call.now }
  })
}

const live: KeyFilter = { kinds: 'api', withRevoked: false }

const template = {
  kind: 'api',
  scopes: apiKeyScopes,
  connectionId: null,
  serviceAccountId: null,
  userId: null,
  expiresAt: null,
  allowedNetworks: null,
  jwks: null,
  redirectUris: null,
  isVouched: false,
  parentId: null,
} as const

async function refuseTakenName<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (brokenUnique(error) !== 'keys_api_name') throw error
    throw new AccessError('nameTaken', `There is an API key "${name}"`, { field: 'name' })
  }
}
