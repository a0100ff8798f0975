import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { retryDelaysMs } from '../../src/events/retry.ts'
import { createSink, type Received } from './sink.ts'
import { createWebhookHarness, type WebhookHarness } from './webhook-harness.ts'

const hourMs = 3_600_000
let admin: WebhookHarness
let key = ''
before(async () => {
  admin = await createWebhookHarness()
  key = (await admin.createOrganization('acme')).key
})
after(() => admin[Symbol.asyncDispose]())

const webhooks = '/api/v1/organizations/acme/webhooks'

/** The library compares the timestamp with the real clock; what is to be proven here is the signature. */
function verify(secret: string, { headers, body }: Received): boolean {
  const id = String(headers['webhook-id'])
  const at = new Date(Number(headers['webhook-timestamp']) * 1000)
  const expected = new Webhook(secret).sign(id, at, body)
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

let names = 0
const provision = () => admin.provision(key, `person-${++names}@acme.example`)

test('CON-I1: a message is signed by Standard Webhooks and verifies with their own library', async () => {
  await using sink = await createSink()
  const { id, secret } = await admin.createWebhook('acme', { url: sink.url, types: ['user.*'] })
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  admin.application.clock.set(new Date())
  await provision()
  await admin.work()
  const [got] = sink.received
  assert.ok(got !== undefined)
  const headers = {
    'webhook-id': String(got.headers['webhook-id']),
    'webhook-timestamp': String(got.headers['webhook-timestamp']),
    'webhook-signature': String(got.headers['webhook-signature']),
  }
  const verified: any = new Webhook(secret).verify(got.body, headers) // oxlint-disable-line typescript/no-explicit-any -- what the library returns
  assert.deepEqual(Object.keys(verified), ['type', 'timestamp', 'data'])
  assert.equal(verified.type, 'user.created')
  assert.match(headers['webhook-id'], /^evt_/)
  assert.throws(() => new Webhook(secret).verify(`${got.body} `, headers))
  const [delivery] = await admin.deliveries('acme', id)
  assert.deepEqual(
    [delivery.state, delivery.eventId, delivery.attempts[0].status],
    ['delivered', headers['webhook-id'], 204],
  )
  const event = await admin.send('GET', `/api/v1/organizations/acme/events/${delivery.eventId}`)
  assert.deepEqual(event.body.data, verified.data)
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-H9: the secret of an endpoint is shown once and is write-only from then on', async () => {
  await using sink = await createSink()
  const { id, secret } = await admin.createWebhook('acme', { url: sink.url })
  const rotated = await admin.send('POST', `${webhooks}/${id}/rotate`)
  const shown = [secret, String(rotated.body.secret.value)]
  assert.notEqual(shown[0], shown[1])
  for (const path of [`${webhooks}/${id}`, webhooks, '/api/v1/organizations/acme/events?limit=200']) {
    const text = JSON.stringify((await admin.send('GET', path)).body)
    for (const each of shown) assert.equal(text.includes(each.slice(6)), false, path)
  }
  assert.equal((await admin.send('GET', `${webhooks}/${id}`)).body.secret.set, true)
  const { rows } = await admin.application.database.query<{ all: string }>({
    text: 'select json_agg(w)::text as all from webhooks w',
  })
  for (const each of shown) assert.equal(rows[0]?.all.includes(each.slice(6, 20)), false)
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-I4: after a rotation both secrets sign for 24 hours, then only the new one', async () => {
  await using sink = await createSink()
  const { id, secret: old } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  const rotated = await admin.send('POST', `${webhooks}/${id}/rotate`)
  const fresh = rotated.body.secret.value
  await provision()
  await admin.work()
  assert.deepEqual([verify(old, sink.received[0]!), verify(fresh, sink.received[0]!)], [true, true]) // oxlint-disable-line typescript/no-non-null-assertion -- the assertion would fail
  admin.application.clock.advance(24 * hourMs + 1)
  await provision()
  await admin.work()
  assert.deepEqual([verify(old, sink.received[1]!), verify(fresh, sink.received[1]!)], [false, true]) // oxlint-disable-line typescript/no-non-null-assertion -- the assertion would fail
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-I3: what fails is tried again for more than 24 hours with growing jittered pauses, then given up', async () => {
  assert.ok(retryDelaysMs.reduce((sum, each) => sum + each, 0) >= 24 * hourMs)
  assert.deepEqual(retryDelaysMs.slice(0, 6), [5_000, 300_000, 1_800_000, 2 * hourMs, 5 * hourMs, 10 * hourMs])
  await using sink = await createSink(undefined, { status: 500, body: 'broken' })
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  await provision()
  await admin.work()
  const pauses: number[] = []
  for (let attempts = 1; ; attempts++) {
    assert.equal(sink.received.length, attempts)
    const [delivery] = await admin.deliveries('acme', id)
    if (delivery.state === 'failed') break
    assert.equal(delivery.state, 'waiting')
    const pauseMs = Date.parse(delivery.nextAttemptAt) - admin.application.clock().getTime()
    pauses.push(pauseMs)
    admin.application.clock.advance(pauseMs - 1_000)
    await admin.work()
    assert.equal(sink.received.length, attempts, 'not before its time')
    admin.application.clock.advance(1_000)
    await admin.work()
  }
  assert.equal(pauses.length, retryDelaysMs.length)
  for (const [index, delayMs] of retryDelaysMs.entries()) {
    const pauseMs = pauses[index] ?? 0
    assert.ok(pauseMs >= delayMs && pauseMs <= delayMs * 1.2 + 1, `${pauseMs} after ${delayMs}`)
  }
  assert.ok(
    pauses.some((pauseMs, index) => pauseMs !== retryDelaysMs[index]),
    'no jitter at all',
  )
  assert.equal(new Set(sink.received.map(({ headers }) => headers['webhook-id'])).size, 1)
  assert.equal(new Set(sink.received.map(({ body }) => body)).size, 1)
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-I3: Retry-After of a 429 is honoured, a redirect is a failure and not followed, 410 disables, any 2xx is good', async () => {
  await using other = await createSink()
  await using sink = await createSink(undefined, { status: 429, headers: { 'retry-after': '7200' } })
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  const now = admin.application.clock
  await provision()
  await admin.work()
  const [limited] = await admin.deliveries('acme', id)
  assert.ok(Date.parse(limited.nextAttemptAt) - now().getTime() >= 2 * hourMs)
  await provision()
  await admin.work()
  assert.equal(sink.received.length, 1, 'an endpoint that asked for peace gets nothing else either')
  now.advance(2 * hourMs + 1)
  sink.answer = { status: 302, headers: { location: other.url } }
  await admin.work()
  const redirected = await admin.deliveries('acme', id)
  assert.deepEqual(
    redirected.map(({ state, attempts }) => [state, attempts.at(-1).status]),
    [
      ['waiting', 302],
      ['waiting', 302],
    ],
  )
  assert.equal(other.received.length, 0)
  now.advance(3 * hourMs)
  sink.answer = { status: 202 }
  await admin.work()
  assert.deepEqual(
    (await admin.deliveries('acme', id)).map(({ state }) => state),
    ['delivered', 'delivered'],
  )
  sink.answer = { status: 410 }
  await provision()
  await admin.work()
  const { body } = await admin.send('GET', `${webhooks}/${id}`)
  assert.deepEqual([body.state, body.disabledReason], ['disabled', 'gone'])
  const before = sink.received.length
  await provision()
  now.advance(48 * hourMs)
  await admin.work()
  assert.equal(sink.received.length, before)
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-I6: resend one, recover what failed, replay what is missing, send a test event', async () => {
  await using sink = await createSink()
  const { id, secret } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  const start = admin.application.clock().toISOString()
  const tested = await admin.send('POST', `${webhooks}/${id}/test`)
  assert.deepEqual([tested.status, tested.body.type, tested.body.isTest], [201, 'webhook.tested', true])
  await admin.work()
  assert.equal(JSON.parse(sink.received[0]?.body ?? '').type, 'webhook.tested')
  assert.ok(verify(secret, sink.received[0]!)) // oxlint-disable-line typescript/no-non-null-assertion -- the assertion would fail
  await provision()
  await admin.work()
  const [delivery] = await admin.deliveries('acme', id)
  const resent = await admin.send('POST', `${webhooks}/${id}/deliveries/${delivery.id}/resend`)
  assert.equal(resent.body.state, 'waiting')
  await admin.work()
  assert.equal(sink.received.length, 3)
  assert.deepEqual(
    [sink.received[2]?.headers['webhook-id'], sink.received[2]?.body],
    [sink.received[1]?.headers['webhook-id'], sink.received[1]?.body],
  )
  assert.equal((await admin.send('GET', `${webhooks}/${id}/deliveries/${delivery.id}`)).body.attempts.length, 2)

  await admin.application.database.query({
    text: `update webhook_deliveries set state = 'failed' where type = 'user.created'`,
  })
  const recovered = await admin.send('POST', `${webhooks}/${id}/recover`, { body: { since: start } })
  assert.equal(recovered.body.count, 1)
  await admin.work()
  assert.equal(sink.received.length, 4)

  await admin.send('PATCH', `${webhooks}/${id}`, { body: { state: 'disabled' } })
  await provision()
  await provision()
  await admin.work()
  const refused = await admin.send('POST', `${webhooks}/${id}/replay`, { body: { since: start } })
  assert.deepEqual([refused.status, refused.body.code], [409, 'conflict'])
  await admin.send('PATCH', `${webhooks}/${id}`, { body: { state: 'enabled' } })
  await admin.work()
  assert.equal(sink.received.length, 4)
  const replayed = await admin.send('POST', `${webhooks}/${id}/replay`, { body: { since: start } })
  assert.deepEqual(replayed.body, { count: 2, nextCursor: null })
  await admin.work()
  assert.equal(sink.received.length, 6)
  const again = await admin.send('POST', `${webhooks}/${id}/replay`, { body: { since: start } })
  assert.equal(again.body.count, 0, 'what was put down once is not missing')
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-I7: an endpoint that fails for five days is disabled, with a notice, an event and a mail to administrators', async () => {
  await using sink = await createSink(undefined, { status: 503 })
  await admin.send('PATCH', '/api/v1/organizations/acme', {
    body: { settings: { alertEmail: 'ops@acme.example' } },
  })
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'], name: 'CRM' })
  for (let day = 0; day < 5; day++) {
    await provision()
    await admin.work()
    assert.equal((await admin.send('GET', `${webhooks}/${id}`)).body.state, 'enabled', `day ${day}`)
    admin.application.clock.advance(24 * hourMs)
  }
  await provision()
  await admin.work()
  const { body } = await admin.send('GET', `${webhooks}/${id}`)
  assert.deepEqual([body.state, body.disabledReason], ['disabled', 'failing'])
  const notices = await admin.send('GET', '/api/v1/organizations/acme/notices?open=true&kind=webhookDisabled')
  const notice = notices.body.data.find((each: { webhookId: string }) => each.webhookId === id)
  assert.match(notice.message, /CRM.*failed since/)
  const events = await admin.send('GET', '/api/v1/organizations/acme/events?types=webhook.disabled')
  assert.equal(events.body.data.at(-1).data.subject.id, id)
  const { runNotices } = await import('../../src/access/notice-mails.ts')
  await runNotices(admin.application.database, admin.application.clock())
  const mails = await admin.send('GET', '/api/v1/organizations/acme/mails')
  const mail = mails.body.data.find((each: { template: string }) => each.template === 'webhookDisabled')
  assert.equal(mail.to, 'ops@acme.example')
  const seen = await admin.send('POST', `/api/v1/organizations/acme/notices/${notice.id}/acknowledge`)
  assert.equal(seen.status, 200)
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('CON-I8: as CloudEvents 1.0 in structured mode, signed the same way', async () => {
  await using sink = await createSink()
  const { id, secret } = await admin.createWebhook('acme', { url: sink.url, format: 'cloudEvents', types: ['user.*'] })
  await provision()
  await admin.work()
  const [got] = sink.received
  assert.ok(got !== undefined && verify(secret, got))
  assert.equal(got.headers['content-type'], 'application/cloudevents+json; charset=utf-8')
  const event = JSON.parse(got.body)
  assert.deepEqual(Object.keys(event), [
    'specversion',
    'id',
    'source',
    'type',
    'time',
    'subject',
    'datacontenttype',
    'data',
  ])
  assert.deepEqual([event.specversion, event.id, event.type], ['1.0', got.headers['webhook-id'], 'user.created'])
  assert.equal(event.subject, event.data.subject.id)
  assert.ok(URL.canParse(event.source))
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('an endpoint hears what happens after it was made, of the types it wants, once each, and nothing of other organizations', async () => {
  const other = await admin.createOrganization(`other-${++names}`)
  await provision()
  await using sink = await createSink()
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.suspended', 'team.*'] })
  const user = await provision()
  await admin.provision(other.key, 'stranger@other.example')
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  }
  await admin.send('PATCH', `/scim/v2/Users/${user.body.id}`, { key, body: patch })
  await admin.work()
  await admin.work()
  assert.deepEqual(
    sink.received.map(({ body }) => JSON.parse(body).type),
    ['user.suspended'],
  )
  const wrong = await admin.send('POST', webhooks, { body: { url: sink.url, types: ['user.exploded'] } })
  assert.equal(wrong.status, 400)
  await admin.send('DELETE', `${webhooks}/${id}`)
  const { rows } = await admin.application.database.query({
    text: `select from webhook_deliveries d where not exists (select from webhooks w where w.id = d.webhook_id)`,
  })
  assert.equal(rows.length, 0)
})

test('the log of deliveries keeps status, duration and the beginning of the answer without secrets, for 30 days', async () => {
  const { trimDeliveries } = await import('../../src/events/deliveries.ts')
  await using sink = await createSink(undefined, {
    status: 400,
    body: `no\u0000pe Bearer abcdefghijkl whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ${'x'.repeat(5_000)}`,
    delayMs: 20,
  })
  const { id } = await admin.createWebhook('acme', { url: sink.url, types: ['user.created'] })
  await provision()
  await admin.work()
  const [delivery] = await admin.deliveries('acme', id, '?state=waiting')
  const [attempt] = delivery.attempts
  assert.equal(attempt.status, 400)
  assert.ok(attempt.durationMs >= 20)
  assert.match(attempt.response, /^no pe \[redacted\] \[redacted\] x+$/)
  assert.ok(attempt.response.length <= 1_024)
  assert.deepEqual(await admin.deliveries('acme', id, '?state=failed'), [])
  admin.application.clock.advance(31 * 24 * hourMs)
  await trimDeliveries(admin.application.database, admin.application.clock(), new AbortController().signal)
  assert.deepEqual(await admin.deliveries('acme', id), [])
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('an endpoint tells how its attempts of the last day went, and a delivery what is sent with it', async () => {
  await using sink = await createSink()
  const { id } = await admin.createWebhook('acme', { url: `${sink.url}?token=t0p`, types: ['user.created'] })
  const health = async () => (await admin.send('GET', `${webhooks}/${id}`)).body.lastDay
  await admin.send('POST', `${webhooks}/${id}/test`)
  await admin.work()
  assert.deepEqual(await health(), { attempts: 0, succeeded: 0, p95Ms: null }, 'a test is not counted')
  await provision()
  await admin.work()
  sink.answer = { status: 500, delayMs: 60 }
  await provision()
  await admin.work()
  const { attempts, succeeded, p95Ms } = await health()
  assert.deepEqual([attempts, succeeded], [2, 1])
  assert.ok(p95Ms >= 55, `${p95Ms} ms`)
  const { data } = (await admin.send('GET', webhooks)).body
  assert.equal(data.find((each: { id: string }) => each.id === id).lastDay.attempts, 2)

  const [last] = await admin.deliveries('acme', id)
  const { body: request } = await admin.send('GET', `${webhooks}/${id}/deliveries/${last.id}/request`)
  const got = sink.received.at(-1)
  assert.deepEqual([request.method, request.url, request.body], ['POST', sink.url, got?.body])
  assert.equal(request.headers['webhook-timestamp'], got?.headers['webhook-timestamp'])
  assert.equal(request.headers['webhook-signature'], 'v1,…')
  admin.application.clock.advance(25 * hourMs)
  assert.equal((await health()).attempts, 0)
  await admin.send('DELETE', `${webhooks}/${id}`)
})

test('a key that may manage webhooks but not read events makes none and points none elsewhere', async () => {
  const made = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['webhooks:manage'] } })
  await using sink = await createSink()
  const refused = await admin.send('POST', webhooks, { key: made.body.key, body: { url: sink.url } })
  assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden'])
  assert.match(refused.body.detail, /events:read/)
  const { id } = await admin.createWebhook('acme', { url: sink.url })
  const path = `${webhooks}/${id}`
  assert.equal((await admin.send('PATCH', path, { key: made.body.key, body: { url: sink.url } })).status, 403)
  assert.equal((await admin.send('PATCH', path, { key: made.body.key, body: { state: 'disabled' } })).status, 200)
  await admin.send('DELETE', path)
})
