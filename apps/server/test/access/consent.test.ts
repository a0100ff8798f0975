import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { trimAccessTokens } from '../../src/access/access-tokens.ts'
import { codeSeconds } from '../../src/access/authorization-codes.ts'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { revokeKey, rotateKey, type IssuedKey } from '../../src/access/keys.ts'
import { listOktaRedirects, oktaHosts, parseRedirectUris } from '../../src/access/redirect-uris.ts'
import { formatTypeId } from '../../src/type-id.ts'
import {
  createTestProvisioning,
  scimInit,
  type ScimAnswer,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'

const redirectUri = 'https://system-admin.okta.com/admin/app/cpc/acme_rollcall_1/oauth/callback'
const form = 'application/x-www-form-urlencoded'

let server: TestProvisioning
let acme: TestTenant
let client: IssuedKey
let adminKey: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  client = await acme.createKey({
    use: 'oauthClient',
    name: 'Okta <b>',
    redirectUris: listOktaRedirects('acme_rollcall_1'),
  })
  adminKey = (await acme.createKey({ scopes: ['admin:enterprise'] })).secret
})
after(() => server.close())

const idOf = ({ key }: IssuedKey) => formatTypeId('key', key.id)
type Fields = Readonly<Record<string, string>>
const request = (more: Fields = {}): Fields => ({
  response_type: 'code',
  client_id: idOf(client),
  redirect_uri: redirectUri,
  state: 'x&y',
  ...more,
})

const show = (fields: Fields, slug = 'acme') =>
  server.send(`/o/${slug}/oauth/authorize?${new URLSearchParams(fields).toString()}`)
const post = (path: string, fields: Fields) =>
  server.send(path, {
    method: 'POST',
    headers: { 'content-type': form },
    body: new URLSearchParams(fields).toString(),
  })
const decide = (fields: Fields) => post('/o/acme/oauth/authorize', fields)
const approve = (fields: Fields, key = adminKey) => decide({ ...fields, decision: 'approve', key })
const buy = (fields: Fields, from = client) =>
  post('/oauth/token', { client_id: idOf(from), client_secret: from.secret, ...fields })
const use = async (key: string) => (await server.send('/scim/v2/Users', scimInit('GET', { key }))).status

function codeIn(answer: ScimAnswer): string {
  assert.equal(answer.status, 303, answer.text)
  const location = new URL(answer.headers.get('location') ?? '')
  assert.equal(location.origin + location.pathname, redirectUri)
  assert.equal(location.searchParams.get('state'), 'x&y')
  return location.searchParams.get('code') ?? ''
}

function errorIn(answer: ScimAnswer): string | null {
  assert.equal(answer.status, 303, answer.text)
  return new URL(answer.headers.get('location') ?? '').searchParams.get('error')
}

const grant = (code: string, more: Fields = {}): Fields => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  ...more,
})

test('AC-O18: an administrator consents on a page, the client fetches its tokens with the code, and new ones with the refresh token', async () => {
  const page = await show(request())
  assert.equal(page.status, 200)
  assert.match(page.text, /Okta &#60;b&#62;/)
  assert.match(page.text, /system-admin\.okta\.com/)
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /form-action 'self' https:\/\/system-admin\.okta\.com;/,
  )
  assert.equal(page.headers.get('cache-control'), 'no-store')
  const answer = await buy(grant(codeIn(await approve(request()))))
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual([answer.body.token_type, answer.body.expires_in, answer.body.scope], ['Bearer', 3600, 'scim'])
  assert.equal(await use(answer.body.access_token), 200)
  const refreshToken: string = JSON.parse(answer.text).refresh_token
  assert.match(refreshToken, /^rc_ref_/)
  assert.equal(await use(refreshToken), 401, 'a refresh token opens nothing by itself')
  server.clock.advance(3_600_000)
  assert.equal(await use(answer.body.access_token), 401)
  for (let times = 0; times < 2; times++) {
    const fresh = await buy({ grant_type: 'refresh_token', refresh_token: refreshToken })
    assert.equal(fresh.status, 200, fresh.text)
    assert.equal(await use(fresh.body.access_token), 200)
  }
  const { rows } = await server.database.query<{ actor: string }>({
    text: `select actor from changes where action = 'key.consented'`,
  })
  assert.match(rows[0]?.actor ?? '', /^key_/)
})

test('a code is good once, for its client, its address and its verifier, and for two minutes', async () => {
  const verifier = 'v'.repeat(64)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const pkce = request({ code_challenge: challenge, code_challenge_method: 'S256' })
  const code = codeIn(await approve(pkce))
  assert.equal((await buy(grant(code, { code_verifier: verifier }))).status, 200)
  const other = await acme.createKey({ use: 'oauthClient', redirectUris: [redirectUri] })
  const wrong: readonly (readonly [string, () => Promise<ScimAnswer>])[] = [
    ['used', () => buy(grant(code, { code_verifier: verifier }))],
    ['unknown', () => buy(grant('nonsense'))],
    ['without verifier', async () => buy(grant(codeIn(await approve(pkce))))],
    ['wrong verifier', async () => buy(grant(codeIn(await approve(pkce)), { code_verifier: 'w'.repeat(64) }))],
    [
      'verifier without challenge',
      async () => buy(grant(codeIn(await approve(request())), { code_verifier: verifier })),
    ],
    ['another client', async () => buy(grant(codeIn(await approve(request()))), other)],
    [
      'another address',
      async () => buy(grant(codeIn(await approve(request())), { redirect_uri: client.key.redirectUris?.[1] ?? '' })),
    ],
    ['too late', () => late()],
  ]
  const late = async () => {
    const old = codeIn(await approve(request()))
    server.clock.advance(codeSeconds * 1000)
    return buy(grant(old))
  }
  for (const [what, ask] of wrong) {
    const answer = await ask()
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant'], what)
  }
  const race = codeIn(await approve(request()))
  const both = await Promise.all([buy(grant(race)), buy(grant(race))])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 400])
})

