import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { generateKeyPair, UnsecuredJWT } from 'jose'
import { createApplication } from '../../src/application.ts'
import { configOf } from '../../src/config.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { createOidcHarness, outbound, sessionOf } from './oidc-harness.ts'
import { forgerClient } from './openid-forger.ts'

const encryption = createEncryption([generateEncryptionKey()])
const harness = await createOidcHarness({ claims: { externalId: 'oid' } }, {}, { encryption })
const { forger, begin, comeBack, signIn, refusal, admin, api } = harness
const { issuer } = forger
after(() => harness[Symbol.asyncDispose]())
forger.userInfo = { sub: 'ann' }
const ann = { sub: 'ann', oid: 'oid-ann', email: 'ann@example.com', email_verified: true }
await harness.scim('POST', '/Users', {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'ann@example.com',
  externalId: 'oid-ann',
  active: true,
})
await admin.application.database.query({ text: `update users set state = 'active'` })

const seconds = (): number => Math.floor(admin.application.clock().getTime() / 1000)

test('CON-G9: a sign-in carries PKCE with S256, a state and a nonce, and the browser that began it comes in', async () => {
  const { location, state, nonce, cookie } = await begin('?next=/account&login_hint=ann')
  const query = location.searchParams
  assert.equal(location.origin + location.pathname, `${issuer}/authorize`)
  assert.equal(query.get('code_challenge_method'), 'S256')
  assert.equal(query.get('response_type'), 'code')
  assert.equal(query.get('scope'), 'openid profile email')
  assert.equal(query.get('login_hint'), 'ann')
  assert.equal(query.get('redirect_uri'), harness.provider.oidc.relyingParty.redirectUri)
  for (const value of [nonce, query.get('code_challenge') ?? '']) assert.match(value, /^[\w-]{43}$/)
  assert.match(state, /^[\w-]{72}(?:\.[\w-]+)?$/)
  forger.idToken = await forger.sign({ ...ann, nonce })
  const back = await comeBack({ state, code: 'c', iss: issuer }, cookie)
  assert.equal(back.status, 303, await back.text())
  assert.equal(back.headers.get('location'), 'https://rollcall.test/account')
  const account = await admin.application.fetch('/account', { headers: { cookie: sessionOf(back) } })
  assert.equal(account.status, 200)
  const sent = forger.asked.at(-1)
  assert.match(sent?.get('code_verifier') ?? '', /^[\w-]{43}$/)
  const { rows } = await admin.application.database.query<{ all: string }>({
    text: 'select r::text as all from oidc_requests r union all select t::text from oidc_id_tokens t',
  })
  for (const secret of [state, nonce, sent?.get('code_verifier') ?? '', forger.idToken])
    assert.ok(!JSON.stringify(rows).includes(secret))
})

test('CON-G9: an answer is taken once, by the browser that began, and while it is fresh', async () => {
  const { state, nonce, cookie } = await begin()
  forger.idToken = await forger.sign({ ...ann, nonce })
  const answer = { state, code: 'c', iss: issuer }
  assert.equal((await refusal(await comeBack(answer))).code, 'otherBrowser')
  const other = await begin()
  assert.equal((await refusal(await comeBack(answer, other.cookie))).code, 'otherBrowser')
  assert.equal((await comeBack(answer, cookie)).status, 303, 'nobody else could use it up')
  assert.equal((await refusal(await comeBack(answer, cookie))).code, 'unknownRequest')
  assert.equal((await refusal(await comeBack({ code: 'c', iss: issuer }, cookie))).code, 'malformed')
  assert.equal((await refusal(await comeBack({ ...answer, state: 'x' }, cookie))).code, 'unknownRequest')
  admin.application.clock.advance(601_000)
  const late = { state: other.state, code: 'c', iss: issuer }
  assert.equal((await refusal(await comeBack(late, other.cookie))).code, 'unknownRequest')
})

