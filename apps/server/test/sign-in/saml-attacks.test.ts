import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createPair } from './saml-provider.ts'
import { createSamlHarness, decode, encode, type Claim, type SamlHarness } from './saml-harness.ts'

let saml: SamlHarness
const victim = 'eve@acme.example'

before(async () => {
  saml = await createSamlHarness()
  for (const userName of ['ada@acme.example', victim]) {
    const made = await saml.api('POST', '/people', { attributes: { userName }, invite: false })
    assert.equal(made.status, 201, JSON.stringify(made.body))
  }
})
after(() => saml[Symbol.asyncDispose]())

/** Posts what the identity provider never said, and returns the code of the refusal. Nobody is signed in. */
async function codeOf(claim: Claim, mutate: (response: string) => string = (response) => response): Promise<string> {
  const begun = await saml.begin()
  const answer = await saml.post(mutate(await saml.respond(claim, begun)), begun)
  const text = await answer.text()
  assert.equal(answer.status, 403, text)
  assert.equal(answer.headers.get('set-cookie'), null)
  const [, code = '', id = ''] = /<code>(\w+)<\/code> <code>(sif_\w+)<\/code>/.exec(text) ?? []
  const [newest] = await saml.failures()
  assert.deepEqual([newest.id, newest.code], [id, code])
  return code
}

const assertionPattern = /<saml:Assertion[\s\S]*<\/saml:Assertion>/
const signaturePattern = /<ds:Signature[\s\S]*?<\/ds:Signature>/
const assertionOf = (xml: string): string => assertionPattern.exec(xml)?.[0] ?? ''
const evilOf = (xml: string, id = '_evil'): string =>
  assertionOf(xml)
    .replace(signaturePattern, '')
    .replace(/ ID="[^"]+"/, ` ID="${id}"`)
    .replace('ada@acme.example', victim)
const idOf = (xml: string): string => / ID="([^"]+)"/.exec(assertionOf(xml))?.[1] ?? ''

test('a response that nobody tampered with signs in, whichever parts are signed', async () => {
  for (const signs of ['assertion', 'both'] as const) {
    const answer = await saml.signIn({ signs })
    assert.equal(answer.status, 303, await answer.text())
    assert.match(answer.headers.get('set-cookie') ?? '', /^__Host-rollcall_session=/)
  }
})

test('a reference to a character that XML has not is refused, wherever it stands', async () => {
  const at = (pattern: string, text: string) =>
    codeOf({}, (response) => encode(decode(response).replace(pattern, () => text)))
  assert.equal(await at(' InResponseTo="', ' InResponseTo="&#0;'), 'malformed')
  assert.equal(await at(' Destination="', ' Destination="&#xD800;'), 'malformed')
  assert.equal(await at('ada@acme.example', 'ada&#00;@acme.example'), 'malformed')
})

test('CON-G5: the eight ways to wrap a signed message around a forged one are refused, each with its code', async () => {
  const wrapped = (xml: string, signed: string): string =>
    xml
      .replace(/ ID="[^"]+"/, ' ID="_evilResponse"')
      .replace(assertionPattern, () => evilOf(xml))
      .replace(signed, '')
  const variants: readonly (readonly [name: string, code: string, claim: Claim])[] = [
    [
      'XSW1',
      'assertionCount',
      {
        signs: 'message',
        after: (xml) => {
          const signature = signaturePattern.exec(xml)?.[0] ?? ''
          const original = xml.replace(signature, '')
          return wrapped(xml, signature).replace(
            '<samlp:Status>',
            () => `${signature.replace('</ds:Signature>', () => `${original}</ds:Signature>`)}<samlp:Status>`,
          )
        },
      },
    ],
    [
      'XSW2',
      'assertionCount',
      {
        signs: 'message',
        after: (xml) => {
          const signature = signaturePattern.exec(xml)?.[0] ?? ''
          return wrapped(xml, signature).replace(
            '<samlp:Status>',
            () => `${xml.replace(signature, '')}${signature}<samlp:Status>`,
          )
        },
      },
    ],
    [
      'XSW3',
      'assertionCount',
      { after: (xml) => xml.replace('<saml:Assertion', () => `${evilOf(xml)}<saml:Assertion`) },
    ],
    [
      'XSW4',
      'assertionCount',
      {
        after: (xml) =>
          xml.replace(assertionPattern, (original) =>
            evilOf(xml).replace('</saml:Assertion>', () => `${original}</saml:Assertion>`),
          ),
      },
    ],
    [
      'XSW5',
      'assertionCount',
      {
        after: (xml) => {
          const original = assertionOf(xml)
          const changed = original.replace('ada@acme.example', victim).replace(/ ID="[^"]+"/, ' ID="_evil"')
          return xml.replace(assertionPattern, () => changed + original.replace(signaturePattern, ''))
        },
      },
    ],
    [
      'XSW6',
      'assertionCount',
      {
        after: (xml) => {
          const original = assertionOf(xml)
          const signature = signaturePattern.exec(original)?.[0] ?? ''
          const inner = signature.replace('</ds:Signature>', () => `${original.replace(signature, '')}</ds:Signature>`)
          return xml.replace(assertionPattern, () =>
            evilOf(xml).replace('</saml:Issuer>', () => `</saml:Issuer>${inner}`),
          )
        },
      },
    ],
    [
      'XSW7',
      'duplicateId',
      {
        after: (xml) =>
          xml.replace(
            '<saml:Assertion',
            () => `<samlp:Extensions>${evilOf(xml, idOf(xml))}</samlp:Extensions><saml:Assertion`,
          ),
      },
    ],
    [
      'XSW8',
      'assertionCount',
      {
        after: (xml) => {
          const original = assertionOf(xml)
          const signature = signaturePattern.exec(original)?.[0] ?? ''
          const object = `<ds:Object>${original.replace(signature, '')}</ds:Object></ds:Signature>`
          const inner = signature.replace('</ds:Signature>', () => object)
          return xml.replace(assertionPattern, () =>
            evilOf(xml).replace('</saml:Issuer>', () => `</saml:Issuer>${inner}`),
          )
        },
      },
    ],
  ]
  for (const [name, code, claim] of variants) assert.equal(await codeOf(claim), code, name)
})

