import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:https'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { rotateSecrets } from '../../src/rotate-secrets.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { jobs } from '../../src/jobs.ts'
import { createKeyPair } from '../../src/sign-in/saml/self-signed.ts'
import { createAddressGuard } from '../../src/outbound-address.ts'
import { createOutboundFetch } from '../../src/outbound-fetch.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { createPair, metadataOf } from './saml-provider.ts'

const certificates = new URL('../ground/certificates/', import.meta.url)
const tls = {
  key: readFileSync(new URL('first.key.pem', certificates), 'utf8'),
  cert: readFileSync(new URL('first.cert.pem', certificates), 'utf8'),
}
const { certificate } = await createPair()
let admin: AdminHarness
let key: string
let server: Server
let metadataUrl: string
let published = metadataOf([certificate])
const path = '/api/v1/organizations/acme/identity-providers'
const dayMs = 86_400_000

before(async () => {
  server = createServer(tls, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/metadata' }).end()
    else response.writeHead(200, { 'content-type': 'application/samlmetadata+xml' }).end(published)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  metadataUrl = `https://localhost:${(server.address() as AddressInfo).port}/metadata`
  const outboundFetch = createOutboundFetch({ allow: ['127.0.0.0/8', '::1/128'], ca: tls.cert })
  admin = await createAdminHarness({ outboundFetch })
  ;({ key } = await admin.createOrganization('acme'))
})
after(async () => {
  server.close()
  await admin[Symbol.asyncDispose]()
})

const send = (method: string, suffix: string, body?: unknown, headers: Record<string, string> = {}) =>
  admin.send(method, path + suffix, { key, headers, ...(body !== undefined && { body }) })
const make = (saml: object = { metadataXml: published }, more: object = {}) =>
  send('POST', '', { type: 'saml', saml, ...more })

test('CON-G3: metadata comes from an https address or as XML; each is read, and what is wrong is named', async () => {
  const fetched = await make({ metadataUrl }, { name: 'fetched' })
  assert.equal(fetched.status, 201, JSON.stringify(fetched.body))
  const { identityProvider } = fetched.body.saml
  assert.equal(identityProvider.entityId, 'https://idp.example.com/metadata')
  assert.equal(identityProvider.singleSignOnUrl, 'https://idp.example.com/sso')
  assert.equal(identityProvider.certificates.length, 1)
  assert.equal(identityProvider.metadataUrl, metadataUrl)
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['<a', /no XML/],
    ['<a/>', /no SAML 2.0 metadata/],
    [metadataOf([certificate], { extra: '<!DOCTYPE x [<!ENTITY y "z">]>' }), /document type/],
    [metadataOf([]), /no certificate/],
    [metadataOf(['AAAA']), /certificate that cannot be read/],
    [metadataOf([certificate], { validUntil: '2020-01-01T00:00:00Z' }), /expired/],
    [published.replace('https://idp.example.com/sso', 'javascript:alert(1)'), /no https address/],
    [
      published.replace(
        'HTTP-Redirect" Location="https://idp.example.com/sso',
        'HTTP-POST" Location="https://x.example',
      ),
      /HTTP-Redirect/,
    ],
  ]
  for (const [metadataXml, said] of wrong) {
    const answer = await make({ metadataXml })
    assert.equal(answer.status, 400, metadataXml.slice(0, 60))
    assert.equal(answer.body.errors[0].code, 'invalidMetadata')
    assert.match(answer.body.detail, said)
  }
  await send('DELETE', `/${fetched.body.id}`)
})

test('metadata is asked for at public https addresses only, and never behind a redirect', async () => {
  const outboundFetch = createOutboundFetch({ allow: [], ca: tls.cert })
  for (const url of [
    metadataUrl,
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest',
    'http://example.com/',
  ])
    await assert.rejects(outboundFetch({ url }), /no public address|no https address/, url)
  const moved = await make({ metadataUrl: metadataUrl.replace('/metadata', '/moved') })
  assert.match(moved.body.detail, /answered 302/)
  assert.equal((await make({ metadataUrl: 'http://example.com/metadata' })).status, 400)
  const mayReach = createAddressGuard(['10.1.0.0/16'])
  for (const address of ['10.1.2.3', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])
    assert.ok(mayReach(address), address)
  for (const address of [
    '10.2.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'fe80::1',
    'fd00::1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '0.0.0.0',
    'x',
  ])
    assert.ok(!mayReach(address), address)
})

