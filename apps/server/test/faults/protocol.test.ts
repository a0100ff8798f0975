import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext } from '../directory/fixture.ts'
import { createTestDatabase } from '../harness/database.ts'
import { simulate, targetKinds, type Findings } from '../provisioning/protocol/simulation.ts'

const seedsMax = 2_000
/** So many are played at once in one app. */
const batch = 500

test('ENG-05 for long: 2,000 seeds against each of four kinds of target', async (t) => {
  await using own = await createTestDatabase()
  const { organizationId } = await createContext(own.database)
  for (const [name, kind] of Object.entries(targetKinds))
    await t.test(name, async () => {
      const total: Findings = { seeds: 0, duplicates: 0, stale: 0, leaversActive: 0, conflicts: 0, posts: 0 }
      let findings = total
      // The first hundred are those of every run.
      for (let first = 0; first < seedsMax; first += batch) {
        const seeds = Array.from({ length: batch }, (_, index) => first + index)
        findings = add(findings, await simulate(own.database, organizationId, kind, seeds))
      }
      t.diagnostic(`${name}: ${JSON.stringify(findings)}`)
      const { seeds, duplicates, stale, leaversActive } = findings
      assert.deepEqual({ seeds, duplicates, stale, leaversActive }, { ...zero, seeds: seedsMax })
    })
})

const zero = { duplicates: 0, stale: 0, leaversActive: 0 }

function add(left: Findings, right: Findings): Findings {
  return {
    seeds: left.seeds + right.seeds,
    duplicates: left.duplicates + right.duplicates,
    stale: left.stale + right.stale,
    leaversActive: left.leaversActive + right.leaversActive,
    conflicts: left.conflicts + right.conflicts,
    posts: left.posts + right.posts,
  }
}
