import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { trimSessions } from '../../src/sign-in/list-sessions.ts'
import { createAccount } from './sign-in-account.ts'
import { createPair, metadataOf } from './saml-provider.ts'
import { createSignInHarness, goodPassword, type TestClient } from './sign-in-harness.ts'

const harness = await createSignInHarness()
const { browse, createMember, changesOf, manage, application } = harness
after(() => harness[Symbol.asyncDispose]())

async function signedIn(name: string): Promise<TestClient> {
  const client = browse()
  const answer = await client.post('/o/acme/sign-in', { name, password: goodPassword })
  assert.equal(answer.status, 303, answer.text)
  return client
}

test('whoever is signed in sees who it is, and does what the roles allow; a member nothing', async () => {
  const { id } = await createMember('ann@example.com', goodPassword)
  const client = await signedIn('ann@example.com')
  const { status, body } = await client.api('GET', '/api/v1/session')
  assert.equal(status, 200)
  assert.equal(body.user.id, id)
  assert.equal(body.user.userName, 'ann@example.com')
  assert.deepEqual([body.organization.slug, body.method, body.factors], ['acme', 'password', ['password']])
  assert.deepEqual(body.permissions, [])
  assert.equal((await client.api('GET', '/api/v1/whoami')).body.kind, 'session')
  const refused = await client.api('GET', '/api/v1/organizations/acme/people')
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /You lack the permission "people:read"/)
  assert.equal((await client.api('GET', '/api/v1/organizations/nobody')).status, 404)
  assert.equal((await manage('GET', '/../../session')).status, 404)
})

test('a password alone never suffices for an administrator: not at the sign-in, nor when rights come later', async () => {
  await createMember('adam@example.com', goodPassword)
  const before = await signedIn('adam@example.com')
  await harness.giveRole('adam@example.com', 'admin')
  const refused = await before.api('GET', '/api/v1/organizations/acme/people')
  assert.equal(refused.status, 401)
  assert.match(refused.body.detail, /second step/)
  const client = browse()
  const answer = await client.post('/o/acme/sign-in', {
    name: 'adam@example.com',
    password: goodPassword,
    next: '/account',
  })
  assert.equal(answer.location, '/sign-in/second-step?next=%2Faccount')
  assert.equal((await client.api('GET', '/api/v1/session')).status, 401)
  assert.equal((await client.get('/account')).status, 303)
  assert.equal((await client.post('/sign-out', {})).status, 303, 'half signed in is signed out too')
})

test('what an administrator does with the session stands in the history under the person', async () => {
  const { id } = await createMember('eva@example.com', goodPassword)
  await harness.giveRole('eva@example.com', 'admin')
  const client = await createAccount(harness, 'eva@example.com')
  const made = await client.api('POST', '/api/v1/organizations/acme/teams', { body: { name: 'By Eva' } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal((await changesOf('team.created'))[0]?.actor, id)
  const beyond = await client.api('POST', '/api/v1/organizations/acme/roles/owner/grant', { body: { user: id } })
  assert.equal(beyond.status, 403)
})

test('no other site can use the session: Sec-Fetch-Site decides, else Origin', async () => {
  await createMember('csr@example.com', goodPassword)
  await harness.giveRole('csr@example.com', 'admin')
  const client = await createAccount(harness, 'csr@example.com')
  const path = '/api/v1/organizations/acme/teams'
  let made = 0
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const bare = { 'sec-fetch-site': '', ...headers }
    const sent = Object.fromEntries(Object.entries(bare).filter(([, value]) => value !== ''))
    const response = await application.fetch(path, {
      method: 'POST',
      headers: { ...sent, cookie: client.cookie ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ name: `Team ${++made}` }),
    })
    return response.status
  }
  assert.equal(await ask({ 'sec-fetch-site': 'cross-site' }), 403)
  assert.equal(await ask({ 'sec-fetch-site': 'same-site', origin: 'https://rollcall.test' }), 403)
  assert.equal(await ask({ origin: 'https://evil.test' }), 403)
  assert.equal(await ask({ origin: 'null' }), 403)
  assert.equal(await ask({ origin: 'https://rollcall.test' }), 201)
  assert.equal(await ask({ 'sec-fetch-site': 'same-origin', origin: 'https://rollcall.test' }), 201)
})