test('AC-D32: an organization has at most three identity providers of SAML', async () => {
  const made = []
  for (const preset of ['entra', 'okta', 'google']) {
    const answer = await make({ metadataXml: published }, { preset })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    assert.equal(answer.body.preset, preset)
    made.push(answer)
  }
  const fourth = await make({ metadataXml: published }, { name: 'fourth' })
  assert.equal(fourth.status, 409)
  assert.match(fourth.body.detail, /at most 3/)
  assert.equal((await send('GET', '?total=true')).body.total, 3)
  assert.equal((await make({ metadataXml: published }, { preset: 'x' })).body.errors[0].code, 'invalidPreset')
  const [first] = made
  assert.equal(
    first?.body.saml.settings.attributes.externalId,
    'http://schemas.microsoft.com/identity/claims/objectidentifier',
  )
  for (const answer of made) assert.equal((await send('DELETE', `/${answer.body.id}`)).status, 204)
})

test('AC-D32: the last way in is neither switched off, disabled nor deleted, also by two at once', async () => {
  const { body: one } = await make({ metadataXml: published }, { name: 'one' })
  const { body: two } = await make({ metadataXml: published }, { name: 'two' })
  const setMethods = (methods: object) =>
    admin.send('PATCH', '/api/v1/organizations/acme', { key, body: { settings: { signIn: { methods } } } })
  const onlyOidc = await setMethods({ password: false, passkey: false, saml: false })
  assert.equal(onlyOidc.status, 400, 'OpenID Connect is on, but nobody could come in by it')
  assert.match(onlyOidc.body.detail, /would leave no way to sign in/)
  assert.equal((await setMethods({ password: false, passkey: false })).status, 200)
  const both = await Promise.all([send('PATCH', `/${one.id}`, { state: 'disabled' }), send('DELETE', `/${two.id}`)])
  const refused = both.filter(({ status }) => status === 409)
  assert.equal(refused.length, 1, JSON.stringify(both.map(({ status }) => status)))
  assert.match(refused[0]?.body.detail ?? '', /Nobody could sign in any more/)
  assert.equal((await setMethods({})).status, 200)
  for (const { id } of [one, two]) assert.match(String((await send('DELETE', `/${id}`)).status), /204|404/)
})

test('an identity provider is changed under its version, disabled and enabled; its secrets are never shown', async () => {
  const made = await make()
  assert.equal(made.headers.get('etag'), '"1"')
  const one = `/${made.body.id}`
  const stale = await send('PATCH', one, { name: 'x' }, { 'if-match': '"7"' })
  assert.equal(stale.status, 412)
  const changed = await send('PATCH', one, { name: 'Work', saml: { idpInitiated: true } }, { 'if-match': '"1"' })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.deepEqual(
    [changed.body.name, changed.body.saml.settings.idpInitiated, changed.body.version],
    ['Work', true, 2],
  )
  assert.equal((await send('PATCH', one, { name: 'Work' })).body.version, 2)
  assert.equal((await make({ metadataXml: published }, { name: 'Work' })).status, 409)
  assert.equal((await send('PATCH', one, { state: 'disabled' })).body.state, 'disabled')
  assert.equal((await send('PATCH', one, { state: 'enabled' })).body.state, 'enabled')
  const shown = JSON.stringify((await send('GET', one)).body)
  assert.ok(!shown.includes('PRIVATE KEY'))
  const { rows } = await admin.application.database.query<{ secrets: string; data: unknown }>({
    text: `select p.secrets, (select json_agg(c.data) from changes c where c.subject_id = p.id) as data from identity_providers p`,
  })
  assert.ok(!JSON.stringify(rows).includes('PRIVATE KEY'))
  assert.equal((await send('DELETE', one)).status, 204)
  assert.equal((await send('GET', one)).status, 404)
})

