import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { sendWriteBacks } from '../../src/sources/write-back/send-write-backs.ts'
import { stageWriteBacks } from '../../src/sources/write-back/stage-write-backs.ts'
import { createSourceHarness, peopleOf, simpleSourceRules } from './source-harness.ts'
import { json, serve } from './web-server.ts'

const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
after(() => harness.application.close())
const { parts } = harness.application.application
const { database, clock } = harness.application
const { signal } = new AbortController()
const minuteMs = 60_000

async function work(): Promise<void> {
  await stageWriteBacks(parts, clock(), signal)
  await sendWriteBacks(parts, signal)
}

async function list(place: string) {
  return (await harness.send('GET', `${place}/write-backs`, {})).body.data
}

/** A source that is told by requests, with its one person. */
async function open(
  t: TestContext,
  answer: (count: number) => number,
  settings: { readonly [name: string]: unknown } = {},
) {
  const server = await serve(t, (_, response) => {
    const status = answer(server.asked.length)
    if (status === 200) return json(response, {})
    response.writeHead(status).end()
  })
  const name = t.name.slice(0, 40)
  const place = await harness.createSource(name, {
    settings: {
      writeBack: {
        kind: 'http',
        url: `${server.origin}/w/{anchor}`,
        fields: { login: 'userName' },
        delayMinutes: 0,
        ...settings,
      },
    },
  })
  const mail = `${place.slice(-8)}@acme.example`
  const person = { id: 'e1', mail, name: 'Person', title: 'Engineer' }
  await harness.upload(place, [person])
  assert.equal((await harness.read(place)).state, 'done')
  return { server, place, person }
}

test('a server that is busy is told again later, more and more seldom, and once it has heard no more', async (t) => {
  const { server, place } = await open(t, (count) => (count < 3 ? 503 : 200))
  await work()
  await work()
  assert.equal(server.asked.length, 1)
  const [row] = await list(place)
  assert.deepEqual([row.state, row.status, row.failures], ['waiting', 503, 1])
  clock.advance(minuteMs)
  await work()
  assert.equal(server.asked.length, 2)
  clock.advance(minuteMs)
  await work()
  assert.equal(server.asked.length, 2)
  clock.advance(minuteMs)
  await work()
  clock.advance(600 * minuteMs)
  await work()
  assert.equal(server.asked.length, 3)
  assert.equal((await list(place))[0].state, 'done')
})

test('what a server refuses is shown as failed at once, and tried again when somebody says so', async (t) => {
  const { server, place } = await open(t, (count) => (count < 2 ? 422 : 200))
  await work()
  clock.advance(600 * minuteMs)
  await work()
  assert.equal(server.asked.length, 1)
  assert.equal((await list(place))[0].state, 'failed')
  const { body } = await harness.send('POST', `${place}/write-backs/retry`, {})
  assert.equal(body.count, 1)
  await work()
  assert.equal((await list(place))[0].state, 'done')
})

test('nothing is told while what it needs has no value; then it is', async (t) => {
  const { server, place, person } = await open(t, () => 200, {
    fields: { job: 'title' },
    requires: ['nickName'],
  })
  await work()
  assert.equal(server.asked.length, 0)
  const [row] = await list(place)
  assert.deepEqual([row.state, row.detail], ['held', 'nickName has no value yet'])
  await database.query({
    text: `update users set document = (document::jsonb || '{"nickName":"P"}')::text, version = version + 1
      where organization_id = '${harness.organizationId}' and document::json ->> 'userName' = '${person.mail}'`,
  })
  await work()
  assert.deepEqual(
    server.asked.map(({ body }) => JSON.parse(body)),
    [{ job: 'Engineer' }],
  )
})

test('several processes tell a value once', async (t) => {
  const { server } = await open(t, () => 200)
  await stageWriteBacks(parts, clock(), signal)
  await Promise.all(Array.from({ length: 4 }, work))
  assert.equal(server.asked.length, 1)
})

test('a POST whose process died is not repeated: somebody looks first', async (t) => {
  const { server, place } = await open(t, () => 200, { method: 'POST' })
  await stageWriteBacks(parts, clock(), signal)
  await database.query({ text: `update source_write_backs set state = 'sending' where state = 'waiting'` })
  clock.advance(10 * minuteMs)
  await work()
  assert.equal(server.asked.length, 0)
  assert.equal((await list(place))[0].state, 'failed')
})