test('an address that is not on the list, and a client that may not ask, are told on the page; nothing is sent anywhere', async () => {
  const plain = await acme.createKey({ use: 'oauthClient' })
  for (const fields of [
    request({ redirect_uri: 'https://evil.example/callback' }),
    request({ redirect_uri: `${redirectUri}/` }),
    request({ redirect_uri: '' }),
    request({ client_id: idOf(plain) }),
    request({ client_id: 'key_01h4zpwq00e008000000000000' }),
    request({ client_id: 'nonsense' }),
  ])
    for (const answer of [await show(fields), await approve(fields)]) {
      assert.equal(answer.status, 400, JSON.stringify(fields))
      assert.equal(answer.headers.get('location'), null)
    }
  await server.createTenant('other')
  assert.equal((await show(request(), 'other')).status, 400)
})

test('what else is wrong the client hears of, and so it does of a refusal', async () => {
  assert.equal(errorIn(await show(request({ response_type: 'token' }))), 'unsupported_response_type')
  assert.equal(errorIn(await show(request({ scope: 'organization:admin' }))), 'invalid_scope')
  const plain = request({ code_challenge: 'v'.repeat(43), code_challenge_method: 'plain' })
  assert.equal(errorIn(await show(plain)), 'invalid_request')
  assert.equal(errorIn(await decide({ ...request(), decision: 'deny' })), 'access_denied')
})

test('only somebody with a key that may manage keys of this organization consents; others see why not', async () => {
  const reader = (await acme.createKey({ scopes: ['keys:read'] })).secret
  const other = await server.createTenant('stranger')
  const foreign = (await other.createKey({ scopes: ['organization:admin'] })).secret
  for (const key of ['', 'nonsense', reader, foreign, acme.key]) {
    const answer = await approve(request(), key)
    assert.equal(answer.status, 403)
    assert.match(answer.text, /role="alert"/)
    if (key !== '') assert.ok(!answer.text.includes(key), 'the page does not repeat the key')
  }
})

test('a client that needs consent gets no token without, and one without addresses cannot use a code', async () => {
  const without = await buy({ grant_type: 'client_credentials' })
  assert.deepEqual([without.status, without.body.error], [400, 'unauthorized_client'])
  const plain = await acme.createKey({ use: 'oauthClient' })
  assert.equal((await buy(grant('x'), plain)).body.error, 'unauthorized_client')
})

test('with the client end its refresh tokens and access tokens; codes that are over are forgotten', async () => {
  const own = await acme.createKey({ use: 'oauthClient', redirectUris: [redirectUri] })
  const consent = () => approve({ ...request(), client_id: idOf(own) })
  const answer = await buy(grant(codeIn(await consent())), own)
  const refresh = { grant_type: 'refresh_token', refresh_token: String(JSON.parse(answer.text).refresh_token) }
  assert.equal((await buy(refresh, own)).status, 200)
  assert.equal((await buy(refresh)).body.error, 'invalid_grant', 'of another client')
  await consent()
  await revokeKey(server.database, server.call(), { organizationId: acme.organization.id, keyId: own.key.id })
  await sleep(keyCacheMs + 20)
  assert.equal((await buy(refresh, own)).status, 401)
  assert.equal(await use(answer.body.access_token), 401)
  server.clock.advance(codeSeconds * 1000 + 1)
  await trimAccessTokens(server.database, server.clock())
  const { rows } = await server.database.query({ text: 'select * from authorization_codes' })
  assert.deepEqual(rows, [])
})

test('the page speaks the language of its reader, and addresses are https without a fragment', async () => {
  const answer = await server.send(`/o/acme/oauth/authorize?${new URLSearchParams(request()).toString()}`, {
    headers: { 'accept-language': 'ja' },
  })
  assert.match(answer.text, /<html lang="ja">/)
  assert.match(answer.text, /許可する/)
  assert.equal(listOktaRedirects('x').length, oktaHosts.length)
  assert.deepEqual(parseRedirectUris(['http://127.0.0.1:8080/cb']), ['http://127.0.0.1:8080/cb'])
  for (const wrong of [
    'http://example.com/cb',
    'https://example.com/#x',
    'javascript:alert(1)',
    'https://a:b@c.d/',
    'x',
  ])
    assert.throws(() => parseRedirectUris([wrong]), { code: 'invalidRedirect' }, wrong)
  assert.throws(() => listOktaRedirects('../evil'), { code: 'invalidRedirect' })
})

test('nobody consents to more than a key that he makes could do', async () => {
  const { secret } = await acme.createKey({ scopes: ['keys:manage', 'people:read'] })
  const refused = await approve(request(), secret)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /asks for more than you, or the owner of this key, may do/)
  const reader = await acme.createKey({ use: 'oauthClient', scopes: ['people:read'], redirectUris: [redirectUri] })
  assert.match(codeIn(await approve(request({ client_id: idOf(reader) }), secret)), /./)
})

test('an access token ends with a client that was rotated, not an hour later', async () => {
  const mine = await acme.createKey({ use: 'oauthClient' })
  const { body } = await buy({ grant_type: 'client_credentials' }, mine)
  assert.equal(await use(body.access_token), 200)
  const request = { organizationId: acme.organization.id, keyId: mine.key.id, overlapSeconds: 60 }
  await rotateKey(server.database, server.call(), request)
  await sleep(keyCacheMs + 20)
  assert.equal(await use(body.access_token), 200)
  server.clock.advance(61_000)
  assert.equal(await use(body.access_token), 401)
})
