import assert from 'node:assert/strict'
import test from 'node:test'
import { createTestSite, launchBrowser } from '../harness/browser.ts'

test('a page of ours works in a real browser in the four languages, and its policy refuses nothing it needs', async () => {
  await using site = await createTestSite()
  await using browser = await launchBrowser()
  const titles: string[] = []
  for (const locale of ['en-US', 'ko-KR', 'ja-JP', 'fr-FR']) {
    const { page, complaints } = await browser.open({ locale })
    const response = await page.goto(`${site.url}/invitations/unknown`)
    assert.equal(response?.status(), 404)
    titles.push(await page.title())
    // The browser itself notes the 404.
    assert.deepEqual(
      complaints.filter((text) => !text.includes('404')),
      [],
    )
  }
  assert.equal(new Set(titles).size, 4)
})

test('a virtual security key makes a passkey for the host of the public address', async () => {
  await using site = await createTestSite()
  await using browser = await launchBrowser()
  const { page, addAuthenticator } = await browser.open()
  await page.goto(`${site.url}/invitations/unknown`)
  const authenticator = await addAuthenticator()
  const id = await page.evaluate(createCredential)
  const [credential] = await authenticator.credentials()
  assert.equal(credential?.rpId, 'localhost')
  assert.equal(Buffer.from(credential.credentialId, 'base64').toString('base64url'), id)
})

// A text, since it runs in the page: our types know no DOM.
const createCredential = `navigator.credentials.create({
  publicKey: {
    challenge: new Uint8Array(32),
    rp: { name: 'Rollcall', id: 'localhost' },
    user: { id: new Uint8Array(16), name: 'ann', displayName: 'Ann' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  },
}).then(({ id }) => id)`
