import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { publishRules, saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import { seedUsers } from '../directory/seed.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

const million = 1_000_000
const few = 500
const many = 30_000
const ticks = 9
const tickMsMax = 100
const fullMsMax = 120_000
const bytesOfMegabyte = 1024 * 1024
/** Machines that run tests are busy. */
const room = 10
/** What stands in the database: enough for the app, its settings, its cycle and its place among the changes. */
const rowsMax = 60
const tables = [
  'users',
  'user_states',
  'links',
  'link_shadows',
  'work_items',
  'wake_ups',
  'changes',
  'cycles',
  'cycle_slices',
]

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** An app in which so many people have accounts, as if each had been sent; the app is never asked. */
async function createLinked(people: number): Promise<EngineHarness> {
  const harness = await createEngineHarness({ rules: { assignment: 'everyone' } })
  const { server, organizationId, tenant } = harness
  await harness.settle()
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count: people })
  await harness.rows(linkEverybody)
  await server.database.query({ text: 'vacuum analyze users, links, link_shadows' })
  harness.fake.fault = ({ method, path }) => assert.fail(`${method} ${path} was sent`)
  return harness
}

const linkEverybody = `
with sent as (
  select id, concat('{"active":true,"displayName":', to_json(display), ',"userName":', to_json(user_name_key), '}') as text
  from users where organization_id = $1 and user_name_key like 'seed%'
), shadows as (
  insert into link_shadows (organization_id, app_id, object_id, sent) select $1, $2, id, text from sent
)
insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, origin, target_key, desired_hash, applied_hash,
  rules_revision, object_version, applied_at)
select $1, $2, 'user', id, 'linked', true, 'created', id::text, hash, hash, 1, 1, now()
from sent cross join lateral (select substr(sha256(convert_to(text, 'UTF8')), 1, 16) as hash offset 0) h`

/** Other rules that want the same: everybody is looked at, and written down as seen. */
async function reviseRules({ server, organizationId, appId }: EngineHarness): Promise<void> {
  const name = { organizationId, appId }
  const document = { ...simpleRules, assignment: 'everyone', tables: { revision: { number: 2 } } } as const
  const { revision } = await saveRules(server.database, server.call(), { ...name, document })
  await publishRules(server.database, server.call(), { ...name, revision })
}

/** Rows that were touched of tables that grow with the directory, by whatever way. */
async function countRowsRead({ server: { database } }: EngineHarness): Promise<number> {
  // What each connection has counted is told when it is asked for it.
  await Promise.all(
    Array.from({ length: 10 }, () => database.query({ text: 'select pg_stat_force_next_flush(), pg_sleep(0.05)' })),
  )
  const text = `select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint as count
    from pg_stat_user_tables where relname = any($1)`
  const { rows } = await database.query<{ count: number }>({ text }, [tables])
  return rows[0]?.count ?? Number.NaN
}

type Ticks = { readonly statements: number; readonly rows: number; readonly medianMs: number }

async function measureTicks(harness: EngineHarness): Promise<Ticks> {
  const { stats } = harness.server.database
  await harness.settle()
  const rowsBefore = await countRowsRead(harness)
  const before = stats.roundTrips
  const figures: number[] = []
  for (let tick = 0; tick < ticks; tick++) {
    const startedMs = performance.now()
    await harness.tick()
    figures.push(performance.now() - startedMs)
  }
  const statements = (stats.roundTrips - before) / ticks
  const rows = ((await countRowsRead(harness)) - rowsBefore) / ticks
  return { statements, rows, medianMs: figures.toSorted((left, right) => left - right)[ticks >> 1] ?? Number.NaN }
}

test('ENG-36: nothing changes: a tick costs the same with any number of people; all are evaluated anew in flat memory', async (t) => {
  await using small = await createLinked(few)
  const little = await measureTicks(small)
  await using large = await createLinked(many)
  const much = await measureTicks(large)
  t.diagnostic(`a tick with ${few}: ${JSON.stringify(little)}; with ${many}: ${JSON.stringify(much)}`)
  assert.equal(much.statements, little.statements)
  assert.ok(much.rows <= Math.max(rowsMax, little.rows), `${much.rows} rows are read in a tick`)
  assert.ok(much.medianMs < tickMsMax, `${much.medianMs} ms`)

  collectGarbage()
  const heapBefore = process.memoryUsage().heapUsed
  await reviseRules(large)
  const startedMs = performance.now()
  await large.settle()
  const ms = performance.now() - startedMs
  collectGarbage()
  const grownMb = (process.memoryUsage().heapUsed - heapBefore) / bytesOfMegabyte
  const rssMb = process.memoryUsage.rss() / bytesOfMegabyte
  t.diagnostic(`${many} in ${Math.round(ms)} ms; ${grownMb.toFixed(1)} MB kept, ${Math.round(rssMb)} MB resident`)
  const [cycle] = await large.rows<{ looked: number; state: string }>(
    `select state, estimate as looked from cycles where organization_id = $1 and app_id = $2 order by started_at desc, id desc limit 1`,
  )
  assert.equal(cycle?.state, 'done')
  assert.ok(cycle.looked >= many)
  assert.ok(ms < (room * fullMsMax * many) / million, `${ms} ms for ${many} people`)
  assert.ok(grownMb < 10, `${grownMb} MB are kept`)
  assert.ok(rssMb < 400, `${rssMb} MB`)
})
