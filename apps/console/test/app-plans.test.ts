import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createAppsStage, type AppsStage } from './apps-stage.ts'

let stage: AppsStage

before(async () => {
  stage = await createAppsStage()
  await stage.addPeople(12)
  await stage.settle()
})
after(() => stage[Symbol.asyncDispose]())

test('a constant for everybody is planned as one row, looked at, approved, and then stands in the app', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit(`/apps/${stage.appId}/rules`)
  await page.getByRole('combobox', { name: 'Add an attribute' }).fill('title')
  await page.getByRole('option', { name: 'title', exact: true }).click()
  const panel = page.getByRole('dialog')
  await panel.getByRole('combobox', { name: 'Rule', exact: true }).click()
  await page.getByRole('option', { name: 'Constant' }).click()
  await panel.getByRole('textbox', { name: 'Constant' }).fill('Member')
  await panel.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Save & plan' }).click()
  await page.waitForURL(/\/plans\/plan_/)
  await stage.settle()
  await page.reload()
  const group = page.getByRole('list', { name: 'Changes' }).getByRole('button', { name: /^Change.*12/ })
  await group.click()
  await page.getByRole('table').getByText('Member').first().waitFor()
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Apply/ })
    .click()
  await page.getByText('Applied', { exact: true }).first().waitFor()
  await stage.settle()
  const titles = stage.fake.users.all().map(({ resource }) => resource['title'])
  // The twelve, and whoever looked on.
  assert.equal(titles.filter((title) => title === 'Member').length, 13)
  assert.deepEqual(complaints, [])
})
