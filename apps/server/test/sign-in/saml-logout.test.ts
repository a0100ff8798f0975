import assert from 'node:assert/strict'
import { createSign } from 'node:crypto'
import { after, before, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { providerUrl } from './saml-provider.ts'
import { createSamlHarness, type Claim, type SamlHarness } from './saml-harness.ts'

let saml: SamlHarness
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

before(async () => {
  saml = await createSamlHarness()
  const made = await saml.api('POST', '/people', { attributes: { userName: 'ada@acme.example' }, invite: false })
  assert.equal(made.status, 201)
})
after(() => saml[Symbol.asyncDispose]())

async function signIn(sessionIndex: string, claim: Claim = {}): Promise<string> {
  const answer = await saml.signIn({ ...claim, sessionIndex })
  assert.equal(answer.status, 303, await answer.text())
  return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
}

const isSignedIn = async (cookie: string): Promise<boolean> =>
  (await saml.admin.application.fetch('/account', { headers: { cookie } })).status === 200

type Message = { readonly id?: string; readonly tags?: Readonly<Record<string, string>>; readonly algorithm?: string }

/** A message of the identity provider in the redirect binding, signed over the query as the binding says. */
function toQuery(parameter: string, xml: string, { algorithm = rsaSha256 }: Message = {}): string {
  const value = encodeURIComponent(deflateRawSync(Buffer.from(xml)).toString('base64'))
  const text = `${parameter}=${value}&RelayState=abc&SigAlg=${encodeURIComponent(algorithm)}`
  const digest = algorithm.endsWith('sha1') ? 'RSA-SHA1' : 'RSA-SHA256'
  const signature = createSign(digest).update(text).sign(saml.pair.privateKey, 'base64')
  return `${text}&Signature=${encodeURIComponent(signature)}`
}

const logoutUrl = (): string => saml.provider.saml.serviceProvider.singleLogoutUrl

function logoutRequest(sessionIndex: string | undefined, { id = `_${crypto.randomUUID()}`, tags = {} }: Message = {}) {
  const { destination = logoutUrl(), issuer = `${providerUrl}/metadata`, nameId = 'ada@acme.example' } = tags
  const { at = saml.admin.application.clock().toISOString() } = tags
  const index = sessionIndex === undefined ? '' : `<samlp:SessionIndex>${sessionIndex}</samlp:SessionIndex>`
  return `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${at}" Destination="${destination}"><saml:Issuer>${issuer}</saml:Issuer><saml:NameID>${nameId}</saml:NameID>${index}</samlp:LogoutRequest>`
}

const send = (query: string): Promise<Response> => saml.admin.application.fetch(`${logoutUrl()}?${query}`)

test('the identity provider ends one session by its index or all of a person, and gets a signed answer', async () => {
  const [first, second] = [await signIn('_one'), await signIn('_two')]
  const answer = await send(toQuery('SAMLRequest', logoutRequest('_one', { id: '_request' })))
  assert.equal(answer.status, 302, await answer.text())
  const location = new URL(answer.headers.get('location') ?? '')
  assert.equal(location.origin + location.pathname, `${providerUrl}/slo`)
  assert.equal(location.searchParams.get('SigAlg'), rsaSha256)
  assert.equal(location.searchParams.get('RelayState'), 'abc')
  assert.deepEqual([await isSignedIn(first), await isSignedIn(second)], [false, true])
  await send(toQuery('SAMLRequest', logoutRequest(undefined)))
  assert.equal(await isSignedIn(second), false)
})

test('logout requests that are unsigned, changed, repeated, old or for somebody else end nothing', async () => {
  const cookie = await signIn('_kept')
  const good = logoutRequest('_kept', { id: '_used' })
  const bad: readonly (readonly [string, string])[] = [
    ['unsigned', toQuery('SAMLRequest', good).replace(/&Signature=.*/, '')],
    ['signatureInvalid', toQuery('SAMLRequest', good).replace('RelayState=abc', 'RelayState=abd')],
    ['weakAlgorithm', toQuery('SAMLRequest', good, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })],
    ['malformed', toQuery('SAMLRequest', good) + '&SAMLRequest=x'],
    ['issuerMismatch', toQuery('SAMLRequest', logoutRequest('_kept', { tags: { issuer: 'https://evil.example' } }))],
    [
      'recipientMismatch',
      toQuery('SAMLRequest', logoutRequest('_kept', { tags: { destination: 'https://x.example' } })),
    ],
    ['expired', toQuery('SAMLRequest', logoutRequest('_kept', { tags: { at: '2026-11-21T08:00:00Z' } }))],
    ['forbiddenMarkup', toQuery('SAMLRequest', good.replace('ada@', 'a<!---->da@'))],
    ['malformed', toQuery('SAMLRequest', good.replaceAll('LogoutRequest', 'Response'))],
  ]
  for (const [code, query] of bad) {
    const answer = await send(query)
    assert.equal(answer.status, 403, code)
    assert.match(await answer.text(), new RegExp(`\\(${code}\\)`))
    assert.ok(await isSignedIn(cookie), code)
  }
  const other = toQuery('SAMLRequest', logoutRequest('_other', { id: '_used' }))
  assert.equal((await send(other)).status, 302)
  assert.ok(await isSignedIn(cookie))
  assert.match(await (await send(other)).text(), /\(replayed\)/)
})

