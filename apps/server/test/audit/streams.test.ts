import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { openStreamSecret, type AuditStream } from '../../src/access/audit-streams.ts'
import { deliverAudit } from '../../src/audit/streams/deliver.ts'
import { createOutboundFetch } from '../../src/outbound-fetch.ts'
import { createOutboundTcp } from '../../src/outbound-tcp.ts'
import { createAuditHarness, type AuditPlace } from './audit-harness.ts'
import { createHttpCollector, createSyslogCollector, testCa, type Received } from './collectors.ts'

let admin: Awaited<ReturnType<typeof createAuditHarness>>
before(async () => {
  const here = { allow: ['127.0.0.0/8'], ca: testCa }
  admin = await createAuditHarness({ outboundFetch: createOutboundFetch(here), outboundTcp: createOutboundTcp(here) })
})
after(() => admin[Symbol.asyncDispose]())

/** What the worker does every second. */
function deliver(): Promise<number> {
  const { parts } = admin.application.application
  const open = (stream: AuditStream) => openStreamSecret(parts, parts.clock(), stream)
  return deliverAudit({ ...parts, open, host: 'rollcall.test' })
}

async function createStream(place: AuditPlace, body: object): Promise<string> {
  const made = await place.api('POST', '/audit/streams', { name: 'siem', from: 'beginning', ...body })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.ok(!JSON.stringify(made.body).includes('s3cr3t'))
  return made.body.id
}

