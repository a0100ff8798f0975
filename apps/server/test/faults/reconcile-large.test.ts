import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { seedUsers } from '../directory/seed.ts'
import { createAppCaller } from '../provisioning/app-caller.ts'
import { createEngineHarness, type EngineHarness } from '../provisioning/engine-harness.ts'
import { reconcileNow } from '../provisioning/reconcile-scene.ts'
import { simpleRules } from '../harness/provisioning-app.ts'

const accounts = 50_000
const people = 40_000
const linked = 25_000
const drifted = 100
/** What a row says of 250,000 accounts. */
const limitMs = 600_000
const share = accounts / 250_000
const growthMaxMb = 30
const looksEvery = 100

setFlagsFromString('--expose-gc')
// It is there by the flag above.
const collect = runInNewContext('gc') as () => void

/** What is kept when all that may go is gone. */
function keptMb(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** As if the engine had made so many of the accounts long ago. */
async function link({ rows }: EngineHarness): Promise<void> {
  const text = `with made as (
      insert into links (organization_id, app_id, object_id, kind, state, is_in_scope, origin, target_key, desired_hash,
        applied_hash, applied_at)
      select $1, $2, u.id, 'user', 'linked', true, 'created', 'u' || u.n, 'a', 'a', timestamptz '2020-01-01'
      from (
        select id, substring(user_name_key from 'seed([0-9]+)@')::integer as n from users where organization_id = $1
          and user_name_key like 'seed%'
      ) u where u.n between 1 and ${linked}
      returning object_id, target_key
    )
    insert into link_shadows (organization_id, app_id, object_id, sent)
    select $1, $2, object_id, json_build_object('userName', 'seed' || substring(target_key from 2) || '@example.com',
      'displayName', 'Seed', 'active', true)::text
    from made returning object_id`
  await rows(text)
}

test('AC-E38: 50,000 accounts are listed, compared and told apart in their share of ten minutes for 250,000, in flat memory', async (context) => {
  await using harness = await createEngineHarness({ rules: simpleRules })
  const { server, organizationId, tenant, fake } = harness
  await harness.engine.close()
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count: people })
  for (let index = 1; index <= accounts; index++) {
    const displayName = index <= drifted ? 'Mallory' : 'Seed'
    fake.users.insert({ userName: `seed${index}@example.com`, displayName, active: true }, { by: 'foreign' })
  }
  await link(harness)
  await server.database.query({ text: 'analyze' })
  const call = await createAppCaller(harness)
  const before = keptMb()
  let most = before
  fake.clearCounts()
  fake.fault = () => {
    if (fake.requests % looksEvery === 0) most = Math.max(most, keptMb())
    return 'none'
  }
  const startedMs = performance.now()
  const run = await reconcileNow(harness, call, 'enforce')
  const tookMs = Math.round(performance.now() - startedMs)
  const growthMb = Math.round(most - before)
  context.diagnostic(`${accounts} accounts by ${fake.requests} requests in ${tookMs} ms, ${growthMb} MB kept at most`)
  assert.equal(run.state, 'done', run.error)
  const { equal, drift, orphan, local, unassigned, assigned } = run.result
  assert.deepEqual([equal, drift, orphan], [linked - drifted, drifted, accounts - linked])
  assert.deepEqual([local, unassigned, assigned], [accounts - people, people - linked, linked])
  assert.equal(run.result.planned.update, drifted)
  assert.ok(tookMs < limitMs * share, `${tookMs} ms`)
  assert.ok(growthMb < growthMaxMb, `${growthMb} MB`)
})