test('AC-G20: a suspended person’s cookie is 401 at once, login and e-mail are hidden, and SCIM still finds the person', async () => {
  const { body: connection } = await manage('POST', '/connections', { type: 'scim', style: 'github', profile: 'entra' })
  const key = (await manage('POST', '/keys', { scopes: ['scim'], connection: connection.id })).body.key
  const scim = async (method: string, path: string, body?: object) => {
    const response = await application.fetch(`/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'user-agent': 'test', 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const made = await scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'mona@git.example',
    externalId: 'e-1',
    displayName: 'Mona',
    emails: [{ value: 'mona@git.example', primary: true, type: 'work' }],
    active: true,
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const id = await harness.idOf('mona@git.example')
  const link = await manage('POST', `/people/${id}/password-link`)
  const client = browse()
  const chosen = await client.post(new URL(link.body.url).pathname, { password: goodPassword })
  assert.equal(chosen.status, 303, chosen.text)
  assert.equal((await client.api('GET', '/api/v1/session')).status, 200)

  application.clock.advance(1_000)
  const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }
  const suspend = { ...patch, Operations: [{ op: 'replace', path: 'active', value: false }] }
  assert.equal((await scim('PATCH', `/Users/${made.body.id}`, suspend)).status, 200)
  assert.equal((await client.api('GET', '/api/v1/session')).status, 401)

  const reader = (await manage('POST', '/keys', { scopes: ['people:read'] })).body.key
  const shown = await manage('GET', `/people/${id}`, undefined, reader)
  assert.doesNotMatch(JSON.stringify(shown.body), /mona@git\.example/)
  assert.doesNotMatch(JSON.stringify(shown.body), /"login":"mona"/)
  const listed = await manage('GET', '/people?state=suspended', undefined, reader)
  assert.ok(listed.body.data.some((person: { id: string }) => person.id === id))
  const found = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "mona@git.example"')}`)
  assert.equal(found.body.totalResults, 1)
  assert.equal(found.body.Resources[0].emails[0].value, 'mona@git.example')
  assert.equal(found.body.Resources[0].externalId, 'e-1')
})

test('AC-G44: a session lasts 24 hours, or 7 days where the organization says so; then one signs in again', async () => {
  await createMember('tom@example.com', goodPassword)
  const day = await signedIn('tom@example.com')
  const hour = 3_600_000
  for (let at = 0; at < 4; at++) {
    application.clock.advance(6 * hour - 1)
    assert.equal((await day.api('GET', '/api/v1/session')).status, 200)
  }
  application.clock.advance(4)
  assert.equal((await day.api('GET', '/api/v1/session')).status, 401)
  const again = await day.get('/account')
  assert.equal(again.location, '/sign-in?next=%2Faccount')
  await harness.settle({ absoluteMinutes: 7 * 24 * 60, idleMinutes: 2 * 24 * 60 })
  const week = await signedIn('tom@example.com')
  for (let at = 0; at < 6; at++) {
    application.clock.advance(24 * hour)
    assert.equal((await week.api('GET', '/api/v1/session')).status, 200)
  }
  // A shorter limit counts for those too who are signed in.
  await harness.settle({ absoluteMinutes: 5 * 24 * 60, idleMinutes: 2 * 24 * 60 })
  assert.equal((await week.api('GET', '/api/v1/session')).status, 401)
  await harness.settle({})
})

test('administrators list sessions and end one or all of a person', async () => {
  const { id } = await createMember('lea@example.com', goodPassword)
  const [one, two] = [await signedIn('lea@example.com'), await signedIn('lea@example.com')]
  const list = async (query = '') => (await manage('GET', `/sessions?user=${id}&total=true${query}`)).body
  const { data, total } = await list()
  assert.equal(total, 3, 'the one in which the password was chosen, and two')
  assert.deepEqual([data[0].name, data[0].method, data[0].endedAt], ['lea@example.com', 'password', null])
  const { id: current } = (await one.api('GET', '/api/v1/session')).body
  for (let times = 0; times < 2; times++) {
    const ended = await manage('POST', `/sessions/${current}/revoke`)
    assert.deepEqual([ended.status, ended.body.endReason], [200, 'revoked'])
  }
  assert.equal((await one.api('GET', '/api/v1/session')).status, 401)
  assert.equal((await two.api('GET', '/api/v1/session')).status, 200)
  assert.equal((await manage('POST', `/people/${id}/revoke-sessions`)).body.count, 2)
  assert.equal((await two.api('GET', '/api/v1/session')).status, 401)
  assert.equal((await list()).total, 0)
  assert.equal((await list('&ended=true')).total, 3)
  const three = await signedIn('lea@example.com')
  assert.equal((await three.api('DELETE', '/api/v1/session')).status, 204)
  assert.equal((await three.api('GET', '/api/v1/session')).status, 401)
  assert.equal((await list('&ended=true')).data[0].endReason, 'signedOut')
})

test('one person may sign in otherwise than the organization says; whoever may do more is out of reach', async () => {
  const { id } = await createMember('ivo@outside.example', goodPassword)
  await harness.settle({ methods: { password: false } })
  const refused = await browse().post('/o/acme/sign-in', { name: 'ivo@outside.example', password: goodPassword })
  assert.equal(refused.status, 403)
  const set = await manage('PATCH', `/people/${id}/sign-in`, { methods: ['password'] })
  assert.deepEqual(set.body, { methods: ['password'], hasPassword: true, isBuiltIn: false })
  await signedIn('ivo@outside.example')
  assert.equal((await manage('PATCH', `/people/${id}/sign-in`, { methods: [] })).status, 400)
  await manage('PATCH', `/people/${id}/sign-in`, { methods: null })
  await harness.settle({})

  await createMember('top@example.com', goodPassword)
  await harness.giveRole('top@example.com', 'owner')
  const top = await harness.idOf('top@example.com')
  const small = (await manage('POST', '/keys', { scopes: ['sign-in:manage'] })).body.key
  assert.equal((await manage('POST', `/people/${top}/password-link`, undefined, small)).status, 403)
  assert.equal((await manage('PATCH', `/people/${top}/sign-in`, { methods: ['saml'] }, small)).status, 403)
})

test('AC-G6: the built-in owner signs in when every other way fails, and SCIM cannot touch it', async () => {
  const attributes = { userName: 'setup', emails: [{ value: 'setup@acme.example', primary: true }] }
  const { body: person } = await manage('POST', '/people', { attributes, builtIn: true })
  await harness.giveRole('setup', 'owner')
  const onlySaml = { methods: { password: false, passkey: false, oidc: false }, isLockedDown: true }
  const early = await manage('PATCH', '', { settings: { signIn: onlySaml } })
  assert.equal(early.status, 400)
  assert.match(early.body.detail, /no way to sign in/)
  const { certificate } = await createPair()
  const saml = { metadataXml: metadataOf([certificate]) }
  assert.equal((await manage('POST', '/identity-providers', { type: 'saml', saml })).status, 201)
  await harness.settle(onlySaml)
  const link = await manage('POST', `/people/${person.id}/password-link`)
  assert.equal(link.status, 200, JSON.stringify(link.body))
  const client = browse()
  const chosen = await client.post(new URL(link.body.url).pathname, { password: goodPassword })
  assert.equal(chosen.location, '/sign-in/second-step')
  const again = await browse().post('/o/acme/sign-in?builtIn', { name: 'setup', password: goodPassword })
  assert.equal(again.location, '/sign-in/second-step')
  await harness.settle({})

  const found = await harness.scim('GET', `/Users?filter=${encodeURIComponent('userName eq "setup"')}`)
  const scimId = found.body.Resources[0]?.id ?? ''
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'active', value: false }]
  assert.ok((await harness.scim('PATCH', `/Users/${scimId}`, { schemas, Operations })).status >= 400)
  assert.ok((await harness.scim('DELETE', `/Users/${scimId}`)).status >= 400)
  assert.equal((await manage('POST', `/people/${person.id}/suspend`, {})).status, 409)
})

