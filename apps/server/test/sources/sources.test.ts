import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createSourceHarness, peopleOf, simpleSourceRules, type SourceHarness } from './source-harness.ts'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

const secret = { kind: 'bearer', token: 'canary-5f21' }
const place = { kind: 'http', url: 'https://hr.example/api/people' }

test('CON-H9: credentials of a source are written and never read; another server wants them anew', async () => {
  const made = await harness.send('POST', harness.sources, { body: { name: 'HR API', place, credentials: secret } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual([made.body.credentials, made.body.state], [{ kind: 'bearer' }, 'draft'])
  const path = `${harness.sources}/${made.body.id}`
  const moved = await harness.send('PATCH', path, { body: { place: { ...place, url: 'https://evil.example/' } } })
  assert.deepEqual([moved.status, moved.body.errors[0].code], [400, 'secretMissing'])
  const other = await harness.send('PATCH', path, { body: { place: { kind: 'file', format: 'jsonl' } } })
  assert.deepEqual([other.status, other.body.code], [409, 'conflict'])
  const stale = await harness.send('PATCH', path, { body: { name: 'x' }, headers: { 'if-match': '"7"' } })
  assert.equal(stale.status, 412)
  for (const each of [harness.sources, path, '/api/v1/organizations/acme/connections']) {
    const text = JSON.stringify((await harness.send('GET', each)).body)
    assert.ok(!text.includes(secret.token), each)
  }
})

test('a source is a connection that nobody speaks SCIM to: no key for it, no change but of its owner and its guard', async () => {
  const source = await harness.createSource('As a connection')
  const { body } = await harness.send('GET', source)
  const connections = '/api/v1/organizations/acme/connections'
  const connection = await harness.send('GET', `${connections}/${body.connectionId}`)
  const { type, name, scimUrl } = connection.body
  assert.deepEqual([type, name, scimUrl], ['source', 'As a connection', null])
  const key = { scopes: ['scim'], connection: body.connectionId }
  const refused = await harness.send('POST', '/api/v1/organizations/acme/keys', { body: key })
  assert.deepEqual([refused.status, refused.body.code], [409, 'conflict'])
  const renamed = await harness.send('PATCH', `${connections}/${body.connectionId}`, { body: { name: 'x' } })
  assert.deepEqual([renamed.status, renamed.body.errors[0].code], [409, 'connectionOfSource'])
  const guarded = await harness.send('PATCH', `${connections}/${body.connectionId}`, {
    body: { settings: { guard: { countMin: 5 } } },
  })
  assert.equal(guarded.status, 200)
  await harness.send('PATCH', source, { body: { name: 'Renamed' } })
  assert.equal((await harness.send('GET', `${connections}/${body.connectionId}`)).body.name, 'Renamed')
  assert.equal((await harness.send('DELETE', `${connections}/${body.connectionId}`)).status, 409)
})

test('rules go from draft to live, are compared and restored; a source without live rules is not read', async () => {
  const file = { kind: 'file', format: 'jsonl' }
  const made = await harness.send('POST', harness.sources, {
    body: { name: 'Rules', place: file, rules: simpleSourceRules },
  })
  const path = `${harness.sources}/${made.body.id}`
  const early = await harness.send('POST', `${path}/reads`, { body: {} })
  assert.deepEqual([early.status, early.body.code], [409, 'conflict'])
  const first = await harness.send('GET', `${path}/rules/diff`)
  assert.deepEqual([first.body.from, first.body.to], [null, 1])
  assert.equal((await harness.send('POST', `${path}/rules/publish`, { body: { revision: 1 } })).body.state, 'live')
  const changed = { ...simpleSourceRules, onUnmatched: 'report' }
  const second = await harness.send('POST', `${path}/rules`, { body: { rules: changed, note: 'Nobody new' } })
  assert.deepEqual([second.body.revision, second.body.state], [2, 'draft'])
  const same = await harness.send('POST', `${path}/rules`, { body: { rules: changed } })
  assert.equal(same.body.revision, 2)
  const { body } = await harness.send('GET', `${path}/rules/diff`)
  assert.deepEqual(body.changes, [{ field: 'onUnmatched', change: 'changed', before: 'create', after: 'report' }])
  const restored = await harness.send('POST', `${path}/rules/restore`, { body: { revision: 1 } })
  assert.deepEqual([restored.body.revision, restored.body.note], [3, 'Restored from revision 1'])
  const unknown = await harness.send('POST', `${path}/rules/publish`, { body: { revision: 9 } })
  assert.equal(unknown.status, 404)
})

test('a schedule is in the zone that it names, through a change of clocks, and stands still while paused', async () => {
  const schedule = { kind: 'cron', cron: '30 6 * * *', timeZone: 'Europe/Berlin' }
  const source = await harness.createSource('Scheduled', { settings: { schedule } })
  await harness.upload(source, peopleOf(5))
  const next = async () => (await harness.send('GET', source)).body.nextReadAt
  assert.equal(await next(), '2026-11-22T05:30:00.000Z')
  harness.application.clock.set('2027-03-27T12:00:00.000Z')
  await harness.work()
  assert.equal(await next(), '2027-03-28T04:30:00.000Z', 'summer time began in that night')
  const { body: reads } = await harness.send('GET', `${source}/reads`)
  assert.deepEqual(
    reads.data.map(({ state, startedBy }: { state: string; startedBy: string }) => [state, startedBy]),
    [['done', 'system']],
    'what was missed is made up for once',
  )
  await harness.send('POST', `${source}/pause`, { body: { reason: 'Migration' } })
  assert.equal(await next(), null)
  harness.application.clock.set('2027-03-29T12:00:00.000Z')
  await harness.work()
  assert.equal((await harness.send('GET', `${source}/reads`)).body.data.length, 1)
  await harness.send('POST', `${source}/resume`)
  assert.equal(await next(), '2027-03-30T04:30:00.000Z')
  const wrong = { settings: { schedule: { ...schedule, cron: '61 6 * * *' } } }
  const refused = await harness.send('PATCH', source, { body: wrong })
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/settings/schedule/cron'])
})

test('a source whose connection is disabled is read neither by itself nor by hand', async () => {
  const source = await harness.createSource('Disabled', { settings: { schedule: { kind: 'interval', minutes: 1 } } })
  await harness.upload(source, peopleOf(3))
  const { body } = await harness.send('GET', source)
  const connection = `/api/v1/organizations/acme/connections/${body.connectionId}`
  const run = await harness.send('POST', `${connection}/decommission`, { body: { people: 'keep', teams: 'keep' } })
  assert.ok(run.status < 300, JSON.stringify(run.body))
  harness.application.clock.advance(120_000)
  await harness.work()
  assert.deepEqual((await harness.send('GET', `${source}/reads`)).body.data, [])
  const started = await harness.send('POST', `${source}/reads`, { body: {} })
  assert.deepEqual([started.status, started.body.code], [409, 'conflict'])
})

test('what rules call secret is shown nowhere', async () => {
  const rules = { ...simpleSourceRules, columns: { title: { isSecret: true } } }
  const source = await harness.createSource('Secrets', { rules })
  await harness.upload(source, [{ id: 'e1', mail: 'secret1@acme.example', name: 'Ada', title: 'canary-9a3c' }])
  const test = await harness.send('POST', `${source}/test`)
  assert.deepEqual([test.body.isWorking, test.body.sample[0].attributes.title], [true, '[hidden]'])
  const read = await harness.read(source)
  const record = await harness.send('GET', `${source}/records/e1`)
  assert.deepEqual([record.body.raw.title, record.body.raw.name], ['[hidden]', 'Ada'])
  assert.ok(!JSON.stringify([record.body, read, test.body]).includes('canary-9a3c'))
})

test('a deleted source is gone with its records; the people it brought stay, owned by nobody', async () => {
  const source = await harness.createSource('Deleted')
  await harness.upload(
    source,
    peopleOf(3, (person) => ({ ...person, mail: `gone-${String(person['mail'])}` })),
  )
  await harness.read(source)
  const find = async () =>
    (await harness.send('GET', `/api/v1/organizations/acme/people?search=${encodeURIComponent('gone-p1')}`)).body.data
  assert.equal((await find()).length, 1)
  const run = await harness.send('DELETE', source)
  assert.equal(run.status, 202)
  assert.equal((await harness.send('GET', source)).status, 404)
  harness.application.clock.advance(3_000)
  await workOffAllRuns(harness.application.application.parts, new AbortController().signal)
  const { rows } = await harness.application.database.query<{ count: number }>(
    { text: 'select count(*) as count from source_records where source_id = $1' },
    [parseTypeId('src', source.split('/').at(-1) ?? '')],
  )
  assert.equal(rows[0]?.count, 0)
  const [person] = await find()
  assert.equal(person.state === 'active' || person.state === 'pending', true)
})
