import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { mailsOf } from './mails-of.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin.application.close())

const at = (slug: string, path: string) => `/api/v1/organizations/${slug}${path}`

test('AC-D14: a new key, a revoked key and a disabled account send one mail each to the account’s address', async () => {
  await admin.createOrganization('mailed')
  const body = { name: 'okta', email: 'okta-sync@example.com' }
  const { body: account } = await admin.send('POST', at('mailed', '/service-accounts'), { body })
  const made = { body: { name: 'provisioning', scopes: ['scim'], serviceAccount: 'okta' } }
  const { body: key } = await admin.send('POST', at('mailed', '/keys'), made)
  const mails = () => mailsOf(admin.application, account.email)
  assert.deepEqual(
    (await mails()).map(({ template }) => template),
    ['keyCreated'],
  )
  for (let times = 0; times < 2; times++) await admin.send('POST', at('mailed', `/keys/${key.id}/revoke`))
  assert.deepEqual(
    (await mails()).map(({ template }) => template),
    ['keyCreated', 'keyRevoked'],
  )
  for (let times = 0; times < 2; times++)
    await admin.send('PATCH', at('mailed', `/service-accounts/${account.id}`), { body: { state: 'disabled' } })
  const all = await mails()
  assert.deepEqual(
    all.map(({ template }) => template),
    ['keyCreated', 'keyRevoked', 'serviceAccountDisabled'],
  )
  assert.deepEqual([all[0]?.data['key'], all[0]?.data['hint']], ['provisioning', key.hint])
  assert.ok(!JSON.stringify(all).includes(key.key), 'no mail holds the secret')
})

test('a refused key and an account without an address send no mail', async () => {
  await admin.createOrganization('silent')
  await admin.send('POST', at('silent', '/service-accounts'), { body: { name: 'with', email: 'with@example.com' } })
  const refused = { body: { scopes: ['scim'], serviceAccount: 'with', expiresAt: '2020-01-01T00:00:00Z' } }
  assert.equal((await admin.send('POST', at('silent', '/keys'), refused)).status, 400)
  await admin.send('POST', at('silent', '/keys'), { body: { scopes: ['scim'], serviceAccount: 'without' } })
  assert.deepEqual(await mailsOf(admin.application, 'with@example.com'), [])
})

test('two service accounts share one mail address, but not one name', async () => {
  await admin.createOrganization('shared')
  const make = (name: string) =>
    admin.send('POST', at('shared', '/service-accounts'), { body: { name, email: 'it@example.com' } })
  assert.equal((await make('first')).status, 201)
  assert.equal((await make('second')).status, 201)
  const again = await make('first')
  assert.deepEqual([again.status, again.body.errors[0].pointer], [409, '/name'])
})

test('active accounts are listed unless others are asked for; a search looks in names and addresses', async () => {
  await admin.createOrganization('listed')
  const names = async (query: string) => {
    const answer = await admin.send('GET', at('listed', `/service-accounts?total=true${query}`))
    assert.equal(answer.status, 200)
    assert.equal(answer.body.total, answer.body.data.length)
    return answer.body.data.map(({ name }: { name: string }) => name)
  }
  const ids: string[] = []
  for (const [name, email] of [
    ['Okta', 'idp@example.com'],
    ['Terraform', 'infra@example.com'],
    ['Old', 'idp@example.com'],
  ])
    ids.push((await admin.send('POST', at('listed', '/service-accounts'), { body: { name, email } })).body.id)
  await admin.send('PATCH', at('listed', `/service-accounts/${ids[2]}`), { body: { state: 'disabled' } })
  assert.deepEqual(await names(''), ['Okta', 'Terraform'])
  assert.deepEqual(await names('&state=disabled'), ['Old'])
  assert.deepEqual(await names('&state=all'), ['Okta', 'Terraform', 'Old'])
  assert.deepEqual(await names('&state=all&search=IDP%40'), ['Okta', 'Old'])
  assert.deepEqual(await names('&search=terra'), ['Terraform'])
  assert.deepEqual(await names('&search=%25'), [])
})

test('an account is renamed, given another address and handed over, by its version', async () => {
  const { key } = await admin.createOrganization('changed')
  const scim = { key, headers: { 'content-type': 'application/scim+json' } }
  const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'boss' }
  const person = await admin.send('POST', '/scim/v2/Users', { ...scim, body: user })
  const { body: made, headers } = await admin.send('POST', at('changed', '/service-accounts'), { body: { name: 'a' } })
  const path = at('changed', `/service-accounts/${made.id}`)
  assert.deepEqual([made.ownerId, made.email, headers.get('etag')], [null, null, '"1"'])
  const body = { name: 'b', email: 'b@example.com', owner: person.body.id }
  const changed = await admin.send('PATCH', path, { body, headers: { 'if-match': '"1"' } })
  assert.equal(changed.status, 200)
  assert.deepEqual([changed.body.name, changed.body.email, changed.body.version], ['b', 'b@example.com', 2])
  assert.match(changed.body.ownerId, /^usr_/)
  const late = await admin.send('PATCH', path, { body: { name: 'c' }, headers: { 'if-match': '"1"' } })
  assert.deepEqual([late.status, late.body.currentVersion], [412, 2])
  assert.equal((await admin.send('PATCH', path, { body })).body.version, 2, 'what changes nothing changes nothing')
  const missing = await admin.send('PATCH', path, { body: { owner: 'usr_01h4zpwq00e008000000000000' } })
  assert.deepEqual([missing.status, missing.body.errors[0].pointer], [404, '/owner'])
  for (const wrong of [{}, { email: 'no address' }, { name: ' ' }, { state: 'gone' }, { id: 'x' }])
    assert.equal((await admin.send('PATCH', path, { body: wrong })).status, 400, JSON.stringify(wrong))
  const cleared = await admin.send('PATCH', path, { body: { owner: null, email: null } })
  assert.deepEqual([cleared.body.ownerId, cleared.body.email], [null, null])
  assert.deepEqual((await admin.send('GET', path)).body, cleared.body)
})

test('the keys of one account are listed apart', async () => {
  await admin.createOrganization('owned')
  for (const serviceAccount of ['one', 'two', 'one'])
    await admin.send('POST', at('owned', '/keys'), { body: { scopes: ['scim'], serviceAccount } })
  const { body } = await admin.send('GET', at('owned', '/service-accounts?search=one'))
  const keys = await admin.send('GET', at('owned', `/keys?serviceAccount=${body.data[0].id}&total=true`))
  assert.equal(keys.body.total, 2)
  assert.ok(keys.body.data.every((key: { serviceAccountName: string }) => key.serviceAccountName === 'one'))
})

test('a disabled account’s keys open nothing, and open again when it is enabled', async () => {
  await admin.createOrganization('slept')
  const made = { body: { scopes: ['keys:read'], serviceAccount: 'sleeper' } }
  const { body: key } = await admin.send('POST', at('slept', '/keys'), made)
  const use = async () => (await admin.send('GET', at('slept', '/keys'), { key: key.key })).status
  assert.equal(await use(), 200)
  for (const [state, status] of [
    ['disabled', 401],
    ['active', 200],
  ] as const) {
    await admin.send('PATCH', at('slept', `/service-accounts/${key.serviceAccountId}`), { body: { state } })
    await sleep(keyCacheMs + 20)
    assert.equal(await use(), status)
  }
})
