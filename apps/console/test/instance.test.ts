import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { grantOperator } from '../../server/src/access/operators.ts'
import { createId } from '../../server/src/type-id.ts'
import { createConsole, type ConsoleSite, type SignedIn } from './console-harness.ts'

let console: ConsoleSite
let operator: SignedIn
before(async () => {
  console = await createConsole()
  operator = await console.signIn('ada@acme.example')
  const { database, clock } = console.site.application
  const call = { actor: 'system', now: clock(), requestId: undefined, rights: 'all' } as const
  await grantOperator(database, call, { organization: 'acme', userName: 'ada@acme.example' })
})
after(() => console[Symbol.asyncDispose]())

test('an operator makes an organization, hands its owner a link that works, and deletes it; gives and takes the right', async () => {
  const { page, visit, complaints } = operator
  const { database } = console.site.application
  await visit('/instance/organizations')
  await page.getByRole('button', { name: 'New organization' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Café Blue')
  await dialog.getByLabel('Mail address of the owner').fill('kim@cafe.example')
  await dialog.getByRole('button', { name: 'Make and invite' }).click()
  const ready = page.getByRole('dialog', { name: 'The owner is invited' })
  const link = (await ready.locator('code').textContent()) ?? ''
  const opened = await fetch(link)
  assert.deepEqual([opened.status, (await opened.text()).includes('kim@cafe.example')], [200, true])
  await ready.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Actions on Café Blue' }).click()
  await page.getByRole('menuitem', { name: 'Change the plan' }).click()
  const plan = page.getByRole('dialog', { name: 'Plan of Café Blue' })
  await plan.getByRole('combobox', { name: 'Plan' }).click()
  await page.getByRole('option', { name: 'pro', exact: true }).click()
  await plan.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('row', { name: /Café Blue.*pro/ }).waitFor()
  await page.getByRole('button', { name: 'Actions on Café Blue' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const sure = page.getByRole('dialog', { name: 'Delete Café Blue?' })
  await sure.getByLabel('Type cafe-blue to confirm').fill('cafe-blue')
  await sure.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Café Blue is gone').first().waitFor()
  const { rows } = await database.query<{ slug: string }>({ text: 'select slug from organizations' })
  assert.deepEqual(rows, [{ slug: 'acme' }])
  await console.signIn('grace@acme.example', { role: 'auditor' })
  await page.getByRole('link', { name: 'Operators' }).click()
  await page.getByRole('button', { name: 'Add an operator' }).click()
  await page.getByRole('dialog').getByLabel('User name').fill('grace@acme.example')
  await page.getByRole('dialog').getByRole('button', { name: 'Make operator' }).click()
  const row = page.getByRole('row', { name: /grace/i })
  await row.getByRole('button', { name: 'Take away' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click()
  await row.waitFor({ state: 'detached' })
  assert.deepEqual(complaints, [])
})

test('an operator sees how the server is, takes failed work up again and saves a bundle without names', async () => {
  const { page, visit, complaints } = operator
  const { application } = console.site
  await application.database.query(
    {
      text: `insert into runs (organization_id, id, kind, permission, state, input, due_at, created_by, created_at, ended_at, error)
        values ($1, $2, 'organization.recount', 'settings:manage', 'failed', '{}', $3, 'system', $3, $3, 'It broke')`,
    },
    [console.tenant.organization.id, createId(), application.clock()],
  )
  await visit('/instance/jobs?state=failed')
  await page.getByText('It broke').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('organization.recount goes on from where it was.').first().waitFor()
  const { rows } = await application.database.query({
    text: `select state, error from runs where kind like '%recount'`,
  })
  assert.deepEqual(rows, [{ state: 'queued', error: null }])
  await page.getByRole('link', { name: 'Health' }).click()
  await page.getByText('The server is well').waitFor()
  await page.getByText(/PostgreSQL \d+/).waitFor()
  await page.getByRole('cell', { name: 'Seals' }).waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ])
  const bundle = await readFile(await download.path(), 'utf8')
  assert.match(bundle, /"check": "database"/)
  assert.doesNotMatch(bundle, /acme|ada@/)
  assert.deepEqual(complaints, [])
})

test('whoever is no operator sees none of it in the rail, and is told so at its address', async () => {
  const { page, visit, complaints } = await console.signIn('olaf@acme.example')
  await visit('/overview')
  assert.equal(await page.getByRole('link', { name: 'Operators' }).count(), 0)
  await page.goto(`${console.site.url}/console/acme/instance/health`)
  await page.getByText('This page is for people who run the server.').waitFor()
  assert.deepEqual(complaints, [])
})
