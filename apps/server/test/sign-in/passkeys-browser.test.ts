import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestSite, launchBrowser, type TestBrowser, type TestPerson } from '../harness/browser.ts'
import { createPerson, password } from './visitor.ts'

let browser: TestBrowser
before(async () => {
  browser = await launchBrowser()
})
after(() => browser[Symbol.asyncDispose]())

test('in a real browser: the first sign-in makes a passkey, the next one uses it, and the policy refuses nothing', async () => {
  await using site = await createTestSite()
  const { application, url } = site
  const tenant = await application.createTenant('acme')
  await createPerson(application, tenant, { userName: 'ann@example.com', role: 'owner' })
  const person = await browser.open()
  const { page, complaints } = person
  await page.goto(`${url}/o/acme/sign-in?next=/account`)
  const authenticator = await person.addAuthenticator()
  await page.fill('#name', 'ann@example.com')
  await page.fill('#password', password)
  await page.click('button[type=submit]')
  await page.waitForURL(/second-step/)
  assert.equal(await page.textContent('h1'), 'Protect your account')
  await page.click('button:has-text("Add a passkey")')
  await page.waitForSelector('h1:has-text("Your recovery codes")')
  assert.equal((await page.textContent('pre'))?.split('\n').length, 10)
  await page.click('text=I have kept them')
  await page.waitForURL(`${url}/account`)
  const [credential] = await authenticator.credentials()
  assert.equal(credential?.rpId, 'localhost')

  await signOut(person, url)
  await page.goto(`${url}/o/acme/sign-in?next=/account`)
  await page.click('text=Sign in with a passkey')
  await page.click('button:has-text("Sign in with a passkey")')
  await page.waitForURL(`${url}/account`)

  await signOut(person, url)
  await page.goto(`${url}/o/acme/sign-in?next=/account`)
  await page.fill('#name', 'ann@example.com')
  await page.fill('#password', password)
  await page.click('button[type=submit]')
  await page.waitForURL(/second-step/)
  await page.click('button:has-text("Use a passkey")')
  await page.waitForURL(`${url}/account`)
  assert.ok(((await authenticator.credentials())[0]?.signCount ?? 0) >= 3)
  assert.deepEqual(complaints, [])
})

test('in a real browser: a device that verifies nobody, holds a passkey already, or whose owner cancels', async () => {
  await using site = await createTestSite()
  const { application, url } = site
  const tenant = await application.createTenant('acme')
  await createPerson(application, tenant, { userName: 'ann@example.com' })
  const person = await browser.open({ locale: 'fr-FR' })
  const { page } = person
  await page.goto(`${url}/o/acme/sign-in?next=/account`)
  const authenticator = await person.addAuthenticator()
  await page.fill('#name', 'ann@example.com')
  await page.fill('#password', password)
  await page.click('button[type=submit]')
  await page.goto(`${url}/account/factors`)
  await page.click('button:has-text("Ajouter une clé d’accès")')
  await page.waitForSelector('li:has-text("Clé d’accès")')
  await page.click('button:has-text("Ajouter une clé d’accès")')
  await page.waitForSelector('[role=status]:has-text("Cet appareil a déjà une de vos clés d’accès.")')

  await signOut(person, url)
  await authenticator.setUserVerified(false)
  await page.goto(`${url}/o/acme/sign-in/passkey`)
  await page.click('form button')
  await page.waitForSelector('[role=status]:has-text("Aucune clé d’accès utilisée")')
  assert.match(page.url(), /sign-in\/passkey$/)
})

test('in a real browser: the picture for the authenticator app and all pages fit a narrow screen', async () => {
  await using site = await createTestSite()
  const { application, url } = site
  const tenant = await application.createTenant('acme')
  await createPerson(application, tenant, { userName: 'ann@example.com', role: 'owner' })
  for (const locale of ['en-US', 'ko-KR', 'ja-JP', 'fr-FR']) {
    const { page, complaints } = await browser.open({ locale })
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(`${url}/o/acme/sign-in?next=/account`)
    await page.fill('#name', 'ann@example.com')
    await page.fill('#password', password)
    await page.click('button[type=submit]')
    await page.waitForSelector('svg[role=img]')
    const width = await page.evaluate('document.documentElement.scrollWidth')
    assert.equal(width, 320, locale)
    assert.deepEqual(complaints, [])
  }
})

async function signOut({ context }: TestPerson, url: string): Promise<void> {
  await context.clearCookies()
  assert.equal((await context.cookies(url)).length, 0)
}
