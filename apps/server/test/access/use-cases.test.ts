import assert from 'node:assert/strict'
import { deleteConnection } from '../../src/access/delete-connection.ts'
import { after, before, test } from 'node:test'
import { AccessError, type AccessErrorCode } from '../../src/access/access-error.ts'
import type { Call } from '../../src/access/call.ts'
import {
  createConnection,
  disableConnection,
  findConnection,
  listConnections,
  updateConnection,
} from '../../src/access/connections.ts'
import { createKey, findKey, listKeys, revokeKey, rotateKey } from '../../src/access/keys.ts'
import { parseKeyText } from '../../src/access/key-text.ts'
import {
  createOrganization,
  findOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
} from '../../src/access/organizations.ts'
import { createServiceAccount, listServiceAccounts, updateServiceAccount } from '../../src/access/service-accounts.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { createTestDatabase, type TestDatabase } from '../harness/database.ts'

let own: TestDatabase
before(async () => {
  own = await createTestDatabase()
})
after(() => own.close())

const now = new Date('2026-11-21T09:00:00.000Z')
const call: Call = { actor: 'test', now, requestId: 'req-1', rights: 'all' }

test('an organization is born with one SCIM connection, profile default, style rollcall', async () => {
  const { organization, connection } = await createOrganization(own.database, call, { slug: 'born', name: 'Born Ltd' })
  assert.match(organization.shortId, /^[0-9A-Za-z]{6}$/)
  assert.equal(organization.name, 'Born Ltd')
  assert.deepEqual(
    [connection.type, connection.profile, connection.style, connection.isDefault, connection.state],
    ['scim', 'default', 'rollcall', true, 'active'],
  )
  assert.deepEqual(await findOrganization(own.database, 'born'), organization)
  assert.deepEqual(await findOrganization(own.database, organization.id), organization)
  assert.deepEqual(await findOrganization(own.database, formatTypeId('org', organization.id)), organization)
  assert.equal(await findOrganization(own.database, 'BORN'), undefined)
})

test('every change of access writes one row of changes with its actor, in the same transaction', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'audited' })
  const organizationId = organization.id
  const made = await createConnection(own.database, call, { organizationId, command: { type: 'scim' } })
  await disableConnection(own.database, call, { organizationId, connectionId: made.id })
  const { key } = await createKey(own.database, call, {
    organizationId,
    command: { scopes: ['scim'], serviceAccount: 'sync' },
  })
  await rotateKey(own.database, call, { organizationId, keyId: key.id, overlapSeconds: 60 })
  await revokeKey(own.database, call, { organizationId, keyId: key.id })
  await revokeKey(own.database, call, { organizationId, keyId: key.id })
  await deleteConnection(own.database, call, { organizationId, connectionId: made.id })
  const { rows } = await own.database.query<{ action: string; actor: string; request_id: string; at: Date }>(
    { text: 'select action, actor, request_id, at from changes where organization_id = $1 order by position' },
    [organizationId],
  )
  assert.deepEqual(
    rows.map((row) => row.action),
    [
      'organization.created',
      'connection.created',
      'connection.updated',
      'service_account.created',
      'role.granted',
      'key.created',
      'key.rotated',
      'key.revoked',
      'connection.deleted',
    ],
  )
  for (const row of rows) assert.deepEqual([row.actor, row.request_id, row.at], ['test', 'req-1', now])
})

test('slugs that are taken or cannot stand in a URL are refused with the field, and nothing is made', async () => {
  await createOrganization(own.database, call, { slug: 'taken' })
  await refused('slugTaken', () => createOrganization(own.database, call, { slug: 'taken' }))
  for (const slug of ['', '-a', 'a-', 'A', 'a b', 'a/b', 'é', 'a'.repeat(64), '..'])
    await refused('invalidSlug', () => createOrganization(own.database, call, { slug }))
})

