import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { rulesOf } from './rules-fixture.ts'

/** The database answers a write to that table as if it were shutting down, for as long as the setting says so. */
async function breakWrites({ server }: EngineHarness, table: 'links' | 'work_items'): Promise<() => Promise<void>> {
  const run = (text: string): Promise<unknown> => server.database.query({ text }, [])
  await run(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'going down' using errcode = '57P03'; end $$`)
  const condition =
    table === 'links' ? 'new.in_flight_at is not null' : `new.stage = 'export' and old.stage = 'evaluate'`
  await run(
    `create trigger refuse before update on ${table} for each row when (${condition}) execute function refuse()`,
  )
  return async () => {
    await run(`drop trigger refuse on ${table}`)
    await run('drop function refuse()')
  }
}

const cases = [
  { what: 'marks a request that is about to leave', table: 'links', stage: 'export' },
  { what: 'writes down what was evaluated', table: 'work_items', stage: 'evaluate' },
] as const

for (const { what, table, stage } of cases)
  test(`a database that goes away while a worker ${what}: nobody waits for the end of a lease`, async () => {
    await using harness = await createEngineHarness({ rules: rulesOf({}, { assignment: 'everyone' }) })
    const { fake, faults } = harness
    await harness.settle()
    const mend = await breakWrites(harness, table)
    for (let n = 0; n < 20; n++) await harness.createPerson(`p${n}@example.com`)
    await harness.tick()
    await harness.tick()
    assert.ok(faults.length > 0, 'the database was away')
    await mend()
    const leased = `select stage, lease_owner as owner, count(*) as count from work_items
      where organization_id = $1 and app_id = $2 group by 1, 2`
    assert.deepEqual(await harness.rows(leased), [{ stage, owner: null, count: 20 }])
    assert.equal(fake.users.size, 0)
    // The clock of the test stands still: no lease ends.
    for (let turn = 0; turn < 5; turn++) await harness.tick()
    assert.equal(fake.users.size, 20)
  })