test('the role of accounts that a sign-in makes is none that its chooser may not give, and may be gone later', async () => {
  const post = (place: string, body: object) => admin.send('POST', `/api/v1/organizations/acme/${place}`, { key, body })
  const narrow = await post('keys', { scopes: ['sign-in:read', 'sign-in:manage'], serviceAccount: 'narrow' })
  assert.equal(narrow.status, 201, JSON.stringify(narrow.body))
  const patch = (body: object) => admin.send('PATCH', path + one, { key: narrow.body.key, body })
  const justInTime = { enabled: true, role: 'guests' }
  assert.equal((await post('roles', { name: 'Guests', permissions: [] })).status, 201)
  const made = await make({ metadataXml: published, justInTime }, { name: 'makes accounts' })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const one = `/${made.body.id}`
  const refused = await patch({ saml: { justInTime: { enabled: true, role: 'owner' } } })
  assert.equal(refused.status, 403, JSON.stringify(refused.body))
  assert.equal(refused.body.errors[0].pointer, '/saml/justInTime/role')
  const unknown = await patch({ saml: { justInTime: { enabled: true, role: 'nobody' } } })
  assert.equal(unknown.body.errors[0].pointer, '/saml/justInTime/role')
  const shown = async () => (await send('GET', one)).body.saml.settings.justInTime
  const { roleId } = await shown()
  const renamed = { name: 'Visitors' }
  assert.equal(
    (await admin.send('PATCH', `/api/v1/organizations/acme/roles/${roleId}`, { key, body: renamed })).status,
    200,
  )
  assert.deepEqual([(await shown()).role, (await shown()).roleId], ['Visitors', roleId], 'a new name changes nothing')
  assert.equal((await admin.send('DELETE', `/api/v1/organizations/acme/roles/${roleId}`, { key })).status, 204)
  assert.deepEqual([(await shown()).role, (await shown()).roleId], [null, null])
  assert.equal((await patch({ state: 'disabled' })).body.state, 'disabled')
  assert.equal((await send('DELETE', one)).status, 204)
})

test('our key is rolled over in three steps; two certificates are shown in between', async () => {
  const made = await make({ metadataXml: published }, { name: 'rolling' })
  const step = (name: string) => send('POST', `/${made.body.id}/keys`, { step: name })
  const states = (answer: Reply): readonly string[] =>
    answer.body.saml.serviceProvider.certificates.map((each: Record<string, string>) =>
      [each['state'], each['fingerprint']?.slice(0, 8)].join(' '),
    )
  const old = states(made)[0]?.split(' ')[1]
  assert.equal((await step('use')).status, 409)
  const published2 = states(await step('publish'))
  assert.equal(published2.length, 2)
  assert.equal(published2[0], `current ${old}`)
  assert.deepEqual(states(await step('publish')), published2)
  const used = states(await step('use'))
  assert.deepEqual(used, [published2[1]?.replace('next', 'current'), `former ${old}`])
  assert.deepEqual(states(await step('retire')), [used[0]])
  await send('DELETE', `/${made.body.id}`)
})

test('what a document replaces is not asked for again', async () => {
  const made = await make({ metadataUrl }, { name: 'both' })
  assert.equal(made.status, 201)
  published = metadataOf([certificate], { entityId: 'https://other.example.com' })
  const changed = await send('PATCH', `/${made.body.id}`, { saml: { metadataXml: published } })
  assert.equal(changed.body.saml.identityProvider.metadataUrl, null)
  assert.equal(changed.body.saml.identityProvider.entityId, 'https://other.example.com')
  await send('DELETE', `/${made.body.id}`)
})

async function runJob(name: string): Promise<void> {
  const job = jobs.find((each) => each.name === name)
  assert.ok(job !== undefined)
  await job.run(admin.application.application.parts, new AbortController().signal)
}

