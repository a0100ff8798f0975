import assert from 'node:assert/strict'
import { before, after, test } from 'node:test'
import { openDatabase, type Database } from '../../src/db/pool.ts'
import { countRoundTrips } from '../harness/database.ts'
import { createPeopleHarness, enterpriseUrn, type PeopleHarness, type Source } from '../people/people-harness.ts'
import { readPeople, readTeams, streamPeople, streamTeams } from '../../src/provisioning/source/read-source.ts'
import type { SourceReads } from '../../src/provisioning/source/source-object.ts'

const appId = '0198c0de-0000-7000-8000-00000000a001'
const all: SourceReads = { assignment: 'nested', manager: 'whole', teams: true }

let harness: PeopleHarness
let source: Source
let organizationId: string
/** Of its own, so that nobody else's round trips are counted. */
let database: Database

before(async () => {
  harness = await createPeopleHarness()
  database = openDatabase({ url: harness.application.databaseUrl, poolMax: 2, statementTimeoutMs: 30_000 })
  const place = await harness.place('acme')
  source = await place.source()
  organizationId = (await query<{ id: string }>('select id from organizations', []))[0]?.id ?? ''
})
after(async () => {
  await database.close()
  await harness[Symbol.asyncDispose]()
})

async function query<Row>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  return (await database.query<Row>({ text }, values)).rows
}

async function idOf(table: 'users' | 'teams', scimId: string): Promise<string> {
  return (await query<{ id: string }>(`select id from ${table} where scim_id = $1`, [scimId]))[0]?.id ?? ''
}

async function assign(kind: 'user' | 'team', id: string): Promise<void> {
  await query(
    `insert into app_assignments (organization_id, app_id, subject_kind, subject_id, assigned_by, assigned_at)
     values ($1, $2, $3, $4, 'test', now())`,
    [organizationId, appId, kind, id],
  )
}

test('AC-E24: a member of a team within an assigned team is assigned only when nested teams count', async () => {
  const [boss, ann, bea, cid] = [
    await source.user('boss'),
    await source.user('ann'),
    await source.user('bea'),
    await source.user('cid'),
  ]
  const inner = await source.group('Inner', [bea])
  const outer = await source.group('Outer', [ann, inner])
  await assign('team', await idOf('teams', outer))
  await assign('user', await idOf('users', boss))
  const ids = await Promise.all([boss, ann, bea, cid].map((id) => idOf('users', id)))
  const outerId = await idOf('teams', outer)
  const assigned = async (assignment: SourceReads['assignment']) => {
    const people = await readPeople(database, {
      organizationId,
      appId,
      reads: { ...all, assignment },
      ids,
    })
    return people.map((person) => [person.display, person.assignment.isDirect, person.assignment.teamIds])
  }
  assert.deepEqual(await assigned('direct'), [
    ['Name of boss', true, []],
    ['Name of ann', false, [outerId]],
    ['Name of bea', false, []],
    ['Name of cid', false, []],
  ])
  assert.deepEqual((await assigned('none'))[0], ['Name of boss', false, []])
  assert.deepEqual((await assigned('named')).slice(0, 2), [
    ['Name of boss', true, []],
    ['Name of ann', false, []],
  ])
  assert.deepEqual((await assigned('nested'))[2], ['Name of bea', false, [outerId]])
  const [team] = await readTeams(database, { organizationId, appId, reads: all, ids: [outerId] })
  assert.deepEqual([team?.display, team?.assignment.isDirect], ['Outer', true])
})

test('a person comes with his manager, named by our id or by that of the source, and with his teams', async () => {
  const lead = await source.user('lead')
  const [byId, byName, unknown] = [
    await source.user('by-id', { [enterpriseUrn]: { manager: { value: lead } } }),
    await source.user('by-name', { [enterpriseUrn]: { manager: { value: 'x-lead' } } }),
    await source.user('unknown', { [enterpriseUrn]: { manager: { value: 'somebody' } } }),
  ]
  await source.group('Crew', [byId])
  const ids = await Promise.all([byId, byName, unknown].map((id) => idOf('users', id)))
  const people = await readPeople(database, { organizationId, appId, reads: all, ids })
  assert.deepEqual(
    people.map((person) => [
      person.manager?.display,
      person.managerReference,
      person.teams.map((team) => team.display),
    ]),
    [
      ['Name of lead', lead, ['Crew']],
      ['Name of lead', 'x-lead', []],
      [undefined, 'somebody', []],
    ],
  )
})

test('a batch of people is one query, and a stream has everybody once, in order', async () => {
  const request = { organizationId, appId, reads: all }
  const ids: string[] = []
  const trips = await countRoundTrips(database, async () => {
    for await (const batch of streamPeople(database, { ...request, batchMax: 3 }))
      ids.push(...batch.map(({ id }) => id))
  })
  const rows = await query<{ id: string }>('select id from users order by id', [])
  assert.deepEqual(
    ids,
    rows.map(({ id }) => id),
  )
  assert.equal(trips, Math.floor(ids.length / 3) + 1)
  const tail: string[] = []
  for await (const batch of streamPeople(database, { ...request, after: ids[1], upTo: ids[3] }))
    tail.push(...batch.map(({ id }) => id))
  assert.deepEqual(tail, ids.slice(2, 4))
  assert.equal(await countRoundTrips(database, () => readPeople(database, { ...request, ids })), 1)
  const teams: string[] = []
  for await (const batch of streamTeams(database, request)) teams.push(...batch.map(({ display }) => display))
  assert.deepEqual(teams, ['Inner', 'Outer', 'Crew'])
})
