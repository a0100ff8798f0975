import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createOidcHarness, sessionOf } from './oidc-harness.ts'
import type { Claims } from './openid-forger.ts'

const harness = await createOidcHarness({ claims: { externalId: 'oid', groups: 'groups' } })
const { forger, signIn, refusal, admin, api, scim, provider } = harness
after(() => harness[Symbol.asyncDispose]())
const path = `/identity-providers/${provider.id}`

const verified = { email_verified: true }

async function addPerson(userName: string, more: object = {}): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const { status, body } = await scim('POST', '/Users', { schemas, userName, active: true, ...more })
  assert.equal(status, 201, JSON.stringify(body))
  // Whoever comes by the identity provider of the organization needs no invitation; here everybody has accepted one.
  await admin.application.database.query({ text: `update users set state = 'active' where state = 'pending'` })
  return body.id
}

/** ID tokens hold all there is, so that nobody asks for more. */
async function comeIn(claims: Claims) {
  forger.userInfo = { sub: claims['sub'] }
  return signIn(claims)
}

async function whoIs(response: Response): Promise<{ readonly status: number; readonly text: string }> {
  const account = await admin.application.fetch('/account', { headers: { cookie: sessionOf(response) } })
  return { status: account.status, text: await account.text() }
}

test('the external id says who it is, before the user name; names and mail become those of the claims', async () => {
  const id = await addPerson('ann@example.com', { externalId: 'oid-ann', name: { givenName: 'Anna' } })
  await addPerson('ann.new@example.com')
  const back = await comeIn({
    sub: 's-ann',
    oid: 'oid-ann',
    email: 'ann.new@example.com',
    ...verified,
    given_name: 'Ann',
    family_name: 'Lee',
    name: 'Ann Lee',
  })
  assert.equal(back.status, 303, await back.text())
  assert.match((await whoIs(back)).text, /ann@example\.com at acme/)
  const { body } = await scim('GET', `/Users/${id}`)
  assert.deepEqual([body.name.givenName, body.name.familyName, body.displayName], ['Ann', 'Lee', 'Ann Lee'])
  assert.deepEqual(
    body.emails.map(({ value }: { value: string }) => value),
    ['ann.new@example.com'],
  )
})

test('a mail address that is not verified links nobody, and makes nobody', async () => {
  await addPerson('bea@example.com')
  for (const claims of [{ email_verified: false }, { email_verified: 'false' }, {}]) {
    const refused = await refusal(await comeIn({ sub: 's-bea', email: 'bea@example.com', ...claims }))
    assert.equal(refused.code, 'emailNotVerified')
    assert.match(refused.text, /has not verified your mail address/)
  }
  assert.equal((await comeIn({ sub: 's-bea', email: 'bea@example.com', ...verified })).status, 303)
  const known = await comeIn({ sub: 's-bea', email: 'bea@example.com', email_verified: false })
  assert.equal(known.status, 303, 'once linked, the subject says who it is')
  await api('PATCH', path, { oidc: { claims: { userName: 'preferred_username' } } })
  const denied = { preferred_username: 'bea@example.com', email: 'Bea@example.com', email_verified: false }
  assert.equal((await refusal(await comeIn({ sub: 's-mallory', ...denied }))).code, 'emailNotVerified')
  await addPerson('kim@example.com', { externalId: 'bea@example.com' })
  await api('PATCH', path, { oidc: { claims: { externalId: 'email', userName: 'preferred_username' } } })
  const byId = { sub: 's-eve', preferred_username: 'eve', email: 'bea@example.com' }
  assert.equal((await refusal(await comeIn(byId))).code, 'noAccount', 'an external id that is an address, neither')
  await api('PATCH', path, { oidc: { claims: { externalId: 'oid', groups: 'groups' } } })
})

test('nobody here by that name: what was compared stands on the page; no account is made while SCIM is on', async () => {
  const changed = await api('PATCH', path, { oidc: { justInTime: { enabled: true } } })
  assert.equal(changed.body.oidc.settings.justInTime.works, false)
  const refused = await refusal(await comeIn({ sub: 's-x', oid: 'oid-x', email: 'x@example.com', ...verified }))
  assert.equal(refused.code, 'noAccount')
  for (const part of ['oid-x', 'externalId', 'x@example.com', 'userName']) assert.ok(refused.text.includes(part), part)
  assert.match(refused.detail, /SCIM is on/)
  const id = /sif_\w+/.exec(refused.text)?.[0] ?? ''
  const { exchange } = (await api('GET', `/sign-in-failures/${id}`)).body
  const { values } = exchange.claims.find(({ name }: { name: string }) => name === 'email')
  assert.deepEqual(values, ['x…@example.com'], 'what is kept of people is a letter and the domain')
  await api('PATCH', path, { oidc: { justInTime: { enabled: false } } })
})

