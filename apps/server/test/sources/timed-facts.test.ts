import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { ada, dated, factsOf, openDated, passTime, stateOf } from './lifecycle-stage.ts'
import { SettlingStage } from './settling-stage.ts'

const own = await createTestDatabase()
after(() => own.close())
const { database } = own

test('ENG-19: first days, last days and moves come at local midnight of each zone, changes of clocks included; a correction replaces', async () => {
  // Of each zone: the day, and the instant at which it begins.
  const zones = [
    ['Europe/Berlin', '2027-03-29', '2027-03-28T22:00:00.000Z'],
    ['America/New_York', '2027-03-15', '2027-03-15T04:00:00.000Z'],
    ['Asia/Tokyo', '2027-03-29', '2027-03-28T15:00:00.000Z'],
    ['Asia/Seoul', '2027-03-29', '2027-03-28T15:00:00.000Z'],
    ['Pacific/Apia', '2027-03-29', '2027-03-28T11:00:00.000Z'],
    ['America/Sao_Paulo', '2027-03-29', '2027-03-29T03:00:00.000Z'],
    ['Africa/Cairo', '2027-04-30', '2027-04-29T22:00:00.000Z'],
    ['Australia/Lord_Howe', '2027-04-05', '2027-04-04T13:30:00.000Z'],
  ] as const
  const justBefore = (at: string): string => new Date(Date.parse(at) - 1).toISOString()
  for (const [zone, day, at] of zones) {
    const stage = await openDated(database)
    const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
    const joiner = { ...ada, zone, first: day }
    const leaver = { id: '2', login: 'bo', name: 'Bo', zone, first: '2020-01-01', last: before }
    const mover = { id: '3', login: 'cy', name: 'Cy', zone, title: 'Engineer' }
    await stage.says([leaver, mover])
    stage.now = new Date(Date.parse(at) - 3 * 86_400_000)
    await stage.says([joiner, leaver, { ...mover, title: 'Lead', effective: day }])
    assert.deepEqual(await factsOf(stage, '1'), [{ kind: 'join', at, state: 'waiting' }], zone)
    assert.deepEqual(await factsOf(stage, '2'), [{ kind: 'leave', at, state: 'waiting' }], zone)
    assert.deepEqual(await factsOf(stage, '3'), [{ kind: 'move', at, state: 'waiting' }], zone)
    await passTime(stage, justBefore(at))
    const titleOf = async () => (await stage.people()).get('cy')?.document['title']
    assert.deepEqual(
      [await stateOf(stage, 'ada'), await stateOf(stage, 'bo'), await titleOf()],
      ['suspended', 'active', 'Engineer'],
      zone,
    )
    await passTime(stage, at)
    assert.deepEqual(
      [await stateOf(stage, 'ada'), await stateOf(stage, 'bo'), await titleOf()],
      ['active', 'suspended', 'Lead'],
      zone,
    )
  }

  const stage = await openDated(database)
  const joiner = { ...ada, first: '2026-12-01' }
  await stage.says([joiner])
  await stage.says([{ ...joiner, first: '2026-12-03' }])
  assert.deepEqual(await factsOf(stage, '1'), [{ kind: 'join', at: '2026-12-02T23:00:00.000Z', state: 'waiting' }])
  await passTime(stage, '2026-12-01T12:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  // And forward, to a day that has begun where the zone is.
  await stage.says([{ ...joiner, first: '2026-12-02', zone: 'Pacific/Apia' }])
  assert.equal(await stateOf(stage, 'ada'), 'active')
  assert.deepEqual(await factsOf(stage, '1'), [])
})

test('a zone or a day that there is none of makes a bad record; what was known of it holds', async () => {
  const stage = await openDated(database)
  const leaver = { ...ada, last: '2026-11-27' }
  await stage.says([leaver])
  for (const [wrong, attribute] of [
    [{ zone: 'Europe/Atlantis' }, 'zone'],
    [{ last: '27.11.2026' }, 'last'],
    [{ last: '2026-02-30' }, 'last'],
  ] as const) {
    await stage.says([{ ...leaver, ...wrong }])
    const record = await stage.record('1')
    assert.deepEqual([record.situation, record.error_attribute], ['escrowed', attribute])
    assert.deepEqual(
      (await factsOf(stage, '1')).map(({ at }) => at),
      ['2026-11-27T23:00:00.000Z'],
    )
  }
})

test('what was slept through is caught up, leavers first, and each is done once by several at a time', async () => {
  const stage = await openDated(database)
  const people = Array.from({ length: 30 }, (_, index) => {
    return {
      ...ada,
      id: String(index),
      login: `p${index}`,
      ...(index % 2 === 0 ? { last: '2026-11-28' } : { first: '2026-11-29' }),
    }
  })
  await stage.says(people)
  await Promise.all(Array.from({ length: 4 }, () => passTime(stage, '2027-02-01T00:00:00Z')))
  const found = [...(await stage.people()).values()]
  assert.equal(found.filter(({ state }) => state === 'suspended').length, 15)
  assert.equal(found.filter(({ state }) => state === 'active').length, 15)
  assert.ok(found.every(({ version }) => version === 2))
})

test('what waits for approval of its plan does not come by itself; what was refused never does', async () => {
  const stage = await openDated(database, {
    lifecycle: {
      ...dated.lifecycle,
      defaultTimeZone: 'UTC',
      createInactive: false,
      createDaysAhead: 0,
      onRescinded: 'keep',
    },
  })
  const readId = await stage.says([{ ...ada, first: '2026-11-28' }], { isApprovalNeeded: true })
  await passTime(stage, '2026-11-29T00:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), undefined)
  await stage.approve(readId)
  await passTime(stage, '2026-11-29T00:00:01Z')
  assert.equal(await stateOf(stage, 'ada'), 'active')
})

test('a source that is a list of telephones keeps no leaver active', async () => {
  const stage = await openDated(database)
  await stage.says([{ ...ada, last: '2026-11-27' }])
  const phones = await SettlingStage.open(
    database,
    {
      mappings: [{ target: 'phoneNumbers[type eq "work"].value', kind: 'direct', source: 'phone' }],
      correlation: [[{ target: 'userName', source: 'login' }]],
    },
    { organizationId: stage.organizationId, precedence: 200 },
  )
  await phones.says([{ id: 'x', login: 'ada', phone: '+49 30 1' }])
  await passTime(stage, '2026-11-27T23:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
})

test('a last day at the end of all days is no end, in any zone, and a first one there never comes', async () => {
  for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles']) {
    const stage = await openDated(database)
    stage.now = new Date('2026-11-26T09:00:00Z')
    await stage.says([
      { ...ada, zone, first: '2020-01-01', last: '9999-12-31' },
      { id: '2', login: 'bo', name: 'Bo', zone, first: '9999-12-31' },
      { id: '3', login: 'cy', name: 'Cy', zone, first: '0001-01-01' },
    ])
    assert.deepEqual(
      [await stateOf(stage, 'ada'), await stateOf(stage, 'bo'), await stateOf(stage, 'cy')],
      ['active', undefined, 'active'],
      zone,
    )
    assert.deepEqual(await factsOf(stage, '1'), [], zone)
  }
})