test('signing out here leads to the identity provider with a signed request, and its answer is taken once', async () => {
  const cookie = await signIn('_mine')
  const out = await saml.admin.application.fetch('/sign-out', {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: '',
  })
  assert.equal(out.status, 200)
  assert.equal(await isSignedIn(cookie), false)
  const location = new URL((out.headers.get('refresh') ?? '').replace(/^0;url=/, ''))
  assert.equal(location.origin + location.pathname, `${providerUrl}/slo`)
  const { extract, xml } = await saml.parse(location, 'logout')
  assert.equal(extract.nameID, 'ada@acme.example')
  assert.match(xml, /SessionIndex[^>]*>_mine</)
  const id = / ID="([^"]+)"/.exec(xml)?.[1] ?? ''
  const response = `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${crypto.randomUUID()}" Version="2.0" IssueInstant="${saml.admin.application.clock().toISOString()}" Destination="${logoutUrl()}" InResponseTo="${id}"><saml:Issuer>${providerUrl}/metadata</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
  const taken = await send(toQuery('SAMLResponse', response))
  assert.equal(taken.status, 200)
  assert.match(await taken.text(), /You are signed out/)
  assert.match(await (await send(toQuery('SAMLResponse', response))).text(), /\(unknownRequest\)/)
})

test('a request to log out names the person as the assertion did: format and qualifiers too (saml-core-2.0-os §3.7.1)', async () => {
  const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
  const qualifiers = 'NameQualifier="https://idp.example.com/&amp;x" SPNameQualifier="https://rollcall.test/sp"'
  const full = await signOut(
    await signIn('_full', {
      nameIdFormat: transient,
      before: (xml) => xml.replace('<saml:NameID ', `<saml:NameID ${qualifiers} `),
    }),
  )
  assert.equal(full.extract.nameID, 'ada@acme.example')
  assert.match(full.nameId, new RegExp(`Format="${transient}"`))
  for (const part of qualifiers.split(' ')) assert.ok(full.nameId.includes(part), full.nameId)

  // Left out there, left out here; no Format means "unspecified" (§8.3.1).
  const bare = await signOut(
    await signIn('_bare', { before: (xml) => xml.replace(/<saml:NameID [^>]*>/, '<saml:NameID>') }),
  )
  assert.match(bare.nameId, /Format="urn:oasis:names:tc:SAML:1\.1:nameid-format:unspecified"/)
  assert.doesNotMatch(bare.nameId, /Qualifier/)
})

/** Signs out here, and reads what the identity provider is sent. */
async function signOut(cookie: string) {
  const out = await saml.admin.application.fetch('/sign-out', {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: '',
  })
  const location = new URL((out.headers.get('refresh') ?? '').replace(/^0;url=/, ''))
  const { extract, xml } = await saml.parse(location, 'logout')
  return { extract, nameId: /<saml:NameID[^>]*>/.exec(xml)?.[0] ?? '' }
}
