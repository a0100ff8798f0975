import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { workRuns } from '../../server/test/harness/listening-application.ts'
import { makeInvitationMails } from '../../server/test/harness/worker-turn.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'
import { readInviteLines } from '../src/users/invite-lines.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  await console.addPeople(250)
})
after(() => console[Symbol.asyncDispose]())

const shoot = process.env['SHOTS']

test('all who match are suspended by one run, beyond what is loaded; who was left out is named, and all come back', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/users')
  await page.getByText('251 entries').first().waitFor()
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await page.getByText('100 selected').waitFor()
  await page.getByRole('button', { name: 'Select all 251 that match' }).click()
  await page.getByText('251 selected').waitFor()
  await page.getByRole('grid').getByRole('row').nth(2).getByRole('checkbox').uncheck()
  await page.getByText('250 selected').waitFor()
  if (shoot) await page.screenshot({ path: `${shoot}/bulk-selected.png` })
  await page.getByRole('button', { name: 'Actions', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Suspend' }).click()
  const dialog = page.getByRole('dialog', { name: 'Suspend' })
  await dialog.getByText(/^250 people lose access/).waitFor()
  await dialog.getByLabel('Reason, for the history').fill('The season is over')
  // The identity provider manages all of them.
  await dialog.getByLabel('People of a source too, until').fill('2099-12-31')
  await checkAccessibility(page)
  if (shoot) await page.screenshot({ path: `${shoot}/bulk-dialog.png` })
  await dialog.getByRole('button', { name: 'Suspend 250 people' }).click()
  await page.waitForURL(/act=run_/)
  await page.getByRole('progressbar', { name: 'At work' }).waitFor()
  await workRuns(console.site.application)
  // Everybody but the one whose box was cleared, and Ada herself.
  await page.getByText('249 people are suspended. 1 was left out.').first().waitFor()
  if (shoot) await page.screenshot({ path: `${shoot}/bulk-done.png` })
  await page.getByRole('button', { name: 'Who was left out' }).click()
  await page.getByText('That is you: somebody else must do it').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('2 entries').first().waitFor()
  const suspended = await console.tenant.scim('GET', '/Users?filter=active eq false&count=0')
  assert.equal(suspended.body.totalResults, 249)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('progressbar', { name: 'At work' }).waitFor()
  await workRuns(console.site.application)
  await page.getByText('249 people are as before.').first().waitFor()
  await page.getByText('251 entries').first().waitFor()
  assert.deepEqual(complaints, [])
})

test('facets of team and source narrow the list by the address, and those who are chosen join a team', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example', { locale: 'ko-KR', dark: true })
  await visit('/teams')
  await page.getByRole('button', { name: '새 팀' }).first().click()
  await page.getByRole('textbox', { name: '이름', exact: true }).fill('현장')
  await page.getByRole('button', { name: '팀 만들기' }).click()
  await page.getByRole('heading', { level: 1, name: '현장' }).waitFor()
  await visit('/users?q=person%2024')
  await page.getByText('11개').first().waitFor()
  await page.getByRole('checkbox', { name: '모두 선택' }).check()
  await page.getByRole('button', { name: '작업', exact: true }).click()
  await page.getByRole('menuitem', { name: '팀에 추가' }).click()
  const dialog = page.getByRole('dialog', { name: '팀에 추가' })
  await dialog.getByRole('combobox', { name: '팀' }).or(dialog.getByLabel('팀')).first().click()
  await page.getByRole('option', { name: '현장' }).click()
  await dialog.getByRole('button', { name: '11명 추가' }).click()
  await page.waitForURL(/act=run_/)
  await workRuns(console.site.application)
  await page.getByText('11명을 팀에 추가했습니다.').first().waitFor()
  await visit('/users')
  await page.getByPlaceholder('모든 팀').click()
  await page.getByRole('option', { name: '현장' }).click()
  await page.waitForURL(/team=team_/)
  await page.getByText('11개').first().waitFor()
  await page.getByPlaceholder('모든 원본').click()
  await page.getByRole('option', { name: '로컬' }).click()
  await page.getByText('이 필터에 맞는 사용자가 없습니다').waitFor()
  await checkAccessibility(page)
  if (shoot) await page.screenshot({ path: `${shoot}/bulk-facets-ko.png` })
  assert.deepEqual(complaints, [])
})

test('addresses that are pasted are checked line by line, invited, and invited again by a run', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/users?tab=invitations')
  await page.getByRole('button', { name: 'Invite people' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite people' })
  const lines = [
    'Bea Brown <bea@else.example>',
    'cyd@else.example',
    'CYD@else.example',
    'not an address',
    'person1@acme.example',
  ]
  await dialog.getByLabel('E-mail addresses').fill(lines.join('\n'))
  await dialog.getByText('No e-mail address').waitFor()
  await dialog.getByText('Twice').waitFor()
  await dialog.getByRole('button', { name: 'Invite 3 people' }).click()
  await dialog.getByText('Here already').waitFor()
  assert.equal(await dialog.getByText('Invited', { exact: true }).count(), 2)
  await checkAccessibility(page)
  if (shoot) await page.screenshot({ path: `${shoot}/invite.png` })
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await makeInvitationMails(console.site.application)
  await page.reload()
  const grid = page.getByRole('grid')
  await grid.getByText('bea@else.example').waitFor()
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await page.getByRole('button', { name: 'Send 2 again' }).click()
  await page.waitForURL(/act=run_/)
  await workRuns(console.site.application)
  await page.getByText('2 new links are on their way.').first().waitFor()
  await grid.getByText('Replaced').first().waitFor()
  // The browser says so of whoever is here already.
  assert.deepEqual(
    complaints.filter((complaint) => !complaint.includes('409')),
    [],
  )
})

test('members are pasted by user name, who is not here stays in the field; the team says how it stands in apps', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/teams')
  await page.getByRole('button', { name: 'New team' }).first().click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Pasted')
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.getByRole('heading', { level: 1, name: 'Pasted' }).waitFor()
  await page.getByRole('button', { name: 'Add members' }).first().waitFor()
  await page.getByRole('button', { name: 'Paste a list' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add members from a list' })
  await dialog
    .getByLabel('User names or e-mail addresses')
    .fill('Person 7 <PERSON7@acme.example>\nperson8@acme.example\nnobody@acme.example')
  await dialog.getByRole('button', { name: 'Look up 3 and add' }).click()
  await dialog.getByText('Not here: nobody@acme.example').waitFor()
  assert.equal(await dialog.getByRole('textbox').inputValue(), 'nobody@acme.example')
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('2 entries').first().waitFor()
  await page.locator('main').getByRole('link', { name: 'Apps' }).click()
  await page.getByText('No app is connected').waitFor()
  await page.locator('main').getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Group of an identity provider' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('lines of addresses are read as mail programs write them', () => {
  assert.deepEqual(
    readInviteLines('"Ada, L" <ada@a.example>; b@b.example,\n\n b@B.example\nx').map(({ kind }) => kind),
    ['address', 'address', 'twice', 'wrong'],
  )
  const [line] = readInviteLines('"Ada Lovelace" <ada@a.example>')
  assert.ok(line?.kind === 'address' && line.name === 'Ada Lovelace' && line.address === 'ada@a.example')
})
