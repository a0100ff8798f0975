import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { openReader } from '../../server/src/sources/readers.ts'
import { workOffReads } from '../../server/src/sources/work-reads.ts'
import { makeInvitationMails } from '../../server/test/harness/worker-turn.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite
before(async () => {
  console = await createConsole()
})
after(() => console[Symbol.asyncDispose]())

async function readSettings() {
  const { rows } = await console.site.application.database.query<{
    slug: string
    name: string
    settings: Record<string, unknown>
  }>({ text: 'select slug, name, settings from organizations' })
  return rows
}

test('an owner sets name, language, time zone, alerts and what is kept; nothing is lost and no page is left by mistake', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/settings')
  await page.getByLabel('Name', { exact: true }).fill('Acme Works')
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: 'Français' }).click()
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Asia/Seoul')
  await page.getByRole('option', { name: /Asia\/Seoul/ }).click()
  await page.getByText('3 changes not saved').waitFor()
  await page.getByRole('link', { name: 'Notifications' }).click()
  const guard = page.getByRole('dialog', { name: 'Leave without saving?' })
  await guard.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').first().waitFor()
  await page.getByText('changes not saved').waitFor({ state: 'detached' })
  assert.equal((await readSettings())[0]?.settings['locale'], 'fr')
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('change not saved').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Notifications' }).click()
  await page.getByText('This server has no mail server').waitFor()
  await page.getByLabel('Mail address').fill('nobody')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').first().waitFor()
  await page.getByLabel('Mail address').fill('alerts@acme.example')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('changes not saved').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Privacy & retention' }).click()
  const log = page.locator('form').filter({ hasText: 'Request log' })
  await log.getByLabel('Kept for (days)').fill('7')
  await page.getByLabel('At most (days)').fill('90')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  assert.deepEqual((await readSettings())[0]?.settings['requestLog'], { daysMax: 7 })
  await visit('/settings/privacy')
  await log.getByLabel('At most (MiB)').fill('256')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  await page.getByRole('switch', { name: 'Keep bodies of SCIM' }).click()
  await page.getByText('Bodies of SCIM are not kept any more.').waitFor()
  const [organization] = await readSettings()
  assert.deepEqual(
    [organization?.name, organization?.settings],
    [
      'Acme Works',
      {
        locale: 'en',
        timeZone: 'Asia/Seoul',
        alertEmail: 'alerts@acme.example',
        invitations: { enabled: true, validHours: 48 },
        requestLog: { daysMax: 7, bytesMax: 256 * 1024 * 1024 },
        recycleBin: { daysMax: 30 },
        keys: { onLeak: 'revoke', daysMax: 90 },
      },
    ],
  )
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('switch', { name: 'Keep bodies of SCIM', checked: true }).waitFor()
  const audit = page.locator('form').filter({ hasText: 'Whose limits count' })
  await audit.getByLabel('Kept for (days)').fill('400')
  await audit.getByRole('button', { name: 'Save' }).click()
  await audit.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Plan & teams' }).click()
  await page.getByText('Provisioning by an identity provider (SCIM)').waitFor()
  await page.getByLabel('People at most').fill('50')
  await page.getByRole('combobox', { name: 'Members may come from' }).click()
  await page.getByRole('option', { name: 'people here and the API' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  const answer = await page.request.get(`${console.site.url}/api/v1/organizations/acme/team-settings`)
  const { source, seats } = (await answer.json()) as { readonly source: string; readonly seats: number } // by its route
  assert.deepEqual([source, seats], ['uiAndApi', 50])
  const { rows } = await console.site.application.database.query<{ audit: object }>({
    text: `select settings -> 'audit' as audit from organizations`,
  })
  assert.deepEqual(rows, [{ audit: { daysMax: 400, retention: 'rollcall' } }])
  assert.deepEqual(
    complaints.filter((text) => !text.includes('400')),
    [],
  )
})