test('a purge forgets where somebody signed in from; so does the job for sessions of long ago', async () => {
  const { id, scimId } = await createMember('gone@example.com', goodPassword)
  await createMember('stays@example.com', goodPassword)
  await signedIn('gone@example.com')
  await browse().post('/o/acme/sign-in', { name: 'gone@example.com', password: 'wrong' })
  application.clock.advance(1_000)
  await harness.scim('DELETE', `/Users/${scimId}`)
  assert.equal((await manage('POST', `/people/${id}/purge`)).status, 200)
  const tell = async (about: string): Promise<{ readonly ips: number; readonly rows: number }> => {
    const text = `select count(*) as rows, count(*) filter (where data::jsonb ? 'ip') as ips from changes
      where data ->> 'userId' = $1 and action in ('user.signed_in', 'user.sign_in_failed')`
    const { rows } = await application.database.query<{ ips: number; rows: number }>({ text }, [about])
    return rows[0] ?? { ips: -1, rows: -1 }
  }
  assert.deepEqual(await tell(parseTypeId('usr', id) ?? ''), { ips: 0, rows: 3 })
  assert.equal((await manage('GET', `/sessions?user=${id}&ended=true`)).body.data.length, 0)
  const other = parseTypeId('usr', await harness.idOf('stays@example.com')) ?? ''
  assert.deepEqual(await tell(other), { ips: 1, rows: 1 })
  const later = new Date(application.clock().getTime() + 32 * 24 * 3_600_000)
  await trimSessions(application.database, later)
  assert.deepEqual(await tell(other), { ips: 0, rows: 1 })
})

