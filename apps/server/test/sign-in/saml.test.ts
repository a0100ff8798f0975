import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createPair, metadataOf } from './saml-provider.ts'
import { parseMetadataSigners } from '../../src/sign-in/saml/metadata-signers.ts'
import { verifyMetadata } from '../../src/sign-in/saml/verify-metadata.ts'
import { createSamlHarness, type SamlHarness } from './saml-harness.ts'

let saml: SamlHarness

before(async () => {
  saml = await createSamlHarness()
})
after(() => saml[Symbol.asyncDispose]())

async function makePerson(attributes: object): Promise<string> {
  const made = await saml.api('POST', '/people', { attributes, invite: false })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.id
}

test('AC-D30: whoever the identity provider vouches for is signed in; names and mail become what it says', async () => {
  const id = await makePerson({
    userName: 'ada@acme.example',
    name: { givenName: 'A.', familyName: 'Byron' },
    emails: [
      { value: 'old@acme.example', type: 'home' },
      { value: 'other@acme.example', primary: true },
    ],
  })
  const attributes = { givenName: 'Ada', sn: 'Lovelace', mail: 'ada@acme.example' }
  const answer = await saml.signIn({ attributes })
  assert.equal(answer.status, 303, await answer.text())
  assert.equal(answer.headers.get('location'), 'https://rollcall.test/')
  const person = await saml.api('GET', `/people/${id}`)
  const { name, emails, userName } = person.body.attributes
  assert.deepEqual([name.givenName, name.familyName, userName], ['Ada', 'Lovelace', 'ada@acme.example'])
  assert.deepEqual(emails, [{ value: 'ada@acme.example', type: 'work', primary: true }])
  await saml.signIn({ attributes })
  assert.equal((await saml.api('GET', `/people/${id}`)).body.version, person.body.version)
})

test('AC-D30: the login is eduPersonPrincipalName where it is sent, else NameID', async () => {
  await makePerson({ userName: 'grace@acme.example' })
  const named = { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6': 'grace@acme.example' }
  assert.equal((await saml.signIn({ nameId: '_opaque', attributes: named })).status, 303)
  assert.equal((await saml.signIn({ nameId: '_opaque' })).status, 403)
  assert.equal((await saml.signIn({ nameId: 'GRACE@acme.example' })).status, 303)
})

test('CON-G1: metadata at one address, with an end and during a roll-over with two certificates', async () => {
  const { entityId, assertionConsumerServiceUrl, singleLogoutUrl } = saml.provider.saml.serviceProvider
  const read = async () => {
    const answer = await saml.admin.application.fetch(entityId)
    return { type: answer.headers.get('content-type'), xml: await answer.text() }
  }
  const certificates = (xml: string): readonly string[] =>
    [...xml.matchAll(/use="signing">[\s\S]*?<X509Certificate>([^<]+)</g)].map(([, base64 = '']) => base64)
  const { type, xml } = await read()
  assert.match(type ?? '', /^application\/samlmetadata\+xml/)
  assert.ok(xml.includes(`entityID="${entityId}"`))
  assert.ok(xml.includes(`HTTP-POST" Location="${assertionConsumerServiceUrl}"`))
  assert.ok(xml.includes(`HTTP-Redirect" Location="${singleLogoutUrl}"`))
  const end = Date.parse(/validUntil="([^"]+)"/.exec(xml)?.[1] ?? '')
  assert.ok(end > saml.admin.application.clock().getTime() + 24 * 3_600_000)
  assert.equal(certificates(xml).length, 1)
  const step = (name: string) => saml.api('POST', `/identity-providers/${saml.provider.id}/keys`, { step: name })
  await step('publish')
  const two = certificates((await read()).xml)
  assert.equal(two.length, 2)
  for (const base64 of two) assert.ok(new X509Certificate(Buffer.from(base64, 'base64')).subject)
  await step('use')
  assert.equal((await saml.signIn({ nameId: 'ada@acme.example' })).status, 303)
  await step('retire')
  const after = (await read()).xml
  assert.deepEqual(certificates(after), [two[1]])
  // CON-G2: what identity providers are configured with does not change with the key.
  assert.ok(after.includes(`entityID="${entityId}"`))
})

