import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createAppsStage, type AppsStage } from './apps-stage.ts'
import { startInputMethod } from './input-method.ts'

let stage: AppsStage

before(async () => {
  stage = await createAppsStage()
  stage.fake.fault = ({ method, path }) =>
    method === 'POST' && path.startsWith('/Users') && stage.fake.users.all().length === 7
      ? { kind: 'answer', status: 400 }
      : 'none'
  await stage.addPeople(12)
  await stage.settle()
})
after(() => stage[Symbol.asyncDispose]())

test('an administrator sees how an app stands, pauses it with a reason and lets it go on', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit('/apps')
  const row = page.getByRole('row', { name: /Slack/ })
  await row.getByText('On', { exact: true }).waitFor()
  await row.getByRole('link', { name: 'Slack' }).click()
  await page.getByRole('heading', { level: 1, name: 'Slack' }).waitFor()
  assert.equal(await page.title(), 'Slack · Rollcall')
  await page.getByRole('button', { name: 'Pause' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('Moving to another plan')
  await dialog.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Moving to another plan').waitFor()
  const { rows } = await stage.site.application.database.query({ text: 'select state, paused_reason from apps' })
  assert.deepEqual(rows, [{ state: 'paused', paused_reason: 'Moving to another plan' }])
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Slack goes on.').waitFor()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Test connection' }).click()
  await dialog.getByText('The connection works').waitFor()
  await dialog.getByText(/GET/).first().waitFor()
  assert.deepEqual(complaints, [])
})

test('with the keyboard alone somebody goes from the log of an app to the steps of one operation and back', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit(`/apps/${stage.appId}/logs`)
  const rows = page.getByRole('grid').getByRole('row')
  await rows.nth(3).waitFor()
  const inGrid = () => page.locator('[aria-rowindex]:focus').count()
  for (let presses = 0; presses < 80 && (await inGrid()) === 0; presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('End')
  const last = String(await rows.count())
  await page.locator(`[aria-rowindex="${last}"]:focus`).waitFor()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog')
  await panel.getByText('Modified properties').waitFor()
  await panel.getByText('Matching', { exact: true }).waitFor()
  assert.match(page.url(), /open=plog_/)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.locator(`[aria-rowindex="${last}"]:focus`).waitFor()
  assert.deepEqual(complaints, [])
})

test('somebody is previewed, sent by hand, and the answer to “why not?” names what is missing', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  stage.fake.fault = () => 'none'
  await visit('/provision')
  await page.getByRole('combobox', { name: 'App' }).click()
  await page.getByRole('option', { name: 'Slack' }).click()
  await page.getByLabel('People or teams').first().fill('Person 11')
  await page.getByRole('option', { name: 'Person 11' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Person 11' }).waitFor()
  await page.getByText('Would be done: Create').waitFor()
  await page.getByText('Not sent').waitFor()
  assert.match(page.url(), /objects=/)
  const before = stage.fake.users.all().length
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('heading', { name: 'Result: Person 11' }).waitFor()
  await stage.settle()
  assert.equal(stage.fake.users.all().length, before + 1)
  await page.getByText('Why not?').click()
  await page.getByText('Account in the app').waitFor()
  assert.deepEqual(complaints, [])
})

test('what an app refuses is listed by reason, and tried again from there', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit('/quarantine?tab=stuck')
  await page.getByText('Refused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Show who' }).click()
  await page.getByRole('grid').getByRole('row').nth(1).waitFor()
  await page.getByRole('button', { name: 'Try all now' }).click()
  await page.getByText(/objects? (?:is|are) tried again/).waitFor()
  await stage.settle()
  const made = stage.fake.users.all().filter(({ resource }) => String(resource['userName']).startsWith('person'))
  assert.equal(made.length, 12)
  assert.deepEqual(complaints, [])
})

test('more disabled accounts than may pass wait by name until somebody lets them', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  const people = await stage.tenant.scim('GET', '/Users?count=20')
  for (const { id, userName } of people.body.Resources.filter((each) => /person[0-5]@/.test(each.userName))) {
    const path = `/Users/${id}`
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    const change = { schemas, Operations: [{ op: 'replace', path: 'active', value: false }] }
    assert.equal((await stage.tenant.scim('PATCH', path, change)).status, 200, userName)
  }
  await stage.settle()
  await visit('/quarantine')
  await page.getByRole('grid').getByRole('row').nth(1).click()
  const panel = page.getByRole('dialog').first()
  await panel.getByText('Person 5').waitFor()
  await panel.getByRole('button', { name: /^Approve / }).click()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.getByText(/changes? decided/).waitFor()
  await stage.settle()
  const off = stage.fake.users.all().filter(({ resource }) => resource['active'] === false)
  assert.equal(off.length, 6)
  assert.deepEqual(complaints, [])
})

