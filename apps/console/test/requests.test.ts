import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchDelayMs } from '../../server/src/audit/request-log.ts'
import { sealAll } from '../../server/test/harness/seal-audit.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
let console: ConsoleSite

before(async () => {
  console = await createConsole()
  const { tenant, site } = console
  await tenant.scim('POST', '/Users', { schemas, userName: 'jane@acme.example', displayName: 'Jane Doe' })
  await tenant.scim('POST', '/Users', { schemas, userName: 'jane@acme.example' })
  await tenant.scim('POST', '/Users', { schemas, userName: 'JANE@acme.example' })
  await tenant.scim('GET', '/Users?filter=userName+eq')
  await sleep(batchDelayMs * 3)
  await sealAll(site.application)
})
after(() => console[Symbol.asyncDispose]())

test('whoever looks for a failure finds it by its cause, with what mends it, and tries it again without a trace', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/requests?view=errors')
  const group = page.getByRole('listitem').filter({ hasText: 'POST /Users' })
  await group.getByText('2 requests').waitFor()
  await group.getByText(/match existing accounts/).waitFor()
  await group.getByRole('button', { name: 'Look at the last one' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('JANE@acme.example').first().waitFor()
  assert.match(page.url(), /open=req_/)
  await checkAccessibility(page)
  await panel.getByRole('link', { name: 'Open page' }).click()
  await page.getByRole('heading', { level: 1, name: 'POST /scim/v2/Users' }).waitFor()
  const before = await countPeople()
  await page.getByRole('button', { name: 'Replay as dry run' }).click()
  await page.getByText('It would end as it did then.').waitFor()
  assert.deepEqual(await countPeople(), before)
  assert.deepEqual(complaints, [])
})

test('filters stand in the address, and what changed is shown beside both ids', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/requests')
  const rows = page.getByRole('grid').getByRole('row')
  await rows.nth(4).waitFor()
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: '2xx Succeeded' }).click()
  await page.getByText('2 entries').first().waitFor()
  assert.match(page.url(), /status=2xx/)
  await rows.nth(2).getByRole('link').click()
  await page.getByText('Jane Doe').first().waitFor()
  await page.getByRole('table').getByText('userName').first().waitFor()
  await page.getByText('SCIM ID').first().waitFor()
  assert.deepEqual(complaints, [])
})

test('the requests, their errors and one of them pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/requests')
    await page.getByRole('grid').getByRole('row').nth(3).waitFor()
    await checkAccessibility(page)
    await page.locator('[role=row] a').last().click()
    await page.locator('dl').waitFor()
    await checkAccessibility(page)
    await visit('/requests?view=errors')
    await page.getByRole('listitem').filter({ hasText: 'POST /Users' }).waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})

async function countPeople(): Promise<unknown> {
  const { rows } = await console.site.application.database.query(
    { text: 'select count(*)::int as count from users' },
    [],
  )
  return rows[0]
}
