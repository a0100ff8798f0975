import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

let admin: AdminHarness
let key: string
before(async () => {
  admin = await createAdminHarness()
  ;({ key } = await admin.createOrganization('acme'))
})
after(() => admin[Symbol.asyncDispose]())

const path = '/api/v1/organizations/acme/event-streams'
const send = (method: string, suffix = '', body?: object, headers: Record<string, string> = {}) =>
  admin.send(method, path + suffix, { key, headers, ...(body !== undefined && { body }) })

test('an administrator makes, reads, changes, verifies and deletes a stream; its header is never shown', async () => {
  const connections = await admin.send('GET', '/api/v1/organizations/acme/connections', { key })
  const connectionId = connections.body.data[0].id
  const made = await send('POST', '', {
    description: 'SIEM',
    endpointUrl: 'https://siem.example.com/events?key=s3cret-query',
    authorizationHeader: 'Bearer s3cret-header',
    events: ['urn:ietf:params:scim:event:prov:create:full', 'urn:unknown'],
    connectionId,
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(
    [made.body.method, made.body.hasAuthorizationHeader, made.body.events, made.body.connectionId],
    ['push', true, ['urn:ietf:params:scim:event:prov:create:full'], connectionId],
  )
  const one = `/${made.body.id}`
  const verified = await send('POST', `${one}/verify`)
  assert.equal(verified.body.waiting, 1)
  const paused = await send('PATCH', one, { state: 'paused' }, { 'if-match': '"1"' })
  assert.deepEqual([paused.body.state, paused.body.version, paused.body.waiting], ['paused', 2, 2])
  assert.equal((await send('PATCH', one, { state: 'enabled' }, { 'if-match': '"1"' })).status, 412)
  const polls = await send('PATCH', one, { method: 'poll' })
  assert.match(polls.body.endpointUrl, /^https:\/\/rollcall\.test\/ssf\/org_\w+\/poll\/evs_\w+$/)
  const list = await send('GET', '?total=true')
  assert.deepEqual([list.body.total, list.body.data.length], [1, 1])
  for (const answer of [made, verified, paused, polls, list])
    assert.ok(!JSON.stringify(answer.body).includes('s3cret-header'))
  const { rows } = await admin.application.database.query<{ data: object }>({
    text: `select data from changes where action like 'event_stream.%' order by position`,
  })
  assert.ok(rows.length >= 3 && !JSON.stringify(rows).includes('s3cret-header'))
  assert.ok(!JSON.stringify(rows).includes('s3cret-query'), 'an address may hold a token')
  assert.equal((await send('DELETE', one)).status, 204)
  assert.equal((await send('GET', one)).status, 404)
})

test('a header that is kept for one server goes to no other one, unless it is given anew; so with transmitters', async () => {
  const endpointUrl = 'https://siem.example.com/events'
  const { body: stream } = await send('POST', '', { endpointUrl, authorizationHeader: 'Bearer s3cret-header' })
  const transmitters = '/api/v1/organizations/acme/transmitters'
  const made = await admin.send('POST', transmitters, {
    key,
    body: {
      name: 'IdP',
      issuer: 'https://idp.example.com',
      jwksUrl: 'https://idp.example.com/jwks',
      pollUrl: 'https://idp.example.com/poll',
      authorizationHeader: 'Bearer poll-secret',
    },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  for (const [at, field] of [
    [`${path}/${stream.id}`, 'endpointUrl'],
    [`${transmitters}/${made.body.id}`, 'pollUrl'],
  ] as const) {
    const change = (body: object) => admin.send('PATCH', at, { key, body })
    const elsewhere = await change({ [field]: 'https://evil.example.com/in' })
    assert.equal(elsewhere.status, 400, JSON.stringify(elsewhere.body))
    assert.match(JSON.stringify(elsewhere.body), /authorizationHeader.*given anew/)
    const host = field === 'pollUrl' ? 'idp' : 'siem'
    assert.equal((await change({ [field]: `https://${host}.example.com/other` })).status, 200)
    const told = await change({ [field]: 'https://new.example.com/in', authorizationHeader: 'Bearer new' })
    assert.equal(told.status, 200)
    assert.equal((await admin.send('DELETE', at, { key })).status, 204)
  }
})

test('what is wrong with a stream is named: no address, no https, no such connection, a key without the right', async () => {
  assert.equal((await send('POST', '', { method: 'push' })).status, 400)
  for (const endpointUrl of ['http://siem.example.com', 'nonsense', 'ftp://x'])
    assert.equal((await send('POST', '', { endpointUrl })).status, 400, endpointUrl)
  const strange = 'con_01h4zpwq00e008000000000000'
  assert.equal((await send('POST', '', { connectionId: strange })).status, 404)
  const weak = await admin.createOrganization('weak', ['people:read'])
  const refused = await admin.send('POST', '/api/v1/organizations/weak/event-streams', { key: weak.key, body: {} })
  assert.equal(refused.status, 403)
})

test('events with the data of people are asked for, and pointed elsewhere, only by who may read people', async () => {
  const { key: reader } = await admin.createOrganization('data', ['signals:manage', 'people:read', 'keys:manage'])
  const { key: plain } = await admin.createOrganization('plain', ['signals:manage'])
  const at = (slug: string): string => `/api/v1/organizations/${slug}/event-streams`
  const full = { events: ['urn:ietf:params:scim:event:prov:create:full'] }
  const refused = await admin.send('POST', at('plain'), { key: plain, body: full })
  assert.deepEqual([refused.status, /people:read/.test(JSON.stringify(refused.body))], [403, true])
  const notices = await admin.send('POST', at('plain'), { key: plain, body: {} })
  assert.equal(notices.status, 201)
  const mine = `${at('plain')}/${notices.body.id}`
  assert.equal((await admin.send('PATCH', mine, { key: plain, body: full })).status, 403)
  assert.equal((await admin.send('PATCH', mine, { key: plain, body: { description: 'SIEM' } })).status, 200)
  const made = await admin.send('POST', at('data'), { key: reader, body: full })
  assert.equal(made.status, 201)
  const weak = await admin.send('POST', '/api/v1/organizations/data/keys', {
    key: reader,
    body: { name: 'weak', scopes: ['signals:manage'] },
  })
  assert.equal(weak.status, 201, JSON.stringify(weak.body))
  const one = `${at('data')}/${made.body.id}`
  const elsewhere = { method: 'push', endpointUrl: 'https://elsewhere.example.com' }
  assert.equal((await admin.send('PATCH', one, { key: weak.body.key, body: elsewhere })).status, 403)
  assert.equal((await admin.send('PATCH', one, { key: weak.body.key, body: { state: 'paused' } })).status, 200)
})
