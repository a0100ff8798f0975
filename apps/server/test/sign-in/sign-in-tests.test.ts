import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createOidcHarness, type OidcHarness } from './oidc-harness.ts'
import { createSamlHarness, type Claim, type SamlHarness } from './saml-harness.ts'

let saml: SamlHarness
let oidc: OidcHarness

before(async () => {
  saml = await createSamlHarness()
  oidc = await createOidcHarness({ userInfo: 'never' })
})
after(async () => {
  await saml[Symbol.asyncDispose]()
  await oidc[Symbol.asyncDispose]()
})

const place = (of: { readonly provider: { readonly id: string } }) => `/identity-providers/${of.provider.id}`

/** Begins a test, comes back with an answer, and reads what the test says. */
async function trySaml(claim: Claim) {
  const started = await saml.api('POST', `${place(saml)}/tests`)
  assert.equal(started.status, 201, JSON.stringify(started.body))
  const next = new URL(started.body.url).searchParams.get('next') ?? ''
  const begun = await saml.begin(next)
  const answer = await saml.post(await saml.respond(claim, begun), begun)
  const { body } = await saml.api('GET', `${place(saml)}/tests/${started.body.id}`)
  return { answer, tested: body, begun, next }
}

async function countSessions(of: SamlHarness | OidcHarness): Promise<number> {
  return (await of.api('GET', '/sessions?ended=true')).body.data.length
}

test('a test sign-in tells what was received and whom it would sign in, signs nobody in and changes nobody', async () => {
  const attributes = { userName: 'ada@acme.example', name: { givenName: 'A.', familyName: 'Byron' } }
  const { body: ada } = await saml.api('POST', '/people', { attributes, invite: false })
  const sent = { givenName: 'Ada', mail: 'ada@acme.example', groups: ['staff', 'admins'] }
  const { answer, tested } = await trySaml({ attributes: sent })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('set-cookie')?.includes('session') ?? false, false)
  assert.match(await answer.text(), /The test sign-in works/)
  assert.equal(tested.state, 'passed')
  assert.deepEqual(tested.account, { id: ada.id, userName: 'ada@acme.example' })
  const fields = Object.fromEntries(tested.received.fields.map((each: { field: string }) => [each.field, each]))
  assert.deepEqual(fields['givenName'], { field: 'givenName', from: 'givenName', value: 'Ada' })
  assert.deepEqual(fields['userName'], { field: 'userName', from: 'NameID', value: 'ada@acme.example' })
  assert.deepEqual(fields['familyName'], { field: 'familyName', from: null, value: null })
  const groups = tested.received.attributes.find(({ name }: { name: string }) => name === 'groups')
  assert.deepEqual(groups, { name: 'groups', values: ['staff', 'admins'], uses: [] })
  assert.equal((await saml.api('GET', `/people/${ada.id}`)).body.attributes.name.givenName, 'A.')
  assert.equal(await countSessions(saml), 0)
})

test('somebody else than who began a test reads what was received with a letter and the domain', async () => {
  const { tested } = await trySaml({ attributes: { mail: 'ada@acme.example' } })
  const made = await saml.api('POST', '/keys', { scopes: ['admin:enterprise'] })
  const other = made.body.key
  const path = `/api/v1/organizations/acme${place(saml)}/tests/${tested.id}`
  const { body } = await saml.admin.send('GET', path, { key: other })
  const shown = body.received.attributes.find(({ name }: { name: string }) => name === 'mail')
  assert.deepEqual(shown.values, ['a…@acme.example'])
})

test('a test that fails names the code, keeps what was exchanged and is none of the failed sign-ins of the audit log', async () => {
  const { answer, tested } = await trySaml({ nameId: 'nobody@acme.example' })
  assert.equal(answer.status, 403)
  assert.deepEqual([tested.state, tested.code, tested.account], ['failed', 'noAccount', null])
  const traced = await saml.api('GET', `/sign-in-failures/${tested.signInFailure}`)
  assert.equal(traced.body.code, 'noAccount')
  const [fingerprint] = traced.body.exchange.certificates
  assert.equal(fingerprint, saml.provider.saml.identityProvider.certificates[0].fingerprint)
  const wrong = await trySaml({ tags: { Audience: 'https://elsewhere.example' } })
  assert.deepEqual([wrong.tested.state, wrong.tested.code, wrong.tested.received], ['failed', 'audienceMismatch', null])
  const { rows } = await saml.admin.application.database.query<{ count: number }>({
    text: `select count(*)::int as count from changes where action = 'user.sign_in_failed'`,
  })
  assert.deepEqual(rows, [{ count: 0 }])
})

