import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runNotices } from '../../src/access/notice-mails.ts'
import type { Reply } from '../admin/admin-harness.ts'
import { createSourceHarness, peopleOf, type SourceHarness } from './source-harness.ts'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

const told = { notify: ['hr-admin@acme.example'] }

async function alertsOf(
  name: string,
): Promise<{ readonly notices: readonly Reply['body'][]; readonly mails: readonly Reply['body'][] }> {
  await runNotices(harness.application.database, harness.application.clock())
  const notices = await harness.send('GET', '/api/v1/organizations/acme/notices?limit=200')
  const mails = await harness.send('GET', '/api/v1/organizations/acme/mails?limit=200')
  return {
    notices: notices.body.data.filter((notice: Reply['body']) => notice.details.source === name),
    mails: mails.body.data.filter((mail: Reply['body']) => mail.subject.includes(name)),
  }
}

/** Nobody is absent, nothing is to be done, and what is known is what was known. */
async function assertNothingChanged(place: string, count: number): Promise<void> {
  const { body } = await harness.send('GET', `${place}/records?limit=200&total=true`)
  assert.equal(body.total, count)
  for (const record of body.data) assert.deepEqual([record.absentReads, record.isDeleted], [0, false], record.anchor)
  const cutOff = '/api/v1/organizations/acme/people?state=suspended,deprovisioned&total=true'
  assert.equal((await harness.send('GET', cutOff)).body.total, 0)
}

for (const { what, reason, content } of [
  { what: 'a file cut in half at the end of a line', reason: 'shrunk', content: peopleOf(20) },
  { what: 'an empty file', reason: 'empty', content: [] },
  {
    what: 'a column that is suddenly empty',
    reason: 'columnEmpty',
    content: peopleOf(40, (person, number) => (number <= 10 ? { ...person, title: '' } : person)),
  },
  {
    what: 'a column that is suddenly gone',
    reason: 'columnEmpty',
    content: peopleOf(40, ({ title, ...rest }) => (title === '' ? {} : rest)),
  },
  { what: 'a file that is suddenly twice as long', reason: 'grown', content: peopleOf(80) },
])
  test(`ENG-15: ${what} is held: one alert, nothing disabled`, async () => {
    const place = await harness.createSource(what, { settings: told })
    await harness.upload(place, peopleOf(40))
    assert.equal((await harness.read(place)).state, 'done')
    await harness.upload(place, content)
    const held = await harness.read(place)
    assert.deepEqual([held.state, held.heldReason], ['held', reason], JSON.stringify(held))
    assert.ok(held.heldDetail.length > 0)
    await harness.work()
    await harness.work()
    await assertNothingChanged(place, 40)
    const { notices, mails } = await alertsOf(what)
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['sourceReadHeld'],
    )
    assert.equal(mails.length, 1)
    const events = await harness.send('GET', '/api/v1/organizations/acme/events?types=source.read_held&limit=200')
    const heldEvents = events.body.data.filter((event: Reply['body']) => JSON.stringify(event).includes(held.id))
    assert.equal(heldEvents.length, 1, JSON.stringify(events.body))
    const second = await harness.send('POST', `${place}/reads`, { body: {} })
    assert.deepEqual([second.status, second.body.code], [409, 'conflict'])
    const decision = `/api/v1/organizations/acme/source-reads/${held.id}`
    const rejected = await harness.send('POST', `${decision}/reject`, { body: { reason: 'Wrong file' } })
    assert.equal(rejected.body.state, 'rejected')
    await assertNothingChanged(place, 40)
    await harness.upload(place, peopleOf(40))
    const next = await harness.read(place)
    assert.deepEqual([next.state, next.counts.changed], ['done', 0])
  })

