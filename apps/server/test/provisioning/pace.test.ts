import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPacer, type Pacer, type PacerOptions } from '../../src/provisioning/pace/pacer.ts'
import { parseRateLimits } from '../../src/provisioning/pace/rate-limits.ts'
import { findFall, findRise, rateStateOf, shareOf } from '../../src/provisioning/pace/rate.ts'
import type { Target } from '../../src/provisioning/targets/target.ts'
import { createId } from '../../src/type-id.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createFakeTarget, type Fault, faults } from './fake-target/fake-target.ts'
import { inProcess, openFake } from './fake-target/open-fake.ts'
import { createVirtualTime, type VirtualTime } from './virtual-time.ts'

let server: TestProvisioning
let acme: TestTenant
let appId: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
})
after(() => server.close())
beforeEach(async () => {
  const { parts } = server.application
  const app = await createTestApp(parts, server.call(), { organizationId: acme.organization.id, name: createId() })
  appId = app.id
})

function open(owner: string, options: Partial<PacerOptions> = {}): Promise<Pacer> {
  return openPacer({
    database: server.database,
    organizationId: acme.organization.id,
    appId,
    owner,
    clock: () => new Date(),
    rateMax: 1_000,
    permitsMax: 4,
    ...options,
  })
}

type Limit = { fault: () => Fault; taken: number; refused: number }

/** A server that takes so many requests a second, in windows of a second, and says when the next begins. */
function limitTo(rate: number, nowMs: () => number): Limit {
  let second = 0
  let count = 0
  const limit: Limit = {
    taken: 0,
    refused: 0,
    fault: () => {
      const now = Math.floor(nowMs() / 1_000)
      if (now !== second) [second, count] = [now, 0]
      count += 1
      if (count <= rate) limit.taken += 1
      else limit.refused += 1
      return count <= rate ? 'none' : faults.throttled({ 'Retry-After': '1' })
    },
  }
  return limit
}

/** What one request of a worker does again and again, as fast as it may. */
async function send(pacer: Pacer, target: Target, time: VirtualTime, untilMs: number): Promise<void> {
  const { signal } = new AbortController()
  while (time.stopwatch.nowMs() < untilMs) {
    const permit = await pacer.take(signal)
    if (permit.isGiven) pacer.report(await target.probe(), 10)
    // The answer takes a while; who has no permit comes back.
    await time.sleep(permit.isGiven ? 10 : 50)
  }
}

test('ENG-12: two workers find the limit of an app, 25 requests a second, and stay above 80 % of it', async () => {
  const time = createVirtualTime()
  const { clock, stopwatch } = time
  const limit = limitTo(25, () => stopwatch.nowMs())
  const fake = createFakeTarget({ now: () => clock().getTime() })
  fake.fault = limit.fault
  const first = await open('one', { clock, stopwatch, rateMax: 200, random: () => 0.5 })
  const second = await open('two', { clock, stopwatch, rateMax: 200, random: () => 0.5 })
  // The one who comes second is seen by the first before it takes anything.
  assert.deepEqual([first.requestsMax, second.requestsMax], [4, 0])

  const endMs = 80_000
  const senders = [first, second].flatMap((pacer) => {
    const target = openFake(fake, { send: inProcess(fake), onAnswer: (answer) => pacer.watch(answer) })
    return [1, 2].map(() => () => send(pacer, target, time, endMs))
  })
  // It finds the limit within a quarter of a minute, and is measured over the time after it.
  const measure = async (): Promise<void> => {
    await time.sleep(15_000)
    Object.assign(limit, { taken: 0, refused: 0 })
    await time.sleep(endMs - 15_000)
  }
  await time.run([...senders, measure])
  assert.deepEqual([first.requestsMax, second.requestsMax], [2, 2])
  const { taken, refused } = limit
  const percent = Math.round((taken / ((endMs - 15_000) / 1_000) / 25) * 100)
  assert.ok(percent >= 80, `${percent} % of the limit, ${refused} refused`)
  assert.ok(refused < taken / 20, `${refused} of ${taken} refused`)
})

/** Whether all processes can read that the app asked to wait, until after then. */
async function isBlocked(then: Date): Promise<boolean> {
  const text = 'select 1 from app_pace where app_id = $1 and blocked_until > $2'
  return (await server.database.query({ text }, [appId, then])).rows.length > 0
}

