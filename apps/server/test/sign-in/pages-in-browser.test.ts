import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKey } from '../../src/access/keys.ts'
import { createOrganization } from '../../src/access/organizations.ts'
import { createTestSite, launchBrowser } from '../harness/browser.ts'
import { makeInvitationMails } from '../harness/worker-turn.ts'
import { goodPassword } from './sign-in-harness.ts'

test('AC-D4: in a real browser an invitation leads over a password to the own page, and out again; after 48 hours it does not', async () => {
  await using site = await createTestSite()
  await using browser = await launchBrowser()
  const { application, url } = site
  const { database, clock } = application
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  const { organization } = await createOrganization(database, call, { slug: 'acme', name: 'Acme' })
  const request = { organizationId: organization.id, command: { scopes: ['admin:enterprise'] } }
  const { secret } = await createKey(database, call, request)
  const headers = { authorization: `Bearer ${secret}`, 'user-agent': 'test', 'content-type': 'application/json' }
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return response.json() as Promise<{ readonly data: readonly Record<string, string>[] }>
  }
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const invite = async (userName: string): Promise<string> => {
    await send('POST', '/scim/v2/Users', { schemas, userName, active: true })
    await makeInvitationMails(application)
    const { data } = await send('GET', '/api/v1/organizations/acme/mails')
    const text = data.find(({ to }) => to === userName)?.['text'] ?? ''
    return /http:\/\/localhost:\d+\/invitations\/\S+/.exec(text)?.[0] ?? ''
  }

  const link = await invite('ada@acme.example')
  clock.advance(47 * 3_600_000)
  const { page, complaints } = await browser.open()
  await page.goto(link)
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('link', { name: 'Choose a password' }).click()
  await page.getByLabel('New password').fill(goodPassword)
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.waitForURL(`${url}/account`)
  assert.match((await page.textContent('main')) ?? '', /ada@acme\.example at Acme/)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${url}/sign-in?signedOut`)
  await page.getByLabel('E-mail address').fill('ada@acme.example')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Password').fill(goodPassword)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${url}/account`)
  assert.deepEqual(complaints, [])

  const late = await invite('late@acme.example')
  clock.advance(49 * 3_600_000)
  const other = await browser.open()
  await other.page.goto(late)
  assert.match((await other.page.textContent('main')) ?? '', /has expired.*new link/s)
})
