import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeInvitationMails } from '../../server/test/harness/worker-turn.ts'
import { password } from '../../server/test/sign-in/visitor.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  await console.addPeople(250)
  await console.tenant.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'new@acme.example',
    emails: [{ value: 'new@acme.example', primary: true }],
    active: true,
  })
  await makeInvitationMails(console.site.application)
})
after(() => console[Symbol.asyncDispose]())

test('an owner finds a person with the keyboard alone, opens and closes, and comes back to where he was', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/users')
  const rows = page.getByRole('grid').getByRole('row')
  await rows.nth(5).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.locator(':focus').textContent(), 'Skip to content')
  await page.keyboard.press('Enter')
  for (let presses = 0; presses < 12 && (await page.locator('input[type=search]:focus').count()) === 0; presses++)
    await page.keyboard.press('Tab')
  await page.keyboard.type('person 24')
  await page.waitForURL(/q=person/)
  await page.getByText('11 entries').first().waitFor()
  const focused = () => page.locator(':focus').getAttribute('aria-rowindex')
  for (let presses = 0; presses < 12 && (await focused()) === null; presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.locator('[aria-rowindex="3"]:focus').waitFor()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog')
  await panel.getByText('person240@acme.example').first().waitFor()
  assert.match(page.url(), /open=usr_/)
  await checkAccessibility(page)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.locator('[aria-rowindex="3"]:focus').waitFor()
  await page.keyboard.press('Enter')
  await panel.getByRole('link', { name: 'Open page' }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Person 240' }).waitFor()
  assert.equal(await page.title(), 'Person 240 · Rollcall')
  await page.goBack()
  await panel.waitFor()
  await page.goBack()
  await page.getByText('11 entries').first().waitFor()
  assert.deepEqual(complaints, [])
})

test('whoever comes without a session signs in and is led back to the very page', async () => {
  await console.signIn('grace@acme.example', { role: 'auditor' })
  const { page, complaints } = await console.browser.open()
  await page.goto(`${console.site.url}/console/acme/users?tab=suspended`)
  assert.match(page.url(), /\/o\/acme\/sign-in\?next=/)
  await page
    .getByLabel(/name|address/i)
    .first()
    .fill('grace@acme.example')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/console\/acme\/users\?tab=suspended|second-step/)
  assert.deepEqual(complaints, [])
})

test('the list, a person and the invitations pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/users')
    await page.getByRole('grid').getByRole('row').nth(5).waitFor()
    await checkAccessibility(page)
    assert.equal(await page.locator('html').getAttribute('lang'), look.locale.slice(0, 2))
    await page.locator('[role=row] a').nth(2).click()
    await page.locator('dl').waitFor()
    await checkAccessibility(page)
    await visit('/users?tab=invitations')
    assert.equal(await page.locator('main nav [aria-current=page]').count(), 1)
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})

test('the search box takes a SCIM filter, says where one is broken, and keeps what was found before', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/users')
  const box = page.getByRole('searchbox')
  await box.fill('userName sw "person24" and active eq true')
  await page.getByText('11 entries').first().waitFor()
  await box.fill('userName sw "person24" and active eq')
  await page.getByText('Character 37: expected a value').waitFor()
  await page.getByText('11 entries').first().waitFor()
  assert.equal(await page.locator('[data-stale]').count(), 1)
  await page.reload()
  assert.equal(await box.inputValue(), 'userName sw "person24" and active eq')
  await box.fill('person 7')
  await page.getByRole('grid').getByText('person7@acme.example').waitFor()
  assert.deepEqual(complaints, [])
})

test('an administrator suspends somebody with a reason, sees what it costs, brings him back, deletes and restores', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/users?q=person17%40')
  await page.getByRole('grid').getByRole('row').nth(1).getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Person 17' }).waitFor()
  await page.getByRole('link', { name: 'Teams', exact: true }).last().click()
  await page.getByText('In no team').waitFor()
  await page.getByRole('link', { name: 'Sign-in' }).click()
  await page.getByText('Recovery codes left').waitFor()
  await checkAccessibility(page)
  const act = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await act('Suspend')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('0 keys stop working.').waitFor()
  await dialog.getByLabel('Reason, for the history').fill('Leave of absence')
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await page.getByRole('button', { name: 'Reactivate' }).waitFor()
  const { body } = await console.tenant.scim('GET', '/Users?filter=userName eq "person17@acme.example"')
  assert.match(JSON.stringify(body), /"active":false/)
  await page.getByText(/^Suspended on .* by usr_/).waitFor()
  await page.getByText('Leave of absence').first().waitFor()
  await page.getByRole('button', { name: 'Reactivate' }).click()
  await page.getByText('Person 17 has access again.').first().waitFor()
  await act('Delete')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText(/^Deleted on .* by usr_/).waitFor()
  await page.getByText(/^Can be restored until /).waitFor()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('Active').first().waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByText('user.restored').first().waitFor()
  assert.deepEqual(complaints, [])
})
