import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { rotateSecrets } from '../../src/rotate-secrets.ts'
import { createProcessDeliverer } from '../../src/deliver-webhooks.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { openVault } from '../../src/events/webhook-secret.ts'
import { fanOut } from '../../src/events/fan-out.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { spawnRollcall, type RunningProcess } from '../harness/spawn.ts'
import { createSink, type Sink } from './sink.ts'
import { createWebhookHarness, type WebhookHarness } from './webhook-harness.ts'

const encryptionKey = generateEncryptionKey()
const signal = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'rollcall-worker-'))
let admin: WebhookHarness
let key = ''
before(async () => {
  admin = await createWebhookHarness({ encryption: createEncryption([encryptionKey]) })
  admin.application.clock.set(new Date())
  key = (await admin.createOrganization('acme')).key
})
after(async () => {
  await admin[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

let names = 0
async function provision(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await admin.provision(key, `person-${++names}@acme.example`)
}

const idsOf = ({ received }: Sink): readonly string[] => received.map(({ headers }) => String(headers['webhook-id']))

async function until(isTrue: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline; await sleep(20))
    if (await isTrue()) return
  assert.fail('it did not come true in time')
}

test('an endpoint that answers slowly and one that is dead keep no other waiting', async () => {
  await using fast = await createSink()
  await using slow = await createSink(undefined, { status: 200, delayMs: 1_500 })
  const made = []
  for (const url of [slow.url, 'http://127.0.0.1:1/dead', fast.url])
    made.push(await admin.createWebhook('acme', { url, types: ['user.created'] }))
  const amount = 16
  await provision(amount)
  const startedMs = performance.now()
  const working = admin.work()
  await until(() => fast.received.length === amount)
  assert.ok(performance.now() - startedMs < 1_400, 'before the first answer of the slow one')
  assert.ok(slow.received.length <= 8)
  await working
  assert.equal(new Set(idsOf(fast)).size, amount)
  for (const { id } of made) await admin.send('DELETE', `/api/v1/organizations/acme/webhooks/${id}`)
})

test('two processes deliver side by side, and each event is sent once', async () => {
  await using sink = await createSink(undefined, { status: 200, delayMs: 5 })
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  await provision(60)
  const { parts } = admin.application.application
  await fanOut(parts.database, parts.clock)
  const createOne = () =>
    createProcessDeliverer({ ...parts, metrics: createMetrics({ version: 'test', commit: 'test' }) })
  await Promise.all([createOne().run(signal), createOne().run(signal)])
  assert.deepEqual([sink.received.length, new Set(idsOf(sink)).size], [60, 60])
  await admin.send('DELETE', `/api/v1/organizations/acme/webhooks/${id}`)
})

function startWorker(): RunningProcess {
  return spawnRollcall({
    arguments: ['work'],
    environment: {
      DATABASE_URL: admin.application.databaseUrl,
      ROLLCALL_DATA_DIR: folder,
      ROLLCALL_ENCRYPTION_KEYS: encryptionKey,
      ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'error',
    },
  })
}

test('a worker killed with -9 loses nothing, and doubles at most what was under way', async () => {
  const { database } = admin.application
  await using sink = await createSink(undefined, { status: 200, delayMs: 40 })
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  const amount = 150
  await provision(amount)
  await using first = startWorker()
  await until(() => sink.received.length >= 30, 40_000)
  first.child.kill('SIGKILL')
  await first.exited
  await sleep(100)
  const { rows } = await database.query<{ count: number }>({
    text: `select count(*) as count from webhook_deliveries where state = 'waiting' and attempts > 0`,
  })
  const underWay = rows[0]?.count ?? 0
  assert.ok(underWay > 0, 'the kill came while something was under way')
  assert.ok(new Set(idsOf(sink)).size < amount)
  // What the dead one had taken comes up again half a minute later.
  await database.query({ text: `update webhook_deliveries set due_at = now() where state = 'waiting'` })
  await using second = startWorker()
  await until(() => new Set(idsOf(sink)).size === amount, 40_000)
  await until(async () => (await admin.deliveries('acme', id, '?state=waiting')).length === 0)
  const doubled = sink.received.length - amount
  assert.ok(doubled <= underWay, `${doubled} doubled, ${underWay} were under way`)
  await second.stop()
  await admin.send('DELETE', `/api/v1/organizations/acme/webhooks/${id}`)
})

test('CON-C5: deliveries are counted by their result, and what waits for a worker shows', async () => {
  const { clock } = admin.application
  await using sink = await createSink()
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  await provision(2)
  await admin.work()
  sink.answer = { status: 500 }
  await provision(1)
  await admin.work()
  sink.answer = { status: 410 }
  await provision(1)
  clock.advance(1_000)
  await admin.work()
  const text = await (await admin.application.fetch('/metrics')).text()
  const counted = (result: string): number =>
    Number(new RegExp(`^rollcall_webhook_deliveries_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1])
  assert.ok(counted('delivered') >= 2)
  assert.ok(counted('retried') >= 1)
  assert.equal(counted('failed'), 1)
  assert.match(text, /^rollcall_outbound_requests_total\{status="5xx"\} \d+$/m)
  assert.match(text, /^rollcall_webhook_delivery_duration_seconds_count \d+$/m)
  assert.equal(text.includes(id), false)
  await admin.send('DELETE', `/api/v1/organizations/acme/webhooks/${id}`)
})

test('secrets of endpoints live through a rotation of the encryption keys, after which the old key is not needed', async () => {
  const { database, clock } = admin.application
  await using sink = await createSink()
  const { id, secret } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  const fresh = generateEncryptionKey()
  const rotated = await rotateSecrets(database, createEncryption([fresh, encryptionKey]), clock)
  assert.ok(rotated >= 1)
  const vault = await openVault(database, createEncryption([fresh]), clock())
  const { rows } = await database.query<{ organizationId: string; id: string; secret: string }>({
    text: 'select organization_id as "organizationId", id, secret from webhooks',
  })
  const [row] = rows
  assert.ok(row !== undefined)
  assert.equal(vault.open(row.secret, row), secret)
  await admin.send('DELETE', `/api/v1/organizations/acme/webhooks/${id}`)
})
