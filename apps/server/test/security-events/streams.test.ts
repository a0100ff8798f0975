import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTypeId } from '@rollcall/admin-api'
import type { TestProvisioning } from '../harness/provisioning.ts'
import {
  createReceiver,
  createSignalServer,
  eventsOf,
  patchOf,
  startReceiver,
  userOf,
  workOff,
} from './signal-harness.ts'

let server: TestProvisioning
before(async () => {
  server = await createSignalServer()
})
after(() => server.close())

const scim = 'urn:ietf:params:scim:event'
const prov = `${scim}:prov`
const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'
const ssf = 'https://schemas.openid.net/secevent/ssf/event-type'
const allScim = ['create', 'patch', 'put'].flatMap((verb) => [`${prov}:${verb}:notice`, `${prov}:${verb}:full`])
const plain = [`${prov}:delete`, `${prov}:activate`, `${prov}:deactivate`, `${scim}:feed:add`, `${scim}:feed:remove`]

test('TRAP-H7: SCIM events name their subject by sub_id with uri, carry data or attributes as RFC 9967 says, under one txn', async () => {
  const tenant = await server.createTenant('acme')
  const receiver = await createReceiver(server, tenant, ['signals:receive', 'people:read'])
  const notices = [...allScim.filter((uri) => uri.endsWith(':notice')), ...plain]
  const notice = (await receiver.send('POST', '/streams', { events_requested: notices })).body
  const full = (await receiver.send('POST', '/streams', { events_requested: [...allScim, ...plain] })).body
  const { body: ada } = await tenant.scim('POST', '/Users', userOf('ada', { displayName: 'Ada', externalId: 'e1' }))
  const path = `/Users/${ada.id}`
  await tenant.scim('PATCH', path, patchOf({ op: 'replace', path: 'displayName', value: 'Countess' }))
  await tenant.scim('PATCH', path, patchOf({ op: 'replace', path: 'active', value: false }))
  await tenant.scim('PATCH', path, patchOf({ op: 'replace', path: 'active', value: true }))
  await tenant.scim('PUT', path, userOf('ada', { displayName: 'Put' }))
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Team' }
  const { body: team } = await tenant.scim('POST', '/Groups', group)
  await tenant.scim('PATCH', `/Groups/${team.id}`, patchOf({ op: 'add', path: 'members', value: [{ value: ada.id }] }))
  await tenant.scim('DELETE', `/Groups/${team.id}`)
  await tenant.scim('DELETE', path)
  await workOff(server)

  const first = await receiver.send('POST', `/poll/${notice.stream_id}`, { returnImmediately: true })
  const again = await receiver.send('POST', `/poll/${notice.stream_id}`, { returnImmediately: true })
  assert.deepEqual(Object.keys(again.body.sets), Object.keys(first.body.sets), 'unacknowledged ones come again')
  const before = await claimsOf(receiver, notice.stream_id, first.body.sets)
  const repeated = await claimsOf(receiver, notice.stream_id, again.body.sets)
  assert.deepEqual(
    repeated.map(({ jti, txn }) => [jti, txn]),
    before.map(({ jti, txn }) => [jti, txn]),
    'a retry keeps jti and txn',
  )
  const told = await receiver.take(notice.stream_id)
  assert.deepEqual(
    told.map((claims) => Object.keys(eventsOf(claims)).map((uri) => uri.slice(prov.length + 1))),
    [
      ['create:notice'],
      ['patch:notice'],
      ['patch:notice', 'deactivate'],
      ['patch:notice', 'activate'],
      ['put:notice'],
      ['create:notice'],
      ['patch:notice'],
      ['delete'],
      ['delete'],
    ],
  )
  const fully = await receiver.take(full.stream_id)
  assert.deepEqual(
    fully.map(({ txn }) => txn),
    told.map(({ txn }) => txn),
    'both streams hear of one transaction under one name',
  )
  assert.equal(new Set([...told, ...fully].map(({ jti }) => jti)).size, told.length + fully.length)
  for (const claims of [...told, ...fully]) {
    const subject = claims['sub_id'] as { readonly format: string; readonly uri: string; readonly sub?: string }
    assert.equal(subject.format, 'scim')
    assert.match(subject.uri, /^\/(?:Users|Groups)\/[0-9a-f-]{36}$/)
    for (const [uri, payload] of Object.entries(eventsOf(claims))) {
      const has = ['data', 'attributes'].filter((name) => name in payload)
      const expected = uri.endsWith(':full') ? ['data'] : uri.endsWith(':notice') ? ['attributes'] : []
      assert.deepEqual(has, expected, uri)
    }
  }
  const payloads = fully.map((claims) => Object.values(eventsOf(claims))[0])
  assert.deepEqual([payloads[0].data.userName, payloads[0].version], ['ada', 'W/"1"'])
  assert.deepEqual(payloads[1].data.Operations, [{ op: 'replace', path: 'displayName', value: 'Countess' }])
  assert.deepEqual(payloads[6].data.Operations, [{ op: 'add', path: 'members', value: [{ value: ada.id }] }])
  assert.deepEqual(payloads[7], {})
})

