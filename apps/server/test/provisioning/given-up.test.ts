import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAppCaller } from './app-caller.ts'
import { createEngineHarness } from './engine-harness.ts'
import type { Fault } from './fake-target/fake-target.ts'

const dayMs = 86_400_000
const refused: Fault = {
  kind: 'answer',
  status: 400,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '400',
    scimType: 'invalidValue',
    detail: 'No',
  },
}

test('who was given up after 28 days under entra-parity still stands in the escrow list, as given up; a retry or a restart tries him', async () => {
  await using harness = await createEngineHarness({
    rules: { assignment: 'everyone' },
    settings: { numbers: 'entra-parity' },
  })
  const { fake } = harness
  const call = await createAppCaller(harness)
  await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  let isRefusing = true
  fake.fault = ({ method }) => (isRefusing && method === 'POST' ? refused : 'none')
  await harness.settle()
  const waiting = await call('GET', '/escrow')
  assert.equal(typeof waiting.body.data[0].nextAttemptAt, 'string')
  for (let day = 0; day < 30; day++) await harness.pass(dayMs)
  fake.clearCounts()
  for (let day = 0; day < 3; day++) await harness.pass(dayMs)
  assert.equal(fake.requests, 0)

  const listed = async () => {
    const { body: entries } = await call('GET', '/escrow')
    const { body: reasons } = await call('GET', '/escrow/reasons')
    return [
      entries.data.map(({ name, reason, nextAttemptAt }: Entry) => [name, reason, nextAttemptAt]),
      reasons.data.map(({ reason, count, givenUp, nextAttemptAt }: Reason) => [reason, count, givenUp, nextAttemptAt]),
    ]
  }
  const givenUp = [[['Ada', 'InvalidValue', null]], [['InvalidValue', 1, 1, null]]]
  assert.deepEqual(await listed(), givenUp)
  const { body: progress } = await call('GET', '/progress')
  assert.deepEqual([progress.people.escrowed, progress.people.pending], [1, 0])

  assert.deepEqual((await call('POST', '/escrow/retry', {})).body, { count: 1 })
  await harness.settle()
  assert.equal(fake.counts.get('POST /Users'), 1)
  isRefusing = false
  fake.clearCounts()
  assert.equal((await call('POST', '/restart')).status, 200)
  await harness.settle()
  assert.equal(fake.users.size, 1)
  assert.deepEqual(await listed(), [[], []])
})

type Entry = { readonly name: string; readonly reason: string; readonly nextAttemptAt: string | null }
type Reason = Pick<Entry, 'reason' | 'nextAttemptAt'> & { readonly count: number; readonly givenUp: number }
