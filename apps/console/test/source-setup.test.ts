import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { openReader } from '../../server/src/sources/readers.ts'
import { workOffReads } from '../../server/src/sources/work-reads.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite, type SignedIn } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
})
after(() => console[Symbol.asyncDispose]())

/** Parts of the rules, and what stands in each. */
const parts = {
  Records: 'What names a record',
  'Matching and names': 'Who is here already',
  'Dates and leaving': 'Days to come',
  Teams: 'Make teams of groups',
  History: 'Revision 1',
}

/** Works off whatever waits, as a worker does. */
async function work(): Promise<void> {
  const { parts } = console.site.application.application
  const worker = {
    ...parts,
    owner: 'test',
    openReader: (opened: Parameters<typeof openReader>[0]) => openReader(opened, parts),
    onFault: (error: unknown) => {
      throw error
    },
  }
  await workOffReads(worker, new AbortController().signal)
}

/** People of the organization whose names hold a word, as the admin API lists them. */
async function findPeople({ page }: SignedIn, words: string): Promise<readonly { readonly userName: string }[]> {
  const url = `${console.site.url}/api/v1/organizations/acme/people?search=${encodeURIComponent(words)}&limit=50`
  const response = await page.request.get(url, { headers: { origin: console.site.url } })
  assert.ok(response.ok(), await response.text())
  // The route answers a page of people.
  return ((await response.json()) as { readonly data: readonly { readonly userName: string }[] }).data
}

// As Excel saves it in Korea, in CP949 with semicolons: 사번;성;이름;이메일;부서;입사일, then 김 하나 and 이 두리.
const table = Buffer.from(
  'u+e5+Du8ujvAzLinO8DMuN7Azzu6zrytO8DUu+fAzw0KMTAwMTux6DvHz7OqO2hhbmFAYWNtZS5leGFtcGxlO7+ssbg7MjAyMC0wMy0wMg0KMTAwMjvAzDu1zriuO2R1cmlAYWNtZS5leGFtcGxlO7+1vvc7MjAyMS0wOS0wMQ0K',
  'base64',
)