test('ENG-15: a CSV cut in half within a row is no end of it: it fails with one alert, nothing disabled', async () => {
  const name = 'Cut within a row'
  const place = await harness.createSource(name, { place: { kind: 'file', format: 'csv' }, settings: told })
  const lines = peopleOf(40).map((person) =>
    Object.values(person)
      .map((cell) => `"${cell}"`)
      .join(','),
  )
  const text = `id,mail,name,title\r\n${lines.join('\r\n')}\r\n`
  await harness.upload(place, text)
  assert.equal((await harness.read(place)).state, 'done')
  for (let attempt = 1; attempt <= 2; attempt++) {
    await harness.upload(place, text.slice(0, text.length >> 1))
    const failed = await harness.read(place)
    assert.deepEqual([failed.state, failed.errorReason], ['failed', 'truncated'], JSON.stringify(failed))
  }
  await assertNothingChanged(place, 40)
  const { notices, mails } = await alertsOf(name)
  assert.deepEqual([notices.map(({ kind }) => kind), mails.length], [['sourceReadFailed'], 1])
})

test('a held read that is approved goes on, and who is missing counts as absent', async () => {
  const place = await harness.createSource('Approved')
  await harness.upload(place, peopleOf(40))
  await harness.read(place)
  await harness.upload(place, peopleOf(20))
  const held = await harness.read(place)
  const decision = `/api/v1/organizations/acme/source-reads/${held.id}`
  assert.equal((await harness.send('POST', `${decision}/approve`, { body: {} })).body.state, 'accepted')
  await harness.work()
  const done = await harness.send('GET', decision)
  assert.deepEqual([done.body.state, done.body.counts.absent], ['done', 20])
  const twice = await harness.send('POST', `${decision}/approve`, { body: {} })
  assert.deepEqual([twice.status, twice.body.code], [409, 'conflict'])
})

test('guards are switched off for a reason and a while only; an empty read is held all the same', async () => {
  const off = { reason: 'We sell a subsidiary', until: '2026-11-22T00:00:00.000Z' }
  const place = await harness.createSource('Off', { settings: { guards: { off } } })
  await harness.upload(place, peopleOf(40))
  await harness.read(place)
  await harness.upload(place, peopleOf(10))
  assert.equal((await harness.read(place)).state, 'done')
  await harness.upload(place, [])
  const empty = await harness.read(place)
  assert.deepEqual([empty.state, empty.heldReason], ['held', 'empty'])
  const unsaid = await harness.send('PATCH', place, { body: { settings: { guards: { off: { until: off.until } } } } })
  assert.equal(unsaid.status, 400)
})

test('ENG-17: a bad record goes to escrow and the rest goes on; more than 5 % bad, from 20 on, hold the read', async () => {
  const place = await harness.createSource('Bad share')
  const spoilt = (count: number, bad: number): string =>
    peopleOf(count)
      .map((person, index) => (index < bad ? '{"name":"nobody"}' : JSON.stringify(person)))
      .join('\n')
  await harness.upload(place, spoilt(400, 19))
  const few = await harness.read(place)
  assert.deepEqual([few.state, few.counts.read, few.counts.bad], ['done', 381, 19])
  await harness.upload(place, spoilt(400, 20))
  const atLimit = await harness.read(place)
  assert.deepEqual([atLimit.state, atLimit.counts.bad], ['done', 20], 'exactly 5 % is not more than 5 %')
  await harness.upload(place, spoilt(400, 21))
  const many = await harness.read(place)
  assert.deepEqual([many.state, many.heldReason, many.counts.bad], ['held', 'tooManyBad', 21])
  const { body } = await harness.send('GET', `${place}/escrow?limit=200&total=true`)
  assert.ok(
    body.data.every((entry: Reply['body']) => entry.reason === 'anchorMissing' && /^line \d+$/.test(entry.place)),
  )
  const small = await harness.createSource('Small and bad')
  await harness.upload(small, spoilt(30, 19))
  assert.deepEqual((await harness.read(small)).state, 'done', 'fewer than 20 never hold')
})
