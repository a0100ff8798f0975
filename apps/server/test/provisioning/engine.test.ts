import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngineHarness } from './engine-harness.ts'

test('assigned people get accounts, changes follow, and who leaves is disabled', async () => {
  await using harness = await createEngineHarness()
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  const bob = await harness.createPerson('bob@example.com', { displayName: 'Bob' })
  await harness.createPerson('eve@example.com', { displayName: 'Eve' })
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  assert.deepEqual(harness.faults, [])
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['userName']),
    ['ada@example.com', 'bob@example.com'],
  )

  fake.clearCounts()
  await harness.settle()
  assert.equal(fake.requests, 0)
  await harness.patchPerson(ada, [{ op: 'replace', path: 'displayName', value: 'Ada Lovelace' }])
  await harness.settle()
  assert.equal(fake.users.all()[0]?.resource['displayName'], 'Ada Lovelace')
  assert.deepEqual([...fake.counts], [['PATCH /Users/…', 1]])
  await harness.patchPerson(bob, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
  assert.equal(fake.users.all()[1]?.resource['active'], false)
  assert.deepEqual(harness.faults, [])
})
