import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { insertAccessChange } from '../../src/db/queries/access-changes.ts'
import { readMigrations } from '../../src/db/migrate.ts'
import type { Queryable } from '../../src/db/pool.ts'
import { transaction } from '../../src/db/transaction.ts'
import { consumeOutbox, findSettledPosition, followOutbox, readOutbox } from '../../src/events/outbox.ts'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'

let server: TestProvisioning
before(async () => {
  server = await createTestProvisioning()
})
after(() => server.close())

let slugs = 0
async function newOrganization(): Promise<string> {
  return (await server.createTenant(`outbox-${++slugs}`)).organization.id
}

function write(tx: Queryable, organizationId: string, name: string): Promise<void> {
  return insertAccessChange(tx, {
    organizationId,
    at: server.clock(),
    action: 'organization.updated',
    subjectId: organizationId,
    subjectVersion: 1,
    actor: 'test',
    requestId: undefined,
    data: { name },
  })
}

/** A connection of its own whose transaction the test ends when it likes. */
async function openClient(): Promise<pg.Client> {
  const client = new pg.Client(server.databaseUrl)
  await client.connect()
  return client
}

function writeBy(client: pg.Client, organizationId: string, name: string): Promise<unknown> {
  return client.query(
    `insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, actor, data)
      values ($1, now(), 'organization.updated', 'organization', $1, 1, 'test', json_build_object('name', $2::text))`,
    [organizationId, name],
  )
}

test('a change that commits late is read in its place, and nothing behind it before', async () => {
  const { database } = server
  const organizationId = await newOrganization()
  const start = await findSettledPosition(database)
  const late = await openClient()
  await late.query('begin')
  await writeBy(late, organizationId, 'late')
  await write(database, organizationId, 'quick')
  const blocked = await findSettledPosition(database)
  assert.equal(blocked, start, 'a position that is still open settles nothing behind it')
  assert.deepEqual(await readOutbox(database, organizationId, { after: start, upTo: blocked, rowsMax: 10 }), [])
  await late.query('commit')
  const upTo = await findSettledPosition(database)
  const rows = await readOutbox(database, organizationId, { after: start, upTo, rowsMax: 10 })
  assert.deepEqual(
    rows.map(({ data }) => data['name']),
    ['late', 'quick'],
  )
  await late.end()
})

test('a change that is rolled back is passed over; transactions that write nothing keep nobody waiting', async () => {
  const { database } = server
  const organizationId = await newOrganization()
  const start = await findSettledPosition(database)
  const reader = await openClient()
  await reader.query('begin isolation level repeatable read')
  await reader.query('select count(*) from changes')
  await reader.query('create temporary table other (id int)')
  const undone = await openClient()
  await undone.query('begin')
  await writeBy(undone, organizationId, 'undone')
  await write(database, organizationId, 'kept')
  await undone.query('rollback')
  const upTo = await findSettledPosition(database)
  const rows = await readOutbox(database, organizationId, { after: start, upTo, rowsMax: 10 })
  assert.deepEqual(
    rows.map(({ data }) => data['name']),
    ['kept'],
  )
  await reader.end()
  await undone.end()
})

test('under concurrent writers every change is read once and in order, by each of two consumers', async () => {
  const { database } = server
  const organizations = [await newOrganization(), await newOrganization()]
  const consumers = ['first', 'second']
  const seen = new Map<string, number[]>(consumers.map((name) => [name, []]))
  for (const consumer of consumers)
    for (const organizationId of organizations)
      await transaction(database, (tx) => followOutbox(tx, { organizationId, consumer }))
  const done = new AbortController()
  const reading = consumers.map(async (name) => {
    const consumer = {
      name,
      handle: async (_: unknown, changes: readonly { readonly position: number }[]) => {
        seen.get(name)?.push(...changes.map(({ position }) => position))
      },
    }
    while (!done.signal.aborted) await consumeOutbox(database, consumer)
    await consumeOutbox(database, consumer)
  })
  const perWriter = 60
  const writing = Array.from({ length: 6 }, async (_, writer) => {
    for (let index = 0; index < perWriter; index++)
      await transaction(database, async (tx) => {
        await write(tx, organizations[(writer + index) % 2] ?? '', `${writer}-${index}`)
        if (index % 7 === 0) await tx.query({ text: 'select pg_sleep(0.01)' })
      })
  })
  await Promise.all(writing)
  done.abort()
  await Promise.all(reading)
  const { rows } = await database.query<{ position: number }>(
    {
      text: `select position from changes where organization_id = any($1) and data ->> 'name' like '%-%' order by position`,
    },
    [organizations],
  )
  const written = rows.map(({ position }) => position).filter((position) => seen.get('first')?.includes(position))
  assert.equal(written.length, 6 * perWriter)
  for (const name of consumers) assert.deepEqual(seen.get(name), written, name)
})

test('what a consumer wrote and its place in the outbox stand or fall together', async () => {
  const { database } = server
  const organizationId = await newOrganization()
  await transaction(database, (tx) => followOutbox(tx, { organizationId, consumer: 'failing' }))
  await write(database, organizationId, 'one')
  const handled: string[] = []
  const consumer = (fails: boolean) => ({
    name: 'failing',
    handle: async (tx: Queryable) => {
      await tx.query({ text: 'update organizations set name = $2 where id = $1' }, [organizationId, 'handled'])
      handled.push('once')
      if (fails) throw new Error('died')
    },
  })
  await assert.rejects(consumeOutbox(database, consumer(true)), /died/)
  const nameOf = async () =>
    (await database.query<{ name: string }>({ text: 'select name from organizations where id = $1' }, [organizationId]))
      .rows[0]?.name
  assert.notEqual(await nameOf(), 'handled')
  assert.equal(await consumeOutbox(database, consumer(false)), 1)
  assert.equal(await nameOf(), 'handled')
  assert.equal(await consumeOutbox(database, consumer(false)), 0)
  assert.equal(handled.length, 2)
})

test('a writer over SCIM pays nothing for the outbox: it adds no trigger, index or column to changes', async () => {
  const migrations = await readMigrations()
  const sql = migrations.find(({ name }) => name === '0015_events.sql')?.sql ?? ''
  assert.match(sql, /create table outbox_cursors/)
  assert.doesNotMatch(sql.replaceAll(/--.*$/gm, ''), /\bchanges\b/)
})