const linesOf = (received: readonly Received[]) =>
  received.flatMap(({ body }) =>
    body
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
const health = async (place: AuditPlace, id: string) => (await place.api('GET', `/audit/streams/${id}`)).body.health

test('CON-I11: HTTP gets every event once in its order, again after a failure, and health tells how it goes', async () => {
  await using collector = await createHttpCollector()
  const place = await admin.audited('http')
  await place.source1.user('a@http.example')
  const events = await place.events()
  const settings = { url: `http://127.0.0.1:${collector.port}/in?x=1` }
  const id = await createStream(place, { kind: 'http', settings, secret: 'Bearer s3cr3t' })
  await deliver()
  assert.deepEqual(linesOf(collector.received), events)
  assert.equal(collector.received[0]?.headers.authorization, 'Bearer s3cr3t')
  assert.equal(collector.received[0]?.path, '/in?x=1')
  const good = await health(place, id)
  assert.deepEqual([good.status, good.position, good.delivered], ['ok', events.at(-1).sequence, events.length])
  collector.status = 503
  await place.source1.user('b@http.example')
  const later = await place.events()
  await deliver()
  const bad = await health(place, id)
  assert.deepEqual([bad.status, bad.failures], ['failing', 1])
  assert.match(bad.lastError, /It answered 503/)
  assert.ok(bad.behind >= 3)
  await deliver()
  assert.equal((await health(place, id)).failures, 1, 'it waits before it tries again')
  collector.status = 200
  admin.application.clock.advance(6_000)
  await deliver()
  assert.deepEqual(linesOf(collector.received).slice(0, later.length), later)
  assert.equal((await health(place, id)).status, 'ok')
})

test('CON-I11: a stream takes only what its query asks for, pauses, goes on, is tested and ends', async () => {
  await using collector = await createHttpCollector()
  const place = await admin.audited('query')
  const settings = { url: `http://127.0.0.1:${collector.port}/` }
  const id = await createStream(place, { kind: 'http', settings, query: 'action:user.create', from: 'now' })
  await place.source1.user('a@q.example')
  await place.events()
  await deliver()
  assert.deepEqual(
    linesOf(collector.received).map(({ action }) => action),
    ['user.create'],
  )
  assert.equal((await place.api('PATCH', `/audit/streams/${id}`, { state: 'paused' })).body.health.status, 'paused')
  await place.source1.user('b@q.example')
  await place.events()
  await deliver()
  assert.equal(collector.received.length, 1)
  await place.api('PATCH', `/audit/streams/${id}`, { state: 'active' })
  await deliver()
  assert.equal(collector.received.length, 2)
  assert.deepEqual((await place.api('POST', `/audit/streams/${id}/test`)).body, { isDelivered: true, error: null })
  assert.equal(linesOf(collector.received).at(-1).action, 'audit_stream.test')
  const wrong = await place.api('PATCH', `/audit/streams/${id}`, { query: 'nope:x' })
  assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/query'])
  assert.equal((await place.api('PATCH', `/audit/streams/${id}`, { settings: { host: 'x', port: 1 } })).status, 400)
  assert.equal((await place.api('PATCH', `/audit/streams/${id}`, { secret: 'Bearer s3cr3t' })).status, 200)
  const elsewhere = { settings: { url: 'https://evil.example.com/in' } }
  const refused = await place.api('PATCH', `/audit/streams/${id}`, elsewhere)
  assert.match(JSON.stringify(refused.body), /secret.*given anew/)
  assert.equal((await place.api('PATCH', `/audit/streams/${id}`, { ...elsewhere, secret: 'new' })).status, 200)
  assert.equal((await place.api('DELETE', `/audit/streams/${id}`)).status, 204)
  assert.equal((await place.api('GET', `/audit/streams/${id}`)).status, 404)
  const told = (await place.events('action:audit_stream.*')).map(({ action }) => action)
  assert.deepEqual([told[0], told.at(-1)], ['audit_stream.created', 'audit_stream.deleted'])
})

test('CON-I11: Splunk’s event collector and Datadog’s intake get what they take, with their keys', async () => {
  await using splunk = await createHttpCollector()
  await using datadog = await createHttpCollector()
  const place = await admin.audited('siem')
  const at = (port: number) => `http://127.0.0.1:${port}/services/collector/event`
  await createStream(place, { kind: 'splunk', secret: 's3cr3t', settings: { url: at(splunk.port), index: 'iam' } })
  await createStream(place, { kind: 'datadog', name: 'dd', secret: 's3cr3t', settings: { url: at(datadog.port) } })
  await place.source1.user('s@siem.example')
  const events = await place.events()
  await deliver()
  assert.equal(splunk.received[0]?.headers.authorization, 'Splunk s3cr3t')
  const [first] = linesOf(splunk.received)
  assert.deepEqual([first.sourcetype, first.index, first.host], ['rollcall:audit', 'iam', 'rollcall.test'])
  assert.equal(first.time, Date.parse(first.event.at) / 1000)
  assert.deepEqual(
    linesOf(splunk.received).map(({ event }) => event),
    events,
  )
  assert.equal(datadog.received[0]?.headers['dd-api-key'], 's3cr3t')
  const logs = datadog.received.flatMap(({ body }) => JSON.parse(body.toString()))
  assert.deepEqual(
    logs.map(({ audit }) => audit),
    events,
  )
  assert.deepEqual([logs[0].ddsource, logs[0].evt.name], ['rollcall', 'Access Management'])
})

test('AC-D33: S3-compatible storage gets an object every 15 minutes, signed with AWS Signature Version 4', async () => {
  await using storage = await createHttpCollector()
  const place = await admin.audited('s3')
  await place.events()
  const endpoint = `http://127.0.0.1:${storage.port}`
  const settings = { endpoint, region: 'eu-central-1', bucket: 'acme-audit', accessKeyId: 'AKIA1', prefix: 'log/' }
  await createStream(place, { kind: 's3', secret: 's3cr3t', settings })
  await deliver()
  assert.equal(storage.received.length, 1)
  await place.source1.user('one@s3.example')
  const events = await place.events()
  admin.application.clock.advance(14 * 60_000)
  await deliver()
  assert.equal(storage.received.length, 1, 'not before 15 minutes are over')
  admin.application.clock.advance(61_000)
  await deliver()
  assert.equal(storage.received.length, 2)
  const texts = storage.received.map(({ body }) => gunzipSync(body).toString())
  assert.deepEqual(
    texts
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    events,
  )
  for (const request of storage.received) checkSignature(request)
  assert.match(
    storage.received[0]?.path ?? '',
    /^\/acme-audit\/log\/2026\/11\/21\/[0-9a-f-]{36}-0{11}1-\d{12}\.jsonl\.gz$/,
  )
})

/** Another way to the same signature: the steps of the AWS documentation, written down once more. */
function checkSignature({ method, path, headers, body }: Received): void {
  const [, scope = '', names = '', given] =
    /^AWS4-HMAC-SHA256 Credential=AKIA1\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? []
  const sha = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
  assert.equal(headers['x-amz-content-sha256'], sha(body))
  assert.equal(names, 'content-type;host;x-amz-content-sha256;x-amz-date')
  const listed = names.split(';').map((name) => `${name}:${String(headers[name])}\n`)
  const canonical = `${method}\n${path}\n\n${listed.join('')}\n${names}\n${sha(body)}`
  const text = `AWS4-HMAC-SHA256\n${String(headers['x-amz-date'])}\n${scope}\n${sha(canonical)}`
  let key: Buffer = Buffer.from('AWS4s3cr3t')
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  assert.equal(given, createHmac('sha256', key).update(text).digest('hex'))
}

test('CON-I11: syslog gets RFC 5424 messages over TCP and over TLS', async () => {
  await using plain = await createSyslogCollector(false)
  await using sealed = await createSyslogCollector(true)
  const place = await admin.audited('syslog')
  const over = (port: number, tls: boolean) => ({ kind: 'syslog', settings: { host: '127.0.0.1', port, tls } })
  await createStream(place, { ...over(plain.port, false), name: 'tcp' })
  await createStream(place, { ...over(sealed.port, true), name: 'tls' })
  await place.source1.user('ü"]@syslog.example')
  const events = await place.events()
  await deliver()
  const { body: streams } = await place.api('GET', '/audit/streams')
  for (const stream of streams.data) assert.equal(stream.health.lastError, null)
  for (const messages of [plain.messages, sealed.messages]) {
    assert.equal(messages.length, events.length)
    const parsed = messages.map((message) =>
      /^<(\d+)>1 (\S+) rollcall\.test rollcall - (\S+) \[audit@32473 ((?:[^\]\\]|\\.)*)\] \uFEFF(.*)$/s.exec(message),
    )
    assert.deepEqual(
      parsed.map((match) => JSON.parse(match?.[5] ?? '')),
      events,
    )
    assert.deepEqual(new Set(parsed.map((match) => match?.[1])), new Set(['110']))
    assert.equal(parsed[0]?.[2], events[0].at)
  }
})

