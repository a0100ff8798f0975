import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { entraAudience, entraKeysUrl } from '../../src/access/entra-tokens.ts'
import { parseClientKeys } from '../../src/access/client-keys.ts'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createKey, findKey, revokeKey } from '../../src/access/keys.ts'
import { signingKeysPauseMs } from '../../src/access/signing-keys.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { createAdminHarness } from '../admin/admin-harness.ts'
import { testUrl } from '../harness/application.ts'
import {
  assertScimError,
  createTestProvisioning,
  scimInit,
  type ScimAnswer,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'

// Microsoft at the network's edge: what it publishes, and how often it was asked.
const microsoft = { keys: [] as JWK[], asked: [] as string[], isDown: false }
const fetchJson = async (url: string): Promise<unknown> => {
  microsoft.asked.push(url)
  if (microsoft.isDown) throw new Error('no route to host')
  return { keys: microsoft.keys }
}

const tenantId = '7b2c1f0e-5d3a-4c1b-9e8f-0a1b2c3d4e5f'
const otherTenant = '11111111-2222-4333-8444-555555555555'

let server: TestProvisioning
let acme: TestTenant
let signing: { readonly privateKey: CryptoKey; readonly kid: string }
before(async () => {
  server = await createTestProvisioning({ fetchJson })
  acme = await server.createTenant('acme')
  signing = await publish('first')
  await letIn(acme)
})
after(() => server.close())

async function publish(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  microsoft.keys.push({ ...(await exportJWK(publicKey)), kid, use: 'sig' })
  return { privateKey, kid }
}

function letIn(tenant: TestTenant, command: object = {}) {
  return tenant.createKey({ use: 'entra', tenantId, name: 'Entra', ...command })
}

const seconds = () => Math.floor(server.clock().getTime() / 1000)

type Wanted = {
  readonly issuer?: string
  readonly audience?: string
  readonly expires?: number
  readonly from?: number
  readonly key?: typeof signing
}

function sign({ issuer, audience, expires, from, key = signing }: Wanted = {}): Promise<string> {
  return new SignJWT({ appid: '00000014-0000-0000-c000-000000000000', tid: tenantId })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid })
    .setIssuer(issuer ?? `https://sts.windows.net/${tenantId}/`)
    .setAudience(audience ?? entraAudience)
    .setIssuedAt(seconds())
    .setNotBefore(from ?? seconds() - 300)
    .setExpirationTime(expires ?? seconds() + 3_600)
    .sign(key.privateKey)
}

const use = (token: string, path = '/o/acme/scim/v2/Users'): Promise<ScimAnswer> =>
  server.send(path, scimInit('GET', { key: token }))

test('AC-E19: a token that Entra signed for the tenant is let in; of another tenant, for another audience, unsigned, expired or forged it gets 401', async () => {
  const token = await sign()
  for (let times = 0; times < 2; times++) assert.equal((await use(token)).status, 200)
  assert.deepEqual(microsoft.asked, [entraKeysUrl], 'the keys are fetched once')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [header = '', payload = '', signature = ''] = token.split('.')
  const hmac = `${encode({ alg: 'HS256', typ: 'JWT', kid: 'first' })}.${payload}`
  const stranger = await generateKeyPair('RS256')
  const wrong: Readonly<Record<string, string>> = {
    'another tenant': await sign({ issuer: `https://sts.windows.net/${otherTenant}/` }),
    'another audience': await sign({ audience: 'https://graph.microsoft.com' }),
    expired: await sign({ expires: seconds() - 61 }),
    'not yet good': await sign({ from: seconds() + 61 }),
    'another issuer': await sign({ issuer: `https://login.example.com/${tenantId}/` }),
    'issuer without its slash': await sign({ issuer: `https://sts.windows.net/${tenantId}` }),
    unsigned: `${encode({ alg: 'none', typ: 'JWT', kid: 'first' })}.${payload}.`,
    'signed with the public key as a secret': `${hmac}.${createHmac('sha256', JSON.stringify(microsoft.keys[0])).update(hmac).digest('base64url')}`,
    'other claims under that signature': `${header}.${encode({ iss: `https://sts.windows.net/${tenantId}/`, aud: entraAudience, exp: seconds() + 9e5, nbf: 0 })}.${signature}`,
    'signed by somebody else': await sign({ key: { privateKey: stranger.privateKey, kid: 'first' } }),
    'cut off': token.slice(0, -4),
  }
  for (const [what, text] of Object.entries(wrong)) {
    const answer = await use(text)
    assert.equal(answer.status, 401, what)
    assertScimError(answer, 401)
  }
  server.clock.advance(3_600_000)
  assert.equal((await use(token)).status, 200, 'clocks may differ by a minute')
  server.clock.advance(60_001)
  assertScimError(await use(token), 401)
})

