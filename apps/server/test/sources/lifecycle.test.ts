import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createIdSource } from '../../src/directory/new-id.ts'
import { applyDueFacts } from '../../src/sources/lifecycle/apply-due-facts.ts'
import { sendWriteBacks } from '../../src/sources/write-back/send-write-backs.ts'
import { stageWriteBacks } from '../../src/sources/write-back/stage-write-backs.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { createSourceHarness } from './source-harness.ts'
import { json, serve } from './web-server.ts'

const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
after(() => harness.application.close())
const { parts } = harness.application.application
const { database, clock } = harness.application
const { signal } = new AbortController()
const people = '/api/v1/organizations/acme/people'

const rules = sourceRules.parse({
  anchor: 'id',
  mappings: [
    { target: 'userName', kind: 'direct', source: 'login', apply: 'onCreate' },
    { target: 'displayName', kind: 'direct', source: 'name' },
    { target: 'title', kind: 'direct', source: 'title' },
    { target: 'emails[type eq "work"].value', kind: 'expression', expression: 'Append([login], "@acme.example")' },
  ],
  correlation: [[{ target: 'displayName', source: 'name' }]],
  lifecycle: {
    activeFrom: 'first',
    activeUntil: 'last',
    timeZone: 'zone',
    effectiveDate: 'effective',
    active: '[active]',
    createDaysAhead: 3,
  },
  leaving: { policy: 'suspend', absentReads: 1 },
})

/** The clock reaches an instant; sources are silent. */
async function reach(instant: string): Promise<void> {
  clock.set(instant)
  const onFault = (error: unknown): void => {
    throw error
  }
  await applyDueFacts({ ...parts, newId: createIdSource(), onFault }, clock(), signal)
}

async function writeBack(): Promise<void> {
  await stageWriteBacks(parts, clock(), signal)
  await sendWriteBacks(parts, signal)
}

type Person = { readonly id: string; readonly state: string; readonly title: string | null }

async function find(name: string): Promise<Person | undefined> {
  const { rows } = await database.query<Person>(
    {
      text: `select id, state, document::json ->> 'title' as title from users
        where organization_id = $1 and document::json ->> 'displayName' = $2`,
    },
    [harness.organizationId, name],
  )
  assert.ok(rows.length <= 1, `${name} is there ${rows.length} times`)
  return rows[0]
}

async function say(place: string, records: readonly object[]): Promise<void> {
  await harness.upload(place, records)
  const read = await harness.read(place)
  assert.equal(read.state, 'done', JSON.stringify(read))
}

