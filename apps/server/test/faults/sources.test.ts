import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSourceHarness, peopleOf, simpleSourceRules, type SourceHarness } from '../sources/source-harness.ts'
import { json, serve } from '../sources/web-server.ts'
import { MortalWorkers, type Death } from './mortal-workers.ts'

const waitMs = 60_000
const everybody = 2_600

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
})
after(() => harness[Symbol.asyncDispose]())

async function countRows(text: string, place: string): Promise<number> {
  const { rows } = await harness.application.database.query<{ count: number }>(
    { text: `select count(*) as count from ${text}` },
    [await idOf(place)],
  )
  return rows[0]?.count ?? 0
}

async function idOf(place: string): Promise<string> {
  const { rows } = await harness.application.database.query<{ id: string }>(
    { text: 'select id from connections where name = $1' },
    [(await harness.send('GET', place)).body.name],
  )
  return rows[0]?.id ?? ''
}

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + waitMs; performance.now() < deadline; await sleep(50))
    if (await isSo()) return
  assert.fail(`it never was so: ${what}`)
}

const people = 'users where connection_id = $1'
const changes = (action: string): string =>
  `changes c where c.action = '${action}' and c.subject_id in (select id from users where connection_id = $1)`

/** Everybody has one record and one account, and nothing is left of what was on its way. */
async function assertWhole(place: string, count: number): Promise<void> {
  const found = {
    people: await countRows(people, place),
    records: await countRows('source_records where source_id = $1', place),
    linked: await countRows(
      '(select distinct user_id from source_records where source_id = $1 and user_id is not null) r',
      place,
    ),
    pending: await countRows('source_records where source_id = $1 and is_pending', place),
    created: await countRows(changes('user.created'), place),
    staged: await countRows('source_staged where source_id = $1', place),
    seen: await countRows('source_seen where source_id = $1', place),
  }
  const whole = { people: count, records: count, linked: count, pending: 0, created: count, staged: 0, seen: 0 }
  assert.deepEqual(found, whole)
}

const dated = {
  ...simpleSourceRules,
  lifecycle: { ...simpleSourceRules.lifecycle, activeUntil: 'last' },
  leaving: { ...simpleSourceRules.leaving, absentReads: 1 },
}

/** A source of everybody, whose guard lets many leave at once, as this is not about the guard. */
async function createPlace(name: string, settings: object = {}): Promise<string> {
  const place = await harness.createSource(name, { settings, rules: dated })
  const { connectionId } = (await harness.send('GET', place)).body
  const { status } = await harness.send('PATCH', `/api/v1/organizations/acme/connections/${connectionId}`, {
    body: { settings: { guard: { enabled: false } } },
  })
  assert.equal(status, 200)
  return place
}

const readsPath = '/api/v1/organizations/acme/source-reads'

/** Starts a read in which workers die, and waits for its end; what it counted. */
async function readDying(workers: MortalWorkers, place: string, deaths: readonly Death[]): Promise<Counts> {
  let read = ''
  await workers.die(deaths, async () => {
    read = (await harness.send('POST', `${place}/reads`, { body: {} })).body.id
  })
  const getRead = async () => (await harness.send('GET', `${readsPath}/${read}`)).body
  await waitUntil('the read is done', async () => (await getRead()).state === 'done')
  return (await getRead()).counts
}

type Counts = { readonly [name: string]: number }

test('ENG-18: two workers, killed with -9 between pages, at the end of a read, while they settle and apply: nothing is lost or doubled', async () => {
  const { databaseUrl, clock } = harness.application
  await using workers = await MortalWorkers.start(databaseUrl, clock)
  const place = await createPlace('Phases')
  await harness.upload(place, peopleOf(everybody))
  const first = await readDying(workers, place, [
    { when: 'before', text: 'compare_and_see', survived: 1 },
    { when: 'after', text: 'stage_records' },
    { when: 'before', text: 'delete from source_staged', survived: 1 },
    { when: 'after', text: 'absent_reads = absent_reads + 1' },
    { when: 'after', text: 'delete from source_seen' },
    { when: 'before', text: 'update_settled_records', survived: 1 },
    { when: 'after', text: 'update_settled_records' },
    { when: 'after', text: 'demote_double_links' },
    { when: 'before', text: 'insert_users', survived: 1 },
    { when: 'after', text: 'insert_users', survived: 1 },
    { when: 'before', text: 'finish_source_operations' },
  ])
  assert.deepEqual([first['read'], first['changed'], first['create']], [everybody, everybody, everybody])
  await assertWhole(place, everybody)
  assert.equal(await countRows(`${people} and version = 1 and state = 'active'`, place), everybody)

  // Some are promoted, some are gone, and some are new.
  const [gone, promoted, added] = [20, 700, 40]
  const promote = (person: Record<string, unknown>, number: number): object =>
    number <= promoted + gone ? { ...person, title: 'Lead' } : person
  await harness.upload(place, peopleOf(everybody + added, promote).slice(gone))
  const second = await readDying(workers, place, [
    { when: 'after', text: 'compare_and_see', survived: 1 },
    { when: 'before', text: 'absent_reads = absent_reads + 1' },
    { when: 'after', text: 'absent_reads = absent_reads + 1' },
    { when: 'after', text: 'update_settled_records' },
    { when: 'before', text: 'update_users', survived: 1 },
    { when: 'after', text: 'update_users' },
    { when: 'before', text: 'finish_source_operations' },
  ])
  assert.deepEqual(
    [second['changed'], second['absent'], second['create'], second['update'], second['suspend']],
    [promoted + added, gone, added, promoted, gone],
    JSON.stringify(second),
  )
  await assertWhole(place, everybody + added)
  assert.equal(await countRows(`${people} and version = 2 and state = 'active'`, place), promoted)
  assert.equal(await countRows(`${people} and state = 'suspended'`, place), gone)
  assert.equal(await countRows(changes('user.updated'), place), promoted)
  assert.equal(await countRows(changes('user.suspended'), place), gone)
  assert.ok(workers.deaths >= 18, `${workers.deaths} died`)
})

