import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { renderMail } from '../../src/mail/render.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { readEventsOf } from '../live/event-reader.ts'
import { createPair, metadataOf } from '../sign-in/saml-provider.ts'

let admin: AdminHarness
let key: string
before(async () => {
  admin = await createAdminHarness()
  key = (await admin.createOrganization('acme')).key
})
after(() => admin[Symbol.asyncDispose]())

const links = '/api/v1/organizations/acme/setup-links'
const visit = '/api/v1/set-up'
const own = { 'sec-fetch-site': 'same-origin' }

async function create(body: object): Promise<Reply['body']> {
  const made = await admin.send('POST', links, { key, body })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body
}

const tokenOf = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? ''

/** A browser that has opened the link. */
async function open(url: string) {
  const begun = await admin.send('POST', `${visit}/session`, { key: null, headers: own, body: { token: tokenOf(url) } })
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const send = (method: string, path: string, body?: unknown): Promise<Reply> =>
    admin.send(method, visit + path, { key: null, headers: { ...own, cookie }, ...(body !== undefined && { body }) })
  return { begun, cookie, send }
}

const scim = (path: string, token: string) =>
  admin.application.fetch(`/o/acme/scim/v2${path}`, {
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'Okta SCIM Client 1.0.0' },
  })

/** The request log is written in batches. */
async function until(read: () => Promise<Reply>, isGood: (body: Reply['body']) => boolean): Promise<Reply['body']> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const { body } = await read()
    if (isGood(body)) return body
    await sleep(100)
  }
  return assert.fail('it never came')
}

test('a customer without an account connects Okta by a link: the token once, and what Okta sent is seen at once', async () => {
  const link = await create({ purpose: 'scim', provider: 'okta' })
  assert.match(link.url, /^https:\/\/rollcall\.test\/set-up\/rc_lnk_/)
  assert.deepEqual([link.state, link.step, link.openedAt], ['sent', null, null])
  assert.equal((await admin.send('GET', `${links}/${link.id}`, { key })).body.url, undefined)
  const { begun, send, cookie } = await open(link.url)
  const header = begun.headers.get('set-cookie') ?? ''
  assert.match(
    header,
    /^__Secure-rollcall_setup=[^;]+; Max-Age=3600; Path=\/api\/v1\/set-up; HttpOnly; SameSite=Strict; Secure$/,
  )
  assert.deepEqual(begun.body.values, { scimUrl: 'https://rollcall.test/o/acme/scim/v2' })
  assert.deepEqual([begun.body.saml, begun.body.scim], [null, { token: null, detections: [] }])
  const steps = begun.body.steps.map(({ step, by }: { step: string; by: string }) => `${step} ${by}`)
  assert.ok(steps.includes('scim/create-app hand') && steps.includes('scim/connect seen'), steps.join(', '))
  const first = await send('POST', '/scim-token')
  assert.match(first.body.token, /^rc_scm_/)
  const events = readEventsOf(
    await admin.application.fetch(visit, { headers: { ...own, cookie, accept: 'text/event-stream' } }),
  )
  assert.equal((await events.next())?.event, 'visit')
  assert.equal((await scim('/Users?startIndex=1&count=2', first.body.token)).status, 200)
  const seen = await events.nextOf('visit')
  await events[Symbol.asyncDispose]()
  const [detection] = seen.data.scim.detections
  assert.deepEqual([detection.act, detection.passed, detection.cause, detection.status], ['test', true, null, 200])
  assert.equal(seen.data.steps.find(({ step }: { step: string }) => step === 'scim/connect').done, true)
  assert.equal((await scim('/Users?startIndex=1&count=2', `${first.body.token.slice(0, -1)}0`)).status, 401)
  const second = await send('POST', '/scim-token')
  assert.notEqual(second.body.token, first.body.token)
  assert.ok(second.body.previousUntil !== null)
  const ticked = await send('POST', '/step', { step: 'scim/create-app', done: true })
  assert.equal(ticked.body.steps.find(({ step }: { step: string }) => step === 'scim/create-app').done, true)
  assert.equal((await send('POST', '/step', { step: 'scim/nothing' })).status, 400)
  const seenByVendor = await admin.send('GET', `${links}/${link.id}`, { key })
  assert.deepEqual([seenByVendor.body.state, seenByVendor.body.step], ['inProgress', 'scim/create-app'])
  const finished = await send('POST', '/finish')
  assert.deepEqual([finished.body.state, finished.headers.get('set-cookie')?.includes('Max-Age=0')], ['done', true])
  assert.equal((await send('GET', '')).status, 409)
  assert.equal((await scim('/Users?count=1', second.body.token)).status, 200, 'what was set up stays')
  const { rows } = await admin.application.database.query<{ action: string; actor: string }>({
    text: `select action, actor from changes where action like 'setup_link.%' or (action = 'key.created' and actor like 'slnk%') order by position`,
  })
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['setup_link.created', 'setup_link.opened', 'key.created', 'setup_link.step_done', 'setup_link.done'],
  )
  assert.ok(rows.slice(1).every(({ actor }) => actor === link.id))
})

