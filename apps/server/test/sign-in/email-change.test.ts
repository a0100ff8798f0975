import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSignInHarness, goodPassword, type TestClient } from './sign-in-harness.ts'

const harness = await createSignInHarness()
const { browse, manage, application } = harness
after(() => harness[Symbol.asyncDispose]())

/** A person made here, whom no connection manages. */
async function createLocal(address: string): Promise<{ readonly id: string; readonly client: TestClient }> {
  const attributes = { userName: address, emails: [{ value: address, type: 'work', primary: true }] }
  const { body } = await manage('POST', '/people', { attributes, invite: false })
  const client = browse()
  const link = await manage('POST', `/people/${body.id}/password-link`)
  const chosen = await client.post(new URL(link.body.url).pathname, { password: goodPassword })
  assert.equal(chosen.status, 303, chosen.text)
  return { id: body.id, client }
}

async function linkIn(address: string): Promise<string> {
  const mail = await harness.findMail(address)
  const path = /https:\/\/rollcall\.test(\/email\/\S+)/.exec(mail?.['text'] ?? '')?.[1]
  assert.ok(path !== undefined, `no link to ${address}`)
  return path
}

test('a new address counts when both have confirmed it, and is the one to sign in with', async () => {
  const { id, client } = await createLocal('old@acme.example')
  assert.match((await client.get('/account')).text, /\/account\/email/)
  assert.match((await client.post('/account/email', { email: 'new@acme.example' })).text, /Two mails are on their way/)
  const [toNew, toOld] = [await linkIn('new@acme.example'), await linkIn('old@acme.example')]
  assert.match((await browse().get(toOld)).text, /Shall new@acme\.example become the address/)
  assert.match((await browse().post(toNew, {})).text, /when the link in the other mail/)
  assert.match((await browse().post(toNew, {})).text, /when the link in the other mail/)
  const before = (await manage('GET', `/people/${id}`)).body
  assert.equal(before.attributes.emails[0].value, 'old@acme.example')
  assert.match((await browse().post(toOld, {})).text, /Your mail address is changed/)
  const { attributes } = (await manage('GET', `/people/${id}`)).body
  assert.deepEqual([attributes.userName, attributes.emails.length], ['new@acme.example', 1])
  assert.equal(attributes.emails[0].value, 'new@acme.example')
  assert.equal((await browse().post(toOld, {})).status, 410)
  const signIn = (name: string) => browse().post('/o/acme/sign-in', { name, password: goodPassword })
  assert.equal((await signIn('new@acme.example')).status, 303)
  assert.equal((await signIn('old@acme.example')).status, 401)
})

test('a later wish replaces the one before, links end after a day, and a wrong address is refused', async () => {
  const { client } = await createLocal('eve@acme.example')
  assert.equal((await client.post('/account/email', { email: 'eve@ACME.example' })).status, 422)
  assert.equal((await client.post('/account/email', { email: 'a@b, c@d' })).status, 422)
  await client.post('/account/email', { email: 'eve1@acme.example' })
  const first = await linkIn('eve1@acme.example')
  await client.post('/account/email', { email: 'eve2@acme.example' })
  assert.equal((await browse().get(first)).status, 410)
  const second = await linkIn('eve2@acme.example')
  application.clock.advance(24 * 3_600_000)
  assert.match((await browse().post(second, {})).text, /has expired/)
  assert.equal((await browse().get('/email/rc_eml_nonsense')).status, 404)
  assert.equal((await browse().post('/account/email', { email: 'x@acme.example' })).status, 303, 'signed out')
})

test('an address that a source manages can only be changed there', async () => {
  await harness.createMember('max@example.com', goodPassword)
  const client = browse()
  await client.post('/o/acme/sign-in', { name: 'max@example.com', password: goodPassword })
  const refused = await client.post('/account/email', { email: 'max2@example.com' })
  assert.equal(refused.status, 403)
  assert.match(refused.text, /comes from your organization’s directory/)
})
