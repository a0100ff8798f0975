import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { workRuns } from '../../server/test/harness/listening-application.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  await console.addPeople(30)
})
after(() => console[Symbol.asyncDispose]())

test('a team is made, gets members by name until a day, loses one, gets him back, and is deleted and restored', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/teams')
  await page.getByText('No teams yet').waitFor()
  await page.getByRole('button', { name: 'New team' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Site reliability')
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.getByRole('heading', { level: 1, name: 'Site reliability' }).waitFor()

  await page.getByRole('button', { name: 'Add members' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByPlaceholder('Find people by name').fill('person 2')
  for (const name of ['Person 2', 'Person 20', 'Person 21'])
    await dialog.getByRole('checkbox', { name, exact: true }).check()
  await chooseDay(page, dialog.getByLabel('Until'))
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Add 3 members' }).click()
  await page.getByText('3 members added.').first().waitFor()
  const grid = page.getByRole('grid')
  await grid.getByRole('link', { name: 'Person 21' }).waitFor()
  assert.equal(await grid.getByText('Added by hand').count(), 3)

  await grid.getByRole('row').nth(1).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Remove 1' }).click()
  await page.getByText('1 member removed.').first().waitFor()
  await page.getByText('2 entries').first().waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('3 entries').first().waitFor()

  await page.getByLabel('Members at the end of this day').fill('soon')
  await page.getByText('Not a day: write MM DD YYYY').waitFor()
  await page.getByLabel('Members at the end of this day').fill('12/31/2020')
  await page.waitForURL(/asOf=2020-12-31/)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.waitForURL((url) => !url.search.includes('asOf'))
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByText(/3 joined: Person/).waitFor()
  await page.locator('main').getByRole('link', { name: 'Settings' }).click()
  await page.getByLabel('Description').fill('Keeps the lights on')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Keeps the lights on').first().waitFor()
  await page.getByRole('button', { name: 'Delete team' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete team' }).click()
  await page.getByText('No teams yet').waitFor()
  await page.getByRole('switch', { name: 'Deleted teams' }).check({ force: true })
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('Site reliability is back, with its members.').first().waitFor()
  const { body } = await console.tenant.scim('GET', '/Groups')
  assert.match(JSON.stringify(body), /totalResults/)
  assert.deepEqual(complaints, [])
})

test('a rule shows whom it would move by name before it decides', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/teams')
  await page.getByRole('button', { name: 'New team' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Tens')
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.getByRole('link', { name: 'Rule' }).click()
  await page.getByRole('textbox', { name: 'Condition' }).fill('userName sw "person1"')
  await page.getByRole('button', { name: 'Show who would move' }).click()
  await working(page.waitForResponse(/rule\/preview/))
  await page.getByText('11 would enter, 0 would leave, 0 stay.').first().waitFor()
  await page.getByText(/Enter: .*Person 1/).waitFor()
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Save rule' }).click()
  await working(page.getByText('1 change not saved').waitFor({ state: 'detached' }))
  await page.getByText('Rule in force').waitFor()
  await page.getByRole('link', { name: 'Members' }).click()
  await page.getByText('A rule decides who is in this team.').waitFor()
  await page.getByText('11 entries').first().waitFor()
  assert.deepEqual(complaints, [])
})

test('the lists of teams and of members pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/teams')
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/teams-${look.locale}.png` })
    await page.getByRole('grid').getByRole('link').last().click()
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/team-${look.locale}.png` })
    assert.deepEqual(complaints, [])
  }
})

/** With the keyboard alone: a day typed as Americans do, moved by the calendar to the end of its month. */
async function chooseDay(page: Page, field: Locator): Promise<void> {
  await field.fill('01/24/2027')
  await field.press('ArrowDown')
  await page.getByRole('dialog', { name: 'Until' }).locator('[data-day="2027-01-24"]:focus').waitFor()
  await page.keyboard.press('ArrowDown')
  await page.locator('[data-day="2027-01-31"]:focus').waitFor()
  await page.keyboard.press('Enter')
  assert.equal(await field.inputValue(), '01/31/2027')
}

/** What a worker does about what was just asked for. */
async function working(asked: Promise<unknown>): Promise<void> {
  await asked
  await workRuns(console.site.application)
}
