import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { toServiceProviderUrls } from '../../src/sign-in/saml/service-provider.ts'
import { createSamlProvider } from '../../src/sign-in/saml/manage.ts'
import { createTestSite, launchBrowser, type TestSite } from '../harness/browser.ts'
import { issue } from './saml-harness.ts'
import { createPair, metadataOf, providerUrl } from './saml-provider.ts'

type ProviderSite = AsyncDisposable & { readonly url: string; who: string; acs: string; entityId: string }

/** The identity provider's own page on another site: it believes everybody and makes the browser post its answer. */
async function createProviderSite(site: TestSite, pair: Awaited<ReturnType<typeof createPair>>): Promise<ProviderSite> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
    const id = / ID="([^"]+)"/.exec(xml)?.[1] ?? ''
    const answer = async (): Promise<string> => {
      const metadata = await (await site.application.fetch(own.entityId)).text()
      const claim = { nameId: own.who }
      const { acs, entityId } = own
      const SAMLResponse = await issue({
        claim,
        begun: { id },
        metadata,
        pair,
        now: site.application.clock(),
        entityId,
        acs,
      })
      const relayState = searchParams.get('RelayState') ?? ''
      return `<!doctype html><title>idp</title><form method="post" action="${acs}"><input name="SAMLResponse" value="${SAMLResponse}"><input name="RelayState" value="${relayState}"></form><script>document.forms[0].submit()</script>`
    }
    answer().then(
      (html) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const own = { url, who: '', acs: '', entityId: '', [Symbol.asyncDispose]: async () => void server.close() }
  return own
}

test('a person signs in by SAML in a real browser, is told why when he may not, and lands where he wanted', async () => {
  await using site = await createTestSite()
  await using browser = await launchBrowser()
  const pair = await createPair()
  await using idp = await createProviderSite(site, pair)
  const tenant = await site.application.createTenant('acme')
  const { secret } = await tenant.createKey({ scopes: ['admin:enterprise'] })
  const metadataXml = metadataOf([pair.certificate]).replace(`${providerUrl}/sso`, `${idp.url}/sso`)
  const organizationId = tenant.organization.id
  const request = { organizationId, name: 'Example IdP', preset: undefined, command: { metadataXml } }
  const provider = await createSamlProvider(site.application.application.parts, site.application.call(), request)
  const urls = toServiceProviderUrls(site.url, provider)
  Object.assign(idp, { acs: urls.assertionConsumerServiceUrl, entityId: urls.entityId })
  const made = await site.application.send('/api/v1/organizations/acme/people', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ attributes: { userName: 'ada@acme.example' }, invite: false }),
  })
  assert.equal(made.status, 201, made.text)

  const { page, complaints } = await browser.open({ locale: 'fr-FR' })
  idp.who = 'nobody@acme.example'
  await page.goto(`${site.url}/o/acme/sign-in?next=${encodeURIComponent('/account?from=idp')}`)
  await page.getByRole('link', { name: 'Example IdP' }).click()
  await page.getByRole('alert').waitFor()
  assert.equal(await page.title(), 'Vous n’êtes pas connecté')
  assert.ok((await page.getByRole('table').innerText()).includes('nobody@acme.example'))
  idp.who = 'ada@acme.example'
  await page.goto(`${site.url}/o/acme/sign-in?next=${encodeURIComponent('/account?from=idp')}`)
  await page.getByRole('link', { name: 'Example IdP' }).click()
  await page.waitForURL(`${site.url}/account?from=idp`)
  assert.ok((await page.content()).includes('acme'))
  // The browser itself notes the 403.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('403')),
    [],
  )
})
