import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchDelayMs } from '../../server/src/audit/request-log.ts'
import type { Page } from 'playwright-core'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
let console: ConsoleSite

before(async () => {
  console = await createConsole()
  const { tenant } = console
  await tenant.scim('POST', '/Users', { schemas, userName: 'jane@acme.example', displayName: 'Jane Doe' })
  await tenant.scim('POST', '/Users', { schemas, userName: 'jane@acme.example' })
  await sleep(batchDelayMs * 3)
})
after(() => console[Symbol.asyncDispose]())

test('a provider is connected: connection, token shown once, and its first request seen as it arrives', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/connections')
  await page.getByRole('button', { name: 'New connection' }).click()
  await page.getByRole('radio', { name: 'Okta' }).check()
  await page.getByRole('button', { name: 'Make connection' }).click()
  await page.getByText(/Listening/).waitFor()
  assert.match(page.url(), /connections\/con_\w+\?tab=setup&provider=okta/)
  await page.getByRole('button', { name: 'Make token' }).click()
  await page.getByRole('dialog').getByLabel('Label').fill('Okta production')
  await page.getByRole('dialog').getByRole('button', { name: 'Make token' }).click()
  const secret = page.getByRole('dialog', { name: 'Your new token' })
  const token = (await secret.locator('code').first().textContent()) ?? ''
  assert.match(token, /^rc_scm_/)
  assert.equal(await secret.getByRole('button', { name: 'Done' }).isDisabled(), true)
  await checkAccessibility(page)
  await secret.getByRole('checkbox').check()
  await secret.getByRole('button', { name: 'Done' }).click()
  const filter = encodeURIComponent('userName eq "new@acme.example"')
  const url = `${console.site.url}/scim/v2/Users?filter=${filter}&startIndex=1&count=100`
  assert.equal((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status, 200)
  await page.getByText(/does the account exist/).waitFor()
  await checkAccessibility(page)
  assert.deepEqual(complaints, [])
})

test('a connection is paused with a way back, and its token rotated', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/connections')
  await page.getByRole('link', { name: 'SCIM', exact: true }).click()
  await page.getByText('Talking').first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  assert.equal((await console.tenant.scim('GET', '/Users')).status, 503)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Talking').waitFor()
  assert.equal((await console.tenant.scim('GET', '/Users')).status, 200)
  await page.getByRole('link', { name: 'Tokens' }).click()
  await page.getByRole('button', { name: 'Make token' }).click()
  await page.getByRole('dialog').getByLabel('Label').fill('First')
  await page.getByRole('dialog').getByRole('button', { name: 'Make token' }).click()
  await keep(page)
  await page.getByRole('button', { name: 'Actions for First' }).click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  await page.getByRole('radio', { name: 'For 1 more hour' }).check()
  await page.getByRole('button', { name: 'Rotate' }).click()
  await keep(page)
  await page.getByText(/replaced/).waitFor()
  assert.deepEqual(complaints, [])
})

test('the connections and each tab of one pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/connections')
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    await page.getByRole('link', { name: 'SCIM', exact: true }).click()
    await page.locator('dl').waitFor()
    await checkAccessibility(page)
    const { pathname } = new URL(page.url())
    const path = pathname.slice(pathname.indexOf('/connections'))
    for (const tab of ['setup', 'tokens', 'settings', 'requests']) {
      await visit(`${path}?tab=${tab}`)
      await page.waitForTimeout(400)
      await checkAccessibility(page)
    }
    assert.deepEqual(complaints, [])
  }
})

async function keep(page: Page): Promise<void> {
  const secret = page.getByRole('dialog', { name: 'Your new token' })
  await secret.getByRole('checkbox').check()
  await secret.getByRole('button', { name: 'Done' }).click()
  await secret.waitFor({ state: 'detached' })
}