test('a token of Entra opens only the organization that lets its tenant in, and only where the address names it', async () => {
  await server.createTenant('other')
  const token = await sign()
  assertScimError(await use(token, '/o/other/scim/v2/Users'), 401)
  assertScimError(await use(token, '/o/nobody/scim/v2/Users'), 401)
  const unnamed = await use(token, '/scim/v2/Users')
  assertScimError(unnamed, 401)
  assert.match(unnamed.body.detail, /\/o\/<slug>\/scim\/v2/)
  const admin = await server.send('/api/v1/organizations/acme/keys', { headers: { authorization: `Bearer ${token}` } })
  assert.equal(admin.status, 401)
  assert.equal((await use(token, '/scim/v2/enterprises/acme/Users')).status, 200)
})

test('what came with a token of Entra stands under its registration, which can be revoked and made again', async () => {
  const globex = await server.createTenant('globex')
  const { connection } = await globex.createConnection({ name: 'Entra', profile: 'entra' })
  const { key, secret } = await letIn(globex, { connectionId: connection.id, serviceAccount: 'entra' })
  assert.deepEqual([secret, key.kind, key.hint, key.scopes], ['', 'ent', `tenant ${tenantId}`, ['scim']])
  const token = await sign()
  const path = '/o/globex/scim/v2/Users'
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'a' }
  assert.equal((await server.send(path, scimInit('POST', { key: token, body }))).status, 201)
  const { rows } = await server.database.query<{ actor: string; connection_id: string }>(
    { text: `select actor, connection_id from changes where organization_id = $1 and action = 'user.created'` },
    [globex.organization.id],
  )
  assert.deepEqual(rows, [{ actor: formatTypeId('key', key.id), connection_id: connection.id }])
  await assert.rejects(letIn(globex), { code: 'tenantTaken' })
  await revokeKey(server.database, server.call(), { organizationId: globex.organization.id, keyId: key.id })
  await sleep(keyCacheMs + 20)
  assertScimError(await use(token, path), 401)
  await letIn(globex)
  await sleep(keyCacheMs + 20)
  assert.equal((await use(token, path)).status, 200)
  await assert.rejects(letIn(globex, { scopes: ['admin:enterprise'] }), { code: 'invalidScope' })
  assert.ok((await findKey(server.database, globex.organization.id, key.id))?.revokedAt !== null)
})

test('new keys of Microsoft are fetched when a token names one, at most every five minutes; while Microsoft is away the known ones stay good', async () => {
  const second = await publish('second')
  const before = microsoft.asked.length
  const token = await sign({ key: second })
  assert.equal((await use(token)).status, 200)
  assert.equal(microsoft.asked.length, before + 1)
  for (let n = 0; n < 5; n++) assertScimError(await use(await sign({ key: { ...second, kid: `made-up-${n}` } })), 401)
  assert.equal(microsoft.asked.length, before + 1, 'made-up ids do not make us ask')
  microsoft.isDown = true
  server.clock.advance(25 * 3_600_000)
  assert.equal((await use(await sign({ key: second }))).status, 200)
  assert.equal(microsoft.asked.length, before + 2)
  microsoft.isDown = false
})

test('before Microsoft has answered once, tokens are neither taken nor refused: 503 with Retry-After', async () => {
  microsoft.isDown = true
  await using fresh = await createTestProvisioning({ fetchJson })
  const tenant = await fresh.createTenant('acme')
  await letIn(tenant)
  fresh.clock.set(server.clock())
  const ask = async (token: string) => fresh.send('/o/acme/scim/v2/Users', scimInit('GET', { key: token }))
  const token = await sign()
  const answer = await ask(token)
  assertScimError(answer, 503)
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  microsoft.isDown = false
  const asked = microsoft.asked.length
  assertScimError(await ask(token), 503)
  assert.equal(microsoft.asked.length, asked, 'Microsoft is not asked again at once')
  fresh.clock.advance(signingKeysPauseMs)
  assert.equal((await ask(token)).status, 200)
})

// RFC 7523

const form = 'application/x-www-form-urlencoded'
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const tokenPath = '/o/acme/oauth/token'
let counter = 0

async function createClient(algorithm: string, command: object = {}) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm)
  const jwks = parseClientKeys({ keys: [await exportJWK(publicKey)] })
  const { key } = await acme.createKey({ use: 'oauthClient', jwks, ...command })
  const clientId = formatTypeId('key', key.id)
  const assert7523 = (claims: object = {}, signer = privateKey) =>
    new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: testUrl + tokenPath,
      jti: `jti-${++counter}`,
      exp: seconds() + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: algorithm })
      .sign(signer)
  return { key, clientId, sign: assert7523 }
}

function ask(fields: Readonly<Record<string, string>>, path = tokenPath): Promise<ScimAnswer> {
  const body = new URLSearchParams(fields).toString()
  return server.send(path, { method: 'POST', headers: { 'content-type': form }, body })
}

const withAssertion = (assertion: string) => ({
  grant_type: 'client_credentials',
  client_assertion_type: assertionType,
  client_assertion: assertion,
})