test('CON-G1: our metadata is signed where that is chosen, with the key that signs our requests', async () => {
  const { entityId } = saml.provider.saml.serviceProvider
  const read = async () => (await saml.admin.application.fetch(entityId)).text()
  assert.doesNotMatch(await read(), /Signature/)
  const one = `/identity-providers/${saml.provider.id}`
  const { body } = await saml.api('PATCH', one, { saml: { signMetadata: true } })
  assert.equal(body.saml.settings.signMetadata, true)
  const keys: readonly { readonly pem: string }[] = body.saml.serviceProvider.certificates
  const signers = parseMetadataSigners(keys.map(({ pem }) => pem))
  const xml = await read()
  assert.match(xml, /<EntityDescriptor [^>]*ID="_[0-9a-f]{64}"[^>]*><ds:Signature /)
  assert.ok(verifyMetadata(xml, signers).includes(`entityID="${entityId}"`))
  assert.throws(() => verifyMetadata(xml.replace('/acs"', '/evil"'), signers), /does not verify/)
  // The identity provider reads it, and nothing else has changed for it.
  assert.equal((await saml.signIn({ nameId: 'ada@acme.example' })).status, 303)
  await saml.api('PATCH', one, { saml: { signMetadata: false } })
  assert.doesNotMatch(await read(), /Signature/)
})

test('CON-G2: the entity id is the address of the metadata and does not change with the name or the key', async () => {
  const { serviceProvider } = saml.provider.saml
  const changed = await saml.api('PATCH', `/identity-providers/${saml.provider.id}`, { name: 'Another name' })
  assert.equal(changed.body.saml.serviceProvider.entityId, serviceProvider.entityId)
  await saml.api('PATCH', '', { slug: 'acme-two' })
  const moved = await saml.admin.send('GET', `/api/v1/organizations/acme-two/identity-providers/${saml.provider.id}`)
  assert.equal(moved.body.saml.serviceProvider.entityId, serviceProvider.entityId)
  assert.match(serviceProvider.entityId, /^https:\/\/rollcall\.test\/saml\/org_\w+\/idp_\w+\/metadata$/)
  await saml.admin.send('PATCH', '/api/v1/organizations/acme-two', { body: { slug: 'acme' } })
})

