import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { ada, dated, factsOf, openDated, passTime, stateOf } from './lifecycle-stage.ts'
import { SettlingStage } from './settling-stage.ts'

const own = await createTestDatabase()
after(() => own.close())
const { database } = own

test('a rescinded hire leaves the account suspended that was made ahead, and nothing waits any more', async () => {
  const stage = await openDated(database)
  await stage.says([{ ...ada, first: '2026-11-30' }])
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  await stage.says([])
  assert.deepEqual(await factsOf(stage, '1'), [])
  await passTime(stage, '2026-12-24T00:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
})

test('where the rules say so, an account that never was active goes with its rescinded hire, and no other does', async () => {
  const lifecycle = { ...dated.lifecycle, ...base, onRescinded: 'delete' } as const
  const stage = await openDated(database, { lifecycle })
  const bo = { id: '2', login: 'bo', name: 'Bo', last: '2026-11-27' }
  await stage.says([{ ...ada, first: '2026-11-30' }, bo])
  await passTime(stage, '2026-11-28T00:00:00Z')
  await stage.says([])
  assert.deepEqual([await stateOf(stage, 'ada'), await stateOf(stage, 'bo')], ['deprovisioned', 'suspended'])
})

test('a first day that is put off once it had come suspends again until the new one', async () => {
  const stage = await openDated(database)
  const joiner = { ...ada, first: '2026-11-27', zone: 'UTC' }
  await stage.says([joiner])
  await passTime(stage, '2026-11-27T00:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'active')
  await stage.says([{ ...joiner, first: '2026-12-15' }])
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  await passTime(stage, '2026-12-15T00:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'active')
})

test('who is terminated goes at once, whatever last day his record has', async () => {
  const stage = await openDated(database)
  await stage.says([{ ...ada, last: '2027-12-31' }])
  await stage.says([{ ...ada, last: '2027-12-31', active: 'false' }])
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  assert.deepEqual(await factsOf(stage, '1'), [])
})

test('who was deleted after the grace comes back by the same id as the same account', async () => {
  const stage = await openDated(database, { leaving: { policy: 'suspendThenDelete', graceDays: 30, absentReads: 1 } })
  await stage.says([ada])
  const before = (await stage.people()).get('ada')
  await stage.says([])
  stage.later(31)
  await stage.says([])
  assert.equal(await stateOf(stage, 'ada'), 'deprovisioned')
  await stage.says([{ ...ada, first: '2027-01-11', zone: 'UTC' }])
  assert.equal(await stateOf(stage, 'ada'), 'deprovisioned')
  await passTime(stage, '2027-01-11T00:00:00Z')
  const person = (await stage.people()).get('ada')
  assert.deepEqual([person?.state, person?.id], ['active', before?.id])
})

test('an employee who becomes a contractor by a second record of the same source stays the same, active account', async () => {
  const stage = await openDated(database)
  const employee = { ...ada, zone: 'UTC', last: '2026-11-30' }
  const contractor = { ...employee, id: '9', title: 'Contractor', first: '2026-12-01', last: '2027-03-31' }
  await stage.says([employee])
  const before = (await stage.people()).get('ada')
  await stage.says([employee, contractor])
  assert.equal((await stage.record('9')).user_id, before?.id)
  assert.equal((await stage.people()).get('ada')?.document['title'], 'Engineer')
  await passTime(stage, '2026-12-01T00:00:00Z')
  const person = (await stage.people()).get('ada')
  assert.deepEqual([person?.state, person?.document['title']], ['active', 'Contractor'])
  // The last pay of the employee says nothing of the contractor.
  await stage.says([{ ...employee, title: 'Former engineer' }, contractor])
  await stage.says([contractor])
  const later = (await stage.people()).get('ada')
  assert.deepEqual([later?.state, later?.document['title']], ['active', 'Contractor'])
  await passTime(stage, '2027-04-01T00:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
})

test('somebody new with another id is another account where no rule finds the old one', async () => {
  const stage = await openDated(database, { correlation: [] })
  await stage.says([{ ...ada, last: '2026-11-27' }])
  await passTime(stage, '2026-11-29T00:00:00Z')
  await stage.says([
    { ...ada, last: '2026-11-27' },
    { ...ada, id: '7', login: 'ada2' },
  ])
  assert.deepEqual([await stateOf(stage, 'ada'), await stateOf(stage, 'ada2')], ['suspended', 'active'])
})

test('a mass of last days beyond the threshold of the guard waits for a person, and the accounts stay', async () => {
  const stage = await SettlingStage.open(database, dated)
  const people = Array.from({ length: 450 }, (_, index) => ({
    ...ada,
    id: `${index}`,
    login: `p${index}`,
    last: '2026-11-27',
  }))
  await stage.says(people)
  await passTime(stage, '2026-11-29T00:00:00Z')
  const states = new Set([...(await stage.people()).values()].map(({ state }) => state))
  assert.deepEqual([...states], ['active'])
  const { rows } = await database.query<{ detail: string }>(
    { text: `select distinct detail from timed_facts where source_id = $1` },
    [stage.sourceId],
  )
  assert.deepEqual(rows, [{ detail: 'held' }])
})

const base = { defaultTimeZone: 'UTC', createInactive: false, createDaysAhead: 7 } as const
