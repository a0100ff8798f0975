import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkAccessibility } from './accessibility.ts'
import { createAppsStage, type AppsStage } from './apps-stage.ts'

let stage: AppsStage
before(async () => {
  stage = await createAppsStage({ isEmpty: true })
})
after(() => stage[Symbol.asyncDispose]())

/** They are written a moment later. */
async function forgetRequests(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { rowCount } = await stage.site.application.database.query({ text: 'delete from connection_activity' })
    if (rowCount !== null && rowCount > 0) return
    await sleep(50)
  }
  assert.fail('nobody came over SCIM')
}

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']

test('an owner is led from an empty organization to people in the first app, and told what is wrong at each step', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  // The owner of the test came over SCIM; of a real one there is no such trace.
  await forgetRequests()
  await visit('/overview')
  const progress = page.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name: /^First steps/ })
  await progress.getByText('0/4').waitFor()
  await progress.click()
  await page.getByRole('heading', { name: '1. Let people in' }).waitFor()
  await checkAccessibility(page)

  // Refused, and why; the step is open still.
  const refused = await stage.tenant.scim('POST', '/Users', { schemas })
  assert.equal(refused.status, 400)
  await page
    .getByRole('listitem')
    .filter({ hasText: 'POST' })
    .getByText(/userName/)
    .first()
    .waitFor()
  await page.getByText('0 of 4 done').waitFor()
  await stage.addPeople(3)
  await page.getByText('1 of 4 done').waitFor()

  await page.getByRole('link', { name: 'Add an app' }).click()
  await page.getByRole('button', { name: /^SCIM 2\.0/ }).click()
  await page.getByLabel('Name', { exact: true }).fill('Wiki')
  await page.getByLabel('Address', { exact: true }).fill(stage.fake.baseUrl)
  await page.getByLabel('Token', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Add app' }).click()
  await page.getByRole('heading', { level: 1, name: 'Wiki' }).waitFor()
  await progress.click()
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Test Wiki' }).click()
  await dialog.getByText('The connection fails').or(dialog.getByText('does not work')).waitFor()
  await dialog.getByText(/401/).first().waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('link', { name: 'Wiki' }).first().click()
  await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
  await page.getByLabel('Token', { exact: true }).fill(stage.fake.token)
  await page.getByRole('button', { name: 'Replace and test' }).click()
  await dialog.getByText('The connection works').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await progress.click()
  await page.getByText('2 of 4 done').waitFor()
  await page.getByRole('button', { name: 'Make the plan' }).click()
  await page.waitForURL(/\/plans\/plan_/)
  await stage.settle()
  await progress.click()
  // Nobody is assigned: a plan without a name in it leads to where that is chosen.
  await page.getByText('Nobody would get an account.').waitFor()
  await page.getByRole('link', { name: 'Choose who is in scope' }).click()
  await page.getByRole('radio', { name: 'Everyone in the organization' }).click()
  await page.getByRole('button', { name: 'Save & plan' }).click()
  await page.waitForURL(/\/plans\/plan_/)
  await stage.settle()
  await page.reload()
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await dialog.getByRole('button', { name: /^Apply/ }).click()
  await page.getByText('Applied', { exact: true }).first().waitFor()
  await stage.settle()
  await visit('/first-run')
  await page.getByText('Everything is running').waitFor()
  await progress.waitFor({ state: 'detached' })
  assert.ok(stage.fake.users.all().length >= 3)
  assert.deepEqual(complaints, [])
})
