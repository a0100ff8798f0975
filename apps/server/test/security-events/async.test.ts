import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose'
import { formatTypeId } from '@rollcall/admin-api'
import { revokeKey } from '../../src/access/keys.ts'
import { createAsyncRequests } from '../../src/async-requests.ts'
import { takeAsyncRequest } from '../../src/events/async-requests.ts'
import { createTokenSigner } from '../../src/events/token-signer.ts'
import { createTestProvisioning, scimInit, type ScimAnswer, type TestProvisioning } from '../harness/provisioning.ts'

let server: TestProvisioning
before(async () => {
  server = await createTestProvisioning()
})
after(() => server.close())

const prefer = { prefer: 'respond-async' }
const asyncresp = 'urn:ietf:params:scim:event:misc:asyncresp'

test('TRAP-H6: Prefer: respond-async answers 202 without a body; the request is done behind it and its completion is told', async () => {
  const { tenant, key } = await createAsyncTenant('acme')
  const accepted = await tenant.send('POST', '/Users', userOf('ada'), { ...prefer, accept: 'text/html' })
  assert.equal(accepted.status, 202, accepted.text)
  assert.equal(accepted.text, '')
  assert.equal(accepted.headers.get('preference-applied'), 'respond-async')
  const txn = accepted.headers.get('set-txn') ?? ''
  assert.match(txn, /^[0-9a-f]{32}$/)
  assert.equal((await tenant.send('GET', '/Users')).body.totalResults, 0)
  const waiting = await readCompletion(accepted, key)
  assert.deepEqual([waiting.status, waiting.text, waiting.headers.get('retry-after')], [202, '', '1'])

  await workOff()
  const users = await tenant.send('GET', '/Users')
  assert.equal(users.body.totalResults, 1)
  const [ada] = users.body.Resources
  const told = await readCompletion(accepted, key)
  assert.equal(told.headers.get('content-type'), 'application/secevent+jwt')
  const claims = await verify(told.text, tenant)
  assert.deepEqual(
    [claims['txn'], claims['sub_id'], claims.sub],
    [txn, { format: 'scim', uri: `/Users/${ada?.id}` }, undefined],
  )
  assert.deepEqual(claims['events'], {
    [asyncresp]: { method: 'POST', version: ada?.meta.version, location: ada?.meta.location, status: '201' },
  })
  const config = JSON.parse((await tenant.send('GET', '/ServiceProviderConfig')).text)
  assert.deepEqual(config.securityEvents.asyncRequest, 'request')
  const again = await verify((await readCompletion(accepted, key)).text, tenant)
  assert.deepEqual([again.jti, again['txn']], [claims.jti, txn], 'read again it is the same event')
})

test('PUT, PATCH and DELETE are done in the order in which they came; a refusal is told with its SCIM error', async () => {
  const { tenant, key } = await createAsyncTenant('order')
  const { body: ada } = await tenant.send('POST', '/Users', userOf('ada'))
  const path = `/Users/${ada.id}`
  const answers = [
    await tenant.send('PUT', path, { ...userOf('ada'), displayName: 'One' }, prefer),
    await tenant.send('PATCH', path, patchOf({ op: 'replace', path: 'displayName', value: 'Two' }), prefer),
    await tenant.send('POST', '/Users', userOf('ada'), prefer),
    await tenant.send('DELETE', path, undefined, prefer),
    await tenant.send('DELETE', path, undefined, prefer),
  ]
  await workOff()
  const payloads = []
  for (const answer of answers) {
    const claims = await verify((await readCompletion(answer, key)).text, tenant)
    payloads.push(payloadOf(claims))
  }
  assert.deepEqual(
    payloads.map(({ method, status }) => `${method} ${status}`),
    ['PUT 200', 'PATCH 200', 'POST 409', 'DELETE 204', 'DELETE 404'],
  )
  const { response } = payloads[2] ?? {}
  assert.deepEqual(
    [response?.schemas, response?.status, response?.scimType],
    [['urn:ietf:params:scim:api:messages:2.0:Error'], '409', 'uniqueness'],
  )
})