test('CON-J2: without a mail server the outbox says so, shows each mail and gives its link to copy', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  const { status } = await console.tenant.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'grace@acme.example',
    emails: [{ value: 'grace@acme.example', primary: true }],
    active: true,
  })
  assert.equal(status, 201)
  await makeInvitationMails(console.site.application)
  await visit('/mails')
  await page.getByText('This server has no mail server').waitFor()
  await page.getByRole('button', { name: 'Send a test mail' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('To').fill('ada@acme.example')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('row', { name: /ada@acme\.example/ }).waitFor()
  await page.getByRole('row', { name: /grace@acme\.example/ }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('Waiting').waitFor()
  const [link = ''] = await panel.locator('code').filter({ hasText: '/invitations/' }).allTextContents()
  const opened = await fetch(link)
  assert.deepEqual([opened.status, (await opened.text()).includes('grace@acme.example')], [200, true])
  assert.deepEqual(complaints, [])
})

/** Works off the reads that wait, as a worker does. */
async function workOff(): Promise<void> {
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

test('CON-K4: a table is imported as a plan, wrong lines are told, what is applied is there; who is not in it stays; an export has all', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/import')
  await page.getByLabel('Name', { exact: true }).fill('Table of May')
  const lines = ['userName,displayName,email', 'lin@acme.example,"Lín, Mei",lin@acme.example', ',Nobody,x@acme.example']
  await choose(lines.join('\n'))
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await workOff()
  await page.getByText('Waits for approval').waitFor()
  assert.equal(await countPeople('lin@acme.example'), 0)
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByText('The plan is approved').first().waitFor()
  await workOff()
  assert.equal(await countPeople('lin@acme.example'), 1)
  const { rows: bad } = await console.site.application.database.query<{ place: string }>({
    text: `select place from source_escrow`,
  })
  assert.equal(bad.length, 1)
  await visit('/import')
  await page.getByRole('combobox', { name: 'Belongs to' }).click()
  await page.getByRole('option', { name: 'Table of May' }).click()
  await choose('userName,displayName,email\nray@acme.example,Ray,ray@acme.example')
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await workOff()
  await page.getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and apply' }).click()
  await page.getByText('The plan is approved').first().waitFor()
  await workOff()
  assert.deepEqual([await countPeople('lin@acme.example'), await countPeople('ray@acme.example')], [1, 1])
  await visit('/import')
  await choose('{"id":"1","userName":"zoe@acme.example","active":true}', 'people.jsonl')
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await workOff()
  await page.getByText('Create 1').waitFor()
  await visit('/import')
  await choose('email;givenName\nsue@acme.example;Sue')
  await page.getByRole('heading', { level: 1, name: 'Read' }).waitFor()
  await workOff()
  await page.getByText('Create 1').waitFor()
  await visit('/import')
  for (const [name, shape] of [
    ['Table (CSV)', /^\uFEFFid,scimId,.*"Lín, Mei"/s],
    ['JSON Lines (SCIM)', /"userName":"ray@acme\.example"/],
  ] as const) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
    assert.match(await readFile(await file.path(), 'utf8'), shape)
  }
  assert.deepEqual(complaints, [])

  async function choose(text: string, name = 'people.csv'): Promise<void> {
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file' }).click()
    await (await choosing).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  }

  async function countPeople(userName: string): Promise<number> {
    const { rows } = await console.site.application.database.query<{ count: number }>(
      {
        text: `select count(*)::int as count from users where user_name_key = $1 and scim_id is not null and state <> 'suspended'`,
      },
      [userName],
    )
    return rows[0]?.count ?? 0
  }
})

test('a domain is claimed, checked against DNS and given up; a slug changes every address; an owner deletes the organization', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/settings/domains')
  await page.getByText('No domains yet').waitFor()
  await page.getByRole('button', { name: 'Add a domain' }).click()
  await page.getByRole('dialog').getByLabel('Domain').fill('acme.example')
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  const card = page.getByRole('region', { name: 'acme.example' })
  await card.getByRole('button', { name: 'Verify' }).click()
  await card.getByText('What DNS says').waitFor()
  await card.getByRole('button', { name: 'Give up acme.example' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click()
  await page.getByText('No domains yet').waitFor()
  await visit('/settings')
  await page.getByLabel('Name in addresses').fill('acme-works')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').getByText('Every address changes from “acme” to “acme-works”').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Change it' }).click()
  await page.waitForURL(/\/console\/acme-works\/settings$/)
  await page.getByRole('link', { name: 'Danger zone' }).click()
  await page.getByRole('button', { name: 'Delete the organization' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete Acme Works?' })
  await dialog.getByText(/\d people/).waitFor()
  const end = dialog.getByRole('button', { name: 'Delete the organization' })
  assert.equal(await end.isDisabled(), true)
  await dialog.getByLabel('Type acme-works to confirm').fill('acme-works')
  await end.click()
  await page.waitForURL(/\/sign-in\?other/)
  assert.deepEqual(await readSettings(), [])
  assert.deepEqual(
    complaints.filter((text) => !text.includes('404')),
    [],
  )
})