test('what one worker is told holds for the other within a second, in every family of headers', async () => {
  const time = createVirtualTime()
  const { clock, stopwatch } = time
  const fake = createFakeTarget()
  // After so many refusals in a row a wait of our own choosing could be longer than what the app asked for.
  const options = { clock, stopwatch, random: () => 0.5 }
  const [told, other] = [await open('told', options), await open('other', options)]
  const { signal } = new AbortController()
  const target = openFake(fake, {
    send: inProcess(fake),
    now: () => clock().getTime(),
    onAnswer: (answer) => told.watch(answer),
  })
  const inSeconds = (seconds: number): number => Math.floor(clock().getTime() / 1_000 + seconds)
  const forms: readonly (() => Readonly<Record<string, string>>)[] = [
    () => ({ 'Retry-After': '30' }),
    () => ({ 'Retry-After': new Date(inSeconds(30) * 1_000).toUTCString() }),
    () => ({ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(inSeconds(30)) }),
    () => ({ 'X-Rate-Limit-Remaining': '0', 'X-Rate-Limit-Reset': String(inSeconds(30) * 1_000) }),
    () => ({ 'RateLimit-Remaining': '0', 'RateLimit-Reset': '30' }),
    () => ({ RateLimit: '"default";r=0;t=30' }),
  ]
  const tryAll = async (): Promise<void> => {
    // Both have permits from then on.
    await time.sleep(3_000)
    for (const form of forms) {
      fake.fault = () => faults.throttled(form())
      assert.deepEqual(await other.take(signal), { isGiven: true }, JSON.stringify(form()))
      const refused = await target.probe()
      assert.equal(refused.kind, 'throttled')
      told.report(refused, 5)
      assert.equal((await told.take(signal)).isGiven, false, 'at once where it was told')
      // It is written down without anybody waiting for it, and that takes none of this time. A refusal without
      // `Retry-After` is written as two blocks, in any order: the short one is our own choice, the long one the app's.
      while (!(await isBlocked(new Date(clock().getTime() + 20_000)))) await sleep(5)
      const startMs = stopwatch.nowMs()
      let permit = await other.take(signal)
      while (permit.isGiven && stopwatch.nowMs() - startMs < 2_000) permit = await other.take(signal)
      assert.ok(stopwatch.nowMs() - startMs < 1_000)
      const leftMs = permit.isGiven ? 0 : permit.until.getTime() - clock().getTime()
      assert.ok(leftMs > 28_000 && leftMs <= 31_000, `${JSON.stringify(form())}: ${leftMs} ms`)
      await time.sleep(40_000)
    }
  }
  await time.run([tryAll])
  await Promise.all([told.close(), other.close()])
})

test('an app that says it has nothing left is not asked until it has, though it refused nothing', async () => {
  const { clock } = server
  const fake = createFakeTarget()
  const pacer = await open('one', { clock })
  const target = openFake(fake, { send: inProcess(fake), onAnswer: (answer) => pacer.watch(answer) })
  fake.fault = () => ({
    kind: 'answer',
    status: 200,
    headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '60' },
    body: { totalResults: 0 },
  })
  assert.equal((await target.probe()).kind, 'done')
  const permit = await pacer.take(new AbortController().signal)
  assert.deepEqual(permit, { isGiven: false, until: new Date(clock().getTime() + 60_000) })
})

test('the share of each worker is equal, and all shares together are never more than there are', () => {
  const now = new Date('2026-11-26T09:00:00Z')
  const senders = ['a', 'b', 'c'].map((owner, at) => ({ owner, joinedAt: new Date(now.getTime() - 60_000 + at) }))
  for (const permits of [1, 2, 4, 32]) {
    const shares = senders.map(({ owner }) => shareOf(owner, { senders, permits, now }))
    assert.equal(
      shares.reduce((sum, share) => sum + share),
      permits,
    )
    assert.ok(Math.max(...shares) - Math.min(...shares) <= 1)
  }
  const late = [...senders, { owner: 'late', joinedAt: new Date(now.getTime() - 500) }]
  assert.equal(shareOf('late', { senders: late, permits: 32, now }), 0)
})

test('a rate doubles until it is refused, is halved once for a row of refusals, and comes back to near where it was', () => {
  let now = new Date('2026-11-26T09:00:00Z')
  const rateMax = 1_000
  const fresh = rateStateOf(undefined)
  assert.equal(findRise(fresh, { now, rateMax }), 10)
  const at40 = { ...fresh, rate: 40, changedAt: now, revision: 4 }
  const refusal = { now, actual: 30, waitMs: undefined, reason: 'TooManyRequests', random: () => 0 }
  const fallen = findFall(at40, refusal)
  // Half of what there really was; no header: half a second to one second.
  assert.deepEqual([fallen.rate, fallen.ceiling, fallen.blockedUntil.getTime() - now.getTime()], [15, 30, 500])
  const again = findFall({ ...at40, ...fallen, refusals: 1 }, { ...refusal, actual: 2 })
  assert.deepEqual([again.rate, again.ceiling, again.blockedUntil.getTime() - now.getTime()], [1, 30, 1_000])

  const state = { ...at40, ...again, changedAt: now, refusals: 2 }
  const rates: number[] = []
  for (let second = 0; second < 20; second += 1) {
    now = new Date(now.getTime() + 1_000)
    const rate = findRise(state, { now, rateMax })
    if (rate === undefined) continue
    rates.push(rate)
    Object.assign(state, { rate, changedAt: now, refusals: 0 })
  }
  assert.deepEqual(rates, [7, 13, 19, 25, 27, 28])
  // What was too much once is forgotten when it was borne for long enough.
  now = new Date(now.getTime() + 180_000)
  assert.equal(findRise(state, { now, rateMax }), 56)
})

