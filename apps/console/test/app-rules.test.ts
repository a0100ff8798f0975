import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createTestApp, simpleRules } from '../../server/test/harness/provisioning-app.ts'
import { getRules } from '../../server/src/provisioning/apps/rules-revisions.ts'
import { formatTypeId } from '../../server/src/type-id.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
let console: ConsoleSite
let appId: string
let path: string

const people = [
  { userName: 'zoe@acme.example', givenName: 'Zoë', familyName: 'de Jong', department: 'Sales' },
  { userName: 'jiho@acme.example', givenName: '지호', familyName: '김', department: 'Research' },
  { userName: 'brian@acme.example', givenName: 'Brian', familyName: "O'Neill", department: 'Sales' },
]

before(async () => {
  console = await createConsole()
  const { tenant, site } = console
  for (const { userName, givenName, familyName, department } of people) {
    const { status, text } = await tenant.scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      userName,
      name: { givenName, familyName },
      displayName: `${givenName} ${familyName}`,
      emails: [{ value: userName, type: 'work', primary: true }],
      active: true,
      [enterprise]: { department },
    })
    assert.equal(status, 201, text)
  }
  const app = await createTestApp(site.application.application.parts, site.application.call(), {
    organizationId: tenant.organization.id,
    name: 'Wiki',
    rules: { assignment: 'everyone' },
  })
  appId = app.id
  path = `/apps/${formatTypeId('app', app.id)}/rules`
})
after(() => console[Symbol.asyncDispose]())

/** Enter is the editor's own for a moment after the list has opened anew, so that a busy machine could not say when. */
function accept(page: Page, label: string): Promise<void> {
  return page.locator('.cm-tooltip-autocomplete li').filter({ hasText: label }).first().click()
}

test('an administrator writes an expression with completion, sees what it yields, and saves it as a draft with its plan', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit(path)
  await page.getByRole('button', { name: 'displayName', exact: true }).click()
  const panel = page.getByRole('dialog')
  await panel.getByRole('combobox', { name: 'Rule', exact: true }).click()
  await page.getByRole('option', { name: 'Expression' }).click()
  const editor = panel.getByRole('textbox', { name: 'Expression' })
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('Jion(" ", [givenName], [surname])')
  await panel.getByText(/Column 1:.*Join/).waitFor()
  await panel.getByRole('button', { name: 'Use Join' }).click()
  await panel.getByText('Zoë de Jong').first().waitFor()
  await checkAccessibility(page)
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('ToUp')
  await accept(page, 'ToUpper')
  await page.keyboard.type('[surn')
  await accept(page, 'surname')
  await panel.getByText('DE JONG', { exact: true }).waitFor()
  // Escape leaves the editor and not the panel; the second one closes it.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.getByText('ToUpper([surname])').waitFor()
  await page.getByText('1 change not saved').first().waitFor()
  await page.getByRole('button', { name: 'Save & plan' }).click()
  await page.waitForURL(/\/plans\/plan_/)
  await page.getByRole('heading', { level: 1, name: 'Plan for Wiki' }).waitFor()
  const name = { organizationId: console.tenant.organization.id, appId, revision: 'draft' } as const
  const { document } = await getRules(console.site.application.database, name)
  assert.deepEqual(
    document.users.mappings.find(({ target }) => target === 'displayName')?.expression,
    'ToUpper([surname])',
  )
  assert.deepEqual(
    document.users.mappings.filter(({ target }) => target !== 'displayName'),
    simpleRules.users.mappings.filter(({ target }) => target !== 'displayName'),
  )
  assert.deepEqual(complaints, [])
})

test('a clause is tried before it is saved: how many, who leaves, and why', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit(`${path}?tab=scope`)
  await page.getByRole('button', { name: 'Add a clause' }).click()
  const clause = page.getByRole('group', { name: 'Group 1' })
  await clause.getByRole('textbox', { name: 'Attribute' }).or(clause.getByLabel('Attribute')).first().fill('department')
  await page.keyboard.press('Escape')
  await clause.getByLabel('Value').first().fill('Sales')
  await page.keyboard.press('Escape')
  await page
    .getByText(/^2 of \d+ people in scope$/)
    .first()
    .waitFor()
  await page.getByRole('list', { name: 'Who leaves' }).getByText('지호 김').waitFor()
  await page.getByText('Left out by the filter').first().waitFor()
  await page.getByRole('button', { name: 'Save & plan' }).click()
  await page.waitForURL(/\/plans\/plan_/)
  const name = { organizationId: console.tenant.organization.id, appId, revision: 'draft' } as const
  const { document } = await getRules(console.site.application.database, name)
  assert.deepEqual(document.users.scope, {
    groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'Sales' }]],
  })
  assert.deepEqual(complaints, [])
})

test('mappings, the editor and the history pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await console.signIn('ada@acme.example', look)
    await visit(`${path}?open=active`)
    await page.locator('.cm-content').waitFor()
    await page.waitForTimeout(600)
    await checkAccessibility(page)
    await visit(path)
    await page.getByText('userName').first().waitFor()
    await page.waitForTimeout(600)
    await visit(`${path}?tab=scope`)
    await page.locator('main section strong').first().waitFor()
    await page.waitForTimeout(600)
    await checkAccessibility(page)
    await visit(`${path}?tab=history`)
    await page.locator('ol li').first().waitFor()
    await checkAccessibility(page)
    assert.deepEqual(complaints, [])
  }
})
