import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSink, type Sink } from '../../server/test/events/sink.ts'
import { createWebhookWorker } from '../../server/test/harness/webhook-worker.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let sink: Sink
let work: () => Promise<void>
before(async () => {
  cli = await createCliHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
  sink = await createSink()
  work = createWebhookWorker(cli.application)
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(async () => {
  await sink[Symbol.asyncDispose]()
  await cli[Symbol.asyncDispose]()
})

test('events are listed from the command line, by type and by cursor, and their types with schemas', async () => {
  await cli.json('person', 'create', '--user-name', 'ada@acme.example')
  const { data, nextCursor } = await cli.json('event', 'list', '--types', 'user.*')
  assert.deepEqual(
    data.map((event: { type: string }) => event.type),
    ['user.created'],
  )
  assert.deepEqual(await cli.json('event', 'show', data[0].id), data[0])
  assert.deepEqual((await cli.json('event', 'list', '--cursor', nextCursor)).data, [])
  const types = await cli.json('event', 'types', '--limit', '200')
  assert.ok(types.data.every((type: { schema: object; example: object }) => 'properties' in type.schema))
  const wrong = await cli.run('event', 'list', '--types', 'nothing.*')
  assert.deepEqual([wrong.code, wrong.stdout], [1, ''])
})

test('a webhook is made, tested, changed, rotated, looked into, repaired and deleted from the command line', async () => {
  const made = await cli.json('webhook', 'create', '--url', sink.url, '--type', 'user.*')
  assert.match(made.secret.value, /^whsec_/)
  const { id } = made
  const testing = cli.json('webhook', 'test', id)
  const working = setInterval(() => void work(), 100)
  const tested = await testing.finally(() => clearInterval(working))
  assert.deepEqual([tested.type, tested.state, tested.attempts[0].status], ['webhook.tested', 'delivered', 204])
  sink.answer = { status: 500 }
  await cli.json('person', 'create', '--user-name', 'bea@acme.example')
  await work()
  const { data } = await cli.json('webhook', 'deliveries', id, '--state', 'waiting')
  assert.deepEqual([data.length, data[0].type], [1, 'user.created'])
  sink.answer = { status: 200 }
  assert.equal((await cli.json('webhook', 'resend', id, '--delivery', data[0].id)).state, 'waiting')
  await work()
  assert.deepEqual(await cli.json('webhook', 'recover', id, '--since', '1h'), { id, count: 0 })
  assert.equal((await cli.json('webhook', 'replay', id, '--since', '2026-01-01T00:00:00Z')).count, 1)
  const changed = await cli.json('webhook', 'update', id, '--all-types', '--name', 'CRM')
  assert.deepEqual([changed.types, changed.name, changed.version], [[], 'CRM', 2])
  const rotated = await cli.json('webhook', 'rotate', id)
  assert.notEqual(rotated.secret.value, made.secret.value)
  const shown = await cli.run('webhook', 'show', id)
  assert.equal(shown.stdout.includes('whsec_'), false)
  assert.equal((await cli.json('webhook', 'list')).data.length, 1)
  assert.equal((await cli.json('webhook', 'delete', id, '--yes')).deleted, true)
  const refused = await cli.run('webhook', 'create', '--url', 'http://169.254.169.254/', '--json')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /no public address/)
})