test('organizations are listed by slug in pages that neither repeat nor leave out', async () => {
  for (const slug of ['page-c', 'page-a', 'page-b']) await createOrganization(own.database, call, { slug })
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await listOrganizations(own.database, { limit: 2, after })
    seen.push(...page.data.map((organization) => organization.slug))
    after = page.next
  } while (after !== undefined)
  assert.deepEqual(seen, [...new Set(seen)].toSorted())
  assert.deepEqual(
    seen.filter((slug) => slug.startsWith('page-')),
    ['page-a', 'page-b', 'page-c'],
  )
})

test('a change with an old version is refused with the version that stands; one that changes nothing keeps it', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'versions' })
  const organizationId = organization.id
  const command = { name: 'Versions' }
  const updated = await updateOrganization(own.database, call, { organizationId, command, ifVersion: 1 })
  assert.equal(updated.version, 2)
  assert.equal((await updateOrganization(own.database, call, { organizationId, command })).version, 2)
  const error = await refused('versionMismatch', () =>
    updateOrganization(own.database, call, { organizationId, command: { name: 'Old' }, ifVersion: 1 }),
  )
  assert.equal(error.currentVersion, 2)
  assert.equal((await getOrganization(own.database, 'versions')).name, 'Versions')
})

test('connections are validated, versioned, disabled and deleted; the default one stays', async () => {
  const { organization, connection } = await createOrganization(own.database, call, { slug: 'connections' })
  const organizationId = organization.id
  const make = (command: object) =>
    createConnection(own.database, call, { organizationId, command: { type: 'scim', ...command } })
  await refused('invalidType', () => make({ type: 'saml' }))
  await refused('invalidProfile', () => make({ profile: 'nobody' }))
  await refused('invalidStyle', () => make({ style: 'nobody' }))
  await refused('invalidSettings', () => make({ settings: { writesEnabled: 'yes' } }))
  await refused('invalidName', () => make({ name: ' ' }))
  const made = await make({ profile: 'okta', style: 'github', name: 'Okta' })
  const connectionId = made.id
  const update = { organizationId, connectionId, command: { name: 'Okta 2' }, ifVersion: 1 }
  assert.equal((await updateConnection(own.database, call, update)).version, 2)
  await refused('versionMismatch', () => updateConnection(own.database, call, { ...update, command: { name: 'x' } }))
  assert.equal((await disableConnection(own.database, call, { organizationId, connectionId })).state, 'disabled')
  const page = await listConnections(own.database, organizationId, { limit: 10 })
  assert.deepEqual(
    page.data.map((row) => row.id),
    [connection.id, connectionId],
  )
  await deleteConnection(own.database, call, { organizationId, connectionId })
  assert.equal(await findConnection(own.database, organizationId, connectionId), undefined)
  await refused('defaultConnection', () =>
    deleteConnection(own.database, call, { organizationId, connectionId: connection.id }),
  )
})

test('a connection, key or service account of another organization is not found', async () => {
  const { organization: mine } = await createOrganization(own.database, call, { slug: 'mine' })
  const { organization: other, connection } = await createOrganization(own.database, call, { slug: 'other' })
  const { key } = await createKey(own.database, call, { organizationId: other.id, command: { scopes: ['scim'] } })
  const organizationId = mine.id
  assert.equal(await findConnection(own.database, organizationId, connection.id), undefined)
  assert.equal(await findKey(own.database, organizationId, key.id), undefined)
  await refused('connectionNotFound', () =>
    createKey(own.database, call, { organizationId, command: { scopes: ['scim'], connectionId: connection.id } }),
  )
  await refused('keyNotFound', () => revokeKey(own.database, call, { organizationId, keyId: key.id }))
  await refused('keyNotFound', () =>
    rotateKey(own.database, call, { organizationId, keyId: key.id, overlapSeconds: 0 }),
  )
})

