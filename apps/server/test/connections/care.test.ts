import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

let admin: AdminHarness
let acme: { readonly id: string; readonly key: string }
const path = '/api/v1/organizations/acme'
const settled = () => sleep(keyCacheMs + 20)

before(async () => {
  admin = await createAdminHarness()
  acme = await admin.createOrganization('acme')
})
after(() => admin[Symbol.asyncDispose]())

async function connect(body: object = {}): Promise<{ readonly id: string; readonly key: string; readonly at: string }> {
  const made = await admin.send('POST', `${path}/connections`, { body: { type: 'scim', ...body } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { id } = made.body
  return { id, key: await keyFor(id), at: `${path}/connections/${id}` }
}

async function keyFor(connection: string, body: object = {}): Promise<string> {
  const made = await admin.send('POST', `${path}/keys`, { body: { scopes: ['scim'], connection, ...body } })
  assert.equal(made.status, 201)
  return made.body.key
}

const tryKey = async (at: string, key: string) => (await admin.send('POST', `${at}/test`, { body: { key } })).body
const scim = (method: string, resource: string, key: string, body?: unknown) =>
  admin.send(method, `/scim/v2${resource}`, { key, body, headers: { 'user-agent': 'test' } })

test('AC-D35: the test of a connection says "authorized" with a good key, having asked our own endpoint', async () => {
  const { at, key } = await connect({ name: 'good' })
  const result = await tryKey(at, ` ${key}\n`)
  assert.deepEqual([result.authorized, result.code], [true, null])
  assert.match(result.detail, /^authorized/)
  assert.deepEqual(
    result.checks.map((check: { name: string; outcome: string }) => `${check.name} ${check.outcome}`),
    ['key', 'organization', 'scope', 'connection', 'plan', 'writes', 'request'].map((name) => `${name} passed`),
  )
  await sleep(500)
  const { body } = await admin.send('GET', `${path}/requests`)
  const asked = body.data.filter((line: { client: string }) => line.client === 'Rollcall connection test')
  assert.equal(asked.length, 2)
})

test('AC-D35: every other key is refused with the error of its own, and with what to do about it', async () => {
  const { id, at, key } = await connect({ name: 'main' })
  const other = await connect({ name: 'other' })
  const stranger = await admin.createOrganization('stranger')
  const expired = await keyFor(id, { expiresAt: '2026-11-21T09:00:01.000Z' })
  const revoked = await admin.send('POST', `${path}/keys`, { body: { scopes: ['scim'], connection: id } })
  await admin.send('POST', `${path}/keys/${revoked.body.id}/revoke`)
  const client = await keyFor(id, { use: 'oauthClient' })
  const reader = await keyFor(id, { scopes: ['organization:read'] })
  admin.application.clock.advance(2_000)
  const wrong = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
  for (const [given, code, words] of [
    [wrong, 'malformedKey', /mistyped/],
    ['secret', 'malformedKey', /no key of Rollcall/],
    [stranger.key, 'otherOrganization', /another organization/],
    [admin.instanceKey, 'instanceKey', /whole instance/],
    [expired, 'expiredKey', /expired/],
    [revoked.body.key, 'revokedKey', /revoked/],
    [client, 'clientSecret', /oauth\/token/],
    [other.key, 'otherConnection', /"other"/],
    [reader, 'missingScope', /"scim"/],
  ] as const) {
    const result = await tryKey(at, given)
    assert.deepEqual([result.authorized, result.code], [false, code])
    assert.match(result.detail, words)
    assert.equal(JSON.stringify(result).includes(given), false, 'the key is not told again')
  }
})

test('AC-D35: a connection that is switched off for writes, paused or disabled says which of these it is', async () => {
  const { at, key } = await connect({ name: 'stopped' })
  for (const [change, code] of [
    [{ settings: { writesEnabled: false } }, 'writesOff'],
    [{ state: 'paused' }, 'connectionPaused'],
    [{ state: 'disabled' }, 'connectionDisabled'],
  ] as const) {
    await admin.send('PATCH', at, { body: change })
    await settled()
    assert.equal((await tryKey(at, key)).code, code)
  }
})

test('a paused connection tells clients when to come back, in the status that each of them retries, and resumes', async () => {
  const { at, key } = await connect()
  await admin.send('PATCH', at, { body: { state: 'paused' } })
  await settled()
  const paused = await scim('GET', '/Users', key)
  assert.equal(paused.status, 503)
  assert.equal(paused.headers.get('retry-after'), '300')
  assert.match(paused.body.detail, /paused/)
  const okta = await admin.send('GET', '/scim/v2/Users', { key, headers: { 'user-agent': 'Okta SCIM Client 1.0.0' } })
  assert.deepEqual([okta.status, okta.headers.get('retry-after')], [429, '300'])
  await admin.send('PATCH', at, { body: { state: 'active' } })
  await settled()
  assert.equal((await scim('GET', '/Users', key)).status, 200)
})

test('AC-D17: the preset for Entra ID in the manner of Datadog is applied by one call and shows Datadog’s table', async () => {
  const { at } = await connect({ preset: 'datadog-entra' })
  const { body: made } = await admin.send('GET', at)
  assert.deepEqual([made.preset, made.profile, made.style], ['datadog-entra', 'entra', 'datadog'])
  const { body } = await admin.send('GET', `${at}/mapping`)
  assert.match(body.scimUrl, /\/o\/acme\/scim\/v2\?aadOptscim062020$/)
  assert.deepEqual(
    body.mappings.map(({ source, target }: { source: string; target: string }) => `${source} -> ${target}`),
    [
      'userPrincipalName -> userName',
      'Not([IsSoftDeleted]) -> active',
      'jobTitle -> title',
      'mail -> emails[type eq "work"].value',
      'displayName -> name.formatted',
      'AppRoleAssignmentsComplex([appRoleAssignments]) -> roles',
    ],
  )
})

test('AC-D17: what Entra ID sends by that table a connection of the preset keeps, each value where the table says', async () => {
  const { key } = await connect({ preset: 'datadog-entra', name: 'By the table' })
  const made = await scim('POST', '/Users?aadOptscim062020', key, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'dee@corp.example',
    active: 'True',
    title: 'Engineer',
    emails: [{ primary: true, type: 'work', value: 'dee@mail.example' }],
    name: { formatted: 'Dee Dee' },
    roles: [{ primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'Auditor', value: 'auditor' }],
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { body } = await scim('GET', `/Users/${made.body.id}`, key)
  assert.deepEqual(
    [body.userName, body.active, body.title, body.emails[0].type, body.emails[0].value, body.name.formatted],
    ['dee@corp.example', true, 'Engineer', 'work', 'dee@mail.example', 'Dee Dee'],
  )
  assert.equal(body.roles[0].value, 'auditor')
  const { body: people } = await admin.send('GET', `${path}/people?search=dee%40corp`)
  const { body: held } = await admin.send('GET', `${path}/role-assignments?user=${people.data[0].id}`)
  assert.deepEqual(
    held.data.map((each: { role: { name: string } }) => each.role.name),
    ['auditor'],
  )
})

test('AC-D17: every preset of the list makes a connection with its profile and style; an unknown one is named', async () => {
  const { body } = await admin.send('GET', `${path}/connection-presets?limit=3`)
  const rest = await admin.send('GET', `${path}/connection-presets?limit=200&cursor=${body.nextCursor}`)
  const all = [...body.data, ...rest.body.data]
  assert.ok(all.length >= 6)
  for (const { name, profile, style } of all) {
    const made = await admin.send('POST', `${path}/connections`, { body: { type: 'scim', preset: name } })
    assert.deepEqual([made.status, made.body.profile, made.body.style], [201, profile, style], name)
  }
  const unknown = await admin.send('POST', `${path}/connections`, { body: { type: 'scim', preset: 'constructor' } })
  assert.deepEqual([unknown.status, unknown.body.errors[0].pointer], [400, '/preset'])
  const plain = await connect()
  assert.equal((await admin.send('GET', `${plain.at}/mapping`)).status, 404)
})

test('rotation gives every live key of a connection a successor, and both work until the overlap is over', async () => {
  const { id, at, key } = await connect()
  const second = await keyFor(id)
  const { body } = await admin.send('POST', `${at}/rotate`, { body: { overlapSeconds: 60 } })
  assert.equal(body.keys.length, 2)
  for (const secret of [key, second, ...body.keys.map((each: { key: string }) => each.key)])
    assert.equal((await scim('GET', '/Users', secret)).status, 200)
  const again = await admin.send('POST', `${at}/rotate`, { body: { overlapSeconds: 120 } })
  assert.deepEqual(
    again.body.keys.map((each: { replaces: string }) => each.replaces),
    body.keys.map((each: { id: string }) => each.id),
    'a key whose successor works is not replaced once more',
  )
  admin.application.clock.advance(61_000)
  await settled()
  assert.equal((await scim('GET', '/Users', key)).status, 401)
  assert.equal((await scim('GET', '/Users', body.keys[0].key)).status, 200)
  const made = await admin.send('POST', `${path}/connections`, { body: { type: 'scim' } })
  const none = await admin.send('POST', `${path}/connections/${made.body.id}/rotate`, { body: {} })
  assert.deepEqual([none.status, none.body.detail.includes('no live key')], [409, true])
  // No field is wrong: the whole of what was asked for is refused, under a code that the console has words for.
  assert.deepEqual(
    none.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code]),
    [['', 'noLiveKey']],
  )
})

test('the rotation of a connection rotates none of its keys when one is more than the caller may have', async () => {
  const permissions = ['connections:manage', 'keys:manage', 'people:invite', 'people:manage', 'people:read']
  const reading = ['connections:read', 'keys:read', 'teams:read', 'teams:manage']
  await admin.send('POST', `${path}/roles`, { body: { name: 'Integrator', permissions: [...permissions, ...reading] } })
  const person = await admin.send('POST', `${path}/people`, { body: { attributes: { userName: 'integrator' } } })
  await admin.send('POST', `${path}/roles/integrator/grant`, { body: { user: person.body.id } })
  const own = { scopes: ['organization:admin', 'scim'], user: person.body.id }
  const { body: caller } = await admin.send('POST', `${path}/keys`, { body: own })
  const made = await admin.send('POST', `${path}/connections`, { body: { type: 'scim', name: 'Mixed' } })
  await keyFor(made.body.id, { user: person.body.id })
  await keyFor(made.body.id, { serviceAccount: 'mighty' })
  const at = `${path}/connections/${made.body.id}`
  const refused = await admin.send('POST', `${at}/rotate`, { key: caller.key, body: { overlapSeconds: 60 } })
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /^The key would allow/)
  const { body: keys } = await admin.send('GET', `${path}/keys?connection=${made.body.id}`)
  assert.equal(keys.data.length, 2, 'nobody has seen the secret of a third one')
})

