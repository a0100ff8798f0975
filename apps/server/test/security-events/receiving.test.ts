import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
import { pollTransmitters } from '../../src/sign-in/signals/poll-transmitters.ts'
import { createTransmitterKeys } from '../../src/sign-in/signals/transmitter-keys.ts'
import { readSession, startSession } from '../../src/sign-in/sessions.ts'
import { transaction } from '../../src/db/transaction.ts'
import type { TestProvisioning, TestTenant } from '../harness/provisioning.ts'
import { createSignalServer, startReceiver, userOf, type Delivery } from './signal-harness.ts'

const disabled = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'
const enabled = 'https://schemas.openid.net/secevent/risc/event-type/account-enabled'
const revoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification'

let server: TestProvisioning
let idp: Awaited<ReturnType<typeof startReceiver>>
let keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }
let published = ''
/** What the transmitter answers to polls. */
let poll: (delivery: Delivery) => object = () => ({ sets: {} })

before(async () => {
  server = await createSignalServer()
  keys = await generateKeyPair('RS256', { extractable: true })
  published = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' }] })
  idp = await startReceiver((delivery) => {
    if (delivery.url === '/keys') return { status: 200, body: published }
    if (delivery.url === '/.well-known/ssf-configuration')
      return { status: 200, body: JSON.stringify({ issuer: idp.url, jwks_uri: `${idp.url}/keys` }) }
    return { status: 200, body: JSON.stringify(poll(delivery)) }
  })
})
after(async () => {
  idp.close()
  await server.close()
})

test('CON-I13: account-disabled of a transmitter suspends the person here at once, and ends the sessions', async () => {
  const acme = await createScene('acme')
  const { secret } = await acme.signIn()
  assert.equal((await acme.push(await acme.event(disabled))).status, 202)
  assert.equal((await acme.read()).state, 'suspended')
  assert.equal(await readSession(server.database, secret, server.clock()), undefined)
  const [change] = await acme.changes('user.suspended')
  assert.deepEqual([change?.actor, change?.data.via], [acme.transmitter.id, 'signal'])
  const told = await acme.changes('transmitter.signal_received')
  assert.deepEqual([told.length, told[0]?.data.outcome], [1, 'suspended'])
  const signals = await acme.admin('GET', `/transmitters/${acme.transmitter.id}/signals`)
  assert.deepEqual([signals.body.data[0].outcome, signals.body.data[0].userId], ['suspended', acme.userId])
})

test('session-revoked ends sessions and leaves the person active; the subject may be named in several ways', async () => {
  const acme = await createScene('sessions')
  for (const subject of [
    { format: 'email', email: 'ADA@example.com' },
    { format: 'iss_sub', iss: idp.url, sub: 'ext-ada' },
    { format: 'scim', uri: `/Users/${acme.scimId}` },
    { format: 'opaque', id: acme.userId },
    { format: 'complex', user: { format: 'email', email: 'ada@example.com' }, session: { format: 'opaque', id: 'x' } },
    {
      format: 'aliases',
      identifiers: [
        { format: 'phone_number', phone_number: '+1' },
        { format: 'account', uri: 'acct:ada@example.com' },
      ],
    },
  ]) {
    const { secret } = await acme.signIn()
    const answer = await acme.push(await acme.event(revoked, { subject }))
    assert.equal(answer.status, 202)
    assert.equal(await readSession(server.database, secret, server.clock()), undefined, JSON.stringify(subject))
  }
  assert.equal((await acme.read()).state, 'active')
  const { secret } = await acme.signIn()
  const nobody = [
    { format: 'iss_sub', iss: 'https://other.example.com', sub: 'ext-ada' },
    { format: 'email', email: 'nobody@example.com' },
    { format: 'unknown' },
  ]
  for (const subject of nobody) assert.equal((await acme.push(await acme.event(revoked, { subject }))).status, 202)
  assert.notEqual(await readSession(server.database, secret, server.clock()), undefined)
})

