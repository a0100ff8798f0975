import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createOidcHarness } from './oidc-harness.ts'

const harness = await createOidcHarness()
const { admin, api, provider } = harness
after(() => harness[Symbol.asyncDispose]())
const path = `/identity-providers/${provider.id}`

async function enter(email: string) {
  const response = await admin.application.fetch('/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ email, next: '/account' }).toString(),
  })
  const { status, headers } = response
  return { status, leadsTo: headers.get('location') ?? headers.get('refresh')?.replace('0;url=', '') ?? '' }
}

test('an address of a verified domain leads on to the identity provider of that domain, with the address as a hint', async () => {
  await admin.createOrganization('other')
  const claimed = await api('POST', '/domains', { domain: 'acme.example' })
  const unverified = await api('PATCH', path, { domains: ['acme.example'] })
  assert.equal(unverified.status, 400, 'only what was shown to be ours')
  assert.match(unverified.body.detail, /acme\.example is no verified domain/)
  await admin.application.database.query({ text: 'update domains set verified_at = created_at' })
  const page = await enter('ann@acme.example')
  assert.deepEqual(
    [page.status, page.leadsTo],
    [303, 'https://rollcall.test/o/acme/sign-in?login_hint=ann%40acme.example&next=%2Faccount'],
  )
  const changed = await api('PATCH', path, { domains: ['ACME.example'] })
  assert.deepEqual(changed.body.domains, ['acme.example'], JSON.stringify(changed.body))
  const led = await enter(' ann@Acme.Example ')
  assert.equal(led.status, 200)
  const { signInUrl } = provider.oidc.relyingParty
  assert.ok(led.leadsTo.startsWith(`${signInUrl}?`), led.leadsTo)
  assert.equal(new URL(led.leadsTo).searchParams.get('next'), '/account')
  const { location } = await harness.begin(new URL(led.leadsTo).search)
  assert.equal(location.searchParams.get('login_hint')?.trim(), 'ann@Acme.Example')
  await api('PATCH', path, { state: 'disabled' })
  assert.equal((await enter('ann@acme.example')).status, 303, 'nobody is led to what is switched off')
  await api('PATCH', path, { state: 'enabled', domains: [] })
  assert.equal((await enter('ann@acme.example')).status, 303)
  assert.equal((await api('DELETE', `/domains/${claimed.body.id}`)).status, 204)
})

test('where single sign-on is the only way, nobody has to choose it', async () => {
  await api('POST', '/domains', { domain: 'acme.example' })
  await admin.application.database.query({ text: 'update domains set verified_at = created_at' })
  await api('PATCH', '', { settings: { signIn: { methods: { password: false, passkey: false } } } })
  const led = await enter('ann@acme.example')
  assert.ok(led.leadsTo.startsWith(provider.oidc.relyingParty.signInUrl), led.leadsTo)
  const page = await admin.application.fetch('/o/acme/sign-in?login_hint=ann')
  assert.match(await page.text(), /sign-in\?login_hint=ann"/)
})