test('CON-I5: streams reach no private address, by number or by name, and nothing without TLS', async () => {
  const place = await admin.audited('ssrf')
  const { parts } = admin.application.application
  const open = async () => undefined
  const guarded = { outboundFetch: createOutboundFetch({ allow: [] }), outboundTcp: createOutboundTcp({ allow: [] }) }
  const targets = [
    { kind: 'http', settings: { url: 'https://169.254.169.254/latest' } },
    { kind: 'http', settings: { url: 'https://localhost/' } },
    { kind: 'http', settings: { url: 'http://127.0.0.1:9/' } },
    { kind: 's3', secret: 'x', settings: { endpoint: 'https://[::1]', region: 'r', bucket: 'abc', accessKeyId: 'a' } },
    { kind: 'syslog', settings: { host: '10.0.0.1', port: 514 } },
    { kind: 'syslog', settings: { host: '127.0.0.1', port: 514, tls: false } },
  ]
  const ids = await Promise.all(targets.map((target, at) => createStream(place, { ...target, name: `t${at}` })))
  await place.events()
  assert.equal(await deliverAudit({ ...parts, ...guarded, open, host: 'x' }), 0)
  for (const id of ids) {
    const { lastError, failures } = await health(place, id)
    assert.equal(failures, 1)
    assert.match(lastError, /no public address|no https address|TLS only/)
    await place.api('DELETE', `/audit/streams/${id}`)
  }
})