test('AC-D8: whoever is disabled stays with what is owned, and cannot sign in', async () => {
  const { id, scimId } = await createMember('dan@example.com', goodPassword)
  const team = (await manage('POST', '/teams', { name: 'Dashboards' })).body
  assert.ok((await manage('POST', `/teams/${team.id}/maintainers`, { userId: id })).status < 300)
  application.clock.advance(1_000)
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'active', value: false }]
  await harness.scim('PATCH', `/Users/${scimId}`, { schemas, Operations })
  assert.equal((await manage('GET', `/people/${id}`)).body.state, 'suspended')
  const owned = await manage('GET', `/people/${id}/owned`)
  assert.match(JSON.stringify(owned.body), /Dashboards/)
  const refused = await browse().post('/o/acme/sign-in', { name: 'dan@example.com', password: goodPassword })
  assert.equal(refused.status, 403)
  assert.match(refused.text, /suspended/)
})

test('AC-D12: a service account cannot sign in; two may share an address, and none gets more than its maker', async () => {
  const email = 'bots@acme.example'
  for (const name of ['bot-1', 'bot-2'])
    assert.equal((await manage('POST', '/service-accounts', { name, email })).status, 201)
  for (const name of ['bot-1', email]) {
    const answer = await browse().post('/o/acme/sign-in', { name, password: goodPassword })
    assert.equal(answer.status, 401)
  }
  const small = (await manage('POST', '/keys', { scopes: ['keys:manage', 'keys:read'] })).body.key
  assert.equal((await manage('POST', '/service-accounts', { name: 'bot-3', roles: ['owner'] }, small)).status, 403)
})