test('a bulk request tells each operation by its place, also what was left undone after too many errors', async () => {
  const { tenant, key } = await createAsyncTenant('bulk')
  await tenant.send('POST', '/Users', userOf('taken'))
  const accepted = await tenant.send(
    'POST',
    '/Bulk',
    {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      failOnErrors: 1,
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: userOf('bob') },
        { method: 'POST', path: '/Groups', bulkId: 'g', data: groupOf('Team', 'bulkId:a') },
        { method: 'POST', path: '/Users', bulkId: 'b', data: userOf('taken') },
        { method: 'POST', path: '/Users', bulkId: 'c', data: userOf('never') },
      ],
    },
    prefer,
  )
  assert.equal(accepted.status, 202, accepted.text)
  await workOff()
  const { sets } = JSON.parse((await readCompletion(accepted, key)).text)
  const told = []
  for (const token of Object.values<string>(sets)) told.push(await verify(token, tenant))
  const txn = accepted.headers.get('set-txn')
  assert.deepEqual(
    told.map((claims) => [claims['txn'], payloadOf(claims).bulkId, payloadOf(claims).status]),
    [
      [`${txn}:0`, 'a', '201'],
      [`${txn}:1`, 'g', '201'],
      [`${txn}:2`, 'b', '409'],
      [`${txn}:3`, 'c', '412'],
    ],
  )
  assert.equal((await tenant.send('GET', '/Users')).body.totalResults, 2)
  const group = await tenant.send('GET', '/Groups')
  assert.equal(group.body.totalResults, 1)
  const one = await server.send(`${new URL(accepted.headers.get('location') ?? '').pathname}:1`, bearer(key))
  assert.equal((await verify(one.text, tenant))['txn'], `${txn}:1`)
})

test('a worker that dies in the middle loses nothing and does nothing twice', async () => {
  const { tenant, key } = await createAsyncTenant('crash')
  const accepted = await tenant.send('POST', '/Users', userOf('ada'), prefer)
  // The end of the request cannot be written: what it had done before goes with it.
  await server.database.query({
    text: `create function break_completion() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;`,
  })
  await server.database.query({
    text: 'create trigger broken before insert on async_completions for each row execute function break_completion()',
  })
  await workOff()
  assert.equal((await tenant.send('GET', '/Users')).body.totalResults, 0)
  assert.equal((await readCompletion(accepted, key)).status, 202)
  await server.database.query({ text: 'drop trigger broken on async_completions' })
  server.clock.advance(60_000)
  await Promise.all([workOff(), workOff(), workOff()])
  assert.equal((await tenant.send('GET', '/Users')).body.totalResults, 1)
  const { rows } = await server.database.query<{ count: number }>(
    { text: `select count(*) as count from changes where organization_id = $1 and action = 'user.created'` },
    [tenant.organizationId],
  )
  assert.equal(rows[0]?.count, 1)
})

test('a request that kills whoever works on it is begun six times, then given up and told, and the next one is done', async () => {
  const { tenant, key } = await createAsyncTenant('deadly')
  const deadly = await tenant.send('POST', '/Users', userOf('ada'), prefer)
  const next = await tenant.send('POST', '/Users', userOf('bob'), prefer)
  const { application, clock } = server
  for (let attempt = 1; attempt <= 6; attempt++) {
    // Taken, and never heard of again.
    assert.ok((await takeAsyncRequest(application.parts, clock())) !== undefined, `attempt ${attempt}`)
    clock.advance(11_000)
  }
  await workOff()
  assert.equal(payloadOf(await verify((await readCompletion(deadly, key)).text, tenant)).status, '500')
  assert.equal((await readCompletion(next, key)).status, 200)
  assert.deepEqual(
    (await tenant.send('GET', '/Users')).body.Resources.map(({ userName }) => userName),
    ['bob'],
  )
})

test('whoever lost the right before it is done is refused then; a password waits sealed', async () => {
  const { tenant, keyId } = await createAsyncTenant('revoked')
  const secret = 'correct horse battery staple'
  const accepted = await tenant.send('POST', '/Users', { ...userOf('ada'), password: secret }, prefer)
  assert.equal(accepted.status, 202)
  const { rows } = await server.database.query<{ body: string }>(
    { text: 'select body from async_requests where organization_id = $1' },
    [tenant.organizationId],
  )
  assert.ok(rows[0]?.body.startsWith('v1.') && !rows[0].body.includes(secret))
  await revokeKey(server.database, server.call(), { organizationId: tenant.organizationId, keyId })
  await workOff()
  const done = await server.database.query<{ body: string | null; payload: { status: string } }>(
    {
      text: `select r.body, c.payload from async_requests r join async_completions c
        on c.organization_id = r.organization_id and c.request_id = r.id where r.organization_id = $1`,
    },
    [tenant.organizationId],
  )
  assert.deepEqual(
    done.rows.map(({ body, payload }) => [body, payload.status]),
    [[null, '401']],
  )
})