test('a refused answer is kept whatever it holds, characters that cannot be stored too', async () => {
  const { state, cookie } = await begin()
  const torn = `${'x'.repeat(299)}\u{1F600}`
  const sent = { state, iss: issuer, error: 'a\0b', error_description: torn, '\0': 'x' }
  const refused = await refusal(await comeBack(sent, cookie))
  assert.equal(refused.code, 'providerRefused')
})

test('CON-G9: any process takes the answer, whichever sent the browser away', async () => {
  const { database, clock } = admin.application
  const config = configOf({ ROLLCALL_PUBLIC_URL: 'https://rollcall.test', ...outbound })
  const second = createApplication({ config, database, clock, encryption })
  const { state, nonce, cookie } = await begin()
  forger.idToken = await forger.sign({ ...ann, nonce })
  const url = new URL(harness.provider.oidc.relyingParty.redirectUri)
  url.search = new URLSearchParams({ state, code: 'c', iss: issuer }).toString()
  const answers = [second, second, admin.application.application].map((process) =>
    process.fetch(new Request(url, { headers: { cookie } })),
  )
  const statuses = (await Promise.all(answers)).map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), [303, 403, 403])
  await second.close()
})

test('CON-G9: of two answers at once one comes in', async () => {
  const { state, nonce, cookie } = await begin()
  forger.idToken = await forger.sign({ ...ann, nonce })
  const both = await Promise.all([1, 2].map(() => comeBack({ state, code: 'c', iss: issuer }, cookie)))
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [303, 403])
})

test('CON-G9: an ID token that is not for this sign-in is refused with its code', async () => {
  const wrong: readonly (readonly [string, object])[] = [
    ['nonceMismatch', { nonce: 'of another sign-in' }],
    ['nonceMismatch', { nonce: undefined }],
    ['issuerMismatch', { iss: 'https://other.example' }],
    ['audienceMismatch', { aud: 'another client' }],
    ['audienceMismatch', { aud: [forgerClient.clientId, 'another client'] }],
    ['audienceMismatch', { aud: [forgerClient.clientId, 'another client'], azp: 'another client' }],
    ['audienceMismatch', { azp: 'another client' }],
    ['expired', { exp: seconds() - 61 }],
    ['expired', { nbf: seconds() + 120 }],
    ['malformed', { exp: undefined }],
    ['malformed', { sub: undefined }],
    ['noUserName', { email: undefined }],
  ]
  for (const [code, claims] of wrong) {
    forger.userInfo = { sub: 'ann' }
    const refused = await refusal(await signIn({ ...ann, ...claims }))
    assert.equal(refused.code, code, `${JSON.stringify(claims)}: ${refused.detail}`)
  }
  assert.equal((await signIn({ ...ann, exp: seconds() - 30 })).status, 303, 'clocks may differ a little')
})

