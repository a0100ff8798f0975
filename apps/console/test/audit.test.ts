import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sealAll } from '../../server/test/harness/seal-audit.ts'
import { completeQuery, mistakePlace, withTerm } from '../src/audit/query-text.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
let console: ConsoleSite

before(async () => {
  console = await createConsole()
  const { tenant, site } = console
  const { body } = await tenant.scim('POST', '/Users', { schemas, userName: 'jane@acme.example', displayName: 'Jane' })
  await tenant.scim('PUT', `/Users/${body['id']}`, {
    schemas,
    userName: 'jane@acme.example',
    displayName: 'Jane Doe',
  })
  await tenant.scim('POST', '/Users', { schemas, userName: 'jane@acme.example' })
  await sealAll(site.application)
})
after(() => console[Symbol.asyncDispose]())

test('the last word of a query is completed, whatever stands before', () => {
  assert.deepEqual(completeQuery('kind:user re'), ['kind:user result:', 'kind:user request:'])
  assert.deepEqual(completeQuery('-result:f'), ['-result:failure'])
  assert.equal(withTerm('kind:user', 'kind:user'), 'kind:user')
  assert.equal(mistakePlace('At character 3 of the query: no'), 2)
})

test('whoever asks who changed somebody finds the event with old and new, and those like it', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/audit')
  const query = page
    .getByRole('combobox', { name: 'Query' })
    .or(page.getByRole('searchbox', { name: 'Query' }))
    .first()
  await query.fill('action:external_identity.update')
  await query.press('Enter')
  await page.getByText('1 entry').first().waitFor()
  assert.match(page.url(), /q=action/)
  await page.getByRole('row').nth(1).click()
  const panel = page.getByRole('dialog')
  await panel.getByRole('table', { name: 'What changed' }).getByText('Jane Doe').waitFor()
  await panel.getByRole('button', { name: 'Same target' }).click()
  await page.waitForURL(/target/)
  await page.getByRole('row').nth(1).waitFor()
  assert.deepEqual(complaints, [])
})

test('a mistake in a query is shown where it is, and the chain is checked', async () => {
  const { page, visit } = await console.signIn('ada@acme.example')
  await visit('/audit?q=kind:user%20colour:red')
  await page.getByText('The query cannot be read from character 11 on').waitFor()
  assert.equal(await page.locator('mark').textContent(), 'colour:red')
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('grid').getByRole('row').nth(2).waitFor()
  await page.getByRole('button', { name: 'Check chain' }).click()
  await page.getByText(/The chain is sound: \d+ events checked/).waitFor()
})

test('what matches is saved as CSV', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/audit?q=result:failure')
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'All matches as CSV' }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk as Uint8Array)) // as read
  assert.match(Buffer.concat(chunks).toString(), /scim_api_failure/)
  assert.deepEqual(complaints, [])
})

test('a query is saved under a name for everybody, opened again, deleted and brought back', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/audit?q=result:failure')
  await page.getByText('Events are kept for 180 days').waitFor()
  await page.getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('button', { name: 'Save this view…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Refusals')
  await page.getByRole('switch', { name: 'Everybody sees it' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Refusals was saved').first().waitFor()

  // Somebody else who may see the log sees it too.
  const other = await console.signIn('bob@acme.example', { role: 'admin' })
  await other.visit('/audit')
  await other.page.getByRole('button', { name: 'Saved views' }).click()
  await other.page.getByRole('button', { name: 'Refusals Everybody' }).click()
  await other.page.waitForURL(/q=result/)
  await other.page.getByRole('button', { name: 'Saved views' }).click()
  await other.page.getByRole('button', { name: 'Delete Refusals' }).click()
  await other.page.getByRole('button', { name: 'Undo' }).click()
  await other.page.getByRole('button', { name: 'Delete Refusals' }).waitFor()
  assert.deepEqual([...complaints, ...other.complaints], [])
})

test('the audit log and an event of it pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit('/audit?q=user:jane@acme.example')
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await checkAccessibility(page)
    await page.getByRole('row').nth(1).click()
    await page.getByRole('dialog').locator('dl').first().waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})
