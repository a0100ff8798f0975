import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
})
after(() => console[Symbol.asyncDispose]())

test('a service account gets a key that is shown once and works, is rotated, and is revoked', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/service-accounts')
  await page.getByRole('button', { name: 'New service account' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('okta')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'okta' }).waitFor()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('people')
  await page.getByRole('button', { name: 'People and teams' }).click()
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Make key' }).click()
  const first = await readSecret('Key people')
  assert.equal(await ask(first), 200)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
  const second = await readSecret('Key people')
  assert.deepEqual([await ask(first), await ask(second)], [200, 200])
  await page.getByText('Replaced').waitFor()
  await page.getByRole('button', { name: 'Revoke' }).last().click()
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: 'Revoke' }) })
  await dialog.waitFor()
  if (await dialog.getByRole('textbox').isVisible()) await dialog.getByRole('textbox').fill(second.slice(-4))
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await ask(second), 401)
  assert.deepEqual(complaints, [])

  async function readSecret(title: string): Promise<string> {
    const shown = page.getByRole('dialog', { name: title })
    await shown.waitFor()
    const secret = (await shown.locator('code').first().textContent()) ?? ''
    await page.keyboard.press('Escape')
    await shown.getByRole('checkbox').check()
    await shown.getByRole('button', { name: 'Done' }).click()
    await shown.waitFor({ state: 'hidden' })
    return secret
  }
})

async function ask(key: string): Promise<number> {
  const { url } = console.site
  const response = await fetch(`${url}/api/v1/whoami`, { headers: { authorization: `Bearer ${key}` } })
  return response.status
}

test('service accounts and one of them pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/service-accounts')
    const row = page.getByRole('row').filter({ hasText: 'okta' })
    await row.waitFor()
    await checkAccessibility(page)
    await row.getByRole('link').click()
    await page.getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})