test('what failed says why: a wrong token, an address that is none', async () => {
  const link = await create({ purpose: 'scim', provider: 'entra' })
  const { send } = await open(link.url)
  const { token } = (await send('POST', '/scim-token')).body
  const guid = '2819c223-7f76-453a-919d-413861904646'
  await scim(`/Users?filter=userName+eq+"${guid}"`, token)
  await scim('/Nothing', token)
  await scim('/Users', 'rc_scm_nothing')
  const body = await until(
    () => send('GET', ''),
    ({ scim: { detections } }) => detections.length >= 3,
  )
  assert.deepEqual(
    body.scim.detections.slice(0, 3).map(({ act, cause }: { act: string; cause: string | null }) => [act, cause]),
    [
      ['listUsers', 'wrongToken'],
      ['other', 'wrongAddress'],
      ['test', null],
    ],
  )
})

test('SAML: addresses are known before the provider is there, and its metadata is taken as a document or refused', async () => {
  const link = await create({ purpose: 'saml', provider: 'okta' })
  const { begun, send } = await open(link.url)
  const { values } = begun.body
  assert.match(values.acsUrl, /\/saml\/org_\w+\/idp_\w+\/acs$/)
  assert.equal(values.entityId.includes(link.identityProviderId), true)
  assert.deepEqual(begun.body.saml, { identityProvider: null, lastTest: null })
  const refused = await send('POST', '/saml-metadata', { metadataXml: '<a/>' })
  assert.equal(refused.status, 400)
  const inside = await send('POST', '/saml-metadata', { metadataUrl: 'http://169.254.169.254/latest' })
  assert.equal(inside.status, 400, 'no address inside')
  const pair = await createPair()
  const given = await send('POST', '/saml-metadata', { metadataXml: metadataOf([pair.certificate]) })
  assert.equal(given.status, 200, JSON.stringify(given.body))
  assert.equal(given.body.saml.identityProvider.certificates.length, 1)
  assert.equal(given.body.steps.find(({ step }: { step: string }) => step === 'saml/metadata').done, true)
  const provider = await admin.send('GET', `/api/v1/organizations/acme/identity-providers/${link.identityProviderId}`, {
    key,
  })
  assert.deepEqual([provider.status, provider.body.createdBy], [200, link.id])
  assert.equal((await send('POST', '/scim-token')).status, 409, 'it is not about SCIM')
})

test('the link is good for nothing else: not for the rest of the API, from no other site, not when it has ended', async () => {
  const link = await create({ purpose: 'scim', provider: 'generic', days: 1 })
  const { cookie, send } = await open(link.url)
  const elsewhere = await admin.application.fetch('/api/v1/organizations/acme/people', { headers: { ...own, cookie } })
  assert.equal(elsewhere.status, 401)
  const crossSite = await admin.send('POST', `${visit}/scim-token`, {
    key: null,
    headers: { cookie, 'sec-fetch-site': 'cross-site' },
  })
  assert.equal(crossSite.status, 403)
  assert.equal((await admin.send('GET', visit, { key: null })).status, 401)
  const forged = await admin.send('POST', `${visit}/session`, {
    key: null,
    headers: own,
    body: { token: tokenOf(link.url).replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
  })
  assert.equal(forged.status, 404)
  const revoked = await admin.send('POST', `${links}/${link.id}/revoke`, { key })
  assert.equal(revoked.body.state, 'revoked')
  assert.deepEqual([(await send('GET', '')).status, (await send('POST', '/scim-token')).status], [409, 409])
  const renewed = await admin.send('POST', `${links}/${link.id}/renew`, { key })
  assert.notEqual(renewed.body.url, link.url)
  const again = await open(renewed.body.url)
  const { clock } = admin.application
  clock.advance(3_600_000)
  assert.equal((await again.send('GET', '')).status, 401, 'an hour later the link must be opened again')
  clock.advance(24 * 3_600_000)
  const late = await admin.send('POST', `${visit}/session`, {
    key: null,
    headers: own,
    body: { token: tokenOf(renewed.body.url) },
  })
  assert.deepEqual([late.status, late.body.code], [409, 'conflict'])
  const poor = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['connections:manage'] } })
  const beyond = await admin.send('POST', links, { key: poor.body.key, body: { purpose: 'saml', provider: 'okta' } })
  assert.equal(beyond.status, 403)
})

test('the link is mailed in the language of whoever gets it, and the mail names no secret but the link', async () => {
  const link = await create({ purpose: 'both', provider: 'okta', mailTo: 'it@customer.example', language: 'ko' })
  const { body } = await admin.send('GET', '/api/v1/organizations/acme/mails?limit=5', { key })
  const [mail] = body.data
  assert.deepEqual([mail.to, mail.template], ['it@customer.example', 'setupLink'])
  const shown = await admin.send('GET', `/api/v1/organizations/acme/mails/${mail.id}`, { key })
  assert.ok(JSON.stringify(shown.body).includes(link.url))
  assert.match(JSON.stringify(shown.body), /Okta를 acme에 연결/)
  for (const locale of ['en', 'ko', 'ja', 'fr']) {
    const { subject, text } = renderMail({
      template: 'setupLink',
      locale,
      organizationName: 'Acme',
      data: { provider: 'Okta', expiresAt: '2026-12-01T00:00:00Z' },
      link: 'https://rollcall.test/set-up/x',
    })
    assert.ok(subject.includes('Okta') && subject.includes('Acme') && text.includes('/set-up/x'), locale)
  }
})
