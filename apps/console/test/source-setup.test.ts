import assert from 'node:assert/strict'
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
  await page.getByRole('button', { name: 'Uploaded file' }).waitFor()
  await checkAccessibility(page)
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
    await checkAccessibility(page)
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
