import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { LookUpAddress } from '../../src/outbound-guard.ts'
import { createOutboundSender } from '../../src/outbound-send.ts'
import { createSink } from './sink.ts'
import { createWebhookHarness } from './webhook-harness.ts'

const message = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{}' })
const certificate = (name: string): string =>
  readFileSync(new URL(`../ground/certificates/${name}.pem`, import.meta.url), 'utf8')

test('CON-I5: addresses that are nobody’s public ones are refused, however they are written, before anything is sent', async () => {
  const sender = createOutboundSender({ allow: [] })
  const refused = [
    'https://169.254.169.254/latest/meta-data/',
    'http://169.254.169.254/latest/meta-data/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://[2001:db8::1]/',
    'https://localhost/',
    'ftp://example.com/',
    'https://user:password@example.com/',
  ]
  for (const url of refused) {
    assert.ok((await sender.findFlaw(url)) !== undefined, url)
    const { status, error } = await sender.send(message(url))
    assert.equal(status, null, url)
    assert.match(error ?? '', /no public address|no https address|must not carry/, url)
  }
  sender.close()
})

test('CON-I5: a name that means a forbidden address is refused, also when only one of its addresses is', async () => {
  const answers = new Map([
    ['metadata.example', ['169.254.169.254']],
    ['mixed.example', ['93.184.216.34', '10.0.0.1']],
    ['mapped.example', ['::ffff:10.0.0.1']],
  ])
  const lookUp: LookUpAddress = async (host) =>
    (answers.get(host) ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const sender = createOutboundSender({ allow: [], lookUp })
  for (const host of answers.keys()) {
    assert.match((await sender.findFlaw(`https://${host}/`)) ?? '', /no public address/)
    const { status, error } = await sender.send(message(`https://${host}/`))
    assert.equal(status, null)
    assert.match(error ?? '', /no public address/, host)
  }
  sender.close()
})

test('CON-I5: the address that was looked at is the one that is connected to, and every retry looks anew (DNS rebinding)', async () => {
  await using sink = await createSink()
  const asked: string[] = []
  let address = '127.0.0.1'
  const lookUp: LookUpAddress = async (host) => {
    asked.push(address)
    const answer = [{ address, family: 4 }]
    // What the next one who asks would hear.
    address = '127.0.0.2'
    assert.equal(host, 'rebinding.example')
    return answer
  }
  const admin = await createWebhookHarness({
    outboundSender: createOutboundSender({ allow: ['127.0.0.1/32'], lookUp }),
  })
  const { key } = await admin.createOrganization('acme')
  const url = `http://rebinding.example:${sink.port}/hook`
  const { id } = await admin.createWebhook('acme', { url, types: ['user.created'] })
  assert.deepEqual(asked, ['127.0.0.1'])
  address = '127.0.0.1'
  await admin.provision(key, 'ada@acme.example')
  sink.answer = { status: 500, headers: { connection: 'close' } }
  await admin.work()
  assert.deepEqual(asked, ['127.0.0.1', '127.0.0.1'], 'one look-up for one connection')
  assert.equal(sink.received.length, 1)
  assert.equal(sink.received[0]?.headers.host, `rebinding.example:${sink.port}`)
  admin.application.clock.advance(60_000)
  await admin.work()
  const [delivery] = await admin.deliveries('acme', id)
  assert.deepEqual(asked.at(-1), '127.0.0.2')
  assert.equal(sink.received.length, 1)
  assert.equal(delivery.attempts.length, 2)
  assert.match(delivery.attempts[1].error, /rebinding\.example is no public address/)
  await admin[Symbol.asyncDispose]()
})

test('CON-I5: plain http only to what ROLLCALL_OUTBOUND_ALLOW names; an endpoint at a forbidden address cannot be made', async () => {
  const lookUp: LookUpAddress = async () => [{ address: '93.184.216.34', family: 4 }]
  const sender = createOutboundSender({ allow: ['10.0.0.0/8'], lookUp })
  assert.match((await sender.findFlaw('http://public.example/')) ?? '', /with TLS only/)
  assert.equal(await sender.findFlaw('https://public.example/'), undefined)
  assert.equal(await sender.findFlaw('http://10.1.2.3/'), undefined)
  assert.match((await sender.send(message('http://public.example/'))).error ?? '', /with TLS only/)
  const admin = await createWebhookHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '10.0.0.0/8' } })
  await admin.createOrganization('acme')
  for (const url of ['http://169.254.169.254/', 'https://127.0.0.1/', 'https://localhost/x', 'gopher://example.com/']) {
    const refused = await admin.send('POST', '/api/v1/organizations/acme/webhooks', { body: { url } })
    assert.ok(refused.status === 400, url)
    assert.equal(refused.body.errors[0].pointer, '/url')
  }
  const made = await admin.createWebhook('acme', { url: 'http://10.1.2.3/hook' })
  const changed = await admin.send('PATCH', `/api/v1/organizations/acme/webhooks/${made.id}`, {
    body: { url: 'https://[::1]/' },
  })
  assert.equal(changed.body.errors[0].code, 'invalidUrl')
  await admin[Symbol.asyncDispose]()
})

test('over https the name of the certificate must be right; an endpoint that is slow or silent is given up in time', async () => {
  await using sink = await createSink({ key: certificate('first.key'), cert: certificate('first.cert') })
  const allow = ['127.0.0.0/8']
  const strict = createOutboundSender({ allow })
  assert.match((await strict.send(message(sink.url))).error ?? '', /certificate|CERT|SIGNED/i)
  assert.equal(sink.received.length, 0)
  const trusting = createOutboundSender({ allow, ca: certificate('first.cert'), timeoutMs: 300 })
  const { port } = sink
  const good = await trusting.send(message(`https://localhost:${port}/`))
  const { error, status } = good
  assert.ok(status === 204 || /altname|hostname/i.test(error ?? ''), JSON.stringify(good))
  await using slow = await createSink(undefined, { status: 200, delayMs: 2_000 })
  const late = await trusting.send(message(slow.url))
  assert.deepEqual([late.status, late.error], [null, 'No answer within 0.3 seconds'])
  assert.ok(late.durationMs < 1_500)
  const nobody = await trusting.send(message('http://127.0.0.1:1/'))
  assert.match(nobody.error ?? '', /ECONNREFUSED/)
  strict.close()
  trusting.close()
})

test('a long answer is cut off; a connection is used again for the next message', async () => {
  await using sink = await createSink(undefined, { status: 200, body: 'y'.repeat(5_000_000) })
  const sender = createOutboundSender({ allow: ['127.0.0.0/8'] })
  const long = await sender.send(message(sink.url))
  assert.deepEqual([long.status, long.excerpt.length], [200, 1_024])
  sink.answer = { status: 200, body: 'short' }
  for (let count = 0; count < 5; count++) assert.equal((await sender.send(message(sink.url))).excerpt, 'short')
  sender.close()
})
