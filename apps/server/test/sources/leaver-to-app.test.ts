import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTwoRollcalls, type Pair } from '../provisioning/provisioned-pair.ts'
import { ada, openDated, passTime } from './lifecycle-stage.ts'
import type { SettlingStage } from './settling-stage.ts'

const minuteMs = 60_000
/** The end of the 27th in Berlin, and in New York. */
const midnight = { berlin: '2026-11-27T23:00:00.000Z', newYork: '2026-11-28T05:00:00.000Z' }

/** The days of sources and the engine of apps, at an instant and a minute later. */
async function reach(both: Pair, stage: SettlingStage, at: string): Promise<void> {
  await both.pass(new Date(at).getTime() - both.harness.server.clock().getTime())
  await passTime(stage, at)
  await both.harness.settle()
  await both.pass(minuteMs - 1)
}

const justBefore = (at: string): string => new Date(Date.parse(at) - minuteMs).toISOString()

test('ENG-19: a last day is over at midnight of the person’s zone, and within the minute the account in an app of another organization is disabled; rescinded before, nothing happens', async () => {
  await using both = await createTwoRollcalls()
  const { harness, target } = both
  const { server, organizationId } = harness
  const own = await openDated(server.database, {}, organizationId)
  own.now = server.clock()
  const leaver = { ...ada, last: '2026-11-27' }
  const american = { id: '2', login: 'bo', name: 'Bo', zone: 'America/New_York', last: '2026-11-27' }
  const stays = { id: '3', login: 'cy', name: 'Cy', zone: 'Europe/Berlin' }
  await own.says([leaver, american, { ...stays, last: '2026-11-27' }])
  await harness.settle()
  await both.pass(minuteMs)
  const activeOf = async (): Promise<Readonly<Record<string, boolean>>> =>
    Object.fromEntries([...(await target.people())].map(([name, { active }]) => [name, active]))
  assert.deepEqual(await activeOf(), { ada: true, bo: true, cy: true })

  // He stays after all: the HR system says no last day any more.
  own.now = server.clock()
  await own.says([leaver, american, stays])
  await reach(both, own, justBefore(midnight.berlin))
  assert.deepEqual(await activeOf(), { ada: true, bo: true, cy: true })
  both.takeRequests()
  await reach(both, own, midnight.berlin)
  assert.deepEqual(await activeOf(), { ada: false, bo: true, cy: true })
  assert.deepEqual(both.takeRequests(), { 'PATCH Users': 1 })
  await reach(both, own, justBefore(midnight.newYork))
  assert.deepEqual(await activeOf(), { ada: false, bo: true, cy: true })
  await reach(both, own, midnight.newYork)
  assert.deepEqual(await activeOf(), { ada: false, bo: false, cy: true })
  // Nothing waits for whom the HR system keeps.
  await reach(both, own, '2026-11-30T00:00:00Z')
  assert.deepEqual(await activeOf(), { ada: false, bo: false, cy: true })
})
