import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { cancelUpcoming } from '../../src/sources/lifecycle/upcoming.ts'
import { ada, dated, factsOf, openDated, passTime, stateOf } from './lifecycle-stage.ts'
import { encryption, type SettlingStage, type StageRules } from './settling-stage.ts'

const own = await createTestDatabase()
after(() => own.close())
const { database } = own

const leaving = { policy: 'suspendThenDelete', graceDays: 30, absentReads: 1 } as const
const bo = { id: '2', login: 'bo', name: 'Bo', zone: 'UTC' }
const justBefore = '2026-12-26T08:59:59.999Z'
const then = '2026-12-26T09:00:00.000Z'

async function open(rules: Partial<StageRules> = {}): Promise<SettlingStage> {
  const stage = await openDated(database, { leaving, ...rules })
  await stage.says([ada, bo])
  return stage
}

test('whoever is absent is deleted when the grace is over, to the millisecond, with the source silent', async () => {
  const stage = await open()
  await stage.says([bo])
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  assert.deepEqual(await factsOf(stage, '1'), [{ kind: 'delete', at: then, state: 'waiting' }])
  await passTime(stage, justBefore)
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  await passTime(stage, then)
  assert.deepEqual([await stateOf(stage, 'ada'), await stateOf(stage, 'bo')], ['deprovisioned', 'active'])
  assert.equal((await stage.record('1')).situation, 'removed')
  await stage.says([bo])
  assert.equal((await stage.operations()).length, 0)
})

test('whoever left by a last day is deleted so many days after it, by the due loop alone', async () => {
  const stage = await open()
  await stage.says([{ ...ada, last: '2026-11-27' }, bo])
  await passTime(stage, '2026-11-27T23:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  await passTime(stage, '2026-12-27T22:59:59Z')
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  await passTime(stage, '2026-12-27T23:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'deprovisioned')
})

test('whoever comes back, or is kept by another source, is not deleted; nor is anybody where the rules only suspend', async () => {
  const stage = await open()
  await stage.says([bo])
  await stage.says([ada, bo])
  assert.deepEqual(await factsOf(stage, '1'), [])
  await passTime(stage, then)
  assert.equal(await stateOf(stage, 'ada'), 'active')
  const other = await open({ leaving: { ...leaving, policy: 'suspend' } })
  await other.says([bo])
  assert.deepEqual(await factsOf(other, '1'), [])
  await passTime(other, '2027-06-01T00:00:00Z')
  assert.equal(await stateOf(other, 'ada'), 'suspended')
})

test('another grace, by other rules, holds for those who have left already; a shorter one may be over at once', async () => {
  const stage = await open()
  await stage.says([bo])
  await stage.publish({ ...dated, leaving: { ...leaving, graceDays: 10 } })
  await stage.says([bo])
  assert.deepEqual(await factsOf(stage, '1'), [{ kind: 'delete', at: '2026-12-06T09:00:00.000Z', state: 'waiting' }])
  await passTime(stage, '2026-12-06T09:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'deprovisioned')
})

test('a deletion that was called off does not come, by time or by a read, until the person has come and left again', async () => {
  const stage = await open()
  await stage.says([bo])
  const call = { actor: 'test', now: stage.now, requestId: undefined, rights: 'all' } as const
  const { organizationId, sourceId } = stage
  await cancelUpcoming({ database, encryption }, call, {
    organizationId,
    sourceId,
    anchor: '1',
    kind: 'delete',
    reason: 'Court case',
  })
  await passTime(stage, '2027-03-01T00:00:00Z')
  await stage.says([bo])
  assert.equal(await stateOf(stage, 'ada'), 'suspended')
  await stage.says([ada, bo])
  assert.equal(await stateOf(stage, 'ada'), 'active')
  await stage.says([bo])
  await passTime(stage, '2027-03-31T00:00:00Z')
  assert.equal(await stateOf(stage, 'ada'), 'deprovisioned')
})
