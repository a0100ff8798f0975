import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import type { IssuedKey } from '../../src/access/keys.ts'
import { listOktaRedirects } from '../../src/access/redirect-uris.ts'
import { provenMinutes } from '../../src/sign-in/prove.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { testUrl } from '../harness/application.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createSoftwareKey } from '../sign-in/software-key.ts'
import { createPerson, createVisitor, passkeyOptions, password } from '../sign-in/visitor.ts'

const [redirectUri = ''] = listOktaRedirects('acme_rollcall_1')

let server: TestProvisioning
let acme: TestTenant
let client: IssuedKey
let path = ''
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  client = await acme.createKey({ use: 'oauthClient', name: 'Okta', redirectUris: [redirectUri] })
  const query = {
    response_type: 'code',
    client_id: formatTypeId('key', client.key.id),
    redirect_uri: redirectUri,
    state: 's',
  }
  path = `/o/acme/oauth/authorize?${new URLSearchParams(query).toString()}`
})
after(() => server.close())

/** Somebody with a role, signed in with password and passkey. */
async function signIn(userName: string, role: string) {
  await createPerson(server, acme, { userName, role })
  const visitor = createVisitor(server)
  const fields = { name: userName, password }
  const page = await visitor.post(fields, '/o/acme/sign-in')
  const key = createSoftwareKey({ origin: testUrl, rpId: new URL(testUrl).hostname })
  await visitor.post({ act: 'addPasskey', name: 'Key', answer: key.create(passkeyOptions(page.html).create) })
  return { visitor, key }
}

/** The decision, as the browser of that session sends it. */
function decide(cookie: string, headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' }) {
  const body = new URLSearchParams(path.slice(path.indexOf('?')))
  body.set('decision', 'approve')
  return server.send('/o/acme/oauth/authorize', {
    method: 'POST',
    headers: {
      cookie: `__Host-rollcall_session=${cookie}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: body.toString(),
  })
}

test('whoever is signed in, may manage keys and was confirmed lately consents without a key', async () => {
  const stranger = await createVisitor(server).get(path)
  assert.match(stranger.html, /name="key"/)
  const signInHref = /href="https:\/\/rollcall\.test(\/o\/acme\/sign-in\?next=[^"]+)"/.exec(stranger.html)?.[1] ?? ''
  assert.equal(new URL(signInHref, testUrl).searchParams.get('next'), path)

  const { visitor, key } = await signIn('ann@example.com', 'owner')
  const page = await visitor.get(path)
  assert.match(page.html, /You are signed in and may manage the keys of acme/)
  assert.equal(page.headers.get('referrer-policy'), 'same-origin')
  const answer = await decide(visitor.cookie())
  assert.equal(answer.status, 303, answer.text)
  const location = new URL(answer.headers.get('location') ?? '')
  assert.equal(location.origin + location.pathname, redirectUri)
  const tokens = await server.send('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: formatTypeId('key', client.key.id),
      client_secret: client.secret,
      grant_type: 'authorization_code',
      code: location.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
    }).toString(),
  })
  assert.equal(tokens.status, 200, tokens.text)
  const text = `select actor from changes where action = 'key.consented'`
  assert.match((await server.database.query<{ actor: string }>({ text })).rows[0]?.actor ?? '', /^usr_/)

  // Another site's form, and a browser that was left open.
  assert.equal((await decide(visitor.cookie(), { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await decide(visitor.cookie(), { origin: 'https://evil.test' })).status, 403)
  server.clock.advance(provenMinutes * 60_000 + keyCacheMs)
  const late = await decide(visitor.cookie())
  assert.equal(late.status, 403)
  const confirmPath = /href="https:\/\/rollcall\.test(\/account\/confirm\?next=[^"]+)"/.exec(late.text)?.[1] ?? ''
  const confirm = await visitor.get(confirmPath)
  const { get } = passkeyOptions(confirm.html)
  const back = await visitor.post({ act: 'passkey', answer: key.get(get) })
  assert.equal(back.path, path)
  assert.equal((await decide(visitor.cookie())).status, 303)
})

test('a session without the permission, or of another organization, consents to nothing; a key still does', async () => {
  const { visitor } = await signIn('eve@example.com', 'auditor')
  assert.doesNotMatch((await visitor.get(path)).html, /You are signed in/)
  assert.equal((await decide(visitor.cookie())).status, 403)
  const other = await server.createTenant('other')
  await createPerson(server, other, { userName: 'zoe@example.com', role: 'owner' })
  const stranger = createVisitor(server)
  const page = await stranger.post({ name: 'zoe@example.com', password }, '/o/other/sign-in')
  const key = createSoftwareKey({ origin: testUrl, rpId: new URL(testUrl).hostname })
  await stranger.post({ act: 'addPasskey', name: 'Key', answer: key.create(passkeyOptions(page.html).create) })
  assert.equal((await stranger.get('/account')).status, 200)
  assert.equal((await decide(stranger.cookie())).status, 403)
})
