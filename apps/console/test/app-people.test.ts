import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { blockAppPace } from '../../server/src/db/queries/app-pace.ts'
import { parseTypeId } from '../../server/src/type-id.ts'
import { endPauses } from '../../server/src/provisioning/apps/end-pauses.ts'
import { createAppsStage, type AppsStage } from './apps-stage.ts'

let stage: AppsStage

before(async () => {
  stage = await createAppsStage()
  await stage.addPeople(12)
  await stage.settle()
})
after(() => stage[Symbol.asyncDispose]())

test('accounts are listed, what somebody changed in the app is found, and set right by a plan', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  const { users } = stage.fake
  const [changed, other] = ['person3@acme.example', 'person4@acme.example'].map((userName) => {
    const account = users.all().find(({ resource }) => resource['userName'] === userName)
    assert.ok(account)
    users.write(account.id, { ...account.resource, displayName: 'Somebody else' })
    return account.id
  })
  users.insert({ userName: 'contractor@elsewhere.example', active: true }, { by: 'foreign' })
  await visit(`/apps/${stage.appId}/people?view=accounts`)
  await page.getByText('Accounts were not listed yet').waitFor()
  await page.getByRole('button', { name: 'List accounts now' }).click()
  await page.getByRole('menuitem', { name: /set right/ }).click()
  await page.getByText('Listing accounts').first().waitFor()
  await stage.settle()
  await page.getByRole('link', { name: /^Changed in the app\s*2$/ }).click()
  const rows = page.getByRole('grid').getByRole('row')
  await rows.nth(1).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('Somebody else').first().waitFor()
  await panel
    .getByRole('table')
    .getByText(/Person [34]/)
    .waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: /^Not in the directory/ }).click()
  await page.getByRole('grid').getByText('contractor@elsewhere.example').waitFor()
  await page.getByRole('link', { name: 'Look at the plan' }).click()
  // One is tried first.
  await page
    .getByRole('list', { name: 'Changes' })
    .getByRole('button', { name: /^Change/ })
    .click()
  const entry = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Person 3' }) })
  await entry.last().getByRole('button', { name: 'Only this one' }).click()
  await page.getByText('1 change is left out.').waitFor()
  await page.getByText('Left out', { exact: true }).waitFor()
  await shoot(page, 'plan')
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Apply/ })
    .click()
  await page.getByText('Applied', { exact: true }).first().waitFor()
  await stage.settle()
  assert.deepEqual(
    [changed, other].map((id) => users.get(id ?? '')?.resource['displayName']),
    ['Person 3', 'Somebody else'],
  )
  assert.deepEqual(complaints, [])
})

test('people are found, assigned, taken out and put back, and who is in scope is found by name', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit(`/apps/${stage.appId}/people`)
  await page.getByText('Nobody is assigned').waitFor()
  await page.getByRole('button', { name: 'Assign', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox').fill('Person 5')
  await page.getByRole('option', { name: 'Person 5' }).click()
  await dialog.getByRole('combobox').fill('Person 7')
  await page.getByRole('option', { name: 'Person 7' }).click()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
  await page.getByText('2 assigned.').waitFor()
  const grid = page.getByRole('grid')
  await page.getByRole('searchbox').fill('person 7')
  await grid.getByText('Person 5').waitFor({ state: 'detached' })
  await grid.getByRole('checkbox').last().click()
  await page.getByRole('button', { name: 'End assignment' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await grid.getByText('Person 7').waitFor()
  const { rows } = await stage.site.application.database.query({ text: 'select subject_id from app_assignments' })
  assert.equal(rows.length, 2)
  await page.getByRole('link', { name: 'In scope', exact: true }).click()
  await grid.getByText('Person 11').waitFor()
  await page.getByRole('searchbox').fill('person 1')
  await grid.getByText('Person 5').waitFor({ state: 'detached' })
  // Person 1, 10 and 11.
  await page.getByText('3 entries').first().waitFor()
  await page.getByRole('combobox', { name: 'Account' }).click()
  await page.getByRole('option', { name: 'Disabled' }).click()
  await page.getByText('Nobody fits the filters').waitFor()
  assert.deepEqual(complaints, [])
})

test('the guard gets other numbers, and is switched off for a while with a reason', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit(`/apps/${stage.appId}/settings`)
  await page.getByLabel('Share of the accounts (%)').fill('10')
  await page.getByLabel('But at least').fill('7')
  await page.getByLabel('And at most').fill('40')
  await page.getByText('10 % of the accounts, never fewer than 7 and never more than 40.').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await visit(`/apps/${stage.appId}`)
  const guard = page
    .getByRole('region', { name: 'Guard against mass changes' })
    .or(page.locator('section', { hasText: 'Guard against mass changes' }))
  await guard.getByText('7', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Switch off for a while' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('The subsidiary is sold')
  await dialog.getByRole('button', { name: 'Switch off for a while' }).click()
  await page.getByText('The subsidiary is sold').waitFor()
  await page.getByRole('button', { name: 'Switch on again' }).click()
  await page.getByText('The guard is on again.').waitFor()
  const { rows } = await stage.site.application.database.query<{ settings: { overrides: { gate: object } } }>({
    text: 'select settings from apps',
  })
  assert.deepEqual(rows[0]?.settings.overrides.gate, {
    kind: 'rolling',
    windowMs: 3_600_000,
    share: 0.1,
    min: 7,
    max: 40,
    holdLapsesMs: 86_400_000,
  })
  assert.deepEqual(complaints, [])
})

test('an app that asks for patience says until when, and a pause with an end ends by itself', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  const { database, clock } = stage.site.application
  const app = { organizationId: stage.tenant.organization.id, appId: parseTypeId('app', stage.appId) ?? '' }
  const blockedUntil = new Date(clock().getTime() + 600_000)
  await blockAppPace(database, app, { rate: 3, now: clock(), blockedUntil, reason: 'TooManyRequests' })
  await visit(`/apps/${stage.appId}`)
  await page.getByText(/The app takes no more now/).waitFor()
  await page.getByText(/Retry-After/).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('Maintenance')
  await dialog.getByRole('combobox', { name: 'Go on by itself' }).click()
  await page.getByRole('option', { name: 'After 4 hours' }).click()
  await dialog.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Goes on by itself in').waitFor()
  await endPauses(database, clock())
  assert.equal(await stateOf(), 'paused')
  clock.advance(4 * 3_600_000 + 60_000)
  await endPauses(database, clock())
  assert.equal(await stateOf(), 'active')
  assert.deepEqual(complaints, [])
})

async function stateOf(): Promise<string | undefined> {
  const { rows } = await stage.site.application.database.query<{ state: string }>({ text: 'select state from apps' })
  return rows[0]?.state
}

/** For whoever looks at it: `SHOTS` names a folder. */
async function shoot(page: Awaited<ReturnType<AppsStage['signIn']>>['page'], name: string): Promise<void> {
  const folder = process.env['SHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
}
