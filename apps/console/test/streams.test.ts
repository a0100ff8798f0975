import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openStreamSecret, type AuditStream } from '../../server/src/access/audit-streams.ts'
import { deliverAudit } from '../../server/src/audit/streams/deliver.ts'
import { createHttpCollector } from '../../server/test/audit/collectors.ts'
import { sealAll } from '../../server/test/harness/seal-audit.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const disabled = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'
const issuer = 'https://idp.example.com'
let console: ConsoleSite

before(async () => {
  console = await createConsole({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
})
after(() => console[Symbol.asyncDispose]())

/** What the worker does every second. */
async function deliver(): Promise<void> {
  const { application } = console.site
  await sealAll(application)
  application.clock.set(new Date())
  const { parts } = application.application
  const open = (stream: AuditStream) => openStreamSecret(parts, parts.clock(), stream)
  await deliverAudit({ ...parts, open, host: 'rollcall.test' })
}

test('the audit log is streamed to a place made in the browser, which is tried, fails in words, is paused and deleted', async () => {
  await using collector = await createHttpCollector()
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/log-streams')
  await page.getByRole('button', { name: 'New log stream' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('SIEM')
  await dialog.getByRole('textbox', { name: 'Address' }).fill(`http://127.0.0.1:${collector.port}/in`)
  await dialog.getByLabel('Value of the header').fill('Bearer s3cr3t')
  await dialog.getByText('Everything that is kept').click()
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'SIEM' }).waitFor()

  await page.getByRole('button', { name: 'Send test' }).click()
  await page.getByRole('dialog').getByText('It arrived').waitFor()
  await page.keyboard.press('Escape')
  await deliver()
  await page.getByText('Flowing').waitFor()
  assert.match(collector.received.at(-1)?.body.toString() ?? '', /audit_stream\.created/)
  assert.equal(collector.received.at(-1)?.headers.authorization, 'Bearer s3cr3t')
  assert.ok(!(await page.content()).includes('s3cr3t'))

  collector.status = 503
  await console.tenant.scim('POST', '/Users', { schemas, userName: 'bea@acme.example' })
  await deliver()
  await page.getByText('Nothing arrives: 1 attempt failed').waitFor()
  await page.getByText('It answered 503').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused: events wait and none is lost').first().waitFor()

  // Settings are saved on Save; a secret that is left alone stays.
  await page.getByRole('textbox', { name: 'Name' }).fill('Watchtower')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Watchtower' }).waitFor()
  await page.getByRole('button', { name: 'Delete log stream' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('Watchtower')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete log stream' }).click()
  await page.getByText('No log streams yet').waitFor()
  // A page that asked for what was just deleted is told so by the browser too.
  assert.deepEqual(
    complaints.filter((words) => !words.includes('404')),
    [],
  )
})

test('a receiver gets a stream that is verified, paused and switched on again', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/event-streams')
  await page.getByRole('button', { name: 'New stream' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'What it is for' }).fill('Session broker')
  await dialog.getByText('Poll', { exact: true }).click()
  await dialog.getByRole('combobox', { name: 'Events' }).fill('session')
  await page.getByRole('option', { name: 'session-revoked' }).click()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Session broker' }).waitFor()
  const address = page.getByRole('definition').filter({ hasText: '/poll/evs_' })
  assert.match((await address.textContent()) ?? '', /\/ssf\/org_\w+\/poll\/evs_\w+/)
  await page.getByRole('button', { name: 'Send verification' }).click()
  await page.getByRole('definition').filter({ hasText: /^1$/ }).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('What happens is kept for up to 30 days').waitFor()
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('button', { name: 'Send verification' }).waitFor()
  const { rows } = await console.site.application.database.query<{ events: string[]; state: string }>({
    text: 'select events_requested as events, state from event_streams',
  })
  assert.deepEqual(rows, [
    { events: ['https://schemas.openid.net/secevent/caep/event-type/session-revoked'], state: 'enabled' },
  ])
  assert.deepEqual(complaints, [])
})

test('a transmitter added in the browser suspends a person, and the page says whom and what became of it', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  const { body: person } = await console.tenant.scim('POST', '/Users', {
    schemas,
    userName: 'cyd@acme.example',
    emails: [{ value: 'cyd@acme.example', primary: true }],
    active: true,
  })
  await visit('/transmitters')
  await page.getByRole('button', { name: 'New transmitter' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Okta')
  await dialog.getByRole('textbox', { name: 'Issuer' }).fill(issuer)
  await dialog.getByRole('textbox', { name: 'Address of its keys' }).fill(`${issuer}/keys`)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Okta' }).waitFor()
  await page.getByText('Nothing came yet').first().waitFor()
  const fact = page.getByRole('definition').filter({ hasText: '/ssf/' }).first()
  const pushUrl = ((await fact.locator('code').textContent()) ?? '').trim()

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  // Its keys are known here, since nothing of this machine is asked for them.
  await console.site.application.database.query({ text: 'update transmitters set jwks_url = null, jwks = $1' }, [
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' }] }),
  ])
  const write = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(console.site.application.clock().getTime() / 1000)
  const subject = { format: 'email', email: 'cyd@acme.example' }
  const claims = { iss: issuer, aud: pushUrl, jti: 'one', iat, sub_id: subject, events: { [disabled]: {} } }
  const text = `${write({ alg: 'RS256', typ: 'secevent+jwt', kid: 'one' })}.${write(claims)}`
  const response = await fetch(pushUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/secevent+jwt' },
    body: `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`,
  })
  assert.equal(response.status, 202, await response.text())
  const row = page.getByRole('row').filter({ hasText: 'account-disabled' })
  await row.getByText('Suspended').waitFor()
  assert.equal((await console.tenant.scim('GET', `/Users/${person.id}`)).body.active, false)
  await page.getByRole('button', { name: 'Stop listening' }).click()
  await page.getByText('Its signals are refused from now on').first().waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Stop listening' }).waitFor()
  assert.deepEqual(complaints, [])
})