test('where the setting is off the preference is ignored, and ServiceProviderConfig says what holds', async () => {
  const tenant = await server.createTenant('plain')
  const created = await tenant.scim('POST', '/Users', userOf('ada'), prefer)
  assert.deepEqual([created.status, created.headers.get('preference-applied')], [201, null])
  const config = JSON.parse((await tenant.scim('GET', '/ServiceProviderConfig')).text)
  assert.deepEqual(config.securityEvents.asyncRequest, 'none')
  assert.ok(!config.securityEvents.eventUris.includes(asyncresp))
  const on = await createAsyncTenant('said')
  const said = JSON.parse((await on.tenant.send('GET', '/ServiceProviderConfig')).text)
  assert.equal(said.securityEvents.asyncRequest, 'request')
  assert.ok(said.securityEvents.eventUris.includes(asyncresp))
})

test('what can never be done is refused at once; a client that waits is answered; another connection learns nothing', async () => {
  const { tenant, key } = await createAsyncTenant('at-once')
  assert.equal((await tenant.send('POST', '/Users', '{', prefer)).status, 400)
  assert.equal((await tenant.send('POST', '/Nowhere', {}, prefer)).status, 404)
  assert.equal(
    (await tenant.send('POST', '/Users', userOf('x'), { ...prefer, 'content-type': 'text/csv' })).status,
    415,
  )
  assert.equal((await tenant.send('POST', '/Users/.search', searchAll, prefer)).status, 200)
  const waited = await tenant.send('POST', '/Users', userOf('bea'), { prefer: 'respond-async, wait=5' })
  assert.equal(waited.status, 201)
  const accepted = await tenant.send('POST', '/Users', userOf('ada'), prefer)
  const other = await createAsyncTenant('stranger')
  const stranger = await readCompletion(accepted, other.key)
  assert.equal(stranger.status, 401)
  const unknown = await server.send('/o/at-once/async-requests/0123456789abcdef0123456789abcdef', bearer(key))
  assert.equal(unknown.status, 404)
})

const searchAll = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] }

type Payload = {
  readonly method: string
  readonly status: string
  readonly bulkId?: string
  readonly response?: { readonly schemas: readonly string[]; readonly status: string; readonly scimType?: string }
}

async function createAsyncTenant(slug: string) {
  const tenant = await server.createTenant(slug)
  const { connection } = await tenant.createConnection({ settings: { asyncRequests: true } })
  const issued = await tenant.createKey({ connectionId: connection.id })
  const send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) =>
    server.send(`/scim/v2${path}`, scimInit(method, { key: issued.secret, body, headers }))
  const own = { send, organizationId: tenant.organization.id, connectionId: connection.id }
  return { tenant: own, key: issued.secret, keyId: issued.key.id }
}

async function workOff(): Promise<void> {
  const worker = createAsyncRequests(server.application.parts)
  await worker.workOff(new AbortController().signal)
  await worker.close()
}

function readCompletion(accepted: ScimAnswer, key: string): Promise<ScimAnswer> {
  return server.send(new URL(accepted.headers.get('location') ?? '').pathname, bearer(key))
}

function bearer(key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}` } }
}

async function verify(
  token: string,
  tenant: { readonly organizationId: string; readonly connectionId: string },
): Promise<JWTPayload> {
  const keys = await createTokenSigner(server.application.parts).publishedKeys()
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys.keys] }), {
    algorithms: ['RS256'],
    issuer: `https://rollcall.test/ssf/${formatTypeId('org', tenant.organizationId)}`,
    audience: formatTypeId('con', tenant.connectionId),
    typ: 'secevent+jwt',
    currentDate: server.clock(),
  })
  return payload
}

function payloadOf(claims: JWTPayload): Payload {
  const events = claims['events'] as Readonly<Record<string, Payload>>
  const payload = events[asyncresp]
  assert.ok(payload !== undefined)
  return payload
}

function userOf(userName: string): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }
}

function groupOf(displayName: string, value: string): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members: [{ value }] }
}

function patchOf(operation: object): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }
}