test('CON-H4: a list shows prefix and last four, scopes, creator, times and address of the last use, never the secret', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'listed' })
  const organizationId = organization.id
  const command = { scopes: ['scim:enterprise', 'scim'], name: 'Entra' }
  const { key, secret } = await createKey(own.database, call, { organizationId, command })
  const page = await listKeys(own.database, organizationId, { limit: 10 })
  assert.deepEqual(page.data, [key])
  assert.deepEqual(
    [key.kind, key.scopes, key.createdBy, key.hint],
    ['scm', ['scim'], 'test', `rc_scm_…${secret.slice(-4)}`],
  )
  assert.deepEqual([key.createdAt, key.expiresAt, key.lastUsedAt, key.lastUsedIp], [now, null, null, null])
  assert.ok(!JSON.stringify(page).includes(secret))
  assert.deepEqual(parseKeyText(secret), { kind: 'scm', shortId: organization.shortId })
})

test('CON-H3: the database holds the SHA-256 of a key and nowhere the key itself', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'hashed' })
  const { secret } = await createKey(own.database, call, {
    organizationId: organization.id,
    command: { scopes: ['scim'] },
  })
  const { rows: tables } = await own.database.query<{ name: string }>({
    text: `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  })
  assert.ok(tables.length > 10)
  for (const { name } of tables) {
    const { rows } = await own.database.query<{ n: number }>(
      { text: `select count(*)::int as n from ${name} t where t::text like '%' || $1 || '%'` },
      [secret.slice(13)],
    )
    assert.deepEqual(rows, [{ n: 0 }], name)
  }
})

test('AC-G5: a SCIM key that will expire comes with a warning, one without expiry comes with none', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'expiring' })
  const organizationId = organization.id
  const expiresAt = new Date('2027-01-01T00:00:00.000Z')
  const { key } = await createKey(own.database, call, { organizationId, command: { scopes: ['scim'], expiresAt } })
  assert.match(key.warnings[0] ?? '', /stops when it expires \(2027-01-01T00:00:00\.000Z\)/)
  const { key: lasting } = await createKey(own.database, call, { organizationId, command: { scopes: ['scim'] } })
  assert.deepEqual(lasting.warnings, [])
  await refused('invalidExpiry', () =>
    createKey(own.database, call, { organizationId, command: { scopes: ['scim'], expiresAt: now } }),
  )
})

test('scopes nobody knows, no scope, two owners and owners that are not there are refused', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'scopes' })
  const organizationId = organization.id
  const make = (command: object) =>
    createKey(own.database, call, { organizationId, command: { scopes: ['scim'], ...command } })
  assert.match(
    (await refused('invalidScope', () => make({ scopes: ['repo'] }))).message,
    /"repo" is unknown; there are scim,/,
  )
  await refused('invalidScope', () => make({ scopes: [] }))
  await refused('invalidScope', () => make({ scopes: ['constructor'] }))
  await refused('invalidOwner', () => make({ serviceAccount: 'a', userId: organizationId }))
  await refused('userNotFound', () => make({ userId: organizationId }))
  assert.equal((await make({ scopes: ['organization:admin'] })).key.kind, 'adm')
  assert.equal((await make({ use: 'oauthClient' })).key.kind, 'cli')
})

test('a service account is made once by its name, also by ten at the same time', async () => {
  const { organization } = await createOrganization(own.database, call, { slug: 'accounts' })
  const organizationId = organization.id
  const command = { scopes: ['scim'], serviceAccount: 'okta' }
  const issued = await Promise.all(
    Array.from({ length: 10 }, () => createKey(own.database, call, { organizationId, command })),
  )
  assert.equal(new Set(issued.map(({ key }) => key.serviceAccountId)).size, 1)
  const { data } = await listServiceAccounts(own.database, organizationId, { limit: 10 })
  assert.equal(data.length, 1)
  await refused('nameTaken', () => createServiceAccount(own.database, call, { organizationId, name: 'okta' }))
  const serviceAccountId = data[0]?.id ?? ''
  const disabled = await updateServiceAccount(own.database, call, {
    organizationId,
    serviceAccountId,
    command: { state: 'disabled' },
  })
  assert.deepEqual([disabled.state, disabled.version], ['disabled', 2])
})

async function refused(code: AccessErrorCode, work: () => Promise<unknown>): Promise<AccessError> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof AccessError, `expected ${code}, got ${String(error)}`)
  assert.equal(error.code, code)
  return error
}
