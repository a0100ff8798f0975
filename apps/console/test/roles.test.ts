import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite
let key: string

before(async () => {
  console = await createConsole()
  key = (await console.tenant.createKey({ scopes: ['admin:enterprise'] })).secret
})
after(() => console[Symbol.asyncDispose]())

test('by the keyboard alone an owner makes a role, says what it allows, gives it to somebody and takes it back', async () => {
  await console.signIn('mia@acme.example', { role: 'member' })
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/roles')
  await press(page, page.getByRole('button', { name: 'New role' }))
  await page.getByRole('dialog', { name: 'New role' }).waitFor()
  await focused(page.getByRole('textbox', { name: 'Name' }))
  await page.keyboard.type('Help desk')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Help desk' }).waitFor()
  await tabTo(page, page.getByRole('checkbox', { name: 'Read people, their history and what they own' }))
  await page.keyboard.press('Space')
  await press(page, page.getByRole('button', { name: 'Save' }))
  await page.getByText('The role is saved.').waitFor()
  const role = (await ask('GET', '/roles')).data.find(({ name }) => name === 'Help desk')
  assert.deepEqual(role?.permissions, ['people:read'])

  await press(page, page.getByRole('button', { name: 'Assign role' }), 'Shift+Tab')
  await focused(page.getByRole('combobox', { name: 'Person' }))
  await page.keyboard.type('mia')
  await page.getByRole('option', { name: 'mia' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('dialog').getByRole('button', { name: 'Assign', exact: true }))
  await page.getByText('The role is given.').waitFor()
  assert.equal((await ask('GET', '/role-assignments?role=help%20desk')).data.length, 1)

  await press(page, page.getByRole('link', { name: 'Who has this role' }), 'Shift+Tab')
  await press(page, page.getByRole('button', { name: 'Take Help desk from mia' }))
  const dialog = page.getByRole('dialog', { name: 'Take the role Help desk from mia?' })
  await focused(dialog.getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('The role is taken back.').waitFor()
  assert.equal((await ask('GET', '/role-assignments?role=help%20desk')).data.length, 0)
  assert.deepEqual(complaints, [])
})

test('the last owner stays, mappings say first who would be shut out, and none who can act is refused', async () => {
  const { page, visit } = await console.signIn('ada@acme.example')
  await visit('/roles?tab=assignments')
  await page.getByRole('button', { name: 'Take Owner from ada' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('alert').getByText('The last owner stays').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Group mappings' }).click()
  await page.getByRole('radio', { name: 'Only mappings' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change to “Only mappings”?' })
  await dialog.getByText('Nobody could act as owner or admin').waitFor()
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Change', exact: true }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await page.getByRole('radio', { name: 'Add' }).isChecked(), true)

  await page.getByRole('button', { name: 'New mapping' }).click()
  await page.getByRole('textbox', { name: 'Group' }).fill('IT admins')
  await page.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'Auditor' }).click()
  await page.getByText('Nobody gains or loses a role now.').waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('button', { name: 'Delete the mapping of IT admins to Auditor' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No mappings yet').waitFor()
  assert.equal((await ask('GET', '/role-mappings')).data.length, 0)
})

test('an owner ends the sessions of somebody, sees his leaked key, and reads the resource as SCIM has it', async () => {
  const ben = await console.signIn('ben@acme.example', { role: 'admin' })
  await ben.visit('/roles')
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/sessions')
  await page.getByRole('button', { name: 'Actions for the session of ben' }).click()
  await page.getByRole('menuitem', { name: 'End this session' }).click()
  const dialog = page.getByRole('dialog', { name: 'End the session?' })
  await dialog.getByText('ben, ').waitFor()
  await dialog.getByRole('button', { name: 'End session' }).click()
  await page.getByText('1 session ended.').waitFor()
  await ben.page.reload()
  await ben.page.waitForURL('**/sign-in**')

  const { id, key: secret } = await leakKeyOf('ben@acme.example')
  await visit(`/users/${id}?tab=keys`)
  await page.getByText('The key script was found in the open').waitFor()
  await page.getByText('Found in: https://paste.example/1').waitFor()
  assert.equal((await fetch(`${console.site.url}/api/v1/whoami`, { headers: bearer(secret) })).status, 401)
  await page.getByRole('button', { name: 'Done, hide this' }).click()
  await page.getByText('was found in the open').waitFor({ state: 'hidden' })

  const once = await console.signIn('ben@acme.example', { role: 'admin' })
  await once.visit('/me')
  await helpToSignIn(page)
  const again = await console.signIn('ben@acme.example', { role: 'admin' })
  await again.visit('/me')
  await page.getByRole('link', { name: 'Sessions' }).last().click()
  await page.getByRole('button', { name: 'End all sessions' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click()
  await page.getByText('Nobody is signed in').waitFor()
  await again.page.reload()
  await again.page.waitForURL('**/sign-in**')
  await page.getByRole('link', { name: 'Raw SCIM' }).click()
  assert.match((await page.locator('pre').textContent()) ?? '', /"userName": "ben@acme.example"/)
  assert.deepEqual(complaints, [])
})

/** The page of somebody says what he may do, and helps who has lost telephone and password. */
async function helpToSignIn(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Profile' }).click()
  await page.getByRole('button', { name: 'Take Admin from ben' }).waitFor()
  await page.getByRole('link', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Password link' }).click()
  await page.getByRole('dialog', { name: 'Password link' }).getByText('/password/').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Reset second factors' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reset second factors of ben?' })
  await dialog.getByText('0 passkeys').waitFor()
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Reset second factors' }).click()
  await page.getByText('The factors are reset; 1 session ended.').waitFor()
}

/** A key of somebody that was found where it must not be. */
async function leakKeyOf(userName: string): Promise<{ readonly id: string; readonly key: string }> {
  const [person] = (await ask('GET', `/people?search=${encodeURIComponent(userName)}`)).data
  const id = person?.id ?? ''
  const made = await ask('POST', '/keys', { name: 'script', scopes: ['people:read'], user: id })
  const report = { keys: [made.key], source: 'https://paste.example/1' }
  const headers = { 'content-type': 'application/json' }
  await fetch(`${console.site.url}/api/v1/leaked-keys`, { method: 'POST', headers, body: JSON.stringify(report) })
  return { id, key: made.key }
}

type Answer = {
  readonly data: readonly { readonly id: string; readonly name: string; readonly permissions: readonly string[] }[]
  readonly key: string
}

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${console.site.url}/api/v1/organizations/acme${path}`, {
    method,
    headers: { ...bearer(key), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  assert.ok(response.ok, await response.clone().text())
  return (await response.json()) as Answer // what these routes answer, as far as it is looked at
}

function bearer(secret: string) {
  return { authorization: `Bearer ${secret}` }
}

const stepsMax = 120

/** Goes on with Tab until it is there: whoever has no mouse gets there in no other way. */
async function tabTo(page: Page, target: Locator, step = 'Tab'): Promise<void> {
  await target.waitFor()
  for (let steps = 0; steps < stepsMax; steps++) {
    if (await target.evaluate((element) => element.matches(':focus'))) return
    await page.keyboard.press(step)
  }
  assert.fail(`Tab never reached ${String(target)}`)
}

async function press(page: Page, target: Locator, step?: string): Promise<void> {
  await tabTo(page, target, step)
  await page.keyboard.press('Enter')
}

/** Where a dialog puts the focus by itself. */
async function focused(target: Locator): Promise<void> {
  await target.waitFor()
  const deadline = Date.now() + 5_000
  while (!(await target.evaluate((element) => element.matches(':focus'))))
    assert.ok(Date.now() < deadline, `${String(target)} has no focus`)
}
