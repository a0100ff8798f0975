import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'
import { testUrl } from '../harness/application.ts'
import { makeInvitationMails } from '../harness/worker-turn.ts'
import { createSoftwareKey } from '../sign-in/software-key.ts'
import { createPerson, createVisitor, passkeyOptions, password, type Visitor } from '../sign-in/visitor.ts'

const titles = {
  en: 'No mail server is configured',
  ko: '메일 서버가 설정되어 있지 않습니다',
  ja: 'メールサーバーが設定されていません',
  fr: 'Aucun serveur de messagerie n’est configuré',
} as const

test('CON-J2: without a mail server administrators are told on their page, read the mails, copy links, and people come in by them', async () => {
  await using server = await createTestProvisioning()
  const tenant = await server.createTenant('acme')
  for (const language of ['en', 'ko', 'ja', 'fr'] as const) {
    const { visitor } = await signIn(server, tenant, { userName: `${language}@example.com`, role: 'owner', language })
    const { html, status } = await visitor.get('/account')
    assert.equal(status, 200)
    assert.ok(html.includes(`<h2 id="no-mail">${titles[language]}</h2>`), html)
    for (const part of ['SMTP_URL', 'mail list --organization acme --state waiting', 'invitation link'])
      assert.ok(html.includes(part), `${language} ${part}`)
  }
  const { visitor, send } = await signIn(server, tenant, { userName: 'ann@example.com', role: 'owner', language: 'en' })
  assert.equal((await send('GET', '/api/v1/whoami')).mailDelivery, 'outbox')

  // Somebody is invited: the mail can be read, the link copied, and it lets him in.
  const person = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'bob@example.com', active: true }
  assert.equal((await tenant.scim('POST', '/Users', person)).status, 201)
  await makeInvitationMails(server)
  const { data: mails } = await send('GET', '/api/v1/organizations/acme/mails?state=waiting')
  assert.equal(mails.find(({ to }: { to: string }) => to === 'bob@example.com')?.state, 'waiting')
  assert.match((await visitor.get('/account')).html, new RegExp(`outbox \\(now: ${mails.length}\\)`))
  const { data: invitations } = await send('GET', '/api/v1/organizations/acme/invitations?state=open')
  const { id } = invitations.find(({ to }: { to: string }) => to === 'bob@example.com')
  const { url } = await send('POST', `/api/v1/organizations/acme/invitations/${id}/link`)
  const accepted = await createVisitor(server).post({}, new URL(url).pathname)
  assert.equal(accepted.status, 200, accepted.html)
  const { data: people } = await send('GET', '/api/v1/organizations/acme/people?search=bob')
  assert.equal(people[0].state, 'active')
})

test('the banner names only what somebody may do, and is not there for members or with a mail server', async () => {
  await using server = await createTestProvisioning()
  const tenant = await server.createTenant('acme')
  const reader = await signIn(server, tenant, { userName: 'eve@example.com', role: 'auditor', language: 'en' })
  const { html } = await reader.visitor.get('/account')
  assert.match(html, /mail list --organization acme/)
  assert.doesNotMatch(html, /invitation link/)
  await createPerson(server, tenant, { userName: 'max@example.com' })
  const member = createVisitor(server)
  await member.post({ name: 'max@example.com', password }, '/o/acme/sign-in')
  const page = await member.get('/account')
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.html, /no-mail/)

  await using other = await createTestProvisioning({ settings: { SMTP_URL: 'smtp://127.0.0.1:1' } })
  const owner = { userName: 'ann@example.com', role: 'owner', language: 'en' }
  const { visitor, send } = await signIn(other, await other.createTenant('acme'), owner)
  assert.doesNotMatch((await visitor.get('/account')).html, /no-mail/)
  assert.equal((await send('GET', '/api/v1/whoami')).mailDelivery, 'smtp')
})

async function signIn(
  server: TestProvisioning,
  tenant: Awaited<ReturnType<TestProvisioning['createTenant']>>,
  { userName, role, language }: { readonly userName: string; readonly role: string; readonly language: string },
) {
  await createPerson(server, tenant, { userName, role })
  const visitor = createVisitor(server, { language })
  const page = await visitor.post({ name: userName, password }, '/o/acme/sign-in')
  const key = createSoftwareKey({ origin: testUrl, rpId: new URL(testUrl).hostname })
  await visitor.post({ act: 'addPasskey', name: 'Key', answer: key.create(passkeyOptions(page.html).create) })
  return { visitor, send: (method: string, path: string) => send(server, visitor, method, path) }
}

/** What a page of ours would send, with the cookie. */
async function send({ fetch }: TestProvisioning, visitor: Visitor, method: string, path: string) {
  const headers = { cookie: `__Host-rollcall_session=${visitor.cookie()}`, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(path, { method, headers })
  const text = await response.text()
  assert.ok(response.ok, text)
  return JSON.parse(text)
}