test('limits are read in every form that apps write them in', () => {
  const nowMs = Date.UTC(2026, 10, 26, 9)
  const read = (headers: Readonly<Record<string, string>>) => parseRateLimits(new Headers(headers), nowMs)
  const none = { retryAfterMs: undefined, remaining: undefined, resetMs: undefined }
  assert.deepEqual(read({}), none)
  assert.deepEqual(read({ 'Retry-After': 'soon', 'X-RateLimit-Reset': '-1' }), none)
  assert.deepEqual(read({ 'Retry-After': '120' }), { ...none, retryAfterMs: 120_000 })
  assert.deepEqual(read({ 'Retry-After': 'Thu, 26 Nov 2026 09:01:00 GMT' }), { ...none, retryAfterMs: 60_000 })
  assert.deepEqual(read({ 'Retry-After': 'Thu, 26 Nov 2026 08:00:00 GMT' }), { ...none, retryAfterMs: 0 })
  assert.deepEqual(read({ 'Retry-After-Ms': '1500' }), { ...none, retryAfterMs: 1_500 })
  assert.deepEqual(read({ 'X-RateLimit-Remaining': '7', 'X-RateLimit-Reset': String(nowMs / 1_000 + 90) }), {
    ...none,
    remaining: 7,
    resetMs: 90_000,
  })
  assert.deepEqual(read({ 'X-Rate-Limit-Reset': String(nowMs + 1_500) }), { ...none, resetMs: 1_500 })
  assert.deepEqual(read({ 'X-RateLimit-Reset': '2026-11-26T09:00:10Z' }), { ...none, resetMs: 10_000 })
  assert.deepEqual(read({ 'RateLimit-Remaining': '3', 'RateLimit-Reset': '12' }), {
    ...none,
    remaining: 3,
    resetMs: 12_000,
  })
  assert.deepEqual(read({ RateLimit: 'limit=100, remaining=50, reset=5' }), { ...none, remaining: 50, resetMs: 5_000 })
  assert.deepEqual(read({ RateLimit: '"default";r=50;t=30' }), { ...none, remaining: 50, resetMs: 30_000 })
  // Nobody means a year.
  assert.deepEqual(read({ 'Retry-After': '31536000' }), { ...none, retryAfterMs: 86_400_000 })
})

test('AC-O20: of 429s in a row each whole number of seconds is kept exactly, and without one each wait doubles, up to five minutes', async () => {
  const time = createVirtualTime()
  const { clock, stopwatch } = time
  const fake = createFakeTarget()
  const pacer = await open('one', { clock, stopwatch, random: () => 1 })
  const target = openFake(fake, {
    send: inProcess(fake),
    now: () => clock().getTime(),
    onAnswer: (answer) => pacer.watch(answer),
  })
  const { signal } = new AbortController()
  const revision = async (): Promise<number> => {
    const text = 'select coalesce(sum(revision), 0)::int as sum from app_pace where app_id = $1'
    const { rows } = await server.database.query<{ sum: number }>({ text }, [appId])
    return rows[0]?.sum ?? 0
  }
  /** Sends until it is let through, as the engine does; gives the seconds that it waited before the next request. */
  const refuse = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    fake.fault = () => faults.throttled(headers)
    assert.deepEqual(await pacer.take(signal), { isGiven: true })
    const before = await revision()
    pacer.report(await target.probe(), 5)
    // It is written down without anybody waiting for it.
    while ((await revision()) === before) await sleep(5)
    const permit = await pacer.take(signal)
    const waitMs = permit.isGiven ? 0 : permit.until.getTime() - clock().getTime()
    await time.sleep(waitMs)
    return waitMs / 1_000
  }
  const tryAll = async (): Promise<void> => {
    assert.deepEqual([await refuse({ 'Retry-After': '17' }), await refuse({ 'Retry-After': '120' })], [17, 120])
    const waits: number[] = []
    for (let count = 0; count < 10; count += 1) waits.push(await refuse({}))
    for (const [at, wait] of waits.slice(1).entries()) assert.equal(wait, Math.min(300, (waits[at] ?? 0) * 2))
    assert.ok((waits[0] ?? 0) <= 4)
    assert.equal(waits.at(-1), 300)
    // However often it was refused, it goes on.
    fake.fault = () => 'none'
    assert.deepEqual(await pacer.take(signal), { isGiven: true })
    assert.equal((await target.probe()).kind, 'done')
  }
  await time.run([tryAll])
})