test('a source that takes files gets what waits as CSV, and what came up after the file still waits', async () => {
  const place = await harness.createSource('files', {
    settings: { writeBack: { kind: 'file', fields: { login: 'userName', job: 'title' } } },
  })
  await harness.upload(place, peopleOf(2))
  await harness.read(place)
  await work()
  const csv = await harness.send('GET', `${place}/write-backs/export-csv`, {})
  assert.equal(csv.body, 'anchor,job,login\r\ne1,Engineer,p1@acme.example\r\ne2,Engineer,p2@acme.example\r\n')
  clock.advance(minuteMs)
  const made = clock().toISOString()
  await harness.upload(
    place,
    peopleOf(2, (person, number) => (number === 2 ? { ...person, title: 'Lead' } : person)),
  )
  await harness.read(place)
  await work()
  const confirmed = await harness.send('POST', `${place}/write-backs/confirm`, { body: { before: made } })
  assert.equal(confirmed.body.count, 1)
  const states = (await list(place)).map(({ anchor, state }: { anchor: string; state: string }) => [anchor, state])
  assert.deepEqual(states, [
    ['e1', 'done'],
    ['e2', 'waiting'],
  ])
})

test('a date is called off by hand with a reason, until the source names another day', async () => {
  const rules = { ...simpleSourceRules, lifecycle: { ...simpleSourceRules.lifecycle, activeUntil: 'last' } }
  const place = await harness.createSource('dated', { rules })
  const person = { id: 'x', mail: 'x@acme.example', name: 'X', title: 'Y', last: '2099-01-01' }
  await harness.upload(place, [person])
  await harness.read(place)
  const cancel = { anchor: 'x', kind: 'leave', reason: 'stays on' }
  assert.equal((await harness.send('POST', `${place}/upcoming/cancel`, { body: cancel })).status, 204)
  const again = await harness.send('POST', `${place}/upcoming/cancel`, { body: cancel })
  assert.deepEqual([again.status, again.body.errors[0].code], [409, 'upcomingNotWaiting'])
  clock.set('2099-01-03T00:00:00Z')
  await harness.upload(place, [{ ...person, title: 'Z' }])
  await harness.read(place)
  const record = (await harness.send('GET', `${place}/records/x`, {})).body
  const of = `/api/v1/organizations/acme/people/${record.personId}`
  assert.equal((await harness.send('GET', of, {})).body.state, 'active')
  const { body } = await harness.send('GET', `${of}/upcoming`, {})
  assert.deepEqual([body.data[0].state, body.data[0].reason], ['cancelled', 'stays on'])
  await harness.upload(place, [{ ...person, last: '2099-01-02' }])
  await harness.read(place)
  assert.equal((await harness.send('GET', of, {})).body.state, 'suspended')
})

test('what people do not have is refused before it is saved, with its place and what may be meant', async () => {
  const place = { kind: 'file', format: 'jsonl' }
  const settingsOf = (writeBack: object): object => ({ settings: { writeBack: { kind: 'file', ...writeBack } } })
  const wrong = [
    [{ fields: { mail: 'emails' } }, '/settings/writeBack/fields/mail', 'name the element'],
    [{ fields: { login: 'usrName' } }, '/settings/writeBack/fields/login', 'try userName'],
    [{ fields: { login: 'userName' }, requires: ['nickname2'] }, '/settings/writeBack/requires/0', 'try nickName'],
    [{ fields: { secret: 'password' } }, '/settings/writeBack/fields/secret', 'shown to nobody'],
  ] as const
  for (const [writeBack, pointer, detail] of wrong) {
    const { status, body } = await harness.send('POST', harness.sources, {
      body: { name: 'Wrong', place, ...settingsOf(writeBack) },
    })
    assert.equal(status, 400, JSON.stringify(body))
    assert.deepEqual([body.errors[0].pointer, body.errors[0].code], [pointer, 'invalidRules'])
    assert.ok(body.detail.includes(detail), body.detail)
  }
  const made = await harness.send('POST', harness.sources, { body: { name: 'Right', place } })
  const path = `${harness.sources}/${made.body.id}`
  const changed = await harness.send('PATCH', path, { body: settingsOf({ fields: { login: 'usrName' } }) })
  assert.equal(changed.status, 400)
  assert.equal((await harness.send('GET', path)).body.settings.writeBack, undefined)
})
