import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFall, rateStateOf } from '../../src/provisioning/pace/rate.ts'
import type { Engine } from '../../src/provisioning/engine.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { faults, type Fault } from './fake-target/fake-target.ts'

const minuteMs = 60_000
/** Fewer than the gate holds. */
const peopleCount = 15

type Refusal = { readonly atMs: number; readonly untilMs: number }

/** In turn: seconds, a date, and the families of headers, each for half a minute. */
function createStorm(nowMs: () => number): { readonly refusals: readonly Refusal[]; readonly next: () => Fault } {
  const refusals: Refusal[] = []
  const waitMs = 30_000
  const forms: readonly ((untilMs: number) => Readonly<Record<string, string>>)[] = [
    () => ({ 'Retry-After': String(waitMs / 1_000) }),
    (untilMs) => ({ 'Retry-After': new Date(untilMs).toUTCString() }),
    (untilMs) => ({ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(untilMs / 1_000) }),
    () => ({ RateLimit: `"default";r=0;t=${waitMs / 1_000}` }),
  ]
  return {
    refusals,
    next: () => {
      // Dates know no parts of a second.
      const untilMs = Math.floor((nowMs() + waitMs) / 1_000) * 1_000
      const form = forms[refusals.length % forms.length]
      refusals.push({ atMs: nowMs(), untilMs })
      return faults.throttled(form?.(untilMs))
    },
  }
}

async function countOf(harness: EngineHarness, text: string): Promise<number> {
  const [row] = await harness.rows<{ count: number }>(text)
  return row?.count ?? 0
}

const escrowed = `select count(*)::int as count from work_items
  where organization_id = $1 and app_id = $2 and (stage = 'escrow' or exists (
    select from links l where l.organization_id = $1 and l.app_id = $2 and l.failure_code is not null))`
const unwell = `select count(*)::int as count from app_health
  where organization_id = $1 and app_id = $2 and health <> 'healthy'`
const failed = `select count(*)::int as count from provisioning_log
  where organization_id = $1 and app_id = $2 and status = 'failure'`

test('ENG-11: an app that refuses everything for half an hour: nothing in escrow, no quarantine, nothing lost, and two workers keep to what it says', async () => {
  await using harness = await createEngineHarness()
  const { fake, server } = harness
  const nowMs = (): number => server.clock().getTime()
  const people: string[] = []
  for (let at = 0; at < peopleCount; at += 1) people.push(await harness.createPerson(`p${at}@example.com`))
  await harness.assign(...people.map((id) => ({ kind: 'user' as const, id })))
  await harness.settle()
  assert.equal(fake.users.size, peopleCount)

  const second = harness.openEngine('second')
  const never = new AbortController().signal
  const turn = async (engine: Engine): Promise<void> => {
    await engine.turn(never)
    await engine.idle()
  }
  const bothTurn = async (): Promise<void> => {
    await Promise.all([turn(harness.engine), turn(second)])
  }
  const storm = createStorm(nowMs)
  const stormEndsMs = nowMs() + 30 * minuteMs
  const arrivals: number[] = []
  fake.fault = () => {
    arrivals.push(nowMs())
    return nowMs() < stormEndsMs ? storm.next() : 'none'
  }
  for (const [at, id] of people.entries()) {
    const change = at < 5 ? { path: 'active', value: false } : { path: 'displayName', value: `Person ${at}` }
    await harness.patchPerson(id, [{ op: 'replace', ...change }])
  }
  await harness.settle()
  while (nowMs() < stormEndsMs) {
    server.clock.advance(20_000)
    await bothTurn()
    assert.equal(await countOf(harness, escrowed), 0)
    assert.equal(await countOf(harness, unwell), 0)
  }
  // Nobody asks again before the app said so; what left within the second in which it said it was on its way already.
  for (const { atMs, untilMs } of storm.refusals)
    assert.deepEqual(
      arrivals.filter((at) => at > atMs + 1_000 && at < untilMs),
      [],
    )
  assert.ok(storm.refusals.length >= 50, `${storm.refusals.length} refusals`)

  for (let minutes = 0; minutes < 5; minutes += 1) {
    server.clock.advance(minuteMs)
    await bothTurn()
  }
  const held = fake.users.all().map(({ resource }) => resource)
  assert.equal(held.filter(({ active }) => active === false).length, 5)
  assert.equal(held.filter(({ displayName }) => String(displayName).startsWith('Person ')).length, peopleCount - 5)
  assert.equal(await countOf(harness, failed), 0)
  await second.close()
})

test('CON-F8: in chaos no more requests are on their way than there are permits, waits are kept and spread, and an app that only fails is left alone', async () => {
  await using harness = await createEngineHarness({ profile: { permitsMax: 2, requestsPerSecondMax: 1_000 } })
  const { fake, server } = harness
  const inFlight = { now: 0, max: 0 }
  const answer = fake.fetch
  Object.assign(fake, {
    fetch: async (request: Request): Promise<Response> => {
      inFlight.now += 1
      inFlight.max = Math.max(inFlight.max, inFlight.now)
      await new Promise((resolve) => setImmediate(resolve))
      return answer(request).finally(() => (inFlight.now -= 1))
    },
  })
  const people: string[] = []
  for (let at = 0; at < peopleCount; at += 1) people.push(await harness.createPerson(`p${at}@example.com`))
  await harness.assign(...people.map((id) => ({ kind: 'user' as const, id })))
  await harness.settle()
  assert.equal(fake.users.size, peopleCount)

  const chaos: readonly Fault[] = [
    faults.throttled({ 'Retry-After': '3' }),
    'none',
    'none',
    faults.unavailable({ 'Retry-After': '2' }),
    'none',
    'none',
  ]
  fake.fault = ({ number }) => chaos[number % chaos.length] ?? 'none'
  const rename = async (to: string): Promise<void> => {
    for (const id of people) await harness.patchPerson(id, [{ op: 'replace', path: 'displayName', value: to }])
  }
  const named = (name: string): number =>
    fake.users.all().filter(({ resource }) => resource['displayName'] === name).length
  await rename('Chaos')
  for (let steps = 0; steps < 60 && named('Chaos') < peopleCount; steps += 1) await harness.pass(5_000)
  assert.equal(named('Chaos'), peopleCount)
  assert.ok(inFlight.max <= 2, `${inFlight.max} at once`)
  assert.equal(await countOf(harness, escrowed), 0)

  // Two processes that were refused at the same moment do not come back at the same moment.
  const state = rateStateOf(undefined)
  const waits = [0, 0.5, 0.999].map((random) => {
    const now = server.clock()
    const fallen = findFall(state, {
      now,
      actual: 5,
      waitMs: undefined,
      reason: 'TooManyRequests',
      random: () => random,
    })
    return fallen.blockedUntil.getTime() - now.getTime()
  })
  assert.equal(new Set(waits).size, 3)

  // The gate counts changes of a day.
  await harness.pass(25 * 60 * minuteMs)
  fake.fault = () => faults.broken
  await rename('Nothing')
  for (let steps = 0; steps < 10 && (await countOf(harness, unwell)) === 0; steps += 1) await harness.pass(5 * minuteMs)
  assert.equal(await countOf(harness, unwell), 1)
  fake.clearCounts()
  await harness.settle()
  assert.equal(fake.requests, 0)
})