test('a client with a registered public key signs in place of a secret (RFC 7523 §2.2), whatever its kind of key', async () => {
  for (const algorithm of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
    const client = await createClient(algorithm)
    const answer = await ask(withAssertion(await client.sign()))
    assert.equal(answer.status, 200, `${algorithm}: ${answer.text}`)
    assert.deepEqual([answer.body.token_type, answer.body.scope], ['Bearer', 'scim'])
    assert.equal((await use(answer.body.access_token, '/scim/v2/Users')).status, 200)
    const byIssuer = await ask(withAssertion(await client.sign({ aud: testUrl })))
    assert.equal(byIssuer.status, 200)
  }
})

test('an assertion is a grant too (RFC 7523 §2.1); a wrong one is invalid_grant', async () => {
  const client = await createClient('ES256')
  const grant = (assertion: string) => ask({ grant_type: jwtGrant, assertion, scope: 'scim' })
  assert.equal((await grant(await client.sign())).status, 200)
  const wrong = await grant(await client.sign({ exp: seconds() - 120 }))
  assert.deepEqual([wrong.status, wrong.body.error], [400, 'invalid_grant'])
  const missing = await ask({ grant_type: jwtGrant })
  assert.deepEqual([missing.status, missing.body.error], [400, 'invalid_request'])
})

test('an assertion that is used twice, not ours, not its client’s, too long, without id or forged buys nothing', async () => {
  const client = await createClient('RS256')
  const other = await createClient('RS256')
  const once = await client.sign()
  const race = await Promise.all([1, 2, 3].map(() => ask(withAssertion(once))))
  assert.deepEqual(race.map(({ status }) => status).toSorted(), [200, 401, 401])
  const stranger = await generateKeyPair('RS256')
  const wrong: Readonly<Record<string, string>> = {
    'used before': once,
    'for another server': await client.sign({ aud: 'https://elsewhere.example/token' }),
    'about somebody else': await client.sign({ sub: other.clientId }),
    'from another client': await client.sign({ iss: other.clientId, sub: other.clientId }),
    'too long': await client.sign({ exp: seconds() + 7_200 }),
    'without id': await client.sign({ jti: undefined }),
    'without end': await client.sign({ exp: undefined }),
    forged: await client.sign({}, stranger.privateKey),
    junk: 'a.b.c',
    'a secret': acme.key,
  }
  for (const [what, assertion] of Object.entries(wrong)) {
    const answer = await ask(withAssertion(assertion))
    assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'], what)
  }
  const plain = await ask(withAssertion(await client.sign({ aud: `${testUrl}/oauth/token` })), '/oauth/token')
  assert.deepEqual([plain.status, plain.body.error], [400, 'invalid_request'])
  const both = await ask({ ...withAssertion(await client.sign()), client_secret: 'x' })
  assert.deepEqual([both.status, both.body.error], [401, 'invalid_client'])
  await server.createTenant('elsewhere')
  const path = '/o/elsewhere/oauth/token'
  const foreign = await ask(withAssertion(await client.sign({ aud: testUrl + path })), path)
  assert.equal(foreign.status, 401)
  await revokeKey(server.database, server.call(), { organizationId: acme.organization.id, keyId: client.key.id })
  assert.equal((await ask(withAssertion(await client.sign()))).status, 401)
})

test('over the admin API a client that signs is made without a secret, from public keys only', async () => {
  await using admin = await createAdminHarness()
  await admin.createOrganization('acme')
  const path = '/api/v1/organizations/acme/keys'
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const keys = [await exportJWK(publicKey)]
  const make = (jwks: object, more: object = { use: 'oauthClient' }) =>
    admin.send('POST', path, { body: { scopes: ['scim'], jwks, ...more } })
  const made = await make({ keys })
  assert.deepEqual([made.status, made.body.key, made.body.kind, made.body.hint], [201, null, 'cli', 'public key'])
  assert.equal((await admin.send('POST', `${path}/${made.body.id}/rotate`, { body: {} })).status, 409)
  for (const wrong of [
    { keys: [] },
    { keys: [await exportJWK(privateKey)] },
    { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] },
    { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] },
    { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] },
    { keys: [...keys, ...keys] },
  ])
    assert.equal((await make(wrong)).status, 400, JSON.stringify(wrong))
  assert.equal((await make({ keys }, { use: 'bearer' })).status, 400)
  const entra = { scopes: ['scim'], use: 'entra', tenant: tenantId }
  const tenant = await admin.send('POST', path, { body: entra })
  assert.deepEqual([tenant.status, tenant.body.key, tenant.body.kind], [201, null, 'ent'])
  assert.equal((await admin.send('POST', path, { body: entra })).status, 409)
  assert.equal((await admin.send('POST', path, { body: { ...entra, tenant: undefined } })).status, 400)
  assert.equal((await admin.send('POST', path, { body: { ...entra, use: 'bearer' } })).status, 400)
})

test('a client with allowed networks gets no token from elsewhere', async () => {
  const { key, secret } = await createKey(server.database, server.call(), {
    organizationId: acme.organization.id,
    command: { scopes: ['scim'], use: 'oauthClient', allowedNetworks: ['192.0.2.0/24'] },
  })
  const client = { client_id: formatTypeId('key', key.id), client_secret: secret }
  const answer = await ask({ grant_type: 'client_credentials', ...client }, '/oauth/token')
  assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
})
