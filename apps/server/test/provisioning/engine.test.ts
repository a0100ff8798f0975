import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enqueueWork } from '../../src/db/queries/provisioning-work.ts'
import { seedUsers } from '../directory/seed.ts'
import { createEngineHarness } from './engine-harness.ts'
import { createMemoryTarget } from './memory-target.ts'
import { createRandom } from './protocol/random.ts'
import { rulesOf } from './rules-fixture.ts'

test('assigned people get accounts, changes follow, and who leaves is disabled', async () => {
  await using harness = await createEngineHarness()
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  const bob = await harness.createPerson('bob@example.com', { displayName: 'Bob' })
  await harness.createPerson('eve@example.com', { displayName: 'Eve' })
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  assert.deepEqual(harness.faults, [])
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['userName']),
    ['ada@example.com', 'bob@example.com'],
  )

  fake.clearCounts()
  await harness.settle()
  assert.equal(fake.requests, 0)
  await harness.patchPerson(ada, [{ op: 'replace', path: 'displayName', value: 'Ada Lovelace' }])
  await harness.settle()
  assert.equal(fake.users.all()[0]?.resource['displayName'], 'Ada Lovelace')
  assert.deepEqual([...fake.counts], [['PATCH /Users/…', 1]])
  await harness.patchPerson(bob, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
  assert.equal(fake.users.all()[1]?.resource['active'], false)
  assert.deepEqual(harness.faults, [])
})

test('two people of one name get two logins: each the first candidate that nobody has', async () => {
  const expression =
    'SelectUniqueValue([name.familyName], Join("", [name.familyName], "2"), Join("", [name.familyName], "3"))'
  const mappings = [
    { target: 'userName', kind: 'expression', expression, apply: 'onCreate' },
    { target: 'displayName', kind: 'direct', source: 'displayName' },
    { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])' },
    { target: 'externalId', kind: 'direct', source: 'objectId' },
  ]
  const matching = [[{ target: 'externalId', source: 'objectId' }]]
  await using harness = await createEngineHarness({ rules: rulesOf({ mappings, matching }) })
  harness.fake.users.insert({ schemas: [], userName: 'lovelace' }, { by: 'foreign' })
  const name = { familyName: 'Lovelace' }
  const ada = await harness.createPerson('ada@example.com', { name })
  const eve = await harness.createPerson('eve@example.com', { name })
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: eve })
  await harness.settle()
  const names = harness.fake.users.all().map(({ resource }) => String(resource['userName']))
  assert.deepEqual(names.toSorted(), ['Lovelace2', 'Lovelace3', 'lovelace'])
})

test('ENG-01: notices that are lost, doubled and shuffled never change the result', async () => {
  const target = createMemoryTarget()
  // So many changes of one attribute would be held; the gate has tests of its own.
  const gate = { kind: 'rolling', windowMs: 60_000, share: 1, min: 1_000, max: 1_000, holdLapsesMs: 60_000 } as const
  const rules = rulesOf({}, { assignment: 'everyone' })
  await using harness = await createEngineHarness({ target, rules, settings: { overrides: { gate } } })
  const { server, organizationId, appId, tenant } = harness
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count: 60 })
  await harness.settle()
  const random = createRandom(7)
  const people = await harness.rows<{ id: string }>(
    'select id from users where organization_id = $1 and $2::uuid is not null',
  )
  for (let round = 0; round < 20; round++) {
    const changed = people.filter(() => random() < 0.3)
    for (const { id } of changed)
      await server.database.query(
        {
          text: `update users set version = version + 1,
            document = jsonb_set(document::jsonb, '{displayName}', to_jsonb($3::text))::text where organization_id = $1 and id = $2`,
        },
        [organizationId, id, `Name ${round}`],
      )
    // A third is lost, a third told twice, and others are told of whom nothing changed; in any order.
    const told = changed.filter(() => random() < 0.67)
    const notices = [...told, ...told.filter(() => random() < 0.5), ...people.filter(() => random() < 0.1)]
    for (const { id } of notices.toSorted(() => random() - 0.5))
      await enqueueWork(
        server.database,
        { organizationId, appId },
        {
          objects: [{ objectId: id, kind: 'user', lane: 3 }],
          initiator: 'change',
          dueAt: server.clock(),
        },
      )
    if (random() < 0.5) await harness.settle()
  }
  // What was lost is found by the next look at everybody.
  await harness.rows('update cycles set rules_revision = 0 where organization_id = $1 and app_id = $2 returning id')
  await harness.settle()
  const wanted = await harness.rows<{ name: string; display: string }>(
    `select document::jsonb ->> 'userName' as name, document::jsonb ->> 'displayName' as display from users
      where organization_id = $1 and $2::uuid is not null order by 1`,
  )
  const actual = [...target.accounts.values()].map(({ attributes }) => ({
    name: String(attributes['userName']),
    display: String(attributes['displayName']),
  }))
  assert.deepEqual(
    actual.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    wanted,
  )
  assert.equal(target.counts.create, 60)
})
