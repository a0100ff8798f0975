import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createSourceHarness, simpleSourceRules, type SourceHarness } from './source-harness.ts'
import { json, serve } from './web-server.ts'

let harness: SourceHarness

before(async () => {
  harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
})
after(() => harness[Symbol.asyncDispose]())

type Step = { readonly name: string; readonly isDone: boolean; readonly ms: number; readonly detail: string | null }

/** A source without rules, as it is right after it was made. */
async function make(body: object): Promise<string> {
  const made = await harness.send('POST', harness.sources, { body: { name: 'New', ...body } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return `${harness.sources}/${made.body.id}`
}

async function tryIt(place: string) {
  const { body } = await harness.send('POST', `${place}/test`)
  const steps: readonly Step[] = body.steps
  assert.ok(steps.every(({ ms }) => Number.isInteger(ms) && ms >= 0))
  return { body, steps, names: steps.map(({ name, isDone }) => (isDone ? name : `${name}!`)) }
}

const people = Array.from({ length: 30 }, (_, index) => ({ id: index + 1, mail: `p${index}@acme.example` }))

test('a source without rules is tried all the same: twenty records as they come, and the way to them step by step', async (t) => {
  const { origin } = await serve(t, (_, response) => json(response, { data: people }))
  const place = { kind: 'http', url: `${origin}/people`, recordsAt: 'data' }
  const { body, steps, names } = await tryIt(await make({ place }))
  assert.deepEqual(names, ['resolve', 'connect', 'read'])
  assert.match(steps[1]?.detail ?? '', /^127\.0\.0\.1:\d+$/)
  assert.deepEqual(body.columns, ['id', 'mail'])
  assert.equal(body.sample.length, 20)
  assert.deepEqual(body.sample[0], {
    kind: 'record',
    anchor: null,
    place: 'page 1, record 1',
    attributes: { id: 1, mail: 'p0@acme.example' },
    attribute: null,
    reason: null,
    detail: null,
  })
})

test('what fails is named by its step: nobody listens, no such host, credentials refused, no list there', async (t) => {
  const nobody = await tryIt(await make({ place: { kind: 'http', url: 'http://127.0.0.1:1/' } }))
  assert.deepEqual(nobody.names, ['resolve', 'connect!'])
  assert.equal(nobody.body.reason, 'unreachable')
  const inside = await tryIt(await make({ place: { kind: 'url', url: 'https://10.0.0.1/people.csv' } }))
  assert.deepEqual(inside.names, ['resolve!'])
  assert.match(inside.steps[0]?.detail ?? '', /no public address/)
  const { origin } = await serve(t, ({ url }, response) => {
    if (url.pathname === '/closed') response.writeHead(403).end()
    else json(response, { nothing: true })
  })
  const refused = await tryIt(await make({ place: { kind: 'http', url: `${origin}/closed` } }))
  assert.deepEqual(refused.names, ['resolve', 'connect', 'signIn!'])
  const empty = await tryIt(await make({ place: { kind: 'http', url: `${origin}/`, recordsAt: 'data' } }))
  assert.deepEqual(empty.names, ['resolve', 'connect', 'read!'])
  assert.equal(empty.body.reason, 'unreadable')
})

const certificates = fileURLToPath(new URL('../ground/certificates/', import.meta.url))
const first = readFileSync(`${certificates}first.cert.pem`, 'utf8')
const second = readFileSync(`${certificates}second.cert.pem`, 'utf8')

async function serveTls(t: TestContext): Promise<string> {
  const key = readFileSync(`${certificates}first.key.pem`)
  const server = createServer({ cert: first, key }, (_, response) => json(response, people))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  // A server that listens on TCP has such an address.
  return `https://localhost:${(server.address() as AddressInfo).port}/`
}

test('TLS is a step of its own, with protocol, chain and end; a certificate of another authority ends there', async (t) => {
  const url = await serveTls(t)
  const good = await tryIt(await make({ place: { kind: 'http', url, ca: first } }))
  assert.deepEqual(good.names, ['resolve', 'connect', 'secure', 'read'])
  assert.match(good.steps[2]?.detail ?? '', /^TLSv1\.\d, .+, \d{4}-\d{2}-\d{2}$/)
  const bad = await tryIt(await make({ place: { kind: 'http', url, ca: second } }))
  assert.deepEqual(bad.names, ['resolve', 'connect', 'secure!'])
})

test('of a table is said in which encoding and with which delimiter it was written', async () => {
  const place = await make({ place: { kind: 'file', format: 'csv' } })
  const headers = { 'content-type': 'text/csv' }
  const sent = await harness.send('POST', `${place}/files?name=people.csv`, { body: 'ID;Größe\r\n1;groß\r\n', headers })
  assert.equal(sent.status, 201)
  const { body, names } = await tryIt(place)
  assert.deepEqual(names, ['read'])
  assert.deepEqual(body.format, { encoding: 'utf-8', delimiter: ';' })
  assert.deepEqual(body.columns, ['ID', 'Größe'])
})

test('attributes name the sources that give them, the one that wins first; another rank counts for one attribute only', async () => {
  const path = '/api/v1/organizations/acme/attributes'
  const [a, b] = [await harness.createSource('First'), await harness.createSource('Second')]
  const find = async (name: string) => {
    const { body } = await harness.send('GET', path)
    const all: readonly { readonly name: string; readonly isMappable: boolean; readonly writers: readonly object[] }[] =
      body.data
    return all.find((attribute) => attribute.name === name)
  }
  assert.equal((await find('active'))?.isMappable, false)
  assert.deepEqual((await find('nickName'))?.writers, [])
  const settings = { approval: 'never', authority: { title: 5 } }
  assert.equal((await harness.send('PATCH', b, { body: { settings, precedence: 200 } })).status, 200)
  const writers = async (name: string) =>
    ((await find(name))?.writers ?? []).map((writer) => [
      Reflect.get(writer, 'name'),
      Reflect.get(writer, 'precedence'),
    ])
  assert.deepEqual(await writers('title'), [
    ['Second', 5],
    ['First', 100],
  ])
  assert.deepEqual(await writers('userName'), [
    ['First', 100],
    ['Second', 200],
  ])
  const generated = { ...simpleSourceRules, userName: { candidates: ['[mail]', 'Append([mail], "1")'] } }
  assert.equal((await harness.send('POST', `${a}/rules`, { body: { rules: generated } })).status, 201)
  await harness.send('POST', `${a}/rules/publish`, { body: { revision: 2 } })
  assert.equal((await writers('userName')).length, 3)
})

test('a schedule is told by its next three times before it is saved, and one that cannot be read says so', async () => {
  const path = '/api/v1/organizations/acme/source-schedules/preview'
  const ask = (schedule: object) => harness.send('POST', path, { body: { schedule } })
  const { body } = await ask({ kind: 'cron', cron: '30 6 * * 1-5', timeZone: 'Asia/Seoul' })
  assert.equal(body.next.length, 3)
  for (const at of body.next) assert.match(String(at), /T21:30:00\.000Z$/)
  assert.deepEqual((await ask({ kind: 'none' })).body.next, [])
  const broken = await ask({ kind: 'cron', cron: '99 6 * * *', timeZone: 'UTC' })
  assert.deepEqual([broken.status, broken.body.errors[0].code], [400, 'invalidSchedule'])
  assert.match(broken.body.detail, /99 6/)
})

test('days of all sources stand in one list, soonest first, page by page', async () => {
  const rules = { ...simpleSourceRules, lifecycle: { activeUntil: 'last', defaultTimeZone: 'UTC' } }
  for (const [index, name] of ['One', 'Two'].entries()) {
    const place = await harness.createSource(name, { rules })
    const records = [1, 2].map((number) => ({
      id: `${name}${number}`,
      mail: `${name}${number}@acme.example`.toLowerCase(),
      name: `${name} ${number}`,
      title: 'x',
      last: `2031-0${number * 2 + index}-15`,
    }))
    await harness.upload(place, records)
    await harness.read(place)
  }
  const names: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { status, body } = await harness.send('GET', `/api/v1/organizations/acme/upcoming?limit=1&kind=leave${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    names.push(...body.data.map((fact: { readonly name: string }) => fact.name))
    cursor = body.nextCursor
  }
  assert.deepEqual(names, ['One 1', 'Two 1', 'One 2', 'Two 2'])
})