test('a connection is handed over to a person, back to nobody, and to no stranger', async () => {
  const { at, key } = await connect()
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'keeper' }
  await scim('POST', '/Users', key, body)
  const { rows } = await admin.application.database.query<{ id: string }>(
    { text: `select id from users where user_name_key = 'keeper'` },
    [],
  )
  const { formatTypeId } = await import('@rollcall/admin-api')
  const owner = formatTypeId('usr', rows[0]?.id ?? '')
  assert.equal((await admin.send('POST', `${at}/hand-over`, { body: { owner } })).body.owner, owner)
  assert.equal((await admin.send('POST', `${at}/hand-over`, { body: { owner: null } })).body.owner, null)
  const nobody = formatTypeId('usr', '01893f6e-5c00-7000-8000-000000000000')
  const refused = await admin.send('POST', `${at}/hand-over`, { body: { owner: nobody } })
  assert.deepEqual([refused.status, refused.body.code], [404, 'notFound'])
})

test('the health of a connection says when it was last heard of, and which errors came how often', async () => {
  const { at, key } = await connect()
  assert.equal((await admin.send('GET', `${at}/health`)).body.state, 'idle')
  const person = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'healthy' }
  assert.equal((await scim('POST', '/Users', key, person)).status, 201)
  admin.application.clock.advance(1_000)
  for (let n = 0; n < 3; n++) await scim('POST', '/Users', key, person)
  await scim('GET', '/Users/nobody', key)
  await sleep(500)
  const { body } = await admin.send('GET', `${at}/health`)
  assert.deepEqual([body.state, body.errorCount, body.liveKeys], ['failing', 4, 1])
  assert.deepEqual(
    body.errors.map((each: { status: number; scimType: string | null; count: number }) => [
      each.status,
      each.scimType,
      each.count,
    ]),
    [
      [409, 'uniqueness', 3],
      [404, null, 1],
    ],
  )
  assert.match(body.errors[0].detail, /userName/)
  assert.ok(body.lastErrorAt > body.lastSuccessAt)
  admin.application.clock.advance(25 * 3_600_000)
  await scim('GET', '/Users', key)
  await sleep(500)
  const later = await admin.send('GET', `${at}/health`)
  assert.deepEqual([later.body.state, later.body.errorCount], ['healthy', 0])
})

test('no key of another organization tests, rotates or looks after a connection', async () => {
  const { at, key } = await connect()
  const { key: foreign } = await admin.createOrganization('onlooker')
  for (const [method, verb, body] of [
    ['GET', 'health', undefined],
    ['POST', 'test', { key }],
    ['POST', 'rotate', {}],
  ] as const)
    assert.equal((await admin.send(method, `${at}/${verb}`, { key: foreign, body })).status, 404)
  assert.equal((await admin.send('GET', `${at}/health`, { key: acme.key })).status, 200)
})
