import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSignInHarness, goodPassword, type TestClient } from './sign-in-harness.ts'

const harness = await createSignInHarness()
const { browse, createMember, changesOf, settle, application } = harness
after(() => harness[Symbol.asyncDispose]())
const signInPath = '/o/acme/sign-in'

function signIn(client: TestClient, name: string, password: string) {
  return client.post(signInPath, { name, password })
}

test('AC-G41: somebody from outside who is invited chooses a password, and signs in with it', async () => {
  await createMember('greta@outside.example', goodPassword)
  const client = browse()
  const page = await client.get(signInPath)
  assert.equal(page.status, 200)
  assert.match(page.text, /<h1>Sign in to Acme &#38; Söhne<\/h1>/)
  const answer = await signIn(client, 'Greta@Outside.example ', goodPassword)
  assert.equal(answer.status, 303)
  assert.equal(answer.location, '/')
  const account = await client.get('/account')
  assert.equal(account.status, 200)
  assert.match(account.text, /greta@outside\.example at Acme/)
  assert.equal((await client.get('/sign-in')).location, '/')
  assert.equal((await client.get('/')).location, '/account', 'whoever has no right in the console has his own page')
  const [first] = await changesOf('user.signed_in')
  assert.equal(first?.data['method'], 'password')
})

test('AC-D5: before the link of the invitation a right password is refused with a hint; after it the person is active', async () => {
  await harness.manage('PATCH', '/connections/' + (await connectionId()), { settings: { passwordSync: true } })
  await harness.createPerson('dora@example.com', { password: goodPassword })
  await harness.work()
  const client = browse()
  const refused = await signIn(client, 'dora@example.com', goodPassword)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /open the link in the mail that invited you/)
  assert.equal(client.cookie, undefined)
  assert.equal((await changesOf('user.sign_in_failed'))[0]?.data['code'], 'invitationNotAccepted')
  assert.equal(await harness.stateOf('dora@example.com'), 'pending')
  await client.post(await harness.linkTo('dora@example.com'), {})
  assert.equal(await harness.stateOf('dora@example.com'), 'active')
  assert.equal((await signIn(client, 'dora@example.com', goodPassword)).status, 303)
})

test('AC-O28: a password that is synced over SCIM replaces the one before, which signs nobody in any more', async () => {
  await harness.manage('PATCH', '/connections/' + (await connectionId()), { settings: { passwordSync: true } })
  const { scimId } = await createMember('olga@example.com', goodPassword)
  const client = browse()
  assert.equal((await signIn(client, 'olga@example.com', goodPassword)).status, 303)
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', value: { password: 'Aw3s0me-synced' } }]
  assert.equal((await harness.scim('PATCH', `/Users/${scimId}`, { schemas, Operations })).status, 200)
  assert.equal((await client.get('/account')).status, 303, 'whoever signed in with the old one is out')
  assert.equal((await signIn(client, 'olga@example.com', goodPassword)).status, 401)
  assert.equal((await signIn(client, 'olga@example.com', 'Aw3s0me-synced')).status, 303)
})

test('a suspension over SCIM ends the session at once', async () => {
  const { scimId } = await createMember('sid@example.com', goodPassword)
  const client = browse()
  await signIn(client, 'sid@example.com', goodPassword)
  assert.equal((await client.get('/account')).status, 200)
  application.clock.advance(1_000)
  await setActive(scimId, false)
  assert.equal((await client.get('/account')).status, 303)
  const refused = await signIn(client, 'sid@example.com', goodPassword)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /suspended/)
  application.clock.advance(1_000)
  await setActive(scimId, true)
  assert.equal((await client.get('/account')).status, 303)
  assert.equal((await signIn(client, 'sid@example.com', goodPassword)).status, 303)
})

test('AC-G40: a lockdown ends every session and lets only owners in until it is lifted', async () => {
  await createMember('mia@example.com', goodPassword)
  await createMember('boss@example.com', goodPassword)
  await harness.giveRole('boss@example.com', 'owner')
  const client = browse()
  await signIn(client, 'mia@example.com', goodPassword)
  await settle({ isLockedDown: true })
  assert.equal(
    (await harness.manage('PATCH', '', { settings: { locale: 'en' } })).body.settings.signIn.isLockedDown,
    true,
  )
  assert.equal((await client.get('/account')).status, 303)
  const refused = await signIn(client, 'mia@example.com', goodPassword)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /only its owners can sign in/)
  assert.equal((await signIn(browse(), 'boss@example.com', goodPassword)).status, 303)
  assert.ok((await changesOf('session.revoked')).some(({ data }) => data['reason'] === 'lockdown'))
  await settle({})
  assert.equal((await signIn(client, 'mia@example.com', goodPassword)).status, 303)
})

