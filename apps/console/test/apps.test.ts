import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createAppsStage, type AppsStage } from './apps-stage.ts'

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

test('the screens of apps pass axe in English light and in Korean dark', async () => {
  for (const look of [{ locale: 'en-US' }, { locale: 'ko-KR', dark: true }]) {
    const { page, visit, complaints } = await stage.signIn('ada@acme.example', look)
    const shot = process.env['SHOTS']
    const look2 = async (name: string) => {
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
    await visit('/logs')
    await page.getByRole('grid').getByRole('row').nth(1).click()
    await page.getByRole('dialog').locator('dl').waitFor()
    await look2('logs')
    assert.deepEqual(complaints, [])
  }
})