test('CON-G3: metadata at an address is read again every day; a new certificate counts, a broken document changes nothing', async () => {
  published = metadataOf([certificate])
  const made = await make({ metadataUrl }, { name: 'refreshed' })
  const read = async () => (await send('GET', `/${made.body.id}`)).body
  const next = await createPair()
  published = metadataOf([certificate, next.certificate])
  await runJob('refresh-metadata')
  assert.equal((await read()).version, 1)
  admin.application.clock.advance(24 * 3_600_000)
  await runJob('refresh-metadata')
  const rolled = await read()
  assert.deepEqual([rolled.version, rolled.saml.identityProvider.certificates.length], [2, 2])
  admin.application.clock.advance(24 * 3_600_000)
  await runJob('refresh-metadata')
  const same = await read()
  assert.equal(same.version, 2)
  assert.notEqual(same.saml.identityProvider.refreshedAt, rolled.saml.identityProvider.refreshedAt)
  for (const [document, said] of [
    ['<broken', /no XML/],
    [metadataOf([certificate], { entityId: 'https://evil.example' }), /describes "https:\/\/evil.example" now/],
  ] as const) {
    published = document
    admin.application.clock.advance(24 * 3_600_000)
    await runJob('refresh-metadata')
    const kept = await read()
    assert.match(kept.saml.identityProvider.refreshError, said)
    assert.deepEqual([kept.version, kept.saml.identityProvider.certificates.length], [2, 2])
  }
  published = metadataOf([certificate, next.certificate])
  admin.application.clock.advance(3_600_000)
  await runJob('refresh-metadata')
  assert.equal((await read()).saml.identityProvider.refreshError, null)
  await send('DELETE', `/${made.body.id}`)
})

test('CON-G3: administrators hear 30, 14, 7 days and one day before a certificate of an identity provider ends, each once', async () => {
  const { clock } = admin.application
  const end = new Date(clock().getTime() + 40 * dayMs)
  const { certificate: ending } = await createKeyPair({ name: 'idp', notBefore: clock(), notAfter: end })
  const made = await make({ metadataXml: metadataOf([ending]) }, { name: 'Entra' })
  await admin.send('PATCH', '/api/v1/organizations/acme', {
    key,
    body: { settings: { alertEmail: 'it@acme.example' } },
  })
  const listNotices = async () =>
    (await admin.send('GET', '/api/v1/organizations/acme/notices?kind=certificateExpiring', { key })).body.data
  const told: unknown[] = []
  for (const daysLeft of [31, 30, 29, 14, 7, 2, 1, -1]) {
    clock.set(new Date(end.getTime() - daysLeft * dayMs))
    await runJob('notices')
    await runJob('notices')
    told.push((await listNotices()).length)
  }
  assert.deepEqual(told, [0, 1, 1, 2, 3, 3, 4, 4])
  const [newest] = await listNotices()
  assert.deepEqual([newest.identityProviderId, newest.details.daysLeft], [made.body.id, 1])
  assert.match(newest.message, /"Entra".*ends at/)
  const mails = await admin.send('GET', '/api/v1/organizations/acme/mails', { key })
  const own = mails.body.data.filter((mail: Record<string, string>) => mail['template'] === 'certificateExpiring')
  assert.equal(own.length, 4)
  assert.equal(own[0].recipient ?? own[0].to, 'it@acme.example')
  const seen = await admin.send('POST', `/api/v1/organizations/acme/notices/${newest.id}/acknowledge`, { key })
  assert.equal(seen.status, 200)
  await send('DELETE', `/${made.body.id}`)
})

test('keys of ours are sealed anew with a new encryption key, and open then', async () => {
  const made = await make({ metadataXml: metadataOf([certificate]) }, { name: 'resealed' })
  const { database, application, clock } = admin.application
  const read = async (): Promise<string> => {
    const text = 'select secrets from identity_providers where name = $1'
    return (await database.query<{ secrets: string }>({ text }, ['resealed'])).rows[0]?.secrets ?? ''
  }
  const before = await read()
  const { encryption } = application.parts
  const fresh = createEncryption([generateEncryptionKey()])
  const both = { ...fresh, open: encryption.open }
  await rotateSecrets(database, both, clock)
  const sealed = await read()
  assert.notEqual(sealed, before)
  assert.ok(fresh.isCurrent(sealed))
  await rotateSecrets(database, { ...encryption, isCurrent: encryption.isCurrent, open: fresh.open }, clock)
  assert.equal((await send('GET', `/${made.body.id}`)).status, 200)
  await send('DELETE', `/${made.body.id}`)
})