test('a stranger makes a source of a table, maps its columns, looks through the plan and sees the people', async () => {
  const ada = await console.signIn('ada@acme.example')
  const { page, visit, complaints } = ada
  await visit('/sources')
  await page.getByRole('link', { name: 'New source' }).first().click()
  await page.getByRole('button', { name: 'Uploaded file' }).click()
  await page.getByLabel('Name').fill('HR table')
  await page.getByRole('button', { name: 'Create source' }).click()
  await page.getByRole('heading', { level: 1, name: 'HR table' }).waitFor()
  await upload(ada, table)
  await page.getByText('Encoding EUC-KR').waitFor()
  await page.getByText('Separator: Semicolon').waitFor()
  await page.getByRole('cell', { name: 'hana@acme.example' }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('link', { name: 'Map columns' }).click()
  await page.getByText('사번 would name a record', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Begin with the suggestion' }).click()
  const attributes = page.getByRole('table', { name: 'Attributes' })
  const joined = attributes.getByRole('row').filter({ hasText: 'displayName' })
  await joined.getByText('하나 김').waitFor()
  await checkAccessibility(page)
  await attributes.getByRole('button', { name: 'displayName' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('하나 김').waitFor()
  await checkAccessibility(page)
  await panel.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('Draft 1 is not published').waitFor()
  await page.getByRole('button', { name: 'What would become of it' }).click()
  await page.getByRole('dialog').getByText('Create').waitFor()
  await page.keyboard.press('Escape')
  for (const [part, shown] of Object.entries(parts)) {
    await page.getByRole('link', { name: part, exact: true }).last().click()
    await page.getByText(shown).first().waitFor()
    if (part === 'Records' || part === 'Matching and names') await checkAccessibility(page)
  }
  await page.getByRole('button', { name: 'Publish and plan' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Publish and plan' }).click()
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await work()
  await page.getByText('Create 2').waitFor()
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByText('The plan is approved').first().waitFor()
  await work()
  await page.getByText('Done', { exact: true }).first().waitFor()
  const people = await findPeople(ada, '하나')
  assert.deepEqual(
    people.map(({ userName }) => userName),
    ['hana@acme.example'],
  )
  await visit('/users?q=hana')
  await page.getByText('하나 김').first().waitFor()
  assert.deepEqual(complaints, [])
})

async function upload({ page }: SignedIn, buffer: Buffer): Promise<void> {
  await page.getByRole('button', { name: 'Upload file' }).last().click()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('dialog').getByRole('button', { name: 'Choose a file' }).click()
  await (await choosing).setFiles({ name: 'people.csv', mimeType: 'text/csv', buffer })
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

/** An HR system on loopback that wants a token. */
async function openHrSystem() {
  const employees = [
    { id: 'e1', login: 'mia@acme.example', name: 'Mia Field', title: 'Engineer', lastDay: '2031-03-31' },
    { id: 'e2', login: 'noah@acme.example', name: 'Noah Stone', title: 'Writer', lastDay: null },
  ]
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === 'Bearer right'
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isKnown ? { data: employees } : { error: 'who are you' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A server that listens on TCP has such an address.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/employees`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a JSON API that refuses the token fails at a named step; mended in the settings it is mapped, planned and scheduled', async () => {
  await using hr = await openHrSystem()
  const ada = await console.signIn('ada@acme.example')
  const { page, visit, complaints } = ada
  await visit('/sources/new?kind=http')
  await page.getByLabel('Name').fill('HR system')
  await page.getByLabel('Address').fill(hr.url)
  await page.getByLabel('Where the list is').fill('data')
  await page.getByLabel('Token').fill('wrong')
  await page.getByRole('button', { name: 'Create and test' }).click()
  const steps = page.getByRole('list', { name: 'Steps of the test' })
  await steps.getByRole('listitem').filter({ hasText: 'Sign in' }).getByText('refused the credentials').waitFor()
  await steps.getByRole('listitem').filter({ hasText: 'Connect' }).getByText('127.0.0.1:').waitFor()
  await page.getByText('The source does not take our credentials.').waitFor()
  await checkAccessibility(page)

  await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
  await page.getByLabel('Token').fill('right')
  await page.getByRole('button', { name: 'Save and test' }).click()
  await page.getByRole('cell', { name: 'noah@acme.example' }).waitFor()
  await checkAccessibility(page)

  await page.getByRole('link', { name: 'Schedule', exact: true }).click()
  await page.getByRole('combobox', { name: 'Rhythm' }).click()
  await page.getByRole('option', { name: 'Monday to Friday' }).click()
  await page.getByLabel('Time of day').fill('06:30')
  await page.getByText('Next reads').waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The schedule is saved.').first().waitFor()

  await page.getByRole('link', { name: 'Mapping in', exact: true }).click()
  await page.getByRole('button', { name: 'Begin with the suggestion' }).click()
  await page.getByRole('link', { name: 'Dates and leaving' }).click()
  const lastDay = page.getByRole('combobox', { name: 'Last day', exact: true })
  await lastDay.waitFor()
  assert.equal(await lastDay.inputValue(), 'lastDay')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('button', { name: 'Publish and plan' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Publish and plan' }).click()
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await work()
  await page.getByText('Create 2').waitFor()
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByText('The plan is approved').first().waitFor()
  await work()
  assert.equal((await findPeople(ada, 'Mia Field')).length, 1)
  assert.deepEqual(complaints, [])
})

test('dates of a source stand in the calendar and are called off; attributes say which source wins, and another rank is kept', async () => {
  const ada = await console.signIn('ada@acme.example')
  const { page, visit, complaints } = ada
  await visit('/upcoming')
  const entry = page.getByRole('listitem').filter({ hasText: 'Mia Field' })
  await entry.getByText('Last day over').waitFor()
  await checkAccessibility(page)
  await entry.getByRole('button', { name: 'Call off' }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('She stays')
  await page.getByRole('dialog').getByRole('button', { name: 'Call off' }).click()
  await page.getByText('The date is called off.').first().waitFor()
  await page.getByText('Called off', { exact: true }).click()
  await entry.getByText('She stays').waitFor()

  await visit('/attributes?only=given')
  const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'userName' }) })
  await row.getByRole('link', { name: 'HR table' }).waitFor()
  await row.getByRole('link', { name: 'HR system' }).waitFor()
  await checkAccessibility(page)
  await row.getByRole('button', { name: 'userName' }).click()
  const panel = page.getByRole('dialog')
  const rank = panel.getByLabel('Precedence for this attribute').last()
  await rank.fill('5')
  await panel.getByRole('button', { name: 'Save' }).last().click()
  await page.getByText('Saved. It counts from the next read on.').first().waitFor()
  await panel.getByRole('button', { name: 'As elsewhere (100)' }).waitFor()
  await checkAccessibility(page)
  await page.keyboard.press('Escape')
  await row.getByText('precedence 5').waitFor()
  assert.deepEqual(complaints, [])
})

test('an attribute of one’s own is added; the screens hold in Korean, dark', async () => {
  const ada = await console.signIn('ada@acme.example', { locale: 'ko-KR', dark: true })
  const { page, visit, complaints } = ada
  await visit('/attributes')
  await page.getByRole('button', { name: '특성 추가' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('스키마 이름').fill('Badge')
  await dialog.getByLabel('특성 이름').fill('badgeNumber')
  await checkAccessibility(page)
  await dialog.getByRole('button', { name: '추가', exact: true }).click()
  await page.getByRole('button', { name: 'badgeNumber' }).waitFor()
  await visit('/sources/new')
  await page.getByRole('button', { name: '업로드한 파일' }).waitFor()
  await checkAccessibility(page)
  await visit('/sources')
  await page.getByRole('link', { name: 'HR table' }).click()
  await page.getByRole('link', { name: '들어오는 매핑' }).click()
  await page.getByRole('button', { name: 'displayName' }).waitFor()
  await checkAccessibility(page)
  assert.deepEqual(complaints, [])
})
