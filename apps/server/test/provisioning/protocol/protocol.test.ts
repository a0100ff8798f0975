import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext } from '../../directory/fixture.ts'
import { createTestDatabase } from '../../harness/database.ts'
import { simulate, targetKinds } from './simulation.ts'

const seeds = Array.from({ length: 100 }, (_, seed) => seed)

test('ENG-05: 100 seeds against four kinds of target, with lost, late and doubled requests, 429 and crashes at every step', async (t) => {
  await using own = await createTestDatabase()
  const { organizationId } = await createContext(own.database)
  for (const [name, kind] of Object.entries(targetKinds))
    await t.test(name, async () => {
      const findings = await simulate(own.database, organizationId, kind, seeds)
      t.diagnostic(JSON.stringify(findings))
      assert.deepEqual(
        { ...findings, conflicts: 0, posts: 0 },
        { seeds: 100, duplicates: 0, stale: 0, leaversActive: 0, conflicts: 0, posts: 0 },
      )
    })
})
