import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { createTestSite, launchBrowser, type TestPerson, type TestSite } from '../harness/browser.ts'
import { startOpenIdProvider } from './openid-provider.ts'

/** The admin API of a site. */
async function administrate(site: TestSite) {
  const key = await createInstanceKey(site.application.database, { name: 'test', now: site.application.clock() })
  return async (method: string, path: string, body?: object, as = key) => {
    const response = await fetch(site.url + path, {
      method,
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer: any = await response.json() // oxlint-disable-line typescript/no-explicit-any -- tests look into it freely
    assert.ok(response.ok, JSON.stringify(answer))
    return answer
  }
}

/** The pages of oidc-provider itself: any password, and a button to agree. */
async function signInThere({ page }: TestPerson, name: string): Promise<void> {
  await page.fill('input[name=login]', name)
  await page.fill('input[name=password]', 'any')
  await page.click('button[type=submit]')
  await page.click('button[type=submit]')
}

test('CON-G9: in a real browser, by an identity provider that is not our code: in, out here and there, and out by it', async () => {
  let client: Record<string, unknown> = {}
  await using provider = await startOpenIdProvider({ client: () => client })
  await using site = await createTestSite({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' } })
  // The identity provider lives in real time.
  site.application.clock.set(new Date())
  await using browser = await launchBrowser()
  const admin = await administrate(site)
  await admin('POST', '/api/v1/organizations', { slug: 'acme' })
  const { issuer, clientId, clientSecret } = provider
  const organization = '/api/v1/organizations/acme'
  const made = await admin('POST', `${organization}/identity-providers`, {
    type: 'oidc',
    preset: 'keycloak',
    oidc: { issuer, clientId, clientSecret, justInTime: { enabled: true } },
  })
  const { redirectUri, backChannelLogoutUri, postLogoutRedirectUri } = made.oidc.relyingParty
  client = {
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [postLogoutRedirectUri],
    backchannel_logout_uri: backChannelLogoutUri,
    backchannel_logout_session_required: true,
  }
  provider.people.set('jo', {
    preferred_username: 'jo@example.com',
    email: 'jo@example.com',
    email_verified: true,
    given_name: 'Jo',
    family_name: 'Kim',
  })

  const jo = await browser.open()
  const { page } = jo
  await page.goto(`${site.url}/o/acme/sign-in`)
  await page.getByRole('link', { name: 'Keycloak' }).click()
  await signInThere(jo, 'jo')
  await page.waitForURL(`${site.url}/account`)
  assert.match(await page.textContent('main').then(String), /jo@example\.com at acme/)

  await page.getByRole('button', { name: 'Sign out' }).click()
  // Our page leads on by itself; the identity provider asks whether it is meant.
  await page.waitForURL((url) => url.href.startsWith(issuer))
  await page.click('button[type=submit]')
  await page.waitForURL((url) => url.href.startsWith(postLogoutRedirectUri))
  assert.match(await page.textContent('main').then(String), /at your identity provider/)
  await page.goto(`${site.url}/account`)
  assert.equal(new URL(page.url()).pathname, '/sign-in')

  // Signed out there means asked again; then it ends its session by itself, and ours ends with it.
  await page.goto(`${site.url}/o/acme/sign-in`)
  await page.getByRole('link', { name: 'Keycloak' }).click()
  await signInThere(jo, 'jo')
  await page.waitForURL(`${site.url}/account`)
  await page.goto(`${issuer}/session/end`)
  await page.click('button[type=submit]')
  await page.waitForLoadState()
  await page.goto(`${site.url}/account`)
  assert.equal(new URL(page.url()).pathname, '/sign-in', 'back-channel logout')
  // Its own pages want letters from the web.
  assert.deepEqual(
    jo.complaints.filter((text) => !text.includes('ERR_NAME_NOT_RESOLVED')),
    [],
  )
})
