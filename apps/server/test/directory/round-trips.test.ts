import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { groupUrn, listOf } from '../../../../packages/scim/test/server/suite/provider.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import { countRoundTrips, createTestDatabase } from '../harness/database.ts'
import { connectTo, createContext } from './fixture.ts'
import { seedTeams, seedUsers } from './seed.ts'

const { database, close } = await createTestDatabase()
after(close)
const storage = createDirectory({ database })

async function connect() {
  const context = await createContext(database)
  return { context, scim: connectTo(storage, context) }
}

const add = (value: string) => ({ op: 'add', path: 'members', value: [{ value }] })
const remove = (value: string) => ({ op: 'remove', path: `members[value eq "${value}"]` })

test('a user with direct and indirect groups is read in one round trip', async () => {
  const { scim } = await connect()
  const user = await scim.user('a')
  const inner = await scim.group('inner', [user])
  await scim.group('outer', [inner])
  let answer = await scim.get('/Users/none')
  const trips = await countRoundTrips(database, async () => {
    answer = await scim.get(`/Users/${user}`)
  })
  assert.equal(trips, 1)
  const types = listOf(answer.at('groups')).map((_, index) => [
    answer.at('groups', index, 'display'),
    answer.at('groups', index, 'type'),
  ])
  assert.deepEqual(types, [
    ['inner', 'direct'],
    ['outer', 'indirect'],
  ])
})

test('a group with its members is read in one round trip, and without its members no membership is read', async () => {
  const { scim } = await connect()
  const group = await scim.group('g', [await scim.user('a'), await scim.user('b')])
  assert.equal(await countRoundTrips(database, () => scim.get(`/Groups/${group}`)), 1)
  const before = await readScans()
  assert.equal(await countRoundTrips(database, () => scim.get(`/Groups/${group}?excludedAttributes=members`)), 1)
  await scim.get(`/Groups?excludedAttributes=members`)
  assert.equal(await readScans(), before)
  await scim.get(`/Groups/${group}`)
  assert.ok((await readScans()) > before, 'the counter tells')
})

/** How often the table of memberships was read, by whatever plan. */
async function readScans(): Promise<number> {
  // Counters of a busy connection are published only after a pause, so every connection is asked to do it now.
  await Promise.all(
    Array.from({ length: 10 }, () => database.query({ text: 'select pg_stat_force_next_flush(), pg_sleep(0.05)' })),
  )
  const text = `select coalesce(seq_scan, 0) + coalesce(idx_scan, 0) as scans from pg_stat_user_tables where relname = 'memberships'`
  const { rows } = await database.query<{ scans: number }>({ text })
  return rows[0]?.scans ?? 0
}

test('the look-ups of identity providers cost one round trip each', async () => {
  const { scim } = await connect()
  const user = await scim.user('Alice', { externalId: 'x1' })
  await scim.group('Guides', [user])
  for (const filter of ['userName eq "ALICE"', 'externalId eq "x1"', `id eq "${user}"`]) {
    let found: readonly unknown[] = []
    const trips = await countRoundTrips(database, async () => {
      found = await scim.find('/Users', filter)
    })
    assert.deepEqual([trips, found], [1, ['Alice']], filter)
  }
  const trips = await countRoundTrips(database, () => scim.find('/Groups', 'displayName eq "guides"'))
  assert.equal(trips, 1)
})

test('a page with its total, and a total alone, cost one round trip', async () => {
  const { context, scim } = await connect()
  await seedUsers(database, context, { count: 250 })
  assert.equal(await countRoundTrips(database, () => scim.list('/Users', { count: 50, startIndex: 51 })), 1)
  assert.equal(await countRoundTrips(database, () => scim.list('/Users', { count: 0 })), 1)
  assert.equal(await countRoundTrips(database, () => scim.list('/Users', { filter: 'emails co "seed1"', count: 5 })), 1)
  assert.equal(await countRoundTrips(database, () => scim.get('/Users?cursor&count=100')), 1)
})

test('POST of a user costs one round trip, PATCH of active two', async () => {
  const { scim } = await connect()
  let user = ''
  const created = await countRoundTrips(database, async () => {
    user = await scim.user('a')
  })
  assert.equal(created, 1)
  for (const active of [false, true, false]) {
    const patch = () => scim.patch(`/Users/${user}`, [{ op: 'replace', path: 'active', value: active }])
    assert.equal(await countRoundTrips(database, patch), 2)
  }
})

test('adding and removing one member costs three round trips at most, whatever the size of the group', async () => {
  const { context, scim } = await connect()
  await seedUsers(database, context, { count: 3_000 })
  const [small = ''] = await seedTeams(database, context, { count: 1, members: 3 })
  const [large = ''] = await seedTeams(database, context, { first: 2, count: 1, members: 2_500 })
  const user = await scim.user('newcomer')
  for (const group of [small, large]) {
    const path = `/Groups/${group}`
    const trips = [
      await countRoundTrips(database, () => scim.patch(path, [add(user)])),
      await countRoundTrips(database, () => scim.patch(path, [remove(user)])),
      await countRoundTrips(database, () =>
        scim.patch(path, [{ op: 'remove', path: 'members', value: [{ value: user }] }]),
      ),
    ]
    assert.ok(Math.max(...trips) <= 3, trips.join())
  }
})

test('5,000 members in one PATCH cost as many round trips as one', async () => {
  const { context, scim } = await connect()
  await seedUsers(database, context, { count: 5_000 })
  const text = 'select scim_id from users where organization_id = $1'
  const { rows } = await database.query<{ scim_id: string }>({ text }, [context.organizationId])
  const group = await scim.group('all')
  const value = rows.map((row) => ({ value: row.scim_id }))
  const patch = () => scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value }])
  assert.equal(await countRoundTrips(database, patch), 2)
  assert.equal((await scim.members(group)).length, 5_000)
  const one = rows.slice(0, 2_000).map((row) => add(row.scim_id))
  const other = await scim.group('many operations')
  assert.ok((await countRoundTrips(database, () => scim.patch(`/Groups/${other}`, one.slice(0, 900)))) <= 3)
  assert.equal((await scim.members(other)).length, 900)
})

test('100 users are created by one statement', async () => {
  const { context } = await connect()
  const drafts = Array.from({ length: 100 }, (_, number) => {
    return { attributes: { schemas: [groupUrn], userName: `u${number}` }, writeOnly: {}, members: undefined }
  })
  const type = context.registry.resourceTypes[0]
  assert.ok(type !== undefined)
  assert.equal(await countRoundTrips(database, async () => storage.prepareMany?.(context, type, drafts)()), 1)
})