test('credentials are replaced and tried at once, and settings are saved on Save', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit(`/apps/${stage.appId}/settings`)
  await page.getByLabel('Token', { exact: true }).fill(stage.fake.token)
  await page.getByRole('button', { name: 'Replace and test' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('The connection works').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByLabel('Days that the log is kept').fill('45')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  const { rows } = await stage.site.application.database.query<{ settings: { overrides: object } }>({
    text: 'select settings from apps',
  })
  assert.deepEqual(rows[0]?.settings.overrides, { ...rows[0]?.settings.overrides, logDays: 45 })
  assert.deepEqual(complaints, [])
})

test('CON-O4: the Enter that takes a word from an input method adds no tag, in the order of Chromium and of WebKit; the next one does', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit(`/apps/${stage.appId}/settings`)
  const field = page.getByRole('combobox', { name: 'Told by mail' })
  await field.focus()
  const method = await startInputMethod(page)
  for (const commit of [method.commit, method.commitAsWebKit]) {
    await method.compose('운영')
    await commit('운영')
    assert.equal(await field.inputValue(), '운영')
    await page.keyboard.press('Enter')
    assert.equal(await field.inputValue(), '')
    await page.getByText('운영', { exact: true }).waitFor()
    await page.keyboard.press('Backspace')
    await page.getByText('운영', { exact: true }).waitFor({ state: 'detached' })
  }
  assert.deepEqual(complaints, [])
})

test('an app is added from its template with credentials, and waits as a draft', async () => {
  const { page, visit, complaints } = await stage.signIn('ada@acme.example')
  await visit('/apps')
  await page.getByRole('link', { name: 'Add app' }).click()
  await page.getByRole('button', { name: /^SCIM 2\.0/ }).click()
  await page.getByLabel('Name', { exact: true }).fill('Wiki')
  await page.getByLabel('Address', { exact: true }).fill(stage.fake.baseUrl)
  await page.getByLabel('Token', { exact: true }).fill(stage.fake.token)
  await page.getByRole('button', { name: 'Add app' }).click()
  await page.getByRole('heading', { level: 1, name: 'Wiki' }).waitFor()
  await page.getByText('Before anything is sent').waitFor()
  await page.getByRole('button', { name: 'Test connection' }).click()
  await page.getByText('The connection works').waitFor()
  const { rows } = await stage.site.application.database.query({ text: `select state from apps where name = 'Wiki'` })
  assert.deepEqual(rows, [{ state: 'draft' }])
  assert.deepEqual(complaints, [])
})

test('the screens of apps pass axe in English light and in Korean dark', async () => {
  const person = await stage.idOf('person7@acme.example')
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await stage.signIn('ada@acme.example', look)
    const shot = process.env['SHOTS']
    const look2 = async (name: string) => {
      // The time of the server stands still, and so would what somebody may ask for in it.
      stage.site.application.clock.advance(20_000)
      await checkAccessibility(page)
      if (shot !== undefined) await page.screenshot({ path: `${shot}/${name}-${look.locale}.png`, fullPage: true })
      if (shot !== undefined && look.locale === 'en-US') {
        await page.setViewportSize({ width: 390, height: 844 })
        await page.screenshot({ path: `${shot}/${name}-narrow.png`, fullPage: true })
        await page.setViewportSize({ width: 1280, height: 800 })
      }
    }
    await visit('/apps')
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await look2('apps')
    await visit(`/apps/${stage.appId}`)
    await page.locator('dl').nth(2).waitFor()
    await look2('overview')
    for (const tab of ['runs', 'logs']) {
      await visit(`/apps/${stage.appId}/${tab}`)
      await page.getByRole('grid').getByRole('row').nth(1).waitFor()
      await look2(`app-${tab}`)
    }
    await visit(`/apps/${stage.appId}/settings`)
    await page.getByRole('textbox').first().waitFor()
    await look2('settings')
    await visit(`/provision?app=${stage.appId}&objects=${encodeURIComponent(JSON.stringify([person]))}`)
    await page.locator('ol').first().waitFor()
    await look2('provision')
    for (const tab of ['held', 'apps', 'stuck']) {
      await visit(`/quarantine?tab=${tab}`)
      await look2(`quarantine-${tab}`)
    }
    await visit('/runs')
    await look2('runs')
    await visit('/apps/new')
    await page.getByRole('button', { name: /Datadog/ }).waitFor()
    await look2('gallery')
    await visit('/apps/new?preset=datadog')
    await page.locator('form').waitFor()
    await look2('new-app')
    await visit('/logs')
    await page.getByRole('grid').getByRole('row').nth(1).click()
    await page.getByRole('dialog').locator('dl').waitFor()
    await look2('logs')
    assert.deepEqual(complaints, [])
  }
})
