import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { jobs } from '../../src/jobs.ts'
import { createOutboundFetch } from '../../src/outbound-fetch.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { createPair, metadataOf } from './saml-provider.ts'
import { signMetadata } from './saml-signed-metadata.ts'

const certificates = new URL('../ground/certificates/', import.meta.url)
const tls = {
  key: readFileSync(new URL('first.key.pem', certificates), 'utf8'),
  cert: readFileSync(new URL('first.cert.pem', certificates), 'utf8'),
}
const path = '/api/v1/organizations/acme/identity-providers'
const dayMs = 86_400_000
const [signer, other, { certificate }, next] = await Promise.all([
  createPair(),
  createPair(),
  createPair(),
  createPair(),
])
const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256
const hexOf = (pem: string): string => fingerprintOf(pem).replaceAll(':', '').toLowerCase()
const withId = (xml: string, id = '_m'): string => xml.replace('<EntityDescriptor ', `<EntityDescriptor ID="${id}" `)
const plain = withId(metadataOf([certificate]))
const signed = signMetadata(plain, signer)
const evil = withId(metadataOf([other.certificate]), '_evil').replace(/^<\?xml.*\?>\s*/, '')

let admin: AdminHarness
let key: string
let server: Server
let metadataUrl: string
let published = signed
let status = 200

