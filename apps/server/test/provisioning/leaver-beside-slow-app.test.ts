import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRunningEngine, waitUntil } from './running-engine.ts'

const people = 40
const permitsMax = 2
/** A new account takes three requests, so that a batch of 16 is under way for most of half a minute. */
const requestMs = 2_000
/** Until it is heard of and a request ends, and the request itself; and something for a busy machine. */
const leaverMsMax = 3 * requestMs + 3_000

test('who leaves while an app answers slowly goes with the next request, not behind the batch that is under way', async (t) => {
  const delaysMs: Record<string, number> = {}
  await using running = await createRunningEngine(1, 1_000, { profile: { permitsMax }, delaysMs })
  const [fake] = running.fakes
  assert.ok(fake !== undefined)
  const leaver = await running.createPerson('leaver@example.com')
  await waitUntil('the leaver has an account', () => fake.users.size === 1)
  for (const method of ['GET', 'POST', 'PATCH']) delaysMs[`${method} Users`] = requestMs
  for (let n = 0; n < people; n++) await running.createPerson(`p${n}@example.com`)
  await waitUntil('the first of the others is made', () => fake.users.size > 1)
  await sleep(1_000)
  const leftAt = performance.now()
  await running.replace(leaver, 'active', false)
  const isDisabled = (): boolean => fake.users.all().some(({ resource }) => resource['active'] === false)
  await waitUntil('the leaver is disabled', isDisabled)
  const tookMs = performance.now() - leftAt
  t.diagnostic(`disabled after ${Math.round(tookMs)} ms, with ${fake.users.size} accounts`)
  assert.ok(tookMs < leaverMsMax, `${tookMs} ms`)
  assert.ok(fake.users.size < people, 'the others were still under way')
})
