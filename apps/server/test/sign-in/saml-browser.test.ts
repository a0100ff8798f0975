import assert from 'node:assert/strict'
import test from 'node:test'
import { toServiceProviderUrls } from '../../src/sign-in/saml/service-provider.ts'
import { createSamlProvider } from '../../src/sign-in/saml/manage.ts'
import { createTestSite, launchBrowser } from '../harness/browser.ts'
import { createProviderSite } from './provider-site.ts'
import { createPair, metadataOf, providerUrl } from './saml-provider.ts'

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
