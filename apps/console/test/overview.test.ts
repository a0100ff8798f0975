import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../server/test/harness/provisioning-app.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite
let appId: string

before(async () => {
  console = await createConsole()
  const { tenant } = console
  await tenant.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'new@acme.example',
    emails: [{ value: 'new@acme.example', primary: true }],
    active: true,
  })
  const { application } = console.site
  const { database, clock } = application
  const organizationId = tenant.organization.id
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  appId = (await createTestApp(application.application.parts, call, { organizationId, name: 'Wiki' })).id
  await database.query(
    {
      text: `insert into app_health (organization_id, app_id, health, reason, since) values ($1, $2, 'quarantined', 'Unauthorized', $3)`,
    },
    [organizationId, appId, clock()],
  )
})
after(() => console[Symbol.asyncDispose]())

test('an owner lands on the overview, puts off what waits with a reason, and takes it back', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('')
  await page.waitForURL(/\/console\/acme\/overview$/)
  const need = page.getByRole('listitem').filter({ hasText: 'Wiki is in quarantine: nothing is sent to it' })
  await need.waitFor()
  await page.getByRole('complementary', { name: 'Mail is not set up' }).waitFor()
  assert.equal(await page.getByText('Unauthorized').count(), 1)
  await need.getByRole('button', { name: /^Put off/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('The vendor repairs it on Friday')
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Put off' }).click()
  await dialog.waitFor({ state: 'detached' })
  await need.waitFor({ state: 'detached' })
  const { rows } = await console.site.application.database.query({
    text: 'select code, subject_id as subject, reason from dismissals',
  })
  assert.deepEqual(rows, [{ code: 'appQuarantined', subject: appId, reason: 'The vendor repairs it on Friday' }])
  await page.getByRole('button', { name: 'Undo' }).click()
  await need.waitFor()
  assert.deepEqual(complaints, [])
})

test('the first steps show the next one, and a chart has its numbers as a table', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/overview?days=7')
  const steps = page.locator('section', { hasText: 'First steps' }).getByRole('listitem')
  await steps.first().waitFor()
  assert.equal(await steps.count(), 4)
  assert.match((await page.locator('[aria-current=step]').textContent()) ?? '', /Check the plan/)
  const chart = page.getByRole('figure', { name: 'People by state' })
  await chart.getByText('As a table').click()
  const table = chart.getByRole('table')
  assert.deepEqual(await table.getByRole('columnheader').allTextContents(), [
    'People by state',
    'Active',
    'Invited',
    'Suspended',
    'Deleted',
  ])
  await page.getByRole('link', { name: '90 days' }).click()
  await page.waitForURL(/days=90/)
  assert.deepEqual(complaints, [])
})

test('whoever may not change settings sees what waits and cannot put it off', async () => {
  const { page, visit, complaints } = await console.signIn('grace@acme.example', { role: 'auditor' })
  await visit('/overview')
  await page.getByText('Wiki is in quarantine').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Put off/ }).count(), 0)
  assert.deepEqual(complaints, [])
})

test('the overview passes axe in English light, in Korean dark and on a narrow screen', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/overview')
    await page.getByRole('figure').first().waitFor()
    await page.getByText('Unauthorized').waitFor()
    await checkAccessibility(page)
    await page.setViewportSize({ width: 390, height: 800 })
    await checkAccessibility(page)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false)
    assert.deepEqual(complaints, [])
  }
})