test('CON-I12: events are mapped to OCSF, each class with what it demands', async () => {
  await using collector = await createHttpCollector()
  const place = await admin.audited('ocsf')
  const settings = { url: `http://127.0.0.1:${collector.port}/` }
  await createStream(place, { kind: 'http', settings, format: 'ocsf' })
  const id = await place.source1.user('o@ocsf.example')
  await place.source1.group('Crew', [id])
  await place.source1.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
  const { id: user } = await place.find('o@ocsf.example')
  await place.api('POST', '/roles/auditor/grant', { user })
  const events = await place.events()
  await deliver()
  const mapped = linesOf(collector.received)
  assert.equal(mapped.length, events.length)
  for (const event of mapped) {
    assert.equal(event.type_uid, event.class_uid * 100 + event.activity_id)
    for (const name of ['metadata', 'time', 'category_uid', 'class_uid', 'activity_id', 'severity_id', 'actor'])
      assert.ok(event[name] !== undefined, `${event.message}: ${name}`)
    for (const name of required.get(event.class_uid) ?? ['?'])
      assert.ok(event[name] !== undefined, `${event.message}: ${name}`)
    assert.equal(event.category_uid, Math.floor(event.class_uid / 1000))
  }
  const typeOf = (action: string) => mapped.find((event) => event.metadata.event_code === action)?.type_uid
  assert.deepEqual(
    ['user.create', 'user.suspend', 'role.granted', 'external_group.add_member', 'connection.created'].map(typeOf),
    [300101, 300105, 300501, 300603, 300401],
  )
  assert.equal(typeOf('external_identity.scim_api_success'), 600301)
})

/** What the classes of OCSF 1.3 demand besides what all do. */
const required: ReadonlyMap<number, readonly string[]> = new Map([
  [3001, ['user']],
  [3002, ['user']],
  [3004, ['entity']],
  [3005, ['user', 'privileges']],
  [3006, ['group']],
  [6003, ['api', 'src_endpoint']],
])

test('a stream’s secret goes into no field that belongs to the connection or the body', async () => {
  const place = await admin.audited('headers')
  const settings = (header: string) => ({ url: 'https://siem.example.com/in', header })
  const names = ['host', 'content-length', 'transfer-encoding', 'connection', 'content-type', 'upgrade']
  for (const header of names) {
    const body = { name: header, kind: 'http', settings: settings(header), secret: 'x' }
    const refused = await place.api('POST', '/audit/streams', body)
    assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/settings/header'], header)
    assert.ok(refused.body.errors[0].detail.includes(`"${header}" belongs to`), JSON.stringify(refused.body))
  }
  const id = await createStream(place, { kind: 'http', settings: settings('x-api-key') })
  const changed = await place.api('PATCH', `/audit/streams/${id}`, { settings: settings('host') })
  assert.equal(changed.status, 400)
})

test('an audit stream is deleted in the version that If-Match names, and no race makes one too many', async () => {
  const { key } = await admin.createOrganization('if-match')
  const path = '/api/v1/organizations/if-match/audit/streams'
  const make = (name: number) => {
    const settings = { url: 'https://siem.example.com/in' }
    return admin.send('POST', path, { key, body: { name: `siem ${name}`, kind: 'http', settings } })
  }
  const made = await Promise.all(Array.from({ length: 14 }, (_, name) => make(name)))
  assert.deepEqual(
    [made.filter(({ status }) => status === 201).length, made.filter(({ status }) => status === 409).length],
    [10, 4],
  )
  const id = made.find(({ status }) => status === 201)?.body.id
  await admin.send('PATCH', `${path}/${id}`, { key, body: { state: 'paused' } })
  const remove = (version: string) => admin.send('DELETE', `${path}/${id}`, { key, headers: { 'if-match': version } })
  assert.equal((await remove('"1"')).status, 412)
  assert.equal((await remove('"2"')).status, 204)
})
