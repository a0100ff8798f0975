import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openReader } from '../../server/src/sources/readers.ts'
import { workOffReads } from '../../server/src/sources/work-reads.ts'
import { peopleOf, simpleSourceRules } from '../../server/test/sources/source-harness.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite, type SignedIn } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
})
after(() => console[Symbol.asyncDispose]())

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

type Answer = { readonly id: string; readonly data: readonly { readonly id: string; readonly situation: string }[] }

/** What the signed-in browser asks of the admin API. */
async function ask({ page }: SignedIn, method: string, path: string, data?: object): Promise<Answer> {
  const url = `${console.site.url}/api/v1/organizations/acme${path}`
  const response = await page.request.fetch(url, {
    method,
    ...(data !== undefined && { data }),
    headers: { origin: console.site.url },
  })
  assert.ok(response.ok(), await response.text())
  return (await response.json()) as Answer // the tests name what they ask for
}

async function createSource(
  person: SignedIn,
  name: string,
  correlation = simpleSourceRules.correlation,
): Promise<string> {
  const place = { kind: 'file', format: 'jsonl' }
  const { id } = await ask(person, 'POST', '/sources', { name, place, rules: { ...simpleSourceRules, correlation } })
  await ask(person, 'POST', `/sources/${id}/rules/publish`, { revision: 1 })
  return id
}

const toFile = (people: readonly object[], name = 'people.jsonl') => ({
  name,
  mimeType: 'application/x-ndjson',
  buffer: Buffer.from(people.map((person) => JSON.stringify(person)).join('\n')),
})

async function upload({ page }: SignedIn, people: readonly object[]): Promise<void> {
  await page.getByRole('button', { name: 'Upload file' }).click()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('dialog').getByRole('button', { name: 'Choose a file' }).click()
  await (await choosing).setFiles(toFile(people))
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
}

test('a file is uploaded, its plan is looked through, one is left out, the rest approved; then a shrunken one is rejected', async () => {
  const ada = await console.signIn('ada@acme.example')
  const { page, visit, complaints } = ada
  await visit('/sources')
  await page.getByText('No sources yet').waitFor()
  const id = await createSource(ada, 'HR export')
  await visit('/sources')
  await page.getByRole('link', { name: 'HR export' }).waitFor()
  await checkAccessibility(page)
  await page.getByRole('link', { name: 'HR export' }).click()
  await page.getByText('Nothing read yet').waitFor()
  await upload(ada, peopleOf(20))
  await work()
  await page.getByText('Waits for approval').waitFor()
  await page.getByText('Create 20').waitFor()
  await checkAccessibility(page)
  const grid = page.getByRole('grid')
  await grid.getByRole('row').filter({ hasText: 'Person 7' }).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Leave 1 out' }).click()
  await page.getByText('1 person is left out.').first().waitFor()
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Create 19').waitFor()
  await dialog.getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByText('The plan is approved').first().waitFor()
  await work()
  await page.getByText('Done', { exact: true }).first().waitFor()
  const { data } = await ask(ada, 'GET', '/people?search=Person&limit=50&state=active,pending')
  assert.equal(data.length, 19)

  await visit(`/sources/${id}`)
  await upload(ada, peopleOf(5))
  await work()
  await page.getByText('Held: the source has shrunk').waitFor()
  await visit(`/sources/${id}`)
  await page.getByRole('button', { name: 'Reject' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
  await page.getByText('The read is rejected').first().waitFor()
  await page.getByText('Rejected', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Runs', exact: true }).last().click()
  await grid.getByText('Rejected').waitFor()
  assert.equal((await ask(ada, 'GET', '/people?search=Person&limit=50&state=active,pending')).data.length, 19)
  assert.deepEqual(complaints, [])
})

test('of a record that may be two people somebody says which, and takes it back', async () => {
  const ada = await console.signIn('ada@acme.example')
  const { page, visit, complaints } = ada
  for (const number of [1, 2])
    await console.tenant.scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `twin${number}@acme.example`,
      displayName: 'Kim Twin',
      active: true,
    })
  const id = await createSource(ada, 'Twins', [[{ target: 'displayName', source: 'name' }]])
  await visit(`/sources/${id}`)
  await upload(ada, [{ id: 't1', mail: 'kim@acme.example', name: 'Kim Twin' }])
  await work()
  await visit(`/sources/${id}?tab=records&situation=ambiguous`)
  await page.getByRole('gridcell', { name: 't1' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('Several people match').waitFor()
  await panel.getByRole('link', { name: 'Kim Twin' }).nth(1).waitFor()
  await checkAccessibility(page)
  await panel.getByRole('button', { name: 'Ignore the record' }).click()
  await page.getByText('Decided. It takes effect at the next read.').first().waitFor()
  const decisions = await ask(ada, 'GET', `/sources/${id}/decisions`)
  assert.equal(decisions.data.length, 1)
  assert.deepEqual(complaints, [])
})

test('the screens hold in Korean, dark', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example', { locale: 'ko-KR', dark: true })
  await visit('/sources')
  await page.getByRole('link', { name: 'HR export' }).click()
  await page.getByText('최근 읽기').waitFor()
  await checkAccessibility(page)
  assert.deepEqual(complaints, [])
})
