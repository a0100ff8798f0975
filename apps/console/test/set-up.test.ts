import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createPair, metadataOf } from '../../server/test/sign-in/saml-provider.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite
before(async () => {
  console = await createConsole()
})
after(() => console[Symbol.asyncDispose]())

type Link = { readonly url: string; readonly id: string }

async function makeLink(body: object): Promise<Link> {
  const { page } = await console.signIn('ada@acme.example')
  const { origin } = new URL(console.site.url)
  const made = await page.request.post(`${origin}/api/v1/organizations/acme/setup-links`, {
    headers: { origin, 'sec-fetch-site': 'same-origin' },
    data: body,
  })
  assert.equal(made.status(), 201, await made.text())
  return (await made.json()) as Link // our own API
}

/** As Okta sends it, from outside of any browser. */
async function sendAsOkta(token: string, path: string, body?: object): Promise<number> {
  const response = await fetch(`${console.site.url}/o/acme/scim/v2${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'user-agent': 'Okta SCIM Client 1.0.0',
      'content-type': 'application/scim+json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return response.status
}

async function visitorOf(url: string, look: { readonly locale?: string; readonly dark?: boolean } = {}) {
  const visitor = await console.browser.open({ locale: look.locale ?? 'en-US' })
  await visitor.page.emulateMedia({ colorScheme: look.dark === true ? 'dark' : 'light' })
  await visitor.page.goto(url)
  await visitor.page.locator('main h1').waitFor()
  return visitor
}

async function takeToken(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Make the token' }).click()
  const dialog = page.getByRole('dialog')
  const token = (await dialog.getByText(/^rc_scm_/).textContent()) ?? ''
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  return token
}

test('somebody without an account connects Okta by the link, sees what it sent, and finishes; then the link is over', async () => {
  const link = await makeLink({ purpose: 'scim', provider: 'okta' })
  const { page, complaints, context } = await visitorOf(link.url)
  assert.equal(page.url(), `${console.site.url}/console/set-up`, 'the token does not stay in the address')
  await page.getByRole('heading', { level: 1, name: /^Connect Okta to / }).waitFor()
  await page.getByText('Listening: the first request appears here.').waitFor()
  await page.getByText(`${console.site.url}/o/acme/scim/v2`).first().waitFor()
  const token = await takeToken(page)
  assert.equal(await page.getByText(token).count(), 0, 'shown once')
  assert.equal(await sendAsOkta(token, '/Users?startIndex=1&count=2'), 200)
  const arrived = page.getByRole('listitem').filter({ hasText: 'Test of the connection' })
  await arrived.getByText('Passed').waitFor()
  assert.equal(await sendAsOkta(`${token.slice(0, -1)}~`, '/Users?startIndex=1&count=2'), 401)
  await page.getByText(/^Failed because the token is wrong/).waitFor()
  await page.getByText('Seen: it works').waitFor()
  await checkAccessibility(page)
  await page.getByRole('checkbox', { name: 'I have done this' }).first().check()
  await page.getByText('4 steps are still open.').waitFor()
  await page.reload()
  await page.getByRole('checkbox', { name: 'I have done this', checked: true }).waitFor()
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('heading', { name: 'The set-up is finished' }).waitFor()
  assert.deepEqual(complaints, [])
  assert.deepEqual(
    (await context.cookies()).filter(({ name }) => name.endsWith('rollcall_setup')),
    [],
  )
  const { rows } = await console.site.application.database.query({
    text: `select done_at is not null as is_done from customer_links where provider = 'okta'`,
  })
  assert.deepEqual(rows, [{ is_done: true }])
  const late = await visitorOf(link.url)
  await late.page.getByRole('heading', { name: 'This link has ended' }).waitFor()
  assert.equal(await sendAsOkta(token, '/Users?startIndex=1&count=2'), 200, 'what was set up stays')
})

test('the metadata of a SAML provider is taken as a document, and then a sign-in can be tried', async () => {
  const link = await makeLink({ purpose: 'saml', provider: 'okta' })
  const { page, complaints } = await visitorOf(link.url)
  await page.getByText('First give the metadata of your provider in the steps.').waitFor()
  const pair = await createPair()
  await page.getByLabel('Address of the metadata, or the whole XML document').fill(metadataOf([pair.certificate]))
  await page.getByRole('button', { name: 'Save the metadata' }).click()
  const trial = page.getByRole('link', { name: 'Try a sign-in' })
  assert.match((await trial.getAttribute('href')) ?? '', /\/saml\//)
  await page.getByText('Seen: it works').waitFor()
  await checkAccessibility(page)
  assert.deepEqual(complaints, [])
})

test('the page speaks the language of the link until another is chosen, and passes axe in Korean dark', async () => {
  const link = await makeLink({ purpose: 'both', provider: 'entra', language: 'ko' })
  const { page, complaints } = await visitorOf(link.url, { dark: true })
  await page.getByRole('heading', { level: 1, name: /연결$/ }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('combobox', { name: '언어' }).click()
  await page.getByRole('option', { name: 'Français' }).click()
  await page.getByRole('heading', { level: 1, name: /^Connecter / }).waitFor()
  assert.deepEqual(complaints, [])
})

test('a GET tells nobody anything and uses nothing up; a token that is none is told so', async () => {
  const link = await makeLink({ purpose: 'scim', provider: 'google' })
  const asked = await fetch(link.url, { redirect: 'manual' })
  const token = link.url.split('/').at(-1) ?? ''
  assert.deepEqual(
    [asked.status, asked.headers.get('location'), asked.headers.get('referrer-policy')],
    [303, `${console.site.url}/console/set-up#${token}`, 'no-referrer'],
  )
  assert.deepEqual([asked.headers.get('cache-control'), asked.headers.get('set-cookie')], ['no-store', null])
  assert.equal((await fetch(`${console.site.url}/set-up/api/session`, { redirect: 'manual' })).status, 404)
  const beside = await fetch(`${console.site.url}/console/set-up/x`, {
    redirect: 'manual',
    headers: { accept: 'text/html' },
  })
  assert.equal(beside.status, 303, 'the rest of the console asks to sign in')
  const { page } = await visitorOf(`${console.site.url}/set-up/rc_lnk_nothing`)
  await page.getByRole('heading', { name: 'This link is not known' }).waitFor()
  const stranger = await visitorOf(`${console.site.url}/console/set-up`)
  await stranger.page.getByRole('heading', { name: 'Open your link again' }).waitFor()
})
