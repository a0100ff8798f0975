import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { totpCodeOf, totpStepAt } from '../../src/sign-in/totp.ts'
import { createSoftwareKey } from './software-key.ts'
import { createAccount } from './sign-in-account.ts'
import { createSignInHarness, goodPassword, type TestClient } from './sign-in-harness.ts'

const harness = await createSignInHarness()
const { browse, createMember, changesOf, manage, application } = harness
after(() => harness[Symbol.asyncDispose]())

const me = '/api/v1/me'

async function signedIn(name: string, password = goodPassword): Promise<TestClient> {
  const client = browse()
  const answer = await client.post('/o/acme/sign-in', { name, password })
  assert.equal(answer.status, 303, answer.text)
  return client
}

const codeOf = ({ body }: { readonly body: { readonly errors?: readonly { readonly code: string }[] } }) =>
  body.errors?.[0]?.code

test('a person without any right reads and changes the own account, and a key has none', async () => {
  const { id } = await createMember('lea@example.com', goodPassword)
  const client = await signedIn('lea@example.com')
  const { status, body } = await client.api('GET', me)
  assert.equal(status, 200)
  assert.deepEqual(
    [body.id, body.userName, body.hasPassword, body.needsSecondFactor],
    [id, 'lea@example.com', true, false],
  )
  assert.equal((await manage('GET', '/../../me')).status, 404, 'a key is nobody')
  assert.equal((await client.api('PATCH', me, { body: { roles: [] } })).status, 400)
  const wrong = await client.api('PATCH', me, { body: { timezone: 'Asia/Atlantis' } })
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'invalidTimeZone'])
})