test('an identity provider that is made switched off, with an id that was given before, can be tried; nobody else signs in', async () => {
  const addresses = (await saml.api('GET', '/identity-provider-addresses')).body
  const again = await saml.api('GET', `/identity-provider-addresses?identityProvider=${addresses.id}`)
  assert.deepEqual(again.body, addresses)
  await saml.api('PATCH', place(saml), { state: 'disabled' })
  assert.equal((await saml.admin.application.fetch(saml.provider.saml.serviceProvider.signInUrl)).status, 403)
  const { tested, next } = await trySaml({})
  assert.equal(tested.state, 'passed')
  const over = await saml.admin.application.fetch(
    `${saml.provider.saml.serviceProvider.signInUrl}?next=${encodeURIComponent(next)}`,
  )
  assert.equal(over.status, 410)
  await saml.api('PATCH', place(saml), { state: 'enabled' })
})

test('an OpenID Connect identity provider is made with the id of its addresses and is tried like one of SAML', async () => {
  const { body: addresses } = await oidc.api('GET', '/identity-provider-addresses')
  const { issuer } = oidc.forger
  const settings = { issuer, clientId: 'other', clientSecret: 'secret' }
  const request = { type: 'oidc', name: 'Second', id: addresses.id, state: 'disabled', oidc: settings }
  const made = await oidc.api('POST', '/identity-providers', request)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual([made.body.id, made.body.state], [addresses.id, 'disabled'])
  assert.equal(made.body.oidc.relyingParty.redirectUri, addresses.oidc.redirectUri)
  const taken = await oidc.api('POST', '/identity-providers', { ...request, name: 'Third' })
  assert.equal(taken.status, 409)

  await oidc.api('POST', '/people', { attributes: { userName: 'ada@acme.example' }, invite: false })
  const started = await oidc.api('POST', `${place(oidc)}/tests`)
  const query = `?${new URL(started.body.url).searchParams.toString()}`
  const claims = { sub: 'a1', email: 'ada@acme.example', email_verified: true, given_name: 'Ada' }
  const answer = await oidc.signIn(claims, query)
  const { body } = await oidc.api('GET', `${place(oidc)}/tests/${started.body.id}`)
  assert.deepEqual([answer.status, body.detail], [200, null])
  assert.deepEqual([body.state, body.account.userName], ['passed', 'ada@acme.example'])
  assert.equal(await countSessions(oidc), 0)
})

test('single sign-on is enforced only after a test within the hour and with an owner who has a way back', async () => {
  const enforce = (enforced: boolean) => saml.api('POST', '/sign-in-enforcement', { enforced })
  const { application } = saml.admin
  const before = (await saml.api('GET', '/sign-in-enforcement')).body
  assert.deepEqual([before.enforced, before.ready, before.identityProviders, before.wayBack], [false, false, 1, []])
  assert.notEqual(before.test, null)
  const refused = await enforce(true)
  assert.equal(refused.status, 409)
  assert.match(refused.body.detail, /passkey, recovery codes/)

  const { body: grace } = await saml.api('POST', '/people', {
    attributes: { userName: 'grace@acme.example' },
    invite: false,
  })
  const given = await saml.api('POST', '/roles/owner/grant', { user: grace.id })
  assert.ok(given.status < 300, JSON.stringify(given.body))
  await application.database.query({
    text: `insert into recovery_codes (organization_id, user_id, hash, created_at)
        select organization_id, id, '\\x01', now() from users where user_name_key = 'grace@acme.example'`,
  })
  application.clock.advance(61 * 60_000)
  assert.equal((await enforce(true)).status, 409, 'the test is too old')
  await trySaml({})
  const enforced = await enforce(true)
  assert.equal(enforced.status, 200, JSON.stringify(enforced.body))
  assert.deepEqual([enforced.body.enforced, enforced.body.wayBack[0].by], [true, ['recoveryCodes']])
  const { settings } = (await saml.api('GET', '')).body
  assert.deepEqual(settings.signIn.methods, { password: false, passkey: false, saml: true, oidc: true })
  assert.equal((await enforce(false)).body.enforced, false)

  const methods = { password: true, passkey: true, saml: false, oidc: true }
  const without = await saml.api('PATCH', '', { settings: { ...settings, signIn: { ...settings.signIn, methods } } })
  assert.equal(without.status, 200, JSON.stringify(without.body))
  const after = (await saml.api('GET', '/sign-in-enforcement')).body
  assert.deepEqual([after.identityProviders, after.test], [0, null], 'a way that is off is no way in, tested or not')
})