test('the last way to sign in stays on; one that is off lets nobody in but built-in accounts', async () => {
  await createMember('una@example.com', goodPassword)
  const none = { password: false, passkey: false, saml: false, oidc: false }
  const refused = await harness.manage('PATCH', '', { settings: { signIn: { methods: none } } })
  assert.equal(refused.status, 400)
  assert.match(refused.body.detail, /must leave one on/)
  await settle({ methods: { password: false } })
  const page = await browse().get(signInPath)
  assert.doesNotMatch(page.text, /type="password"/)
  assert.match(page.text, /href="https:\/\/rollcall\.test\/o\/acme\/sign-in\?builtIn"/)
  const off = await signIn(browse(), 'una@example.com', goodPassword)
  assert.equal(off.status, 403)
  assert.match(off.text, /switched off/)
  await settle({})
})

test('CON-M3: nobody learns by words, status or limit whether there is an account; guessing comes to an end', async () => {
  await createMember('zoe@example.com', goodPassword)
  const answers = []
  for (const name of ['zoe@example.com', 'nobody@example.com']) {
    const tries = []
    for (let at = 0; at < 12; at++) tries.push(await signIn(browse(), name, `wrong ${at}`))
    answers.push(tries)
  }
  const [known = [], unknown = []] = answers
  assert.deepEqual(
    known.map(({ status }) => status),
    [...Array.from({ length: 10 }, () => 401), 429, 429],
  )
  for (const [at, answer] of known.entries()) assert.equal(answer.text.replaceAll('zoe@', 'nobody@'), unknown[at]?.text)
  assert.equal(known[11]?.headers.get('retry-after'), '900')
  assert.equal((await signIn(browse(), 'zoe@example.com', goodPassword)).status, 429, 'also the right one')
  const forgotten = await Promise.all(
    ['zoe@example.com', 'nobody@example.com'].map((name) => browse().post('/o/acme/forgotten-password', { name })),
  )
  assert.equal(forgotten[0]?.text, forgotten[1]?.text)
  application.clock.advance(15 * 60_000)
  const times = { known: 0, unknown: 0 }
  for (let at = 0; at < 4; at++) {
    times.known += await measure(() => signIn(browse(), 'zoe@example.com', `no ${at}`))
    times.unknown += await measure(() => signIn(browse(), 'else@example.com', `no ${at}`))
  }
  const ratio = times.known / times.unknown
  assert.ok(ratio > 0.4 && ratio < 2.5, `known ${times.known} ms, unknown ${times.unknown} ms`)
  assert.equal((await signIn(browse(), 'zoe@example.com', goodPassword)).status, 303)
})

test('a forgotten password: the mail holds a link that works once, and every session before ends', async () => {
  await createMember('fay@example.com', goodPassword)
  const client = browse()
  await signIn(client, 'fay@example.com', goodPassword)
  await browse().post('/o/acme/forgotten-password', { name: 'fay@example.com' })
  const mail = await harness.findMail('fay@example.com')
  assert.match(mail?.['subject'] ?? '', /Choose a new password/)
  // The organization's own key may do everything, so it sees the link.
  const path = /https:\/\/rollcall\.test(\/password\/\S+)/.exec(mail?.['text'] ?? '')?.[1] ?? ''
  assert.equal((await browse().get(path)).status, 200)
  const short = await browse().post(path, { password: 'short' })
  assert.equal(short.status, 422)
  assert.match(short.text, /at least 12 characters/)
  assert.equal((await browse().post(path, { password: 'password123456' })).status, 422)
  const other = browse()
  assert.equal((await other.post(path, { password: 'seven green bicycles' })).status, 303)
  assert.equal((await other.get('/account')).status, 200)
  assert.equal((await client.get('/account')).status, 303)
  assert.equal((await browse().post(path, { password: 'eight green bicycles' })).status, 410)
  assert.equal((await signIn(browse(), 'fay@example.com', goodPassword)).status, 401)
  application.clock.advance(3_600_000)
  await browse().post('/o/acme/forgotten-password', { name: 'fay@example.com' })
  const later =
    /https:\/\/rollcall\.test(\/password\/\S+)/.exec(
      (await harness.findMail('fay@example.com'))?.['text'] ?? '',
    )?.[1] ?? ''
  assert.notEqual(later, path)
  application.clock.advance(3_600_000)
  assert.match((await browse().get(later)).text, /has expired/)
  assert.equal((await browse().get('/password/rc_pwd_nonsense')).status, 404)
})

