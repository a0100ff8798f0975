import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  const settings = { guard: { peopleMin: 1, countMin: 1, percent: 0 } }
  await console.site.application.database.query(
    { text: 'update connections set settings = $2 where organization_id = $1' },
    [console.tenant.organization.id, settings],
  )
  // Now, so that the first request of all finds the guard.
  await console.addPeople(4)
  const { body } = await console.tenant.scim('GET', '/Users?count=10')
  for (const { id } of body.Resources) await console.tenant.scim('DELETE', `/Users/${id}`)
})
after(() => console[Symbol.asyncDispose]())

test('a mass change that is held is looked at by name and approved, and only then are they gone', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/holds')
  await page.getByText('1 held change waits').waitFor({ state: 'attached' })
  await page
    .getByRole('link', { name: /changes? held/ })
    .first()
    .click()
  await page
    .getByRole('link', { name: /Person/ })
    .first()
    .waitFor()
  await checkAccessibility(page)
  const before = await countDeleted()
  await page.getByRole('button', { name: 'Approve all' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve all' }).click()
  await page.getByText('Carried out.').waitFor()
  await page.getByText('Approved', { exact: true }).waitFor()
  assert.ok((await countDeleted()) > before)
  assert.deepEqual(complaints, [])
})

test('held changes pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/holds?tab=decided')
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})

async function countDeleted(): Promise<number> {
  const { rows } = await console.site.application.database.query(
    { text: `select count(*)::int as count from users where organization_id = $1 and state = 'deprovisioned'` },
    [console.tenant.organization.id],
  )
  return Number(rows[0]?.['count'])
}
