import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite
before(async () => {
  console = await createConsole()
})
after(() => console[Symbol.asyncDispose]())

test('an owner mails a set-up link that opens, renews it, so that the first opens nothing, and revokes it', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/setup-links')
  await page.getByText('No set-up links yet').waitFor()
  await page.getByRole('button', { name: 'New link' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Mail to').fill('it@customer.example')
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const first = await takeUrl()
  const { database } = console.site.application
  const { rows: links } = await database.query({ text: 'select purpose, provider, recipient from customer_links' })
  assert.deepEqual(links, [{ purpose: 'scim', provider: 'okta', recipient: 'it@customer.example' }])
  const { rows: mails } = await database.query({ text: `select count(*)::int as count from mails` })
  assert.deepEqual(mails, [{ count: 1 }])
  assert.equal(await begin(first), 200)
  await page.getByRole('button', { name: 'Actions on the link for it@customer.example' }).click()
  await page.getByRole('menuitem', { name: 'Make a new link' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new link' }).click()
  const second = await takeUrl()
  assert.deepEqual([await begin(first), await begin(second)], [409, 200])
  await page.getByText('Revoked', { exact: true }).waitFor()
  await page
    .getByRole('button', { name: /^Actions on the link/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('The link opens nothing any more.').first().waitFor()
  const { rows: ended } = await database.query({
    text: 'select count(*)::int as count from customer_links where revoked_at is not null',
  })
  assert.deepEqual(ended, [{ count: 2 }])
  assert.equal(await begin(second), 409)
  assert.deepEqual(complaints, [])

  async function begin(url: string): Promise<number> {
    const { origin } = new URL(console.site.url)
    const response = await fetch(`${origin}/api/v1/set-up/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ token: url.split('/').at(-1) }),
    })
    return response.status
  }

  async function takeUrl(): Promise<string> {
    const shown = page.getByRole('dialog', { name: 'The link is ready' })
    const url = (await shown.locator('code').textContent()) ?? ''
    assert.match(url, /\/set-up\//)
    await shown.getByRole('button', { name: 'Done' }).click()
    await shown.waitFor({ state: 'detached' })
    return url
  }
})

test('an auditor sees the links and can do nothing with them', async () => {
  const { page, visit, complaints } = await console.signIn('grace@acme.example', { role: 'auditor' })
  await visit('/setup-links')
  await page.getByText('it@customer.example').first().waitFor()
  assert.equal(await page.getByRole('button', { name: /New link|^Actions on/ }).count(), 0)
  assert.deepEqual(complaints, [])
})

test('the links pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/setup-links')
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})
