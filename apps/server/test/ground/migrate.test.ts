import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { systemClock } from '../../src/clock.ts'
import { migrate, readMigrations } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { createEmptyDatabase, createTestDatabase } from '../harness/database.ts'
import { currentRun } from '../harness/run.ts'

const first = 'create table people (id integer primary key); create index on people (id);'
const second = 'alter table people add column name text; insert into people values (1, $$Ann$$);'

async function folderOf(files: Readonly<Record<string, string>>): Promise<URL> {
  const directory = await mkdtemp(join(currentRun().directory, 'migrations-'))
  await Promise.all(Object.entries(files).map(([name, sql]) => writeFile(join(directory, name), sql)))
  return pathToFileURL(`${directory}/`)
}

test('CON-B8: three processes that migrate one database at once apply each migration exactly once', async () => {
  await using empty = await createEmptyDatabase()
  const directory = await folderOf({ '0001_people.sql': first, '0002_names.sql': second })
  const connections = Array.from({ length: 3 }, () =>
    openDatabase({ url: empty.url, poolMax: 2, statementTimeoutMs: 5_000 }),
  )
  const applied = await Promise.all(
    connections.map((database) => migrate(database, { mode: 'auto', clock: systemClock, directory })),
  )
  await Promise.all(connections.map((database) => database.close()))
  assert.deepEqual(applied.flat().sort(), ['0001_people.sql', '0002_names.sql'])
  const { rows } = await empty.database.query<{ people: number }>({ text: 'select count(*) as people from people' })
  assert.deepEqual(rows, [{ people: 1 }])
})

test('a migration that fails leaves nothing of itself behind and keeps those before it', async () => {
  await using empty = await createEmptyDatabase()
  const directory = await folderOf({
    '0001_people.sql': first,
    '0002_broken.sql': 'create table teams (id integer); select 1 / 0;',
  })
  await assert.rejects(migrate(empty.database, { mode: 'auto', clock: systemClock, directory }), /division by zero/)
  const { rows } = await empty.database.query({
    text: `select to_regclass('people')::text as people, to_regclass('teams')::text as teams`,
  })
  assert.deepEqual(rows, [{ people: 'people', teams: null }])
})

test('CON-B9: a database that is newer than the code is refused with both versions named', async () => {
  await using empty = await createEmptyDatabase()
  const newer = await folderOf({ '0001_people.sql': first, '0002_names.sql': second })
  const older = await folderOf({ '0001_people.sql': first })
  await migrate(empty.database, { mode: 'auto', clock: systemClock, directory: newer })
  await assert.rejects(
    migrate(empty.database, { mode: 'auto', clock: systemClock, directory: older }),
    /newer than this Rollcall: it has 0002_names\.sql, this version knows 0001_people\.sql/,
  )
})

test('mode check refuses pending migrations by name, mode off looks at nothing', async () => {
  await using empty = await createEmptyDatabase()
  const directory = await folderOf({ '0001_people.sql': first })
  await assert.rejects(
    migrate(empty.database, { mode: 'check', clock: systemClock, directory }),
    /lacks 0001_people\.sql and ROLLCALL_MIGRATE is "check"/,
  )
  assert.deepEqual(await migrate(empty.database, { mode: 'off', clock: systemClock, directory }), [])
  const { rows } = await empty.database.query({ text: `select to_regclass('people') as people` })
  assert.deepEqual(rows, [{ people: null }])
})

test('an applied migration whose file was changed afterwards is refused', async () => {
  await using empty = await createEmptyDatabase()
  await migrate(empty.database, {
    mode: 'auto',
    clock: systemClock,
    directory: await folderOf({ '0001_people.sql': first }),
  })
  await assert.rejects(
    migrate(empty.database, {
      mode: 'auto',
      clock: systemClock,
      directory: await folderOf({ '0001_people.sql': `${first} -- edited` }),
    }),
    /0001_people\.sql was applied with another content/,
  )
})

test('a gap in the numbers of the migration files is refused', async () => {
  const directory = await folderOf({ '0001_people.sql': first, '0003_late.sql': second })
  await assert.rejects(readMigrations(directory), /0003_late\.sql/)
})

test('a test database is a clone of the migrated template and knows every migration', async () => {
  await using clone = await createTestDatabase()
  const migrations = await readMigrations()
  if (migrations.length === 0) return
  const { rows } = await clone.database.query<{ name: string }>({
    text: 'select name from schema_migrations order by version',
  })
  assert.deepEqual(
    rows.map((row) => row.name),
    migrations.map((migration) => migration.name),
  )
})