test('the own page lists sessions, ends them, changes the password and signs out; no other site can', async () => {
  await createMember('pia@example.com', goodPassword)
  const [here, there] = [browse(), browse()]
  await signIn(here, 'pia@example.com', goodPassword)
  await signIn(there, 'pia@example.com', goodPassword)
  const page = await here.get('/account')
  // The browser in which the password was chosen is signed in too.
  assert.equal(page.text.match(/Firefox, Linux/g)?.length, 3 + 2)
  assert.equal((await here.post('/account', { end: 'others' }, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal((await there.get('/account')).status, 200)
  assert.match((await here.post('/account', { end: 'others' })).text, /It is ended/)
  assert.equal((await there.get('/account')).status, 303)
  const change = { before: goodPassword, password: 'nine blue umbrellas' }
  assert.equal((await here.post('/account', { ...change, before: 'wrong' })).status, 403)
  assert.match((await here.post('/account', change)).text, /Your password is changed/)
  assert.equal((await here.get('/account')).status, 200)
  assert.equal(
    (await here.post('/sign-out', {}, { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' })).status,
    403,
  )
  const out = await here.post('/sign-out', {})
  assert.equal(out.location, '/sign-in?signedOut')
  assert.equal(here.cookie, undefined)
})

test('whoever has no password makes none on the own page: only a link chooses the first one', async () => {
  await createMember('ned@example.com', goodPassword)
  const here = browse()
  await signIn(here, 'ned@example.com', goodPassword)
  const text = `delete from passwords p using users u
    where u.organization_id = p.organization_id and u.id = p.user_id and u.user_name_key = $1`
  await application.database.query({ text }, ['ned@example.com'])
  assert.doesNotMatch((await here.get('/account')).text, /name="password"/)
  for (const before of ['', goodPassword])
    assert.equal((await here.post('/account', { before, password: 'nine blue umbrellas' })).status, 403)
  assert.equal((await signIn(browse(), 'ned@example.com', 'nine blue umbrellas')).status, 401)
})

test('by the mail address the organization is found, by its verified domain or as the only one there is', async () => {
  const { location } = await browse().post('/sign-in', { email: 'zoe@example.com', next: '/account' })
  assert.equal(location, '/o/acme/sign-in?login_hint=zoe%40example.com&next=%2Faccount')
  await harness.admin.createOrganization('other')
  const asked = await browse().post('/sign-in', { email: 'zoe@example.com' })
  assert.match(asked.text, /name="organization"/)
  assert.equal((await browse().post('/sign-in', { email: '', organization: 'OTHER' })).location, '/o/other/sign-in')
  assert.equal((await browse().post('/sign-in', { email: '', organization: 'no-such' })).status, 404)
  const domain = await harness.manage('POST', '/domains', { domain: 'example.com' })
  const text = 'update domains set verified_at = created_at where domain = $1'
  await application.database.query({ text }, ['example.com'])
  assert.equal(domain.status, 201)
  assert.match((await browse().post('/sign-in', { email: 'zoe@EXAMPLE.com' })).location ?? '', /^\/o\/acme\/sign-in/)
  const evil = await browse().get('/sign-in?next=//evil.test/')
  assert.doesNotMatch(evil.text, /evil/)
})

async function measure(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

async function connectionId(): Promise<string> {
  return (await harness.manage('GET', '/connections')).body.data[0].id
}

async function setActive(scimId: string, value: boolean): Promise<void> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'active', value }]
  assert.equal((await harness.scim('PATCH', `/Users/${scimId}`, { schemas, Operations })).status, 200)
}
