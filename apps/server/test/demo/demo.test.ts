import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTypeId } from '@rollcall/admin-api'
import { createDemo, refuseOpenHost, type Demo } from '../../src/demo/demo.ts'
import { createTestProvisioning, scimInit, type TestProvisioning } from '../harness/provisioning.ts'
import { runRollcall, temporaryFolder } from '../harness/spawn.ts'

const people = 10_000
const options = { slug: 'demo', seed: 42, people, now: new Date('2026-11-21T09:00:00.000Z') }
let server: TestProvisioning
let demo: Demo
before(async () => {
  server = await createTestProvisioning()
  demo = await createDemo(server.database, options)
})
after(() => server.close())

const scim = (path: string) => server.send(`/scim/v2${path}`, scimInit('GET', { key: demo.key }))

test('CON-B13: the same seed makes the same people, teams, memberships, log and hold, with the same ids; keys differ', async () => {
  await using other = await createTestProvisioning()
  using data = temporaryFolder()
  const made = await runRollcall({
    arguments: ['demo', '--seed', '42', '--people', String(people), '--json'],
    environment: { DATABASE_URL: other.databaseUrl, ROLLCALL_DATA_DIR: data.path },
  })
  assert.equal(made.code, 0, made.stderr)
  const twin = JSON.parse(made.stdout)
  assert.deepEqual([twin.organizationId, twin.people], [formatTypeId('org', demo.organizationId), people])
  assert.notEqual(twin.key, demo.key)
  for (const [table, columns] of Object.entries(compared)) {
    const [one, two] = [await read(server, table, columns), await read(other, table, columns)]
    assert.ok(one.length > 0, table)
    assert.deepEqual(one, two, table)
  }
  const third = await createDemo(other.database, { ...options, slug: 'second', seed: 43, people: 200 })
  assert.notEqual(third.organizationId, demo.organizationId)
})

test('CON-B13: a demo has people of every kind: four scripts, apostrophes, long and decomposed names, suspended and pending ones', async () => {
  assert.equal((await scim('/Users?count=0')).body.totalResults, people)
  assert.equal(demo.people, people)
  const has = async (filter: string): Promise<number> =>
    (await scim(`/Users?count=0&filter=${encodeURIComponent(filter)}`)).body.totalResults
  const filters = [
    'displayName co "서연"',
    'displayName co "佐藤"',
    'displayName co "𠮷"',
    'name.familyName eq "O\'Brien"',
    'name.familyName eq "de La Rochefoucauld-Liancourt"',
    'name.givenName eq "Zoé"',
    'active eq false',
    'locale eq "ja-JP"',
  ]
  for (const filter of filters) assert.ok((await has(filter)) > 0, filter)
  const { rows } = await server.database.query<{ state: string; count: number }>({
    text: `select state, count(*) as count from users group by state order by state`,
  })
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['active', 'pending', 'suspended'],
  )
})

test('teams are nested, every person is in one, and an administrator finds failed requests and a held change', async () => {
  assert.equal((await scim('/Groups?count=0')).body.totalResults, demo.teams)
  const { rows } = await server.database.query<{ nested: number; members: number; failed: number; held: number }>({
    text: `select (select count(*) from memberships where member_kind = 'team') as nested,
      (select count(distinct member_id) from memberships where member_kind = 'user') as members,
      (select count(*) from request_log where status >= 400) as failed,
      (select count(*) from held_changes h join users u on u.id = h.subject_id and u.id = h.member_id) as held`,
  })
  assert.deepEqual(rows[0], { nested: demo.teams - 1, members: people, failed: 40, held: 30 })
})

test('an organization that is there is not touched, whatever the seed', async () => {
  const before_ = await read(server, 'users', compared['users'] ?? '')
  await assert.rejects(createDemo(server.database, { ...options, seed: 7 }), /slug "demo" is taken/)
  assert.deepEqual(await read(server, 'users', compared['users'] ?? ''), before_)
})

test('demo data is for this machine only: other hosts are refused, to the command and to a server that holds it', async () => {
  for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost']) refuseOpenHost(host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com'])
    assert.throws(() => refuseOpenHost(host), /this machine only/)
  using data = temporaryFolder()
  const environment = { ROLLCALL_DATA_DIR: data.path }
  const refused = await runRollcall({ arguments: ['demo'], environment: { ...environment, HOST: '0.0.0.0' } })
  assert.deepEqual([refused.code, /this machine only/.test(refused.stderr)], [1, true], refused.stderr)
  const made = await runRollcall({ arguments: ['demo', '--seed', '7', '--people=120', '--json'], environment })
  assert.equal(made.code, 0, made.stderr)
  assert.equal(JSON.parse(made.stdout).people, 120)
  const open = await runRollcall({ arguments: ['serve', '--host', '0.0.0.0', '--port', '0'], environment })
  assert.deepEqual([open.code, /Delete the demo organization/.test(open.stderr)], [1, true], open.stderr)
})

const compared: Readonly<Record<string, string>> = {
  organizations: 'id, slug, settings, created_at',
  users: 'id, scim_id, state, user_name_key, document, created_at',
  teams: 'id, scim_id, display, document, created_at',
  memberships: 'team_id, member_id, member_kind, valid_from',
  request_log: 'id, at, path, status, detail',
  holds: 'id, state',
  held_changes: 'hold_id, subject_id, action',
}

// The command adds requests of the day on which it is given.
const beforeToday = `and at < '2026-02-01'`

async function read({ database }: TestProvisioning, table: string, columns: string): Promise<readonly string[]> {
  const { rows } = await database.query<{ row: string }>(
    {
      text: `select row(${columns})::text as row from ${table}
        where ${table === 'organizations' ? 'id' : 'organization_id'} = $1 ${table === 'request_log' ? beforeToday : ''}`,
    },
    [demo.organizationId],
  )
  return rows.map(({ row }) => row).toSorted()
}