test('a token that is not the transmitter’s, not for us, too old, of another kind or seen before changes nothing', async () => {
  const acme = await createScene('refused')
  const other = await generateKeyPair('RS256')
  const cases: readonly (readonly [string, Promise<string>])[] = [
    ['invalid_key', acme.event(disabled, { key: other.privateKey })],
    ['invalid_issuer', acme.event(disabled, { iss: 'https://evil.example.com' })],
    ['invalid_audience', acme.event(disabled, { aud: 'https://somebody.example.com' })],
    ['invalid_request', acme.event(disabled, { ageSeconds: 8 * 24 * 3_600 })],
    ['invalid_request', acme.event(disabled, { ageSeconds: -3_600 })],
    ['invalid_request', acme.event(disabled, { typ: 'JWT' })],
    ['invalid_request', acme.event(disabled, { more: { sub: 'ada' } })],
    ['invalid_request', acme.event(disabled, { more: { exp: 4_000_000_000 } })],
    ['invalid_request', acme.event(disabled, { more: { jti: '' } })],
    ['invalid_request', Promise.resolve('nonsense')],
    ['invalid_key', unsigned(acme)],
    ['invalid_key', hmac(acme)],
  ]
  for (const [err, token] of cases) {
    const answer = await acme.push(await token)
    assert.equal(answer.status, 400)
    assert.equal(JSON.parse(answer.text).err, err, answer.text)
    assert.equal((await acme.read()).state, 'active', err)
  }
  const plain = await acme.push(await acme.event(disabled), { 'content-type': 'application/json' })
  assert.equal(plain.status, 415)
  const elsewhere = await createScene('elsewhere')
  const wrong = await server.fetch(`/ssf/${elsewhere.organizationId}/receive/${acme.transmitter.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/secevent+jwt' },
    body: await acme.event(disabled),
  })
  assert.equal(wrong.status, 404)

  const once = await acme.event(disabled)
  assert.equal((await acme.push(once)).status, 202)
  assert.equal((await acme.read()).state, 'suspended')
  await acme.setActive(true)
  assert.equal((await acme.push(once)).status, 202, 'taken again without a word')
  assert.equal((await acme.read()).state, 'active', 'and not acted on twice')
})

test('a token that does not end is read no further than the limit, and answered 413 (RFC 8935 §2.3)', async () => {
  const acme = await createScene('endless')
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 65_536
      controller.enqueue(new Uint8Array(65_536))
      if (sent >= 16 * 1024 * 1024) controller.close()
    },
  })
  const headers = { 'content-type': 'application/secevent+jwt' }
  const init: RequestInit = { method: 'POST', headers, body, duplex: 'half' }
  assert.equal((await server.fetch(new URL(acme.transmitter.pushUrl).pathname, init)).status, 413)
  assert.ok(sent < 1024 * 1024, `${sent} bytes were read`)
})

test('account-enabled brings back whom the same transmitter had suspended, where it may, and nobody else', async () => {
  const acme = await createScene('enabled')
  await acme.push(await acme.event(disabled))
  await acme.push(await acme.event(enabled))
  assert.equal((await acme.read()).state, 'suspended', 'ignored at first')
  await acme.admin('PATCH', `/transmitters/${acme.transmitter.id}`, { onAccountEnabled: 'reactivate' })
  await acme.push(await acme.event(enabled))
  assert.equal((await acme.read()).state, 'active')
  await acme.setActive(false)
  await acme.push(await acme.event(enabled))
  assert.equal((await acme.read()).state, 'suspended', 'an administrator had suspended this time')
})

test('a transmitter is verified, may be told to end sessions only, and is refused when it is disabled', async () => {
  const acme = await createScene('settings')
  const path = `/transmitters/${acme.transmitter.id}`
  await acme.push(await acme.event(verification, { subject: { format: 'opaque', id: 'stream' } }))
  assert.notEqual((await acme.admin('GET', path)).body.verifiedAt, null)
  await acme.admin('PATCH', path, { onAccountDisabled: 'endSessions' })
  const { secret } = await acme.signIn()
  await acme.push(await acme.event(disabled))
  assert.equal((await acme.read()).state, 'active')
  assert.equal(await readSession(server.database, secret, server.clock()), undefined)
  await acme.admin('PATCH', path, { state: 'disabled' })
  assert.equal((await acme.push(await acme.event(disabled))).status, 404)
})

test('a transmitter is polled: good tokens are acknowledged, wrong ones answered with their error, each once', async () => {
  const acme = await createScene('polled')
  await acme.admin('PATCH', `/transmitters/${acme.transmitter.id}`, {
    pollUrl: `${idp.url}/poll`,
    authorizationHeader: 'Bearer poll-secret',
  })
  const good = await acme.event(disabled)
  const wrong = await acme.event(disabled, { aud: 'somebody else' })
  let asked = 0
  poll = () => (asked++ === 0 ? { sets: { good, wrong }, moreAvailable: false } : { sets: {} })
  const from = idp.deliveries.length
  server.clock.advance(1_000)
  const parts = { ...server.application.parts, keys: createTransmitterKeys(server.application.parts) }
  await pollTransmitters(parts, new AbortController().signal)
  assert.equal((await acme.read()).state, 'suspended')
  const polls = idp.deliveries.slice(from).filter(({ url }) => url === '/poll')
  assert.ok(polls.every(({ headers }) => headers['authorization'] === 'Bearer poll-secret'))
  const [first, second] = polls.map(({ body }) => JSON.parse(body))
  assert.deepEqual([first.ack, first.returnImmediately], [[], true])
  assert.deepEqual([second.ack, second.setErrs.wrong.err], [['good'], 'invalid_audience'])
  await pollTransmitters(parts, new AbortController().signal)
  assert.equal(idp.deliveries.filter(({ url }) => url === '/poll').length, 2, 'not before its time')
})

test('AC-O31: a signed request for universal logout ends the sessions of a person and the tokens that others hold', async () => {
  const acme = await createScene('logout')
  const first = await acme.signIn()
  const second = await acme.signIn()
  const client = await acme.tenant.createKey({ scopes: ['organization:read'], userId: acme.userUuid })
  await server.database.query(
    {
      text: `insert into keys (organization_id, id, kind, name, hash, hint, scopes, user_id, parent_id, created_by, created_at)
        select organization_id, gen_random_uuid(), k.kind, 'token', decode(md5(random()::text), 'hex'), '', scopes, user_id, id, 'test', created_at
        from keys, (values ('tok'), ('ref')) k (kind) where id = $1`,
    },
    [client.key.id],
  )
  const token = await acme.request()
  const bye = await acme.logout(token, { sub_id: { format: 'email', email: 'ada@example.com' } })
  assert.equal(bye.status, 204, await bye.text())
  for (const { secret } of [first, second])
    assert.equal(await readSession(server.database, secret, server.clock()), undefined)
  const { rows } = await server.database.query<{ kind: string; revoked: boolean }>(
    { text: 'select kind, revoked_at is not null as revoked from keys where user_id = $1 order by kind' },
    [acme.userUuid],
  )
  assert.deepEqual(
    rows.map(({ kind, revoked: isRevoked }) => [kind, isRevoked]),
    [
      ['adm', false],
      ['ref', true],
      ['tok', true],
    ],
  )
  assert.equal((await acme.read()).state, 'active')

  const again = await acme.logout(token, { sub_id: { format: 'email', email: 'ada@example.com' } })
  assert.equal(again.status, 401, 'a request is good for once')
  const bySub = { subject: { format: 'iss_sub', iss: idp.url, sub: 'ext-ada' } }
  assert.equal((await acme.logout(await acme.request(), bySub)).status, 204)
  const stranger = { sub_id: { format: 'email', email: 'nobody@example.com' } }
  assert.equal((await acme.logout(await acme.request(), stranger)).status, 404)
  assert.equal((await acme.logout(await acme.request(), {})).status, 400)
  assert.equal((await acme.logout(undefined, bySub)).status, 401)
  const { secret } = await acme.signIn()
  for (const wrong of [
    { aud: 'https://other.example.com' },
    { iss: 'https://evil.example.com' },
    { typ: 'JWT' },
    { exp: -60_000 },
  ])
    assert.equal((await acme.logout(await acme.request(wrong), bySub)).status, 401, JSON.stringify(wrong))
  assert.notEqual(await readSession(server.database, secret, server.clock()), undefined)
})

test('a built-in account is not suspended by a signal, but its sessions end', async () => {
  const acme = await createScene('owner')
  await server.database.query({ text: 'update users set is_built_in = true where organization_id = $1 and id = $2' }, [
    acme.tenant.organization.id,
    acme.userUuid,
  ])
  const { secret } = await acme.signIn()
  await acme.push(await acme.event(disabled))
  assert.equal((await acme.read()).state, 'active')
  assert.equal(await readSession(server.database, secret, server.clock()), undefined)
  const signals = await acme.admin('GET', `/transmitters/${acme.transmitter.id}/signals`)
  assert.equal(signals.body.data[0].outcome, 'builtInAccount')
})

test('beyond the threshold of the mass-change guard sessions end, and the suspension waits until somebody decides', async () => {
  const acme = await createScene('guarded')
  const guard = { peopleMin: 0, countMin: 1, percent: 0 }
  const { body: connections } = await acme.admin('GET', '/connections')
  await acme.admin('PATCH', `/connections/${connections.data[0].id}`, { settings: { guard } })
  await acme.tenant.scim('POST', '/Users', userOf('bob@example.com'))
  await acme.push(await acme.event(disabled, { subject: { format: 'email', email: 'bob@example.com' } }))
  const { secret } = await acme.signIn()
  assert.equal((await acme.push(await acme.event(disabled))).status, 202)
  assert.equal((await acme.read()).state, 'active')
  assert.equal(await readSession(server.database, secret, server.clock()), undefined)
  const signals = await acme.admin('GET', `/transmitters/${acme.transmitter.id}/signals`)
  assert.deepEqual(signals.body.data.map(({ outcome }: { outcome: string }) => outcome).toSorted(), [
    'held',
    'suspended',
  ])
  const holds = await acme.admin('GET', '/holds')
  assert.equal(holds.body.data.length, 1)
  await acme.admin('POST', `/holds/${holds.body.data[0].id}/approve`, {})
  assert.equal((await acme.read()).state, 'suspended')
})

type EventOptions = {
  readonly subject?: object
  readonly key?: CryptoKey
  readonly iss?: string
  readonly aud?: string
  readonly typ?: string
  readonly ageSeconds?: number
  readonly more?: object
}

let counter = 0

/** An organization with a person from a connection, and a transmitter that is listened to. */
async function createScene(slug: string) {
  const tenant: TestTenant = await server.createTenant(slug)
  const key = (await tenant.createKey({ scopes: ['admin:enterprise'] })).secret
  const organizationId = formatTypeId('org', tenant.organization.id)
  const admin = async (method: string, path: string, body?: object) => {
    const response = await server.fetch(`/api/v1/organizations/${slug}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    // Tests look into answers freely.
    const json: any = text === '' ? undefined : JSON.parse(text) // oxlint-disable-line typescript/no-explicit-any -- see above
    return { status: response.status, body: json }
  }
  const made = await admin('POST', '/transmitters', { issuer: idp.url })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const transmitter = made.body
  const emails = [{ value: 'ada@example.com', primary: true }]
  const { body: ada } = await tenant.scim('POST', '/Users', userOf('ada', { externalId: 'ext-ada', emails }))
  const people = await admin('GET', '/people')
  const userId: string = people.body.data[0].id
  const userUuid = parseTypeId('usr', userId) ?? ''
  await admin('POST', `/people/${userId}/activate`, {})
  const event = (uri: string, options: EventOptions = {}): Promise<string> => {
    const { subject = { format: 'email', email: 'ada@example.com' }, key: signing = keys.privateKey } = options
    const iat = Math.floor(server.clock().getTime() / 1000) - (options.ageSeconds ?? 0)
    return new SignJWT({
      iss: options.iss ?? idp.url,
      aud: options.aud ?? transmitter.pushUrl,
      jti: `jti-${counter++}`,
      iat,
      sub_id: subject,
      events: { [uri]: {} },
      ...options.more,
    })
      .setProtectedHeader({ alg: 'RS256', typ: options.typ ?? 'secevent+jwt', kid: 'one' })
      .sign(signing)
  }
  const request = (options: { aud?: string; iss?: string; typ?: string; exp?: number } = {}): Promise<string> => {
    const iat = Math.floor(server.clock().getTime() / 1000)
    return new SignJWT({
      iss: options.iss ?? idp.url,
      sub: options.iss ?? idp.url,
      aud: options.aud ?? transmitter.revocationUrl,
      jti: `jti-${counter++}`,
      iat,
      exp: iat + (options.exp ?? 300),
    })
      .setProtectedHeader({ alg: 'RS256', typ: options.typ ?? 'global-token-revocation+jwt', kid: 'one' })
      .sign(keys.privateKey)
  }
  const push = async (token: string, headers: Record<string, string> = {}) => {
    const response = await server.fetch(new URL(transmitter.pushUrl).pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt', ...headers },
      body: token,
    })
    return { status: response.status, text: await response.text() }
  }
  return {
    tenant,
    organizationId,
    admin,
    transmitter,
    userId,
    userUuid,
    scimId: ada.id,
    event,
    request,
    push,
    logout: (token: string | undefined, body: object) =>
      server.fetch(new URL(transmitter.revocationUrl).pathname, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      }),
    read: async () => (await admin('GET', `/people/${userId}`)).body,
    setActive: async (active: boolean) => {
      const operation = { op: 'replace', path: 'active', value: active }
      const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }
      assert.equal((await tenant.scim('PATCH', `/Users/${ada.id}`, body)).status, 200)
    },
    signIn: () =>
      transaction(server.database, (tx) =>
        startSession(tx, {
          organizationId: tenant.organization.id,
          userId: userUuid,
          method: 'password',
          factors: ['password'],
          now: server.clock(),
          ip: undefined,
          userAgent: undefined,
        }),
      ),
    changes: async (action: string) => {
      const { rows } = await server.database.query<{ actor: string; data: Readonly<Record<string, unknown>> }>(
        { text: 'select actor, data from changes where organization_id = $1 and action = $2 order by position' },
        [tenant.organization.id, action],
      )
      return rows
    },
  }
}

type Scene = Awaited<ReturnType<typeof createScene>>

async function unsigned(scene: Scene): Promise<string> {
  const [, payload] = (await scene.event(disabled)).split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'secevent+jwt' })).toString('base64url')
  return `${header}.${payload}.`
}

/** Signed with the published key as if it were a shared secret. */
async function hmac(scene: Scene): Promise<string> {
  const [, payload = ''] = (await scene.event(disabled)).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'secevent+jwt', kid: 'one' })
    .sign(new TextEncoder().encode(published))
}