test('ENG-19: two workers, killed with -9 while the last days of many are over: each has left once, those who stay have not', async () => {
  const { databaseUrl, clock } = harness.application
  await using workers = await MortalWorkers.start(databaseUrl, clock)
  const place = await createPlace('Days')
  const [count, leaving] = [1_500, 1_400]
  const last = clock().toISOString().slice(0, 10)
  const say = (person: Record<string, unknown>, number: number): object => ({
    ...person,
    mail: `d${number}@acme.example`,
    ...(number <= leaving && { last }),
  })
  await harness.upload(place, peopleOf(count, say))
  await readDying(workers, place, [])
  const midnight = new Date(`${last}T00:00:00Z`).getTime() + 86_400_000
  await workers.advance(midnight - clock().getTime() - 1)
  await sleep(200)
  assert.equal(await countRows(`${people} and state = 'active'`, place), count)
  await workers.die(
    [
      { when: 'before', text: 'insert_source_operations', survived: 1 },
      { when: 'before', text: 'finish_source_operations' },
      { when: 'after', text: 'update timed_facts' },
    ],
    () => workers.advance(1),
  )
  await waitUntil(
    'all have left',
    async () => (await countRows(`${people} and state = 'suspended'`, place)) === leaving,
  )
  await assertWhole(place, count)
  assert.equal(await countRows(`${people} and state = 'active' and version = 1`, place), count - leaving)
  assert.equal(await countRows(`${people} and state = 'suspended' and version = 2`, place), leaving)
  assert.equal(await countRows(changes('user.suspended'), place), leaving)
  assert.equal(await countRows(`timed_facts where source_id = $1 and state = 'done'`, place), leaving)
})

test('two workers, killed with -9 before, while and after they tell a source of its people: each is told, and what is repeated is the same', async (t) => {
  const { databaseUrl, clock } = harness.application
  const server = await serve(t, (_, response) => json(response, {}))
  await using workers = await MortalWorkers.start(databaseUrl, clock)
  const url = `${server.origin}/w/{anchor}`
  const writeBack = { kind: 'http', url, fields: { login: 'userName' }, delayMinutes: 1 }
  const place = await createPlace('Told', { writeBack })
  const count = 120
  await harness.upload(
    place,
    peopleOf(count, (person, number) => ({ ...person, mail: `w${number}@acme.example` })),
  )
  await readDying(workers, place, [])
  const stale = 'source_write_backs where source_id = $1'
  await waitUntil('all is staged', async () => (await countRows(stale, place)) === count)
  const minutesMs = 6 * 60_000
  await workers.die(
    [
      { when: 'before', text: 'PATCH /w/', survived: 5 },
      { when: 'after', text: 'PATCH /w/', survived: 5 },
      { when: 'before', text: 'sent_hash = case when', survived: 5 },
    ],
    () => workers.advance(minutesMs),
  )
  await workers.advance(minutesMs)
  await waitUntil('all are told', async () => (await countRows(`${stale} and state = 'done'`, place)) === count)
  const told = server.asked.map(({ url: { pathname }, body }) => `${pathname} ${body}`)
  const wanted = Array.from({ length: count }, (_, index) => `/w/e${index + 1} {"login":"w${index + 1}@acme.example"}`)
  assert.deepEqual([...new Set(told)].toSorted(), wanted.toSorted())
  assert.ok(
    told.length <= count + workers.deaths,
    `${told.length - count} were told again after ${workers.deaths} deaths`,
  )
})