test('CON-I13: a receiver finds the transmitter, manages its streams, and others neither see nor change them', async () => {
  const tenant = await server.createTenant('ssf')
  const receiver = await createReceiver(server, tenant)
  const issuer = `https://rollcall.test${receiver.base}`
  const found = await server.fetch(`/.well-known/ssf-configuration${receiver.base}`)
  const configuration = JSON.parse(await found.text())
  assert.deepEqual(
    [
      configuration.issuer,
      configuration.spec_version,
      configuration.default_subjects,
      configuration.configuration_endpoint,
    ],
    [issuer, '1_0', 'ALL', `${issuer}/streams`],
  )
  assert.deepEqual(configuration.delivery_methods_supported, ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'])
  const root = JSON.parse(await (await server.fetch('/.well-known/ssf-configuration')).text())
  assert.deepEqual([root.issuer, root.jwks_uri], ['https://rollcall.test', 'https://rollcall.test/ssf/jwks.json'])
  assert.equal((await server.fetch('/.well-known/ssf-configuration/elsewhere')).status, 404)

  const made = await receiver.send('POST', '/streams', {
    events_requested: [`${risc}/account-disabled`, 'urn:unknown'],
  })
  assert.equal(made.status, 201)
  const { stream_id: id } = made.body
  assert.deepEqual([made.body.iss, made.body.aud], [issuer, id])
  assert.deepEqual(made.body.events_delivered, [`${risc}/account-disabled`])
  assert.deepEqual(made.body.delivery, { method: 'urn:ietf:rfc:8936', endpoint_url: `${issuer}/poll/${id}` })
  assert.ok(!made.body.events_supported.includes(`${prov}:create:full`), 'data is for those who may read people')
  const patched = await receiver.send('PATCH', '/streams', { stream_id: id, description: 'mine' })
  assert.deepEqual([patched.body.description, patched.body.events_delivered.length], ['mine', 1])
  const put = await receiver.send('PUT', '/streams', { stream_id: id, events_requested: [`${caep}/session-revoked`] })
  assert.deepEqual([put.body.description, put.body.events_delivered], [undefined, [`${caep}/session-revoked`]])
  assert.deepEqual((await receiver.send('GET', '/streams')).body, [put.body])
  assert.deepEqual((await receiver.send('GET', `/streams?stream_id=${id}`)).body, put.body)
  const paused = await receiver.send('POST', '/status', { stream_id: id, status: 'paused', reason: 'upgrade' })
  assert.deepEqual(paused.body, { stream_id: id, status: 'paused', reason: 'upgrade' })
  assert.deepEqual((await receiver.send('GET', `/status?stream_id=${id}`)).body, paused.body)

  const other = await createReceiver(server, tenant)
  assert.deepEqual((await other.send('GET', '/streams')).body, [])
  for (const [method, path, body] of [
    ['GET', `/streams?stream_id=${id}`, undefined],
    ['PATCH', '/streams', { stream_id: id }],
    ['DELETE', `/streams?stream_id=${id}`, undefined],
    ['GET', `/status?stream_id=${id}`, undefined],
    ['POST', '/verify', { stream_id: id }],
    ['POST', `/poll/${id}`, {}],
  ] as const)
    assert.equal((await other.send(method, path, body)).status, 404, `${method} ${path}`)
  assert.equal((await receiver.send('GET', '/streams', undefined, tenant.key)).status, 403)
  assert.equal((await receiver.send('GET', '/streams', undefined, 'rc_adm_wrong')).status, 401)
  assert.equal((await receiver.send('POST', '/streams', '{')).status, 400)
  const foreign = await createReceiver(server, await server.createTenant('foreign'))
  assert.equal((await receiver.send('GET', '/streams', undefined, foreign.key)).status, 401)
  assert.equal((await receiver.send('DELETE', `/streams?stream_id=${id}`)).status, 204)
  assert.equal((await receiver.send('GET', `/streams?stream_id=${id}`)).status, 404)
})

test('account-disabled, account-enabled and session-revoked come of what happens, each in a token of its own', async () => {
  const tenant = await server.createTenant('signals')
  const receiver = await createReceiver(server, tenant)
  const requested = [
    `${risc}/account-disabled`,
    `${risc}/account-enabled`,
    `${caep}/session-revoked`,
    `${caep}/credential-change`,
  ]
  const { stream_id: id } = (await receiver.send('POST', '/streams', { events_requested: requested })).body
  const emails = [{ value: 'ada@example.com', primary: true }]
  const { connection } = await tenant.createConnection({ settings: { passwordSync: true } })
  const key = (await tenant.createKey({ connectionId: connection.id })).secret
  const send = (method: string, path: string, body?: object) =>
    server.send(`/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const { body: ada } = await send('POST', '/Users', userOf('ada', { emails, password: 'correct horse battery' }))
  const path = `/Users/${ada.id}`
  await send('PATCH', path, patchOf({ op: 'replace', path: 'password', value: 'another horse battery' }))
  await send('PATCH', path, patchOf({ op: 'replace', path: 'active', value: false }))
  await send('PATCH', path, patchOf({ op: 'replace', path: 'active', value: true }))
  await workOff(server)
  const told = await receiver.take(id)
  assert.deepEqual(
    told.map((claims) => Object.keys(eventsOf(claims)).map((uri) => uri.split('/').at(-1))),
    [['credential-change'], ['account-disabled'], ['session-revoked'], ['account-enabled']],
  )
  for (const claims of told) assert.deepEqual(claims['sub_id'], { format: 'email', email: 'ada@example.com' })
  assert.deepEqual(eventsOf(told[0] ?? {})[`${caep}/credential-change`], {
    credential_type: 'password',
    change_type: 'update',
    event_timestamp: Math.floor(server.clock().getTime() / 1000),
    initiating_entity: 'admin',
  })
  assert.equal(told[1]?.['txn'], told[2]?.['txn'], 'of one cause')
  assert.ok(!JSON.stringify(told).includes('horse'))
})

test('a PUT that is told in full carries the resource, and comes as a notice when that has changed again since', async () => {
  const tenant = await server.createTenant('puts')
  const receiver = await createReceiver(server, tenant, ['signals:receive', 'people:read'])
  const made = (await receiver.send('POST', '/streams', { events_requested: [`${prov}:put:full`] })).body
  assert.deepEqual(made.events_delivered, [`${prov}:put:notice`, `${prov}:put:full`])
  const { body: ada } = await tenant.scim('POST', '/Users', userOf('ada'))
  await tenant.scim('PUT', `/Users/${ada.id}`, userOf('ada', { displayName: 'One' }))
  await tenant.scim('PUT', `/Users/${ada.id}`, userOf('ada', { displayName: 'Two' }))
  await workOff(server)
  const [first, second] = (await receiver.take(made.stream_id)).map(eventsOf)
  assert.deepEqual(first, { [`${prov}:put:notice`]: { version: 'W/"2"', attributes: ['displayName'] } })
  const full = second?.[`${prov}:put:full`]
  assert.deepEqual([full.version, full.data.id, full.data.displayName], ['W/"3"', ada.id, 'Two'])
})

test('a receiver that lost the right to read people gets nothing of a stream that carries their data', async () => {
  const tenant = await server.createTenant('shrunk')
  const { organization } = tenant
  const admin = (await tenant.createKey({ scopes: ['admin:enterprise'] })).secret
  const api = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${admin}`, ...(body && { 'content-type': 'application/json' }) }
    const response = await server.fetch(`/api/v1/organizations/${organization.slug}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    assert.ok(response.ok, text)
    return text === '' ? undefined : JSON.parse(text)
  }
  await api('POST', '/roles', { name: 'Hears', permissions: ['signals:receive', 'people:read'] })
  const scopes = ['signals:receive', 'people:read']
  const { key } = await api('POST', '/keys', { scopes, serviceAccount: 'receiver' })
  const { data: accounts } = await api('GET', '/service-accounts')
  const account = accounts.find(({ name }: { name: string }) => name === 'receiver')
  const receiver = await createReceiver(server, tenant, scopes)
  const as = (method: string, path: string, body?: unknown) => receiver.send(method, path, body, key)
  const made = await as('POST', '/streams', { events_requested: [`${prov}:create:full`] })
  const poll = () => as('POST', `/poll/${made.body.stream_id}`, { returnImmediately: true })
  assert.equal((await poll()).status, 200)

  await api('POST', '/roles/Hears/grant', { serviceAccount: account.id })
  await api('PATCH', '/roles/Hears', { permissions: ['signals:receive'] })
  await api('POST', '/roles/admin/revoke', { serviceAccount: account.id })
  server.clock.advance(1_001)
  const refused = await poll()
  assert.equal(refused.status, 403)
  assert.match(JSON.stringify(refused.body), /people:read/)
  // What it may still have it asks for anew, and goes on.
  const change = { stream_id: made.body.stream_id, events_requested: [`${risc}/account-disabled`] }
  assert.equal((await as('PATCH', '/streams', change)).status, 200)
  assert.equal((await poll()).status, 200)
})

test('a stream is verified, told of its state, kept back while paused, and leaves out whom the receiver removed', async () => {
  const tenant = await server.createTenant('states')
  const receiver = await createReceiver(server, tenant)
  const requested = [`${risc}/account-disabled`, `${scim}:feed:add`, `${scim}:feed:remove`]
  const { stream_id: id } = (await receiver.send('POST', '/streams', { events_requested: requested })).body
  assert.equal((await receiver.send('POST', '/verify', { stream_id: id, state: 'xyz' })).status, 204)
  assert.equal((await receiver.send('POST', '/verify', { stream_id: id })).status, 429)
  const [verification] = await receiver.take(id)
  assert.deepEqual(verification?.['sub_id'], { format: 'opaque', id })
  assert.deepEqual(eventsOf(verification ?? {}), { [`${ssf}/verification`]: { state: 'xyz' } })

  const { body: ada } = await tenant.scim('POST', '/Users', userOf('ada@example.com'))
  const { body: bob } = await tenant.scim('POST', '/Users', userOf('bob@example.com'))
  const subject = { format: 'email', email: 'Ada@example.com' }
  assert.equal((await receiver.send('POST', '/subjects:remove', { stream_id: id, subject })).status, 204)
  const nobody = { format: 'email', email: 'nobody@example.com' }
  assert.equal((await receiver.send('POST', '/subjects:remove', { stream_id: id, subject: nobody })).status, 204)
  await receiver.send('POST', '/status', { stream_id: id, status: 'paused' })
  for (const { id: userId } of [ada, bob])
    await tenant.scim('PATCH', `/Users/${userId}`, patchOf({ op: 'replace', path: 'active', value: false }))
  await workOff(server)
  assert.deepEqual(await receiver.take(id), [])
  await receiver.send('POST', '/status', { stream_id: id, status: 'enabled' })
  const told = await receiver.take(id)
  assert.deepEqual(
    told.map((claims) => [Object.keys(eventsOf(claims))[0]?.split(/[/:]/).at(-1), claims['sub_id']]),
    [
      ['remove', { format: 'scim', uri: `/Users/${ada.id}` }],
      ['account-disabled', { format: 'email', email: 'bob@example.com' }],
    ],
  )
  await receiver.send('POST', '/subjects:add', { stream_id: id, subject })
  assert.equal((await receiver.take(id)).length, 1)
})

test('polls take at most maxEvents, say whether there is more, and take errors for an answer', async () => {
  const tenant = await server.createTenant('polls')
  const receiver = await createReceiver(server, tenant)
  const { stream_id: id } = (await receiver.send('POST', '/streams', { events_requested: [`${prov}:create:notice`] }))
    .body
  for (const name of ['a', 'b', 'c']) await tenant.scim('POST', '/Users', userOf(name))
  await workOff(server)
  const two = await receiver.send('POST', `/poll/${id}`, { maxEvents: 2, returnImmediately: true })
  assert.deepEqual([Object.keys(two.body.sets).length, two.body.moreAvailable], [2, true])
  const [first = '', second = ''] = Object.keys(two.body.sets)
  const setErrs = { [second]: { err: 'invalid_key', description: 'who are you?' } }
  const last = await receiver.send('POST', `/poll/${id}`, {
    ack: [first, 'nonsense'],
    setErrs,
    returnImmediately: true,
  })
  assert.deepEqual([Object.keys(last.body.sets).length, last.body.moreAvailable], [1, false])
  const { rows } = await server.database.query<{ error: string | null }>(
    { text: 'select error from event_tokens where organization_id = $1 order by position' },
    [tenant.organization.id],
  )
  assert.deepEqual(
    rows.map(({ error }) => error),
    [null, 'invalid_key: who are you?', null],
  )
  await receiver.send('POST', `/poll/${id}`, { ack: Object.keys(last.body.sets), maxEvents: 0 })
  const started = performance.now()
  const waiting = receiver.send('POST', `/poll/${id}`, {})
  await tenant.scim('POST', '/Users', userOf('d'))
  await workOff(server)
  assert.equal(Object.keys((await waiting).body.sets).length, 1)
  assert.ok(performance.now() - started < 10_000)
})

test('pushes are signed, carry the receiver’s header, come again after a failure, and stop where the receiver says so', async (context) => {
  const tenant = await server.createTenant('pushes')
  const receiver = await createReceiver(server, tenant)
  let answer: { status: number; body?: string } = { status: 202 }
  const listening = await startReceiver(() => answer)
  context.after(() => listening.close())
  const made = await receiver.send('POST', '/streams', {
    events_requested: [`${prov}:create:notice`],
    delivery: {
      method: 'urn:ietf:rfc:8935',
      endpoint_url: `${listening.url}/events`,
      authorization_header: 'Bearer s3cret',
    },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.ok(!JSON.stringify(made.body).includes('s3cret'))
  const { stream_id: id } = made.body
  await tenant.scim('POST', '/Users', userOf('a'))
  answer = { status: 503 }
  await workOff(server)
  answer = { status: 202 }
  await workOff(server)
  assert.equal(listening.deliveries.length, 1, 'not before it is due')
  server.clock.advance(10_000)
  await tenant.scim('POST', '/Users', userOf('b'))
  await workOff(server)
  assert.equal(listening.deliveries.length, 3)
  const claims = []
  for (const { method, url, headers, body } of listening.deliveries) {
    assert.deepEqual(
      [method, url, headers['content-type'], headers['accept'], headers['authorization']],
      ['POST', '/events', 'application/secevent+jwt', 'application/json', 'Bearer s3cret'],
    )
    claims.push(await receiver.verify(body, id))
  }
  assert.deepEqual([claims[0]?.jti, claims[0]?.['txn']], [claims[1]?.jti, claims[1]?.['txn']], 'the same event again')
  assert.notEqual(claims[2]?.jti, claims[1]?.jti)

  answer = { status: 400, body: '{"err":"invalid_audience","description":"not me"}' }
  await tenant.scim('POST', '/Users', userOf('c'))
  await workOff(server)
  answer = { status: 202 }
  server.clock.advance(3_600_000)
  await workOff(server)
  assert.equal(listening.deliveries.length, 4, 'what the receiver refuses is not sent again')
  const { rows } = await server.database.query<{ error: string }>(
    { text: 'select error from event_tokens where organization_id = $1 and error is not null' },
    [tenant.organization.id],
  )
  assert.deepEqual(rows, [{ error: 'invalid_audience: not me' }])
})

test('a stream whose receiver takes nothing for three days is paused, keeps what happens, and is told of it', async (context) => {
  const tenant = await server.createTenant('silent')
  const receiver = await createReceiver(server, tenant)
  let status = 500
  const listening = await startReceiver(() => ({ status }))
  context.after(() => listening.close())
  const { stream_id: id } = (
    await receiver.send('POST', '/streams', {
      events_requested: [`${prov}:create:notice`],
      delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: `${listening.url}/events` },
    })
  ).body
  await tenant.scim('POST', '/Users', userOf('a'))
  await workOff(server)
  server.clock.advance(73 * 3_600_000)
  await workOff(server)
  const standing = (await receiver.send('GET', `/status?stream_id=${id}`)).body
  assert.equal(standing.status, 'paused')
  assert.match(standing.reason, /No delivery since .*: The receiver answered 500/)
  const { rows } = await server.database.query<{ actor: string }>(
    { text: `select actor from changes where organization_id = $1 and action = 'event_stream.paused'` },
    [tenant.organization.id],
  )
  assert.deepEqual(rows, [{ actor: 'system' }])
  const { length } = listening.deliveries
  status = 202
  server.clock.advance(10_000)
  await workOff(server)
  assert.equal(listening.deliveries.length, length + 1, 'it is told why; the rest is kept back')
  await receiver.send('POST', '/status', { stream_id: id, status: 'enabled' })
  await workOff(server)
  const told = await Promise.all(listening.deliveries.slice(length).map(({ body }) => receiver.verify(body, id)))
  assert.deepEqual(
    told.map((claims) => Object.keys(eventsOf(claims))[0]),
    [`${ssf}/stream-updated`, `${prov}:create:notice`],
  )
})

test('a client with the scope ssf.manage takes a short token and uses the issuer of the instance', async () => {
  const tenant = await server.createTenant('oauth')
  const { key: client, secret } = await tenant.createKey({ scopes: ['ssf.manage'], use: 'oauthClient' })
  const form = {
    grant_type: 'client_credentials',
    client_id: formatTypeId('key', client.id),
    client_secret: secret,
    scope: 'ssf.manage',
  }
  const buy = async (): Promise<string> => {
    const answer = await server.fetch('/oauth/token', { method: 'POST', body: new URLSearchParams(form) })
    return JSON.parse(await answer.text()).access_token
  }
  const token = await buy()
  const made = await server.fetch('/ssf/streams', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(made.status, 201)
  const stream = JSON.parse(await made.text())
  assert.equal(stream.iss, 'https://rollcall.test')
  assert.equal(stream.delivery.endpoint_url, `https://rollcall.test/ssf/poll/${stream.stream_id}`)
  const later = await server.fetch('/ssf/streams', { headers: { authorization: `Bearer ${await buy()}` } })
  assert.deepEqual(JSON.parse(await later.text()), [stream], 'the next token of the client has the same streams')
})

test('an asynchronous request is told to the stream of its connection, and what it changed under the same txn', async () => {
  const tenant = await server.createTenant('async')
  const { connection } = await tenant.createConnection({ settings: { asyncRequests: true } })
  const key = (await tenant.createKey({ connectionId: connection.id })).secret
  const receiver = await createReceiver(server, tenant)
  const requested = [`${scim}:misc:asyncresp`, `${prov}:create:notice`]
  const { stream_id: id } = (await receiver.send('POST', '/streams', { events_requested: requested })).body
  await server.database.query({ text: 'update event_streams set connection_id = $2 where organization_id = $1' }, [
    tenant.organization.id,
    connection.id,
  ])
  const accepted = await server.fetch('/scim/v2/Users', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', prefer: 'respond-async' },
    body: JSON.stringify(userOf('ada', { externalId: 'e1' })),
  })
  assert.equal(accepted.status, 202)
  await workOff(server)
  const told = await receiver.take(id)
  const txn = accepted.headers.get('set-txn')
  assert.deepEqual(
    told.map((claims) => [Object.keys(eventsOf(claims))[0], claims['txn']]),
    [
      [`${scim}:misc:asyncresp`, txn],
      [`${prov}:create:notice`, txn],
    ],
  )
  const subject = told[1]?.['sub_id'] as { readonly externalId?: string }
  assert.equal(subject.externalId, 'e1')
})

async function claimsOf(
  receiver: Awaited<ReturnType<typeof createReceiver>>,
  audience: string,
  sets: Readonly<Record<string, string>>,
) {
  const claims = []
  for (const token of Object.values(sets)) claims.push(await receiver.verify(token, audience))
  return claims
}