test('AC-E43: joiner, mover, leaver, rehire by id, conversion, future date and write-back', async (t) => {
  const hr = await serve(t, (_, response) => json(response, {}))
  const place = await harness.createSource('HR', {
    rules,
    credentials: { kind: 'bearer', token: 'of-hr' },
    settings: {
      writeBack: {
        kind: 'http',
        url: `${hr.origin}/workers/{anchor}`,
        fields: { 'work.email': 'emails[type eq "work"].value', login: 'userName' },
        requires: ['emails[type eq "work"].value'],
        delayMinutes: 10,
      },
    },
  })
  const agency = await harness.createSource('Agency', { rules, precedence: 200 })
  const ada = { id: 'e/1', login: 'ada', name: 'Ada', title: 'Engineer', zone: 'Europe/Berlin' }
  const ken = { id: 'e2', login: 'ken', name: 'Ken', title: 'Clerk', zone: 'Asia/Tokyo', first: '2026-12-01' }

  // Joiner: at once; with a future date: nobody, then a suspended account three days ahead, then on the first day in Tokyo.
  await say(place, [ada, ken])
  const joined = await find('Ada')
  assert.equal(joined?.state, 'active')
  assert.equal(await find('Ken'), undefined)
  const record = await harness.send('GET', `${place}/records/e2`, {})
  assert.equal(record.body.situation, 'upcoming')
  assert.deepEqual(
    record.body.upcoming.map(({ kind }: { kind: string }) => kind),
    ['create', 'join'],
  )
  const { body: upcoming } = await harness.send('GET', `${place}/upcoming`, {})
  assert.deepEqual(
    upcoming.data.map(({ kind, at }: { kind: string; at: string }) => [kind, at]),
    [
      ['create', '2026-11-27T15:00:00.000Z'],
      ['join', '2026-11-30T15:00:00.000Z'],
    ],
  )
  await reach('2026-11-27T15:00:00Z')
  assert.equal((await find('Ken'))?.state, 'suspended')
  const { body: shown } = await harness.send(
    'GET',
    `/api/v1/organizations/acme/people/${formatTypeId('usr', (await find('Ken'))?.id ?? '')}`,
  )
  assert.deepEqual(
    shown.upcoming.map(({ kind, at, anchor }: Record<string, string>) => [kind, at, anchor]),
    [['join', '2026-11-30T15:00:00.000Z', 'e2']],
  )
  await reach('2026-11-30T14:59:59Z')
  assert.equal((await find('Ken'))?.state, 'suspended')
  await reach('2026-11-30T15:00:00Z')
  assert.equal((await find('Ken'))?.state, 'active')

  // Write-back: staged first, sent once it has stood still, and never again.
  await writeBack()
  assert.equal(hr.asked.length, 0)
  clock.advance(10 * 60_000)
  await writeBack()
  await writeBack()
  assert.deepEqual(
    hr.asked
      .map(({ method, url, headers, body }) => [method, url.pathname, headers.authorization, JSON.parse(body)])
      .toSorted(),
    [
      ['PATCH', '/workers/e%2F1', 'Bearer of-hr', { work: { email: 'ada@acme.example' }, login: 'ada' }],
      ['PATCH', '/workers/e2', 'Bearer of-hr', { work: { email: 'ken@acme.example' }, login: 'ken' }],
    ],
  )

  // Mover: what the record says holds from its effective date on.
  const moved = { ...ada, title: 'Lead', effective: '2026-12-05' }
  await say(place, [moved, ken])
  assert.equal((await find('Ada'))?.title, 'Engineer')
  await reach('2026-12-04T23:00:00Z')
  assert.equal((await find('Ada'))?.title, 'Lead')

  // Leaver: active to the end of the last day, with the source silent.
  await say(place, [{ ...moved, last: '2026-12-10' }, ken])
  await reach('2026-12-10T22:59:59Z')
  assert.equal((await find('Ada'))?.state, 'active')
  await reach('2026-12-10T23:00:00Z')
  assert.equal((await find('Ada'))?.state, 'suspended')

  // Rehire by the same id, from a day to come: the same account.
  await say(place, [{ ...moved, first: '2027-01-04' }, ken])
  assert.equal((await find('Ada'))?.state, 'suspended')
  await reach('2027-01-03T23:00:00Z')
  assert.deepEqual([(await find('Ada'))?.state, (await find('Ada'))?.id], ['active', joined?.id])

  // Conversion: the employee becomes a contractor of another source; the same account, and it is never suspended between.
  const before = await find('Ken')
  const rehired = { ...moved, first: '2027-01-04' }
  await say(place, [rehired, { ...ken, last: '2027-02-28' }])
  await say(agency, [{ ...ken, id: 'c7', title: 'Contractor', first: '2027-03-01', last: '2027-06-30' }])
  await reach('2027-02-28T15:00:00Z')
  const after_ = await find('Ken')
  assert.deepEqual([after_?.id, after_?.state], [before?.id, 'active'])
  const history = await harness.send('GET', `${people}/${await idOf('Ken')}/history`, {})
  const actions = history.body.data.map(({ action }: { action: string }) => action)
  assert.equal(actions.filter((action: string) => action.endsWith('suspended')).length, 0, String(actions))
  await reach('2027-06-30T15:00:00Z')
  assert.equal((await find('Ken'))?.state, 'suspended')

  // Nothing of all this was news to the HR system.
  clock.advance(60 * 60_000)
  await writeBack()
  assert.equal(hr.asked.length, 2)
})

async function idOf(name: string): Promise<string> {
  const { body } = await harness.send('GET', people, {})
  return body.data.find(({ displayName }: { displayName: string }) => displayName === name)?.id
}
