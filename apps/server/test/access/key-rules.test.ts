import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { apiKeysMax } from '../../src/access/api-keys.ts'
import { createNetworkMatcher, parseNetworks } from '../../src/access/key-networks.ts'
import { batchDelayMs } from '../../src/audit/request-log.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdminHarness, listFilledRoutes, type AdminHarness } from '../admin/admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness({ settings: { ROLLCALL_TRUST_PROXY: '1' } })
})
after(() => admin.application.close())

const at = (slug: string, path: string) => `/api/v1/organizations/${slug}${path}`

test('AC-D13: the secret of a key stands in the answer that made it, and afterwards in no answer and nowhere in the database', async () => {
  const { id } = await admin.createOrganization('once')
  const made = await admin.send('POST', at('once', '/keys'), { body: { scopes: ['scim'], serviceAccount: 'okta' } })
  const rotated = await admin.send('POST', at('once', `/keys/${made.body.id}/rotate`), { body: {} })
  const client = await admin.send('POST', at('once', '/keys'), { body: { scopes: ['scim'], use: 'oauthClient' } })
  const api = await admin.send('POST', at('once', '/api-keys'), { body: { name: 'intake' } })
  const secrets = [made, rotated, client, api].map(({ body }) => String(body.key))
  assert.equal(made.body.hint, `rc_scm_…${secrets[0]?.slice(-4)}`)
  await admin.send('GET', '/scim/v2/Users', { key: secrets[0] ?? '' })
  let asked = 0
  for (const [keyId, accountId] of [
    [made.body.id, made.body.serviceAccountId],
    [rotated.body.id, made.body.serviceAccountId],
    [api.body.id, made.body.serviceAccountId],
  ]) {
    const values = { organization: id, key: keyId, serviceAccount: accountId }
    for (const { route, path } of listFilledRoutes(values)) {
      if (route.method !== 'GET' || path.includes('?')) continue
      const answer = await admin.send('GET', path)
      const text = JSON.stringify(answer.body)
      for (const secret of secrets) assert.ok(!text.includes(secret.slice(13, 35)), path)
      asked++
    }
  }
  assert.ok(asked > 30, `${asked} routes were asked`)
  await sleep(batchDelayMs + 100)
  const { database } = admin.application
  const { rows: tables } = await database.query<{ name: string }>({
    text: `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  })
  for (const { name } of tables)
    for (const secret of secrets) {
      const text = `select count(*)::int as n from ${name} t where t::text like '%' || $1 || '%'`
      const { rows } = await database.query<{ n: number }>({ text }, [secret.slice(13, 35)])
      assert.deepEqual(rows, [{ n: 0 }], name)
    }
})

test('AC-D15: application keys need a name that is not blank; API keys have names of their own, are 50 at most, and the last one stays', async () => {
  await admin.createOrganization('named')
  for (const name of ['', '   '])
    assert.equal((await admin.send('POST', at('named', '/keys'), { body: { scopes: ['scim'], name } })).status, 400)
  const make = (name: string) => admin.send('POST', at('named', '/api-keys'), { body: { name } })
  for (const name of ['', '   ']) assert.equal((await make(name)).status, 400)
  const first = await make('key 1')
  assert.match(first.body.key, /^rc_api_/)
  const path = at('named', `/api-keys/${first.body.id}/revoke`)
  const last = await admin.send('POST', path)
  assert.deepEqual([last.status, last.body.code], [409, 'conflict'])
  const again = await make('key 1')
  assert.deepEqual([again.status, again.body.errors[0].pointer], [409, '/name'])
  for (let n = 2; n < apiKeysMax; n++) assert.equal((await make(`key ${n}`)).status, 201)
  const race = await Promise.all(['a', 'b', 'c'].map(make))
  assert.deepEqual(race.map(({ status }) => status).toSorted(), [201, 409, 409], 'only one is the fiftieth')
  const more = await make('the 51st')
  assert.equal(more.status, 409)
  assert.match(more.body.detail, /50 API keys at most/)
  assert.equal((await admin.send('GET', at('named', '/api-keys?total=true'))).body.total, 50)
  assert.equal((await admin.send('POST', path)).status, 200)
  assert.equal((await make('key 1')).status, 201, 'the name of a revoked key is free')
})

test('an API key tells who its organization is and may do nothing else; it is no application key', async () => {
  await admin.createOrganization('intake')
  const { body: made } = await admin.send('POST', at('intake', '/api-keys'), { body: { name: 'intake' } })
  const ask = async (path: string) => (await admin.send('GET', path, { key: made.key })).status
  assert.deepEqual([await ask(at('intake', '')), await ask('/api/v1/whoami')], [200, 200])
  assert.deepEqual([await ask(at('intake', '/keys')), await ask('/scim/v2/Users')], [403, 403])
  const listed = await admin.send('GET', at('intake', '/keys?revoked=true'))
  assert.ok(!JSON.stringify(listed.body).includes(made.id))
  assert.equal((await admin.send('GET', at('intake', `/keys/${made.id}`))).status, 404)
  assert.equal((await admin.send('POST', at('intake', `/keys/${made.id}/revoke`))).status, 404)
})

test('a key with allowed networks opens the door from there, and is refused from elsewhere with 403, a reason and a line in the log', async () => {
  const { key: owner } = await admin.createOrganization('networks')
  const body = { scopes: ['scim', 'keys:read'], allowedNetworks: ['192.0.2.0/24', '2001:db8::/32', '203.0.113.7'] }
  const { body: made } = await admin.send('POST', at('networks', '/keys'), { body })
  assert.deepEqual(made.allowedNetworks, ['192.0.2.0/24', '2001:db8::/32', '203.0.113.7/32'])
  const from = (path: string, address: string) =>
    admin.send('GET', path, { key: made.key, headers: { 'x-forwarded-for': address } })
  for (const [address, status] of [
    ['192.0.2.200', 200],
    ['::ffff:192.0.2.200', 200],
    ['192.0.3.1', 403],
    ['2001:db8:1::9', 200],
    ['2001:db9::1', 403],
    ['203.0.113.7', 200],
    ['203.0.113.8', 403],
  ] as const)
    for (const path of ['/scim/v2/Users', at('networks', '/keys')]) {
      const answer = await from(path, address)
      assert.equal(answer.status, status, `${path} from ${address}`)
      if (status === 403) assert.match(answer.body.detail, /may not be used from this address/)
    }
  await sleep(batchDelayMs + 100)
  const log = await admin.send('GET', at('networks', `/requests?key=${made.id}&status=403`), { key: owner })
  assert.deepEqual(
    log.body.data.map(({ ip }: { ip: string }) => ip),
    ['203.0.113.8', '2001:db9::1', '192.0.3.1'],
  )
  assert.match(log.body.data[0].detail, /allowed networks/)
})

test('ranges that are none are refused with the field, and nothing is made', async () => {
  await admin.createOrganization('ranges')
  const wrong = [
    [],
    ['192.0.2.0/33'],
    ['2001:db8::/129'],
    ['example.com'],
    ['1.2.3'],
    ['192.0.2.0/24/1'],
    ['fe80::1%a/64'],
  ]
  for (const allowedNetworks of wrong) {
    const answer = await admin.send('POST', at('ranges', '/keys'), { body: { scopes: ['scim'], allowedNetworks } })
    assert.equal(answer.status, 400, JSON.stringify(allowedNetworks))
    assert.match(answer.body.errors[0].pointer, /^\/allowedNetworks/)
  }
  assert.equal((await admin.send('GET', at('ranges', '/keys?total=true'))).body.total, 1)
})

test('a range holds its addresses in both families, also those that a socket of both shows', () => {
  const admits = createNetworkMatcher(parseNetworks(['10.0.0.0/8', '2001:db8::1', '::ffff:198.51.100.4']))
  const seen = ['10.255.0.1', '::ffff:10.0.0.1', '11.0.0.1', '2001:db8::1', '2001:db8::2', '198.51.100.4', '', 'junk']
  assert.deepEqual(seen.map(admits), [true, true, false, true, false, true, false, false])
  assert.ok(createNetworkMatcher(parseNetworks(['0.0.0.0/0', '::/0']))('203.0.113.1'))
})
