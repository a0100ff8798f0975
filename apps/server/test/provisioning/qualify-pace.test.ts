import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { executeQualification } from '../../src/qualify-app.ts'
import { createId } from '../../src/type-id.ts'
import { inProcess } from './fake-target/open-fake.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { faults } from './fake-target/fake-target.ts'

/** A qualification whose waits move the clock that is set. */
function qualify({ server, fake, organizationId, appId }: EngineHarness, signal = new AbortController().signal) {
  const { clock, database } = server
  const stopwatch = {
    nowMs: () => clock().getTime(),
    sleep: (milliseconds: number) => {
      clock.advance(milliseconds)
      return Promise.resolve()
    },
  }
  const { encryption, outboundConnections } = server.application.parts
  const parts = {
    database,
    encryption,
    clock,
    stopwatch,
    outboundConnections: { ...outboundConnections, send: inProcess(fake) },
  }
  return executeQualification(parts, {
    organizationId,
    id: createId(),
    input: { appId, domain: 'example.com', isKept: false },
    checkpoint: undefined,
    done: 0,
    createdBy: 'test',
    signal,
    advance: () => Promise.resolve(),
  })
}

test('a qualification waits for what the workers were told to wait, keeps to the rate, and what it is told they keep to', async () => {
  await using harness = await createEngineHarness({ profile: { requestsPerSecondMax: 5, readLagMs: 0 } })
  const { fake, server } = harness
  const nowMs = (): number => server.clock().getTime()
  const id = await harness.createPerson('ada@example.com')
  fake.fault = () => faults.throttled({ 'Retry-After': '120' })
  await harness.assign({ kind: 'user', id })
  await harness.settle()
  assert.equal(fake.requests, 1)

  const blockedMs = nowMs() + 120_000
  const arrivals: number[] = []
  let refusedMs = 0
  fake.fault = ({ method }) => {
    arrivals.push(nowMs())
    if (refusedMs > 0 || method !== 'PATCH') return 'none'
    refusedMs = nowMs()
    return faults.throttled({ 'Retry-After': '300' })
  }
  const { failure, leftBehind, findings } = await qualify(harness)
  assert.deepEqual([failure, leftBehind, findings], [null, [], []])
  assert.ok((arrivals[0] ?? 0) >= blockedMs, 'not before the workers may')
  assert.deepEqual(
    arrivals.filter((at) => at > refusedMs && at < refusedMs + 300_000),
    [],
  )
  const beforeRefusal = arrivals.filter((at) => at <= refusedMs)
  const seconds = (refusedMs - (arrivals[0] ?? 0)) / 1_000
  assert.ok(beforeRefusal.length <= 5 * seconds + 6, `${beforeRefusal.length} requests in ${seconds} s`)
  const [pace] = await harness.rows<{ until: Date }>(
    'select blocked_until as until from app_pace where organization_id = $1 and app_id = $2',
  )
  assert.ok((pace?.until.getTime() ?? 0) >= refusedMs + 300_000, 'the workers know it too')
  await harness.settle()
  assert.equal(fake.users.size, 1, 'and they go on')
})

test('a qualification of an app that wants no requests for an hour ends and says so; one whose process stops ends at once', async () => {
  await using harness = await createEngineHarness()
  const { fake } = harness
  fake.fault = () => faults.throttled({ 'Retry-After': '3600' })
  const { failure } = await qualify(harness)
  assert.match(JSON.stringify(failure), /TooManyRequests.*60 minutes/)
  assert.equal(fake.requests, 1)

  await using other = await createEngineHarness()
  const stopping = new AbortController()
  other.fake.fault = ({ number }) => {
    if (number === 5) stopping.abort(new Error('stopping'))
    return 'none'
  }
  await assert.rejects(qualify(other, stopping.signal), /stopping/)
  await sleep(10)
  assert.equal(other.fake.requests, 5)
})
