import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { upsertPassword } from '../../server/src/db/queries/passwords.ts'
import { transaction } from '../../server/src/db/transaction.ts'
import { hashPassword } from '../../server/src/directory/password-hash.ts'
import { startSession } from '../../server/src/sign-in/sessions.ts'
import { totpCodeOf, totpStepAt } from '../../server/src/sign-in/totp.ts'
import { parseTypeId } from '../../server/src/type-id.ts'
import type { TestPerson } from '../../server/test/harness/browser.ts'
import { checkAccessibility } from './accessibility.ts'
import { bringCookie, createConsole, type ConsoleSite } from './console-harness.ts'

const password = 'quiet otters borrow lamps'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
})
after(() => console[Symbol.asyncDispose]())

test('a person changes profile and password, adds a passkey and an app, ends sessions, and makes a key', async () => {
  const { person, ask, countSessions, elsewhere } = await openLocal('nora@acme.example', 'admin')
  const { page, complaints } = person
  const passkey = await person.addAuthenticator()

  await visit(page, '/me')
  await page.getByRole('textbox', { name: 'Display name' }).fill('Nora Kim')
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Seoul')
  await page.getByRole('option', { name: 'Asia/Seoul' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Your profile is saved.').waitFor()
  const { displayName, timezone } = await ask('')
  assert.deepEqual([displayName, timezone], ['Nora Kim', 'Asia/Seoul'])

  await page.getByRole('link', { name: 'Sign-in and security' }).click()
  await page.getByRole('button', { name: 'Change password' }).click()
  await changePassword(page, 'wrong', 'seven green kites drift')
  await page.getByText('This is not your current password.').waitFor()
  await changePassword(page, password, 'seven green kites drift')
  await page.getByText('Your password is changed.').waitFor()

  await page.getByRole('button', { name: 'Add passkey' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('The passkey is added.').waitFor()
  assert.equal((await passkey.credentials()).length, 1)
  await page.getByRole('button', { name: 'Rename Work laptop' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Blue key')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await page.getByRole('button', { name: 'Remove Blue key' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('This is your last second factor').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  const secret = await setUpApp(page)
  await checkAccessibility(page)
  await confirmAgain(person, secret)

  await elsewhere()
  await visit(page, '/me?tab=sessions')
  assert.equal(await countSessions(), 2)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText('1 session ended.').waitFor()
  assert.equal(await countSessions(), 1)

  await makeKey(page)
  // What was refused on purpose is said by the browser too.
  assert.deepEqual(
    complaints.filter((text) => !/status of (?:403|409|422|400)/.test(text)),
    [],
  )
})

async function changePassword(page: Page, current: string, next: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Change password' })
  await dialog.getByLabel('Current password').fill(current)
  await dialog.getByLabel('New password').fill(next)
  await dialog.getByRole('button', { name: 'Change password' }).click()
}

async function setUpApp(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Set up app' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set up app' })
  const secret = (await dialog.locator('code').textContent()) ?? ''
  await dialog.getByRole('img', { name: 'QR code' }).waitFor()
  await dialog.getByRole('textbox', { name: 'Code' }).fill('000000')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByText('The app shows another code now.').waitFor()
  await dialog.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret))
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('The app is set up.').waitFor()
  return secret
}

/** A quarter of an hour later the codes are not made before the person has shown anew who it is, in a window aside. */
async function confirmAgain({ page, context }: TestPerson, secret: string): Promise<void> {
  console.site.application.clock.advance(16 * 60_000)
  await page.getByRole('button', { name: 'Make codes' }).click()
  await page.getByRole('button', { name: 'Make and show' }).click()
  const opened = context.waitForEvent('page')
  await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByRole('button', { name: 'Confirm' }).click()
  const window = await opened
  await window.getByLabel(/code/i).first().fill(codeOf(secret))
  await window.locator('form:has(input[name="code"]) button').first().click()
  await page
    .getByRole('listitem')
    .filter({ hasText: /^\w{4}-\w{4}/ })
    .nth(9)
    .waitFor()
  await page.getByRole('checkbox', { name: 'I have kept them' }).check()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('10 codes left').waitFor()
}

async function makeKey(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Personal keys' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('script')
  await page.getByRole('button', { name: 'Read everything' }).click()
  await page.getByRole('button', { name: 'Make key' }).click()
  const shown = page.getByRole('dialog', { name: 'Key script' })
  const key = (await shown.locator('code').first().textContent()) ?? ''
  await shown.getByRole('checkbox').check()
  await shown.getByRole('button', { name: 'Done' }).click()
  assert.equal(await statusOf(key), 200)
  await page.getByRole('button', { name: 'Revoke' }).click()
  const dialog = page.getByRole('dialog', { name: 'Revoke script' })
  if (await dialog.getByRole('textbox').isVisible()) await dialog.getByRole('textbox').fill(key.slice(-4))
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No personal keys').waitFor()
  assert.equal(await statusOf(key), 401)
}

async function statusOf(key: string): Promise<number> {
  const path = `${console.site.url}/api/v1/organizations/acme/people`
  return (await fetch(path, { headers: { authorization: `Bearer ${key}` } })).status
}

test('somebody without any right comes to the own page, whose values a connection manages, in Korean and dark', async () => {
  const {
    page,
    visit: open,
    complaints,
  } = await console.signIn('mia@acme.example', {
    role: 'member',
    locale: 'ko-KR',
    dark: true,
  })
  await open('')
  await page.waitForURL('**/console/acme/me')
  assert.equal(await page.getByRole('textbox', { name: '표시 이름' }).isDisabled(), true)
  await page.getByRole('link', { name: '개인 키' }).click()
  await page.getByText('키로 할 수 있는 일이 없습니다').waitFor()
  await checkAccessibility(page)
  await page.goto(`${console.site.url}/console/acme/overview`)
  await page.getByRole('main').getByRole('link', { name: '내 계정' }).click()
  await page.getByRole('heading', { level: 1, name: '내 계정' }).waitFor()
  assert.deepEqual(complaints, [])
})

/** A browser of somebody whom no connection manages, and who is signed in elsewhere too. */
async function openLocal(userName: string, role: string) {
  const { site, tenant, browser } = console
  const key = (await tenant.createKey({ scopes: ['admin:enterprise'] })).secret
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const post = async (path: string, body: object): Promise<{ readonly id: string }> => {
    const url = `${site.url}/api/v1/organizations/acme${path}`
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.ok(response.ok, await response.clone().text())
    return (await response.json()) as { readonly id: string } // an answer of the API
  }
  const attributes = { userName, emails: [{ value: userName, primary: true }] }
  const { id } = await post('/people', { attributes, invite: false })
  await post(`/roles/${role}/grant`, { user: id })
  const { database, clock } = site.application
  const owner = { organizationId: tenant.organization.id, userId: parseTypeId('usr', id) ?? '' }
  await upsertPassword(database, { ...owner, hash: await hashPassword(password), now: clock() })
  const person = await browser.open()
  await bringCookie(site, tenant.organization.id, { userId: id, context: person.context })
  const elsewhere = async (): Promise<void> => {
    const wanted = {
      ...owner,
      method: 'passkey',
      factors: ['passkey'],
      now: clock(),
      ip: '192.0.2.7',
      userAgent: 'Firefox/140.0 (Linux)',
    } as const
    await transaction(database, (tx) => startSession(tx, wanted))
  }
  const ask = async (path: string) => {
    const cookies = (await person.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const response = await fetch(`${site.url}/api/v1/me${path}`, { headers: { cookie: cookies } })
    return (await response.json()) as Readonly<Record<string, unknown>> // an answer of the API
  }
  const countSessions = async (): Promise<number> => {
    const { data } = await ask('/sessions')
    return Array.isArray(data) ? data.length : 0
  }
  return { person, ask, countSessions, elsewhere }
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(`${console.site.url}/console/acme${path}`)
  await page.locator('main h1').waitFor()
}

function codeOf(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  return totpCodeOf(bytes, totpStepAt(console.site.application.clock()))
}