test('a suspended person, a method that is switched off and a disabled identity provider stay outside', async () => {
  const id = await addPerson('cy@example.com')
  const cy = { sub: 's-cy', email: 'cy@example.com', ...verified }
  const inside = await comeIn(cy)
  assert.equal((await whoIs(inside)).status, 200)
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const setActive = (value: boolean) =>
    scim('PATCH', `/Users/${id}`, { schemas, Operations: [{ op: 'replace', path: 'active', value }] })
  await setActive(false)
  assert.equal((await whoIs(inside)).status, 303, 'the session has ended')
  assert.equal((await refusal(await comeIn(cy))).code, 'suspended')
  await setActive(true)
  await api('PATCH', '', { settings: { signIn: { methods: { oidc: false } } } })
  assert.equal((await refusal(await comeIn(cy))).code, 'methodOff')
  await api('PATCH', '', { settings: { signIn: { methods: { oidc: true } } } })
  await api('PATCH', path, { state: 'disabled' })
  assert.equal((await admin.application.fetch(provider.oidc.relyingParty.signInUrl)).status, 403)
  await api('PATCH', path, { state: 'enabled' })
  assert.equal((await comeIn(cy)).status, 303)
})

test('what the ID token lacks is asked at the userinfo endpoint, once and only then', async () => {
  await addPerson('di@example.com')
  forger.userInfo = { sub: 's-di', email: 'di@example.com', ...verified, family_name: 'Doe' }
  const back = await signIn({ sub: 's-di' })
  assert.equal(back.status, 303, await back.text())
  await api('PATCH', path, { oidc: { userInfo: 'never' } })
  assert.equal((await refusal(await signIn({ sub: 's-di' }))).code, 'noUserName')
  await api('PATCH', path, { oidc: { userInfo: 'auto' } })
})

test('a logout token ends the sessions that it names, once; anything else is refused', async () => {
  await addPerson('ed@example.com')
  const ed = { sub: 's-ed', email: 'ed@example.com', ...verified }
  const first = await comeIn({ ...ed, sid: 'one' })
  const second = await comeIn({ ...ed, sid: 'two' })
  const event = 'http://schemas.openid.net/event/backchannel-logout'
  const events = { [event]: {} }
  const post = (token: string) =>
    admin.application.fetch(provider.oidc.relyingParty.backChannelLogoutUri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }).toString(),
    })
  const typ = 'logout+jwt'
  const good = { jti: 'a', events, sid: 'one', sub: 's-ed' }
  const wrong: readonly (readonly [string, Claims, object?])[] = [
    ['malformed', { ...good, nonce: 'n' }],
    ['malformed', { ...good, events: {} }],
    ['malformed', { jti: 'a', events }],
    ['malformed', { ...good, jti: undefined }],
    ['malformed', good, { typ: 'at+jwt' }],
    ['issuerMismatch', { ...good, iss: 'https://other.example' }],
    ['audienceMismatch', { ...good, aud: 'another' }],
    ['expired', { ...good, exp: 1 }],
  ]
  for (const [code, claims, options] of wrong) {
    const answer = await post(await forger.sign(claims, { typ, ...options }))
    assert.equal(answer.status, 400)
    const body: { error_description: string } = JSON.parse(await answer.text())
    assert.match(body.error_description, new RegExp(`^${code}:`), JSON.stringify(claims))
  }
  assert.equal((await post('x.y.z')).status, 400)
  assert.equal((await whoIs(first)).status, 200)
  const token = await forger.sign(good, { typ })
  assert.equal((await post(token)).status, 200)
  assert.equal((await whoIs(first)).status, 303)
  assert.equal((await whoIs(second)).status, 200, 'sid names one session')
  assert.equal((await post(token)).status, 400, 'a logout token is good once')
  assert.equal((await post(await forger.sign({ jti: 'b', events, sub: 's-ed' }, { typ }))).status, 200)
  assert.equal((await whoIs(second)).status, 303, 'sub names all of the person')
})

