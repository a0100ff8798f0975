import assert from 'node:assert/strict'
import { seedUsers } from '../directory/seed.ts'
import { createEngineHarness } from './engine-harness.ts'
import { createMemoryTarget } from './memory-target.ts'
import { rulesOf } from './rules-fixture.ts'

/** One of so many people is refused by the app, whatever is tried: everybody else has an account, and one waits in escrow. */
export async function poisonOne(people: number): Promise<void> {
  const target = createMemoryTarget()
  const poison = `seed${Math.ceil(people / 2)}@example.com`
  let refusals = 0
  target.refuse = ({ userName }) => {
    if (userName !== poison) return undefined
    refusals++
    return {
      kind: 'refused',
      status: 400,
      reason: 'InvalidValue',
      detail: 'displayName is not allowed',
      attribute: 'displayName',
    }
  }
  await using harness = await createEngineHarness({ target, rules: rulesOf({}, { assignment: 'everyone' }) })
  const { server, organizationId, tenant } = harness
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count: people })
  await harness.settle()

  assert.equal(target.accounts.size, people - 1)
  assert.equal(refusals, 1, 'asked once, not over and over')
  const links = await harness.rows<{ state: string; count: number }>(
    'select state, count(*) as count from links where organization_id = $1 and app_id = $2 group by 1 order by 1',
  )
  assert.deepEqual(links, [
    { state: 'linked', count: people - 1 },
    { state: 'unlinked', count: 1 },
  ])
  const work = await harness.rows<object>(
    `select w.stage, d.user_name_key as name, l.failure_code as reason, l.failure_attribute as attribute
      from work_items w join links l using (organization_id, app_id, object_id)
      join users d on d.organization_id = w.organization_id and d.id = w.object_id
      where w.organization_id = $1 and w.app_id = $2`,
  )
  assert.deepEqual(work, [{ stage: 'escrow', name: poison, reason: 'InvalidValue', attribute: 'displayName' }])
  const cycles = await harness.rows<{ state: string; counters: Record<string, number> }>(
    'select state, counters from cycles where organization_id = $1 and app_id = $2',
  )
  const [cycle] = cycles
  assert.deepEqual([cycle?.state, cycle?.counters['created'], cycle?.counters['failed']], ['done', people - 1, 1])
  const health = await harness.rows<{ health: string }>(
    'select health from app_health where organization_id = $1 and app_id = $2',
  )
  assert.ok(health.every((row) => row.health === 'healthy'))
}