test('CON-G9: a signature by nobody, by a shared secret or by another key is refused', async () => {
  const attempt = async (make: (nonce: string) => Promise<string> | string) => {
    const { state, nonce, cookie } = await begin()
    forger.idToken = await make(nonce)
    return (await refusal(await comeBack({ state, code: 'c', iss: issuer }, cookie))).code
  }
  const claimsOf = (nonce: string) => ({ ...ann, nonce, iss: issuer, aud: forgerClient.clientId })
  const unsecured = (nonce: string): string =>
    new UnsecuredJWT({ ...claimsOf(nonce), iat: seconds(), exp: seconds() + 300 }).encode()
  assert.equal(await attempt(unsecured), 'weakAlgorithm')
  const shared = (text: string) =>
    crypto.subtle.importKey('raw', new TextEncoder().encode(text), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  for (const secret of [JSON.stringify(forger.publicJwk), forgerClient.clientSecret]) {
    const key = await shared(secret)
    assert.equal(await attempt((nonce) => forger.sign(claimsOf(nonce), { key, alg: 'HS256' })), 'weakAlgorithm')
  }
  const { privateKey: strange } = await generateKeyPair('RS256')
  assert.equal(await attempt((nonce) => forger.sign(claimsOf(nonce), { key: strange })), 'signatureInvalid')
  const { privateKey: curve } = await generateKeyPair('ES256')
  assert.equal(await attempt((nonce) => forger.sign(claimsOf(nonce), { key: curve, alg: 'ES256' })), 'signatureInvalid')
  const bent = async (nonce: string): Promise<string> => {
    const [header, , signature] = (await forger.sign(claimsOf(nonce))).split('.')
    const payload = { ...claimsOf(nonce), iat: seconds(), exp: seconds() + 300, sub: 'root' }
    return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
  }
  assert.equal(await attempt(bent), 'signatureInvalid')
})

test('CON-G9: an answer of another issuer is refused before its code goes anywhere (RFC 9207, mix-up)', async () => {
  const before = forger.asked.length
  const { state, cookie } = await begin()
  const mixed = await refusal(await comeBack({ state, code: 'c', iss: 'https://evil.example' }, cookie))
  assert.equal(mixed.code, 'issuerMismatch')
  const again = await begin()
  const silent = await refusal(await comeBack({ state: again.state, code: 'c' }, again.cookie))
  assert.equal(silent.code, 'issuerMismatch', 'whoever says that he names himself must')
  const { body } = await api('POST', '/identity-providers', {
    type: 'oidc',
    name: 'second',
    oidc: { issuer, ...forgerClient },
  })
  const third = await begin()
  const answer = { state: third.state, code: 'c', iss: issuer }
  const elsewhere = await refusal(await comeBack(answer, third.cookie, body.oidc.relyingParty.redirectUri))
  assert.equal(elsewhere.code, 'unknownRequest', 'the state of one identity provider is none of another')
  assert.equal(forger.asked.length, before)
  await api('DELETE', `/identity-providers/${body.id}`)
})

test('another organization has no such identity provider, and a path of ours is the only place to go on to', async () => {
  const { id } = await admin.createOrganization('other')
  const foreign = harness.provider.oidc.relyingParty.signInUrl.replace(/org_\w+/, id)
  assert.equal((await admin.application.fetch(foreign)).status, 404)
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const back = await signIn(ann, `?next=${encodeURIComponent(next)}`)
    assert.equal(back.headers.get('location'), 'https://rollcall.test/', next)
    const target = await signIn(ann, `?target_link_uri=${encodeURIComponent(next)}`)
    assert.equal(target.headers.get('location'), 'https://rollcall.test/', next)
  }
  const target = encodeURIComponent('https://rollcall.test/account?x=1')
  const started = await signIn(ann, `?iss=${encodeURIComponent(issuer)}&target_link_uri=${target}`)
  assert.equal(started.headers.get('location'), 'https://rollcall.test/account?x=1')
  const strange = `${harness.provider.oidc.relyingParty.signInUrl}?iss=https://evil.example`
  assert.equal((await admin.application.fetch(strange)).status, 403)
})

test('what the identity provider itself refuses is told in the language of the browser, without its words on the page', async () => {
  const { state, cookie } = await begin()
  const url = new URL(harness.provider.oidc.relyingParty.redirectUri)
  const said = '<script>alert(1)</script>'
  url.search = new URLSearchParams({ state, error: 'access_denied', error_description: said, iss: issuer }).toString()
  const headers = { cookie, 'accept-language': 'ko' }
  const refused = await refusal(await admin.application.fetch(url.pathname + url.search, { headers }))
  assert.equal(refused.code, 'providerRefused')
  assert.match(refused.text, /ID 공급자가 로그인을 허용하지 않았습니다/)
  assert.ok(!refused.text.includes('script>'))
  assert.match(refused.detail, /access_denied/)
})

test('userinfo of somebody else is refused', async () => {
  forger.userInfo = { sub: 'bob', given_name: 'Bob' }
  assert.equal((await refusal(await signIn(ann))).code, 'subjectMismatch')
  forger.userInfo = { sub: 'ann' }
})