before(async () => {
  server = createServer(tls, (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/samlmetadata+xml' }).end(published)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  metadataUrl = `https://localhost:${(server.address() as AddressInfo).port}/metadata`
  admin = await createAdminHarness({ outboundFetch: createOutboundFetch({ allow: ['127.0.0.0/8'], ca: tls.cert }) })
  ;({ key } = await admin.createOrganization('acme'))
})
after(async () => {
  server.close()
  await admin[Symbol.asyncDispose]()
})

const send = (method: string, suffix: string, body?: unknown) =>
  admin.send(method, path + suffix, { key, ...(body !== undefined && { body }) })
const make = (saml: object) => send('POST', '', { type: 'saml', saml })
const remove = (id: string) => send('DELETE', `/${id}`)

async function refuse(metadataXml: string, said: RegExp, metadataSigners = [signer.certificate]): Promise<void> {
  const answer = await make({ metadataXml, metadataSigners })
  assert.equal(answer.status, 400, `${said}: ${JSON.stringify(answer.body)}`)
  assert.equal(answer.body.errors[0].code, 'invalidMetadata')
  assert.match(answer.body.detail, said)
}

test('metadata counts when a pinned certificate has signed it, as PEM or by its fingerprint, as a document or at an address', async () => {
  const federation = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ID="_all">${metadataOf([certificate]).replace(/^<\?xml.*\?>\s*/, '')}</EntitiesDescriptor>`
  for (const [saml, pem] of [
    [{ metadataXml: signed, metadataSigners: [signer.certificate] }, signer.certificate],
    [{ metadataXml: signed.replaceAll('\n', '\r\n'), metadataSigners: [fingerprintOf(signer.certificate)] }, null],
    [{ metadataUrl, metadataSigners: [hexOf(signer.certificate)] }, null],
    [{ metadataXml: signMetadata(plain, signer, { shows: null }), metadataSigners: [signer.certificate] }],
    [{ metadataXml: signMetadata(plain, signer, { shows: other.certificate }), metadataSigners: [signer.certificate] }],
    [{ metadataXml: signMetadata(federation, signer), metadataSigners: [signer.certificate] }],
  ] as const) {
    const made = await make(saml)
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const { metadataSigners, certificates: read } = made.body.saml.identityProvider
    assert.equal(metadataSigners.length, 1)
    assert.equal(metadataSigners[0].fingerprint, hexOf(signer.certificate))
    if (pem !== undefined) assert.equal(metadataSigners[0].pem, pem)
    assert.deepEqual(
      read.map((each: Record<string, string>) => each['fingerprint']),
      [hexOf(certificate)],
    )
    await remove(made.body.id)
  }
})

test('metadata that is unsigned, signed by another key, or changed after it was signed is refused with the cause', async () => {
  await refuse(plain, /is not signed/)
  await refuse(signMetadata(plain, other), /does not verify/)
  await refuse(signMetadata(plain, other, { shows: signer.certificate }), /does not verify/)
  await refuse(signMetadata(plain, other), /is signed by [0-9a-f]{64}, which is not among metadataSigners/, [
    hexOf(signer.certificate),
  ])
  await refuse(signMetadata(plain, other, { shows: signer.certificate }), /does not verify/, [
    hexOf(signer.certificate),
  ])
  await refuse(signMetadata(plain, signer, { shows: null }), /names no certificate/, [hexOf(signer.certificate)])
  await refuse(signed.replace('/sso"', '/evil"'), /does not verify/)
  await refuse(signed.replace('entityID="https://idp.', 'entityID="https://evil.'), /does not verify/)
})

test('metadata signed with SHA-1, or in a form that depends on what is around it, is refused', async () => {
  const sha1 = 'http://www.w3.org/2000/09/xmldsig#'
  await refuse(signMetadata(plain, signer, { algorithm: `${sha1}rsa-sha1` }), /rsa-sha1" is not accepted/)
  await refuse(signMetadata(plain, signer, { digest: `${sha1}sha1` }), /#sha1" is not accepted/)
  const inclusive = [`${sha1}enveloped-signature`, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315']
  await refuse(signMetadata(plain, signer, { transforms: inclusive }), /REC-xml-c14n-20010315" is not accepted/)
  await refuse(signMetadata(plain, signer, { transforms: inclusive.slice(0, 1) }), /lacks the transform/)
})

test('a signature over another element vouches for nothing around it', async () => {
  const original = signed.replace(/^<\?xml.*\?>\s*/, '')
  const signature = /<Signature.*<\/Signature>/s.exec(original)?.[0] ?? ''
  const bare = original.replace(signature, '')
  const into = (xml: string, inside: string): string => xml.replace(/(<EntityDescriptor [^>]*>)/, `$1${inside}`)
  const hold = (inside: string): string => `<Extensions>${inside}</Extensions>`
  // The signature moved into a forged document, the signed one hidden beside it.
  await refuse(into(evil, signature + hold(bare)), /refers to something else/)
  await refuse(into(evil, hold(original)), /is not signed/)
  await refuse(into(evil.replace('_evil', '_m'), signature + hold(bare)), /same ID/)
  await refuse(into(evil.replace('_evil', '_m'), signature), /does not verify/)
  await refuse(into(evil, signature.replace('</Signature>', `<Object>${bare}</Object></Signature>`)), /consists of/)
  // A document of several, of which the signed one is only one.
  const all = (inside: string): string =>
    `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ID="_all">${inside}</EntitiesDescriptor>`
  await refuse(all(evil + original), /is not signed/)
  await refuse(all(signature + evil + bare), /refers to something else/)
  // Only a part was signed at all.
  const part = plain.replace('<IDPSSODescriptor ', '<IDPSSODescriptor ID="_part" ')
  await refuse(signMetadata(part, signer, { signs: "//*[@ID='_part']" }), /refers to something else/)
  await refuse(signed.replace(/(<Signature.*<\/Signature>)/s, '$1$1'), /more than one signature/)
})

test('what is not a signer of metadata is refused, and what has no signer any more is taken as it comes', async () => {
  for (const [wrong, said] of [
    ['x', /certificates in PEM/],
    ['ab'.repeat(20), /SHA-256 fingerprints/],
    [signer.privateKey, /certificates in PEM/],
  ] as const)
    await refuse(signed, said, [wrong])
  const made = await make({ metadataXml: plain })
  const one = `/${made.body.id}`
  assert.deepEqual(made.body.saml.identityProvider.metadataSigners, [])
  const alone = await send('PATCH', one, { saml: { metadataSigners: [signer.certificate] } })
  assert.match(alone.body.detail, /send it again as metadataXml/)
  const both = { metadataXml: signed, metadataSigners: [signer.certificate] }
  assert.equal((await send('PATCH', one, { saml: both })).status, 200)
  const unsigned = await send('PATCH', one, { saml: { metadataXml: plain } })
  assert.match(unsigned.body.detail, /is not signed/)
  const off = await send('PATCH', one, { saml: { metadataSigners: [] } })
  assert.deepEqual(off.body.saml.identityProvider.metadataSigners, [])
  assert.equal((await send('PATCH', one, { saml: { metadataXml: plain } })).status, 200)
  await remove(made.body.id)
})

async function refresh(): Promise<void> {
  admin.application.clock.advance(dayMs)
  await runJob('refresh-metadata')
}

async function runJob(name: string): Promise<void> {
  const job = jobs.find((each) => each.name === name)
  await job?.run(admin.application.application.parts, new AbortController().signal)
}

test('a refresh takes only what is signed by whom it must be, keeps the rest as it was, and says why', async () => {
  published = plain
  const settings = { alertEmail: 'it@acme.example' }
  await admin.send('PATCH', '/api/v1/organizations/acme', { key, body: { settings } })
  const made = await make({ metadataUrl })
  const one = `/${made.body.id}`
  const pinned = await send('PATCH', one, { saml: { metadataSigners: [signer.certificate] } })
  assert.match(pinned.body.detail, /is not signed/, 'what is there now has to be signed already')
  published = signed
  assert.equal((await send('PATCH', one, { saml: { metadataSigners: [signer.certificate] } })).status, 200)
  const rolled = withId(metadataOf([next.certificate]))
  const read = async () => (await send('GET', one)).body
  const { version } = await read()
  for (const [document, said] of [
    [rolled, /is not signed/],
    [signMetadata(rolled, other), /does not verify/],
    [signMetadata(rolled, signer).replace('/sso"', '/evil"'), /does not verify/],
  ] as const) {
    published = document
    await refresh()
    const { saml, version: kept } = await read()
    assert.match(saml.identityProvider.refreshError, said)
    assert.equal(saml.identityProvider.certificates[0].fingerprint, hexOf(certificate))
    assert.equal(kept, version)
    const { body } = await send('POST', `${one}/check`)
    assert.equal(body.works, false)
    assert.match(body.checks[0].detail, said)
  }
  // Three refusals in a row are told of once, by a notice and a mail; an address that does not answer is none.
  await runJob('notices')
  const listNotices = async () =>
    (await admin.send('GET', '/api/v1/organizations/acme/notices?kind=metadataRefused', { key })).body.data
  const notices = await listNotices()
  assert.equal(notices.length, 1)
  assert.equal(notices[0].identityProviderId, made.body.id)
  assert.match(notices[0].message, /"SAML" was refused.*is not signed/)
  const mails = (await admin.send('GET', '/api/v1/organizations/acme/mails', { key })).body.data
  const told = mails.filter((mail: Record<string, string>) => mail['template'] === 'metadataRefused')
  assert.equal(told.length, 1)
  assert.match(told[0].text, /The reason: The metadata is not signed/)
  published = signMetadata(rolled, signer)
  await refresh()
  const { identityProvider } = (await read()).saml
  assert.equal(identityProvider.refreshError, null)
  assert.equal(identityProvider.certificates[0].fingerprint, hexOf(next.certificate))
  status = 503
  await refresh()
  assert.equal((await listNotices()).length, 1)
  status = 200
  published = plain
  await refresh()
  assert.equal((await listNotices()).length, 2)
  await remove(made.body.id)
})

test('metadata whose validUntil has passed, or is no time, is refused wherever it stands', async () => {
  const past = 'validUntil="2020-01-01T00:00:00Z"'
  const inRole = plain.replace('<IDPSSODescriptor ', `<IDPSSODescriptor ${past} `)
  const inAll = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ID="_all" ${past}>${plain.replace(/^<\?xml.*\?>\s*/, '')}</EntitiesDescriptor>`
  await refuse(signMetadata(inRole, signer), /the validUntil of its IDPSSODescriptor was 2020/)
  await refuse(signMetadata(inAll, signer), /the validUntil of its EntitiesDescriptor was 2020/)
  await refuse(signMetadata(withId(metadataOf([certificate], { validUntil: 'soon' })), signer), /is no time/)
})
