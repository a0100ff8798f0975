import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSink, type Sink } from '../../server/test/events/sink.ts'
import { isVerified } from '../../server/test/events/verify-message.ts'
import { createWebhookWorker } from '../../server/test/harness/webhook-worker.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
let console: ConsoleSite
let sink: Sink
let work: () => Promise<void>
let working: NodeJS.Timeout
let turn = Promise.resolve()
let isWorking = false

before(async () => {
  console = await createConsole({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
  sink = await createSink()
  work = createWebhookWorker(console.site.application)
  // As a worker does, so that a page that waits for an answer gets one.
  working = setInterval(() => {
    console.site.application.clock.set(new Date())
    // One at a time: a busy machine must not be left further and further behind.
    if (!isWorking) void takeTurn()
  }, 200)
})
after(async () => {
  clearInterval(working)
  await console[Symbol.asyncDispose]()
  await sink[Symbol.asyncDispose]()
})

/** One turn of the worker after all that were begun. */
function takeTurn(): Promise<void> {
  isWorking = true
  turn = turn.then(work).finally(() => {
    isWorking = false
  })
  return turn
}

/** Until the worker has read everything that has happened so far. */
async function passOver(): Promise<void> {
  for (let isBehind = true; isBehind;) {
    await takeTurn()
    const { rows } = await console.site.application.database.query<{ behind: boolean }>({
      text: `select (select position from outbox_cursors where consumer = 'webhooks') < max(position) as behind from changes`,
    })
    isBehind = rows[0]?.behind ?? false
  }
}

const provision = (userName: string) => console.tenant.scim('POST', '/Users', { schemas, userName })

test('a webhook made in the browser is told and signed, fails, is switched off, comes back and misses nothing', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  const secretOf = async (): Promise<string> => {
    const shown = page.getByRole('dialog').filter({ hasText: 'Secret of CRM' })
    const value = (await shown.locator('code').first().textContent()) ?? ''
    await shown.getByRole('checkbox').check()
    await shown.getByRole('button', { name: 'Done' }).click()
    return value
  }
  const row = (type: string) => page.getByRole('grid').getByRole('row').filter({ hasText: type })

  await visit('/webhooks')
  await page.getByRole('button', { name: 'New webhook' }).first().click()
  await page.getByRole('textbox', { name: 'Address' }).fill(sink.url)
  await page.getByRole('textbox', { name: 'Name' }).fill('CRM')
  await page.getByRole('combobox', { name: 'Events' }).fill('user.cr')
  await page.getByRole('option', { name: 'user.created' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const first = await secretOf()
  await page.getByRole('heading', { level: 1, name: 'CRM' }).waitFor()

  await page.getByRole('button', { name: 'Send test' }).click()
  await page.getByRole('dialog').getByText('Answered 204').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await provision('bea@acme.example')
  await row('user.created').getByText('Delivered').waitFor()
  assert.deepEqual(
    sink.received.map(({ body }) => JSON.parse(body).type),
    ['webhook.tested', 'user.created'],
  )
  assert.ok(verify(first, 1))

  // Both secrets sign after a rotation.
  await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
  await page.getByRole('button', { name: 'Rotate secret' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click()
  const second = await secretOf()
  await page.getByText('Two secrets sign', { exact: true }).waitFor()

  sink.answer = { status: 500, body: '{"error":"broken"}' }
  await provision('cyd@acme.example')
  await page.getByRole('link', { name: 'Messages' }).click()
  await row('Will be tried again').click()
  const panel = page.getByRole('dialog')
  await panel.getByText('Answered 500').first().waitFor()
  await panel.getByText('"error": "broken"').first().waitFor()
  await panel.getByText('webhook-signature: v1,…').waitFor()
  assert.deepEqual([verify(first, 2), verify(second, 2)], [true, true])
  sink.answer = { status: 204 }
  await panel.getByRole('button', { name: 'Resend' }).click()
  await panel.getByText('Answered 204').waitFor()
  await page.keyboard.press('Escape')

  // What was given up comes back with another verb.
  await console.site.application.database.query({
    text: `update webhook_deliveries set state = 'failed' where type = 'user.created'`,
  })
  const before = sink.received.length
  await page.getByRole('button', { name: 'Recover failed…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Recover', exact: true }).click()
  await page.getByText('2 messages are sent again').first().waitFor()
  await row('Delivered').nth(2).waitFor()
  assert.equal(sink.received.length, before + 2)

  // An answer of 410 switches it off; what happens meanwhile is replayed.
  sink.answer = { status: 410 }
  await provision('dee@acme.example')
  await page.getByText('Switched off: the endpoint answered that it is gone').waitFor({ timeout: 20_000 })
  await provision('eva@acme.example')
  // The worker has passed over it: enabled before that, the webhook would be sent it by itself.
  await passOver()
  sink.answer = { status: 204 }
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()
  await page.getByText('1 missing event is sent').first().waitFor()
  await row('Delivered').nth(3).waitFor()
  assert.match(sink.received.at(-1)?.body ?? '', /eva@acme\.example/)
  assert.deepEqual(complaints, [])
})

test('the catalog shows an event with its example and its schema, and the notice of the switched off webhook is put away', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/webhooks?tab=catalog&q=suspended')
  await page.getByRole('grid').getByRole('row').filter({ hasText: 'user.suspended' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByLabel('Example').getByText('"type": "user.suspended"').waitFor()
  await panel.getByLabel('JSON Schema').getByText('json-schema.org').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: '1 alert', exact: true }).click()
  await page.getByText('The webhook CRM is switched off: its endpoint answered that it is gone').waitFor()
  await page.getByRole('button', { name: 'Seen' }).click()
  await page.getByRole('button', { name: 'No alerts' }).waitFor()
  const { rows } = await console.site.application.database.query<{ by: string }>({
    text: `select acknowledged_by as by from notices where kind = 'webhookDisabled'`,
  })
  assert.match(rows[0]?.by ?? '', /^usr_/)
  assert.deepEqual(complaints, [])
})

function verify(secret: string, at: number): boolean {
  const got = sink.received[at]
  return got !== undefined && isVerified(secret, got)
}