test('what a connection manages is locked, and named; what nobody manages is changed and stands in the history', async () => {
  await createMember('max@example.com', goodPassword)
  const managed = await signedIn('max@example.com')
  const before = (await managed.api('GET', me)).body
  assert.notEqual(before.managedBy, null)
  assert.deepEqual(before.lockedAttributes, ['displayName', 'preferredLanguage', 'timezone', 'emails'])
  const refused = await managed.api('PATCH', me, { body: { displayName: 'Maximilian' } })
  assert.deepEqual([refused.status, refused.body.code], [403, 'locked'])
  assert.equal((await managed.api('POST', `${me}/email`, { body: { email: 'new@example.com' } })).body.code, 'locked')

  const made = await manage('POST', '/people', {
    attributes: { userName: 'nora@example.com', emails: [{ value: 'nora@example.com', primary: true }] },
    invite: false,
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const local = await createAccount(harness, 'nora@example.com')
  const change = { displayName: 'Nora', preferredLanguage: 'ko', timezone: 'Asia/Seoul' }
  const { status, body } = await local.api('PATCH', me, { body: change })
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(
    [body.displayName, body.preferredLanguage, body.timezone, body.lockedAttributes],
    ['Nora', 'ko', 'Asia/Seoul', []],
  )
  const history = await manage('GET', `/people/${made.body.id}/history?limit=1`)
  assert.equal(history.body.data[0].by, made.body.id, 'done by the person')
  assert.equal((await local.api('PATCH', me, { body: { timezone: null } })).body.timezone, null)
})

test('the password is changed by who knows it; the flaw has a code; every other session ends', async () => {
  await createMember('olga@example.com', goodPassword)
  const client = await signedIn('olga@example.com')
  const other = await signedIn('olga@example.com')
  const change = (current: string, password: string) =>
    client.api('POST', `${me}/password`, { body: { current, password } })
  assert.equal(codeOf(await change('wrong', 'seven green kites drift')), 'wrongPassword')
  assert.equal(codeOf(await change(goodPassword, 'short')), 'passwordTooShort')
  assert.equal(codeOf(await change(goodPassword, 'passwordpassword')), 'passwordTooCommon')
  assert.equal((await change(goodPassword, 'seven green kites drift')).status, 204)
  assert.equal((await client.api('GET', me)).status, 200)
  assert.equal((await other.api('GET', me)).status, 401)
  await signedIn('olga@example.com', 'seven green kites drift')
})

test('own sessions are listed and ended, one or all but this one; those of others are none', async () => {
  await createMember('paul@example.com', goodPassword)
  const [first, second, third] = [
    await signedIn('paul@example.com'),
    await signedIn('paul@example.com'),
    await signedIn('paul@example.com'),
  ]
  const listed = (await first.api('GET', `${me}/sessions`)).body.data
  assert.equal(listed.length, 4, 'the one that chose the password too')
  const current = listed.filter((session: { isCurrent: boolean }) => session.isCurrent)
  assert.equal(current.length, 1)
  const newest = listed[0]
  assert.equal(newest.isCurrent, false)
  assert.equal((await first.api('POST', `${me}/sessions/${newest.id}/end`)).status, 204)
  assert.equal((await third.api('GET', me)).status, 401)
  await createMember('rosa@example.com', goodPassword)
  const stranger = await signedIn('rosa@example.com')
  assert.equal((await stranger.api('POST', `${me}/sessions/${current[0].id}/end`)).status, 404)
  const ended = await first.api('POST', `${me}/sessions/end-others`)
  assert.deepEqual([ended.status, ended.body.count], [200, 2])
  assert.equal((await second.api('GET', me)).status, 401)
  assert.equal((await first.api('GET', me)).status, 200)
})

test('passkey, authenticator app and recovery codes are set up, renamed and removed, and a wrong code is named', async () => {
  await createMember('sven@example.com', goodPassword)
  await harness.giveRole('sven@example.com', 'admin')
  const client = await createAccount(harness, 'sven@example.com')
  const begun = await client.api('POST', `${me}/passkeys/begin`)
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const device = createSoftwareKey({ origin: 'https://rollcall.test', rpId: 'rollcall.test' })
  const credential = JSON.parse(device.create(begun.body.options))
  const other = (await client.api('POST', `${me}/passkeys/begin`)).body.options
  const forged = JSON.parse(device.create(other, { origin: 'https://evil.test' }))
  const refused = await client.api('POST', `${me}/passkeys`, { body: { name: 'Phone', credential: forged } })
  assert.equal(codeOf(refused), 'passkeyRefused')
  const added = await client.api('POST', `${me}/passkeys`, { body: { name: 'Phone', credential } })
  assert.deepEqual([added.status, added.body.passkeys[0].name], [201, 'Phone'])
  const { id } = added.body.passkeys[0]
  const renamed = await client.api('PATCH', `${me}/passkeys/${id}`, { body: { name: 'Blue key' } })
  assert.equal(renamed.body.passkeys[0].name, 'Blue key')
  const last = await client.api('DELETE', `${me}/passkeys/${id}`)
  assert.deepEqual([last.status, codeOf(last)], [409, 'lastFactor'], 'the rights want one')

  const { enrolment, secret, qr } = (await client.api('POST', `${me}/totp/begin`)).body
  assert.match(secret, /^[A-Z2-7]{32}$/)
  assert.ok(qr.size > 20 && qr.path.startsWith('M'))
  const wrong = await client.api('POST', `${me}/totp`, { body: { enrolment, code: '000000' } })
  assert.equal(codeOf(wrong), 'wrongCode')
  const code = totpCodeOf(fromBase32(secret), totpStepAt(application.clock()))
  assert.equal((await client.api('POST', `${me}/totp`, { body: { enrolment, code } })).status, 201)
  assert.equal((await client.api('DELETE', `${me}/passkeys/${id}`)).status, 204, 'the app is left')
  const { codes } = (await client.api('POST', `${me}/recovery-codes`)).body
  assert.equal(new Set(codes).size, 10)
  const factors = (await client.api('GET', `${me}/factors`)).body
  assert.deepEqual([factors.passkeys, factors.totp !== null, factors.recoveryCodes.left], [[], true, 10])
  assert.equal((await client.api('DELETE', `${me}/totp`)).status, 409)
})

test('whoever has not shown lately who he is makes neither a factor nor a key of his own', async () => {
  await createMember('tina@example.com', goodPassword)
  const client = await signedIn('tina@example.com')
  application.clock.advance(16 * 60_000)
  for (const [method, path, body] of [
    ['POST', '/passkeys/begin', undefined],
    ['POST', '/totp/begin', undefined],
    ['POST', '/recovery-codes', undefined],
    ['DELETE', '/totp', undefined],
    ['POST', '/keys', { name: 'mine', scopes: ['people:read'] }],
  ] as const) {
    const { status, body: answer } = await client.api(method, me + path, { body })
    assert.deepEqual([status, answer.code], [403, 'stepUpRequired'], path)
  }
  assert.equal((await client.api('GET', `${me}/keys`)).status, 200)
})

test('a key of one’s own opens what the owner may do, is shown once, rotated and revoked; those of others are none', async () => {
  const { id } = await createMember('uma@example.com', goodPassword)
  await harness.giveRole('uma@example.com', 'admin')
  const client = await createAccount(harness, 'uma@example.com')
  const beyond = await client.api('POST', `${me}/keys`, { body: { name: 'more', scopes: ['owners:manage'] } })
  assert.deepEqual([beyond.status, codeOf(beyond)], [403, 'beyondRights'])
  const made = await client.api('POST', `${me}/keys`, { body: { name: 'script', scopes: ['people:read'] } })
  assert.deepEqual([made.status, made.body.userId], [201, id], JSON.stringify(made.body))
  const ask = (key: string) =>
    application.fetch('/api/v1/organizations/acme/people', { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await ask(made.body.key)).status, 200)
  const listed = (await client.api('GET', `${me}/keys`)).body.data
  assert.deepEqual(
    [listed.length, listed[0].id, JSON.stringify(listed).includes(made.body.key)],
    [1, made.body.id, false],
  )
  const rotated = await client.api('POST', `${me}/keys/${made.body.id}/rotate`, { body: { overlapSeconds: 0 } })
  assert.equal(rotated.status, 201, JSON.stringify(rotated.body))
  assert.equal((await client.api('POST', `${me}/keys/${rotated.body.id}/revoke`)).status, 200)
  assert.equal((await ask(rotated.body.key)).status, 401)
  const foreign = (await manage('POST', '/keys', { name: 'service', scopes: ['people:read'] })).body
  assert.equal((await client.api('POST', `${me}/keys/${foreign.id}/revoke`)).status, 404)
  const [change] = await changesOf('key.created')
  assert.equal(change === undefined, false)
})

function fromBase32(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}