test('whoever signs out here is led to the sign-out of the identity provider, and back', async () => {
  await addPerson('flo@example.com')
  const back = await comeIn({ sub: 's-flo', email: 'flo@example.com', ...verified })
  const idToken = forger.idToken
  const left = await admin.application.fetch('/sign-out', {
    method: 'POST',
    headers: {
      cookie: sessionOf(back),
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: '',
  })
  assert.equal(left.status, 200, await left.clone().text())
  const href = /href="(https:\/\/rollcall\.test\/oidc\/[^"]+)"/.exec(await left.text())?.[1] ?? ''
  assert.equal(left.headers.get('refresh'), `0;url=${href}`)
  const cookie = left.headers.getSetCookie().find((text) => text.startsWith('__Host-rollcall_oidc='))
  const headers = { cookie: cookie?.split(';', 1)[0] ?? '' }
  const strange = await admin.application.fetch(href)
  assert.equal(strange.status, 403, 'only the browser that signed out')
  const gone = await admin.application.fetch(href, { headers })
  const there = new URL(gone.headers.get('location') ?? '')
  assert.equal(there.origin + there.pathname, `${forger.issuer}/end`)
  assert.equal(there.searchParams.get('id_token_hint'), idToken)
  const { postLogoutRedirectUri } = provider.oidc.relyingParty
  assert.equal(there.searchParams.get('post_logout_redirect_uri'), postLogoutRedirectUri)
  const state = there.searchParams.get('state') ?? ''
  const returned = await admin.application.fetch(`${postLogoutRedirectUri}?state=${state}`, { headers })
  assert.equal(returned.status, 200)
  assert.match(await returned.text(), /at your identity provider/)
})

test('claims with characters that cannot be stored do not break the sign-in', async () => {
  const id = await addPerson('ned@example.com')
  const ned = { sub: 's-ned', email: 'ned@example.com', ...verified }
  const back = await comeIn({ ...ned, name: 'N\0ed', sid: 's\0', groups: ['a\0b', '\ud800'], 'odd\0claim': 'x' })
  assert.equal(back.status, 303, await back.text())
  assert.equal((await scim('GET', `/Users/${id}`)).body.displayName, 'N\ufffded')
})

test('groups of a claim give roles and teams; a person in too many groups to name keeps what he has', async () => {
  await addPerson('hal@example.com')
  const hal = { sub: 's-hal', email: 'hal@example.com', ...verified }
  const team = await api('POST', '/teams', { name: 'Builders', handle: 'builders' })
  assert.equal(team.status, 201, JSON.stringify(team.body))
  const mappings = await api('PATCH', `${path}/mappings`, {
    roles: { enabled: true, mappings: [{ attribute: 'groups', value: 'admins', role: 'admin' }] },
    teams: { enabled: true, mappings: [{ attribute: 'realm.roles', value: 'build', team: team.body.id }] },
  })
  assert.equal(mappings.status, 200, JSON.stringify(mappings.body))
  const back = await comeIn({ ...hal, groups: ['staff', 'admins'], realm: { roles: ['build'] } })
  assert.equal(back.status, 303, await back.text())
  const whoami = await admin.application.fetch('/api/v1/session', { headers: { cookie: sessionOf(back) } })
  const session: { user: { id: string } } = JSON.parse(await whoami.text())
  const members = await api('GET', `/teams/${team.body.id}/members`)
  assert.ok(JSON.stringify(members.body).includes(session.user.id), JSON.stringify(members.body))
  const many = { ...hal, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph' } } }
  assert.equal((await refusal(await comeIn(many))).code, 'tooManyGroups')
  assert.equal((await whoIs(back)).status, 200, 'nothing was taken away')
  assert.equal((await refusal(await comeIn({ ...hal, groups: ['staff'] }))).code, 'noRole')
  assert.equal((await whoIs(back)).status, 303, 'without a role nobody stays')
  await api('PATCH', `${path}/mappings`, { roles: { enabled: false }, teams: { enabled: false } })
})

test('with a key of ours there is no secret: the assertion is signed, and our key is public', async () => {
  await addPerson('gus@example.com')
  await api('PATCH', path, { oidc: { authentication: 'private_key_jwt' } })
  assert.equal((await comeIn({ sub: 's-gus', email: 'gus@example.com', ...verified })).status, 303)
  const sent = forger.asked.at(-1)
  assert.equal(sent?.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  const keys = await admin.application.fetch(provider.oidc.relyingParty.jwksUri)
  const { createLocalJWKSet, jwtVerify } = await import('jose')
  const set: Parameters<typeof createLocalJWKSet>[0] = JSON.parse(await keys.text())
  assert.ok(!('d' in (set.keys[0] ?? {})), 'only its public half')
  const currentDate = admin.application.clock()
  const options = { issuer: 'rollcall', subject: 'rollcall', currentDate }
  await jwtVerify(sent?.get('client_assertion') ?? '', createLocalJWKSet(set), options)
})
