import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probeApps } from '../../src/app-safety.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

const minuteMs = 60_000
const peopleCount = 60
const gate = { kind: 'rolling', windowMs: minuteMs, share: 1, min: 1_000, max: 1_000, holdLapsesMs: minuteMs } as const

/** Two workers and the jobs, minute by minute. */
function createMinutes(harness: EngineHarness): (count: number) => Promise<void> {
  const { server } = harness
  const engines = [harness.engine, harness.openEngine('second')]
  const rules = createRulesCache()
  const never = new AbortController().signal
  return async (count) => {
    for (let minute = 0; minute < count; minute++) {
      server.clock.advance(minuteMs)
      await pumpChanges(server.database, { findRules: rules.find, clock: server.clock })
      await probeApps(server.application.parts, never)
      await Promise.all(engines.map((engine) => engine.turn(never)))
      await Promise.all(engines.map((engine) => engine.idle()))
    }
  }
}

test('an app that goes away in mid-cycle for an hour: few ask it meanwhile, and what changed with two workers at work is all there afterwards, once', async () => {
  await using harness = await createEngineHarness({
    rules: { assignment: 'everyone' },
    settings: { overrides: { gate } },
    profile: { permitsMax: 8 },
  })
  const { fake } = harness
  const pass = createMinutes(harness)
  const people: string[] = []
  const hire = async (): Promise<void> => {
    people.push(await harness.createPerson(`p${people.length}@example.com`, { displayName: 'New' }))
  }
  const change = (at: number | undefined, path: string, value: unknown): Promise<void> =>
    harness.patchPerson(people[at ?? -1] ?? '', [{ op: 'replace', path, value }])
  for (let n = 0; n < peopleCount; n++) await hire()
  // It goes away after the twentieth, and has done some of what it did not answer.
  const isPost = (method: string): boolean => method === 'POST'
  let posts = 0
  const isAway = (): boolean => posts > peopleCount / 3
  fake.fault = ({ method }) => {
    if (isPost(method)) posts++
    if (!isAway()) return 'none'
    return posts <= peopleCount / 3 + 4 && isPost(method) ? 'dropAfter' : 'dropBefore'
  }
  for (let minute = 0; minute < 20 && !isAway(); minute++) await pass(1)
  const asked = fake.requests
  // Who leaves without an account gets none: those who leave have theirs, and others are renamed.
  const hasAccount = new Set(fake.users.all().map(({ resource }) => String(resource['userName'])))
  const known = [...people.keys()].filter((n) => hasAccount.has(`p${n}@example.com`))
  const leavers = known.slice(0, 6)
  assert.equal(leavers.length, 6)
  const renamed = [...people.keys()].filter((n) => !leavers.includes(n)).slice(-6)
  for (let tenth = 0; tenth < 6; tenth++) {
    await change(renamed[tenth], 'displayName', 'Changed')
    await change(leavers[tenth], 'active', false)
    await hire()
    await pass(10)
  }
  assert.ok(fake.requests - asked < 2 * 60, `${fake.requests - asked} requests in an hour`)
  assert.ok(fake.users.size < peopleCount)

  fake.fault = () => 'none'
  // It is probed ever more rarely, in the end once in an hour or two; a few go first, then all.
  for (let tenth = 0; tenth < 15 && fake.users.size < people.length; tenth++) await pass(10)
  await pass(15)
  const accounts = new Map(fake.users.all().map(({ resource }) => [resource['userName'], resource]))
  assert.deepEqual([fake.users.size, accounts.size], [people.length, people.length])
  for (const [n] of people.entries()) {
    const { displayName, active } = accounts.get(`p${n}@example.com`) ?? {}
    const wanted = [renamed.includes(n) ? 'Changed' : 'New', !leavers.includes(n)]
    assert.deepEqual([displayName, active], wanted, `p${n}`)
  }
  const open = await harness.rows(
    `select object_id from work_items where organization_id = $1 and app_id = $2 union all
      select app_id from app_health where organization_id = $1 and app_id = $2 and health <> 'healthy' union all
      select id from cycles where organization_id = $1 and app_id = $2 and ended_at is null`,
  )
  assert.deepEqual(open, [])
  assert.deepEqual(harness.faults, [])
  const made = await harness.rows<{ count: number; people: number }>(
    `select count(*) as count, count(distinct object_id) as people from provisioning_log
      where organization_id = $1 and app_id = $2 and status = 'success' and action in ('create', 'adopt')`,
  )
  assert.deepEqual(made, [{ count: people.length, people: people.length }])
})