test('CON-G5: unsigned, stripped, foreign and relocated signatures are refused', async () => {
  assert.equal(await codeOf({ after: (xml) => xml.replace(signaturePattern, '') }), 'unsigned')
  assert.equal(await codeOf({ signs: 'message' }), 'unsigned')
  assert.equal(await codeOf({ keyPair: await createPair() }), 'signatureInvalid')
  assert.equal(await codeOf({ after: (xml) => xml.replace('>ada@acme.example<', `>${victim}<`) }), 'signatureInvalid')
  const relocated = (xml: string): string => {
    const signature = signaturePattern.exec(xml)?.[0] ?? ''
    return xml
      .replace(signature, '')
      .replace('<samlp:Status>', () => `<samlp:Extensions>${signature}</samlp:Extensions><samlp:Status>`)
  }
  assert.equal(await codeOf({ after: relocated }), 'signaturePlacement')
  assert.equal(await codeOf({ after: (xml) => xml.replace(/URI="#[^"]+"/, 'URI=""') }), 'signaturePlacement')
  assert.equal(
    await codeOf({ signs: 'both', after: (xml) => xml.replace('Version="2.0"', 'Version="2.0" Consent="x"') }),
    'signatureInvalid',
  )
  const twice = (xml: string): string => xml.replace(signaturePattern, (signature) => signature + signature)
  assert.equal(await codeOf({ after: twice }), 'signaturePlacement')
})

test('CON-G5: comments, entities, document types and other markup that parsers read differently are refused', async () => {
  const name = 'ada@acme.example'
  const tricks = [
    (xml: string) => xml.replace(name, `${victim}<!---->.evil.example`),
    (xml: string) => xml.replace(name, 'ada@acme<?x?>.example'),
    (xml: string) => xml.replace(name, '<![CDATA[ada@acme.example]]>'),
    (xml: string) => `<!DOCTYPE x [<!ENTITY who "${victim}">]>${xml.replace(name, '&who;')}`,
    (xml: string) => xml.replace(name, '&who;'),
    (xml: string) => `<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">${xml}`,
  ]
  for (const trick of tricks) {
    assert.equal(await codeOf({ after: trick }), 'forbiddenMarkup', String(trick))
  }
  assert.equal(await codeOf({ after: (xml) => xml.replace(name, `<b>${name}</b>`) }), 'signatureInvalid')
  assert.equal(await codeOf({ before: (xml) => xml.replace(name, `<b>${name}</b>`) }), 'noSubject')
})

test('CON-G5: SHA-1, HMAC and other algorithms than the short list are refused', async () => {
  const sha1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
  assert.equal(await codeOf({ algorithm: sha1 }), 'weakAlgorithm')
  const hmac = (xml: string): string => {
    const changed = xml.replace(
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
    )
    const info = /<ds:SignedInfo[\s\S]*?<\/ds:SignedInfo>/.exec(changed)?.[0] ?? ''
    const mac = createHmac('sha1', saml.pair.certificate).update(info).digest('base64')
    return changed.replace(/<ds:SignatureValue>[^<]*</, `<ds:SignatureValue>${mac}<`)
  }
  assert.equal(await codeOf({ after: hmac }), 'weakAlgorithm')
  const replace = (from: string, to: string) => ({ after: (xml: string) => xml.replace(from, to) })
  assert.equal(
    await codeOf(replace('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1')),
    'weakAlgorithm',
  )
  assert.equal(
    await codeOf(replace('http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315')),
    'weakAlgorithm',
  )
  assert.equal(
    await codeOf(
      replace('http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/TR/1999/REC-xslt-19991116'),
    ),
    'weakAlgorithm',
  )
})

test('CON-G5: another audience, recipient, destination or issuer is refused', async () => {
  const tag = (name: string, value = 'https://evil.example') => codeOf({ tags: { [name]: value } })
  assert.equal(await tag('Audience'), 'audienceMismatch')
  assert.equal(await tag('SubjectRecipient'), 'recipientMismatch')
  assert.equal(await tag('Destination'), 'recipientMismatch')
  assert.equal(await tag('Issuer'), 'issuerMismatch')
  assert.equal(await codeOf({ before: (xml) => xml.replace(/<saml:Conditions.*<\/saml:Conditions>/, '') }), 'malformed')
  assert.equal(
    await codeOf({ before: (xml) => xml.replace(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, '') }),
    'audienceMismatch',
  )
  assert.equal(await codeOf({ before: (xml) => xml.replace('cm:bearer', 'cm:holder-of-key') }), 'recipientMismatch')
})

test('CON-G5: what is not valid now is refused, with two minutes for clocks that differ', async () => {
  const now = saml.admin.application.clock()
  const at = (seconds: number): string => new Date(now.getTime() + seconds * 1000).toISOString()
  assert.equal(await codeOf({ tags: { ConditionsNotBefore: at(121) } }), 'notYetValid')
  assert.equal(await codeOf({ tags: { ConditionsNotOnOrAfter: at(-121) } }), 'expired')
  assert.equal(await codeOf({ tags: { SubjectConfirmationDataNotOnOrAfter: at(-121) } }), 'expired')
  assert.equal(await codeOf({ tags: { IssueInstant: at(121) } }), 'notYetValid')
  assert.equal(await codeOf({ tags: { IssueInstant: at(-421) } }), 'expired')
  assert.equal(await codeOf({ tags: { IssueInstant: 'yesterday' } }), 'malformed')
  assert.equal(await codeOf({ sessionNotOnOrAfter: at(-1) }), 'expired')
  const slow = await saml.signIn({
    tags: { ConditionsNotBefore: at(119), SubjectConfirmationDataNotOnOrAfter: at(-119) },
  })
  assert.equal(slow.status, 303)
})

test('CON-G5: an answer counts once, for the browser that asked, and only for a request of ours', async () => {
  const begun = await saml.begin()
  const response = await saml.respond({}, begun)
  assert.equal((await saml.post(response, { ...begun, cookie: '' })).status, 403)
  const [other] = await saml.failures()
  assert.equal(other.code, 'otherBrowser')
  // Two at once: one wins.
  const answers = await Promise.all([saml.post(response, begun), saml.post(response, begun)])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 403])
  assert.equal((await saml.post(response, begun)).status, 403)
  assert.equal((await saml.failures())[0].code, 'replayed')
  assert.equal(await codeOf({ inResponseTo: '_never' }), 'unknownRequest')
  const mixed = (xml: string): string => xml.replace(/(SubjectConfirmationData[^>]* InResponseTo=")[^"]+/, '$1_other')
  assert.equal(await codeOf({ before: mixed }), 'unknownRequest')
  const late = await saml.begin()
  saml.admin.application.clock.advance(601_000)
  assert.equal((await saml.post(await saml.respond({}, late), late)).status, 403)
  assert.equal((await saml.failures())[0].code, 'unknownRequest')
})

test('CON-G5: what is no message at all is refused without harm', async () => {
  const big = encode(`<x>${'y'.repeat(300_000)}</x>`)
  for (const [response, code] of [
    ['', 'malformed'],
    ['%%%', 'malformed'],
    [Buffer.from([0xff, 0xfe, 0x00]).toString('base64'), 'malformed'],
    [encode('<a'), 'malformed'],
    [encode('<Response/>'), 'malformed'],
    [big, 'tooLarge'],
    [encode('<x>'.repeat(200) + '</x>'.repeat(200)), 'malformed'],
  ] as const)
    assert.equal(await codeOf({}, () => response), code, response.slice(0, 20))
  const denied = (xml: string): string =>
    xml
      .replace(assertionPattern, '')
      .replace('status:Success', 'status:Responder')
      .replace('"/></samlp:Status>', '"/><samlp:StatusMessage>no</samlp:StatusMessage></samlp:Status>')
  assert.equal(await codeOf({ after: denied }), 'providerRefused')
})

test('encrypted assertions are read, in AES-GCM only, and are not exempt from any rule', async () => {
  const gcm = 'http://www.w3.org/2009/xmlenc11#aes256-gcm'
  const answer = await saml.signIn({ encryption: gcm })
  assert.equal(answer.status, 303, await answer.text())
  assert.equal((await saml.signIn({ encryption: gcm, signs: 'both' })).status, 303)
  assert.equal(await codeOf({ encryption: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc' }), 'weakAlgorithm')
  assert.equal(await codeOf({ encryption: gcm, keyPair: await createPair() }), 'signatureInvalid')
  assert.equal(
    await codeOf({ encryption: gcm, algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }),
    'weakAlgorithm',
  )
  assert.equal(await codeOf({ encryption: gcm, tags: { Audience: 'https://evil.example' } }), 'audienceMismatch')
  // The key is the first value, the assertion the second.
  const flipped = (response: string): string => {
    let values = 0
    const flip = (value: string): string =>
      values++ === 1 ? `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}` : value
    return encode(decode(response).replaceAll(/(?<=CipherValue>)[^<]{40,}/g, flip))
  }
  assert.equal(await codeOf({ encryption: gcm }, flipped), 'undecipherable')
})