test('requests are signed with SHA-256, ask for our form of NameID and for no particular way to sign in', async () => {
  const { location } = await saml.begin()
  assert.equal(location.origin + location.pathname, 'https://idp.example.com/sso')
  assert.equal(location.searchParams.get('SigAlg'), 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
  const { extract, xml } = await saml.parse(location)
  assert.equal(extract.issuer, saml.provider.saml.serviceProvider.entityId)
  assert.match(xml, /nameid-format:persistent/)
  assert.ok(!xml.includes('RequestedAuthnContext'))
  const forged = new URL(location)
  forged.searchParams.set('RelayState', 'x')
  await assert.rejects(saml.parse(forged))
})

test('CON-G6: answers that nobody asked for are refused unless that is allowed; RelayState leads to paths of ours', async () => {
  const unasked = await saml.post(await saml.respond({}, undefined))
  assert.equal(unasked.status, 403)
  assert.equal((await saml.failures())[0].code, 'unsolicited')
  const allow = (idpInitiated: boolean) =>
    saml.api('PATCH', `/identity-providers/${saml.provider.id}`, { saml: { idpInitiated } })
  await allow(true)
  const response = await saml.respond({}, undefined)
  const taken = await saml.post(response, { relayState: 'https://evil.example/' })
  assert.equal(taken.status, 303)
  assert.equal(taken.headers.get('location'), 'https://rollcall.test/')
  assert.equal((await saml.post(response)).status, 403)
  assert.equal((await saml.failures())[0].code, 'replayed')
  await allow(false)
  const begun = await saml.begin('/account?x=1')
  const there = await saml.post(await saml.respond({}, begun), begun)
  assert.equal(there.headers.get('location'), 'https://rollcall.test/account?x=1')
  for (const relayState of [
    '/account?x=1',
    begun.relayState.replace('x=1', 'x=2'),
    'https://evil.example',
    '//evil.example',
  ]) {
    const again = await saml.begin()
    const answer = await saml.post(await saml.respond({}, again), { ...again, relayState })
    assert.equal(answer.headers.get('location'), 'https://rollcall.test/', relayState)
  }
})

test('AC-G44: a session ends at SessionNotOnOrAfter, however long ours would last', async () => {
  const { clock } = saml.admin.application
  const end = new Date(clock().getTime() + 20 * 60_000).toISOString()
  const answer = await saml.signIn({ sessionNotOnOrAfter: end })
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  assert.match(answer.headers.get('set-cookie') ?? '', /Max-Age=1200;/)
  const account = () => saml.admin.application.fetch('/account', { headers: { cookie } })
  assert.equal((await account()).status, 200)
  clock.advance(20 * 60_000)
  assert.equal((await account()).status, 303)
})

test('CON-G8: failed exchanges are kept masked for seven days, and forgotten then', async () => {
  const stranger = { nameId: 'stranger@acme.example', attributes: { groups: ['secret-group'] } }
  const answer = await saml.signIn(stranger)
  assert.equal(answer.status, 403)
  const [newest] = await saml.failures()
  assert.equal(newest.code, 'noAccount')
  const { exchange } = (await saml.api('GET', `/sign-in-failures/${newest.id}`)).body
  assert.deepEqual(exchange.nameIds[0].value, 's…@acme.example')
  assert.deepEqual(exchange.attributes, [{ name: 'groups', values: ['s… (12)'] }])
  assert.deepEqual(exchange.audiences, [saml.provider.saml.serviceProvider.entityId])
  const stored = JSON.stringify(exchange)
  for (const secret of ['stranger', 'secret-group', 'SignatureValue']) assert.ok(!stored.includes(secret), secret)
  saml.admin.application.clock.advance(7 * 24 * 3_600_000)
  assert.equal((await saml.failures()).length, 0)
  assert.equal((await saml.api('GET', `/sign-in-failures/${newest.id}`)).status, 404)
})

test('a disabled identity provider lets nobody in, and the sign-in page offers only enabled ones', async () => {
  const offers = async () =>
    (await (await saml.admin.application.fetch('/o/acme/sign-in')).text()).includes('/saml/org_')
  assert.ok(await offers())
  const begun = await saml.begin()
  const response = await saml.respond({}, begun)
  await saml.api('PATCH', `/identity-providers/${saml.provider.id}`, { state: 'disabled' })
  assert.equal((await saml.post(response, begun)).status, 403)
  assert.equal((await saml.failures())[0].code, 'providerDisabled')
  assert.ok(!(await offers()))
  await saml.api('PATCH', `/identity-providers/${saml.provider.id}`, { state: 'enabled' })
})

test('certificates of an identity provider may overlap, and one in a message counts for nothing', async () => {
  const next = await createPair()
  assert.equal((await saml.signIn({ keyPair: next })).status, 403)
  const metadataXml = metadataOf([saml.pair.certificate, next.certificate])
  await saml.api('PATCH', `/identity-providers/${saml.provider.id}`, { saml: { metadataXml } })
  assert.equal((await saml.signIn({ keyPair: next })).status, 303)
  assert.equal((await saml.signIn({})).status, 303)
})

test('a built-in account is no matter of an identity provider, and who came by one that is deleted is signed out', async () => {
  const root = await saml.api('POST', '/people', { attributes: { userName: 'root' }, builtIn: true, invite: false })
  assert.equal(root.status, 201)
  assert.equal((await saml.signIn({ nameId: 'root' })).status, 403)
  assert.equal((await saml.failures())[0].code, 'noAccount')
  const answer = await saml.signIn({})
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const account = async () => (await saml.admin.application.fetch('/account', { headers: { cookie } })).status
  assert.equal(await account(), 200)
  assert.equal((await saml.api('DELETE', `/identity-providers/${saml.provider.id}`)).status, 204)
  assert.equal(await account(), 303)
  assert.equal((await saml.admin.application.fetch(saml.provider.saml.serviceProvider.entityId)).status, 404)
})
