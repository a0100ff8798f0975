import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeTarget } from './fake-target/fake-target.ts'
import { leaveWhileCyclesRun } from './leave-while-cycles-run.ts'
import { createRunningEngine, waitUntil } from './running-engine.ts'

const medianMsMax = 5_000
const slowestMsMax = 60_000
/** When each account first had what was looked for. */
function watch(fake: FakeTarget, textOf: (resource: object) => string | undefined): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  fake.fault = ({ method, body }) => {
    const text = method === 'PATCH' ? textOf(toObject(body)) : undefined
    if (text !== undefined && !seen.has(text)) seen.set(text, performance.now())
    return 'none'
  }
  return seen
}

const toObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

test('ENG-03: a change reaches the app half of the time within 5 s of its commit, and always within 60 s', async (t) => {
  await using running = await createRunningEngine(1, 1_000)
  const [fake] = running.fakes
  assert.ok(fake !== undefined)
  const ids: string[] = []
  for (let n = 0; n < 40; n++) ids.push(await running.createPerson(`person${n}@example.com`))
  await waitUntil('all have accounts', () => fake.users.size === ids.length)
  const seen = watch(fake, (body) => /Name \d+!/.exec(JSON.stringify(body))?.[0])
  const committed = new Map<string, number>()
  for (let n = 0; n < 200; n++) {
    // Nobody twice while the change before is on its way: the later one would take its place.
    if (n % ids.length === 0) await waitUntil('all are there', () => seen.size === committed.size)
    const name = `Name ${n}!`
    await running.replace(ids[n % ids.length] ?? '', 'displayName', name)
    committed.set(name, performance.now())
    await sleep(20)
  }
  await waitUntil('all are there', () => seen.size === committed.size)
  const delays = [...committed].map(([name, at]) => (seen.get(name) ?? Number.NaN) - at)
  const sorted = delays.toSorted((left, right) => left - right)
  const median = sorted[sorted.length / 2] ?? Number.NaN
  const almostAll = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
  t.diagnostic(`p50 ${Math.round(median)} ms, p99 ${Math.round(almostAll)} ms`)
  assert.ok(median < medianMsMax, `p50 ${median} ms`)
  assert.ok(almostAll < slowestMsMax, `p99 ${almostAll} ms`)
})

test('ENG-04: leavers are disabled in all apps within 60 s, while a large initial cycle has minutes of work left', (t) =>
  leaveWhileCyclesRun(t, { apps: 2, people: 3_000, leavers: 15, requestsPerSecond: 20, pauseMs: 0 }))
