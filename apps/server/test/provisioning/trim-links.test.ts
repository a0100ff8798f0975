import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trimLinks } from '../../src/provisioning/trim-links.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { rulesOf } from './rules-fixture.ts'

const dayMs = 86_400_000

async function countRows(harness: EngineHarness, table: string): Promise<number> {
  const [row] = await harness.rows<{ count: number }>(
    `select count(*) as count from ${table} where organization_id = $1 and app_id = $2`,
  )
  return row?.count ?? 0
}

test('a deleted account is forgotten after 30 days, a reserved value when its account stands or its person is gone', async () => {
  const expression = 'SelectUniqueValue([name.familyName], Join("", [name.familyName], "2"))'
  const mappings = [
    { target: 'userName', kind: 'expression', expression, apply: 'onCreate' },
    { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])' },
    { target: 'externalId', kind: 'direct', source: 'objectId' },
  ]
  const matching = [[{ target: 'externalId', source: 'objectId' }]]
  const leaving = { policy: 'delete', graceDays: 0 }
  await using harness = await createEngineHarness({ rules: rulesOf({ mappings, matching, leaving }) })
  const { fake, server } = harness
  const trim = () => trimLinks(server.database, server.clock(), new AbortController().signal)
  const ada = await harness.createPerson('ada@example.com', { name: { familyName: 'Lovelace' } })
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  await trim()
  assert.equal(await countRows(harness, 'reserved_values'), 1, 'not every search may show the account yet')
  await harness.pass(2 * dayMs)
  await trim()
  assert.equal(await countRows(harness, 'reserved_values'), 0)

  await harness.unassign({ kind: 'user', id: ada })
  await harness.settle()
  assert.equal(fake.users.size, 0)
  await harness.pass(29 * dayMs)
  await trim()
  assert.deepEqual([await countRows(harness, 'links'), await countRows(harness, 'link_shadows')], [1, 1])
  await harness.pass(2 * dayMs)
  await trim()
  assert.deepEqual([await countRows(harness, 'links'), await countRows(harness, 'link_shadows')], [0, 0])

  // Who is refused keeps the value until giving up.
  fake.fault = ({ method }) =>
    method === 'POST' ? { kind: 'answer', status: 400, body: { schemas: [], status: '400', detail: 'no' } } : 'none'
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  await harness.pass(3 * dayMs)
  await trim()
  assert.equal(await countRows(harness, 'reserved_values'), 1)
  await harness.unassign({ kind: 'user', id: ada })
  await harness.settle()
  await trim()
  assert.deepEqual([await countRows(harness, 'links'), await countRows(harness, 'reserved_values')], [0, 0])
})
