import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeTarget } from './fake-target/fake-target.ts'
import { countOf, createRunningEngine, waitUntil } from './running-engine.ts'

const slowestMsMax = 60_000

type Size = {
  readonly apps: number
  readonly people: number
  readonly leavers: number
  /** Of each app: at this pace the cycle has more than a minute of work left. */
  readonly requestsPerSecond: number
  readonly pauseMs: number
}

/** People leave one after the other while an initial cycle over everybody runs in all apps. */
export async function leaveWhileCyclesRun(t: TestContext, size: Size): Promise<void> {
  const { apps, people, leavers } = size
  await using running = await createRunningEngine(apps, size.requestsPerSecond)
  const ids: string[] = []
  for (let n = 0; n < leavers; n++) ids.push(await running.createPerson(`leaver${n}@example.com`))
  await waitUntil('all have accounts', () => running.fakes.every(({ users }) => users.size === leavers))
  await running.seed(people)
  // All apps begin anew over everybody.
  await waitUntil('no cycle runs', async () => (await countOf(running, `cycles where ended_at is null`)) === 0)
  await running.database.query({ text: 'delete from cycles' })
  await waitUntil('much is queued', async () => (await countOf(running, `work_items where lane = 4`)) > people)
  const seen = running.fakes.map((fake) => watchDisabled(fake))
  const leftAt = new Map<string, number>()
  for (const [n, id] of ids.entries()) {
    await running.replace(id, 'active', false)
    leftAt.set(`leaver${n}@example.com`, performance.now())
    await sleep(size.pauseMs)
  }
  await waitUntil('all are disabled', () => seen.every((times) => times.size === leavers))
  const delays = seen.flatMap((times) => [...times].map(([name, at]) => at - (leftAt.get(name) ?? Number.NaN)))
  const sorted = delays.toSorted((left, right) => left - right)
  const almostAll = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
  const waiting = await countOf(running, 'work_items where lane = 4')
  t.diagnostic(`p99 of ${sorted.length} after ${Math.round(almostAll)} ms; ${waiting} of the cycles wait`)
  assert.ok(almostAll < slowestMsMax, `${almostAll} ms`)
  // At the pace of the apps that is more than a minute of work: who waits in line would have come too late.
  assert.ok(waiting > people, `${waiting} wait`)
  assert.equal(await countOf(running, `cycles where kind = 'initial' and ended_at is null`), apps)
  for (const { users } of running.fakes) {
    const inactive = users.all().filter(({ resource }) => resource['active'] === false)
    assert.equal(inactive.length, leavers)
  }
}

/** When each was disabled, by user name. */
function watchDisabled(fake: FakeTarget): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  fake.fault = ({ method, path, body }) => {
    const isDisabling = method === 'PATCH' && /"active":false|"path":"active","value":false/.test(JSON.stringify(body))
    const name = isDisabling ? fake.users.get(path.slice('/Users/'.length))?.resource['userName'] : undefined
    if (typeof name === 'string') seen.set(name, performance.now())
    return 'none'
  }
  return seen
}
