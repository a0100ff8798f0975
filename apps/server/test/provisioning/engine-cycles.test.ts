import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transaction } from '../../src/db/transaction.ts'
import { restartCycle } from '../../src/provisioning/cycles.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'
import { seedUsers } from '../directory/seed.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { createMemoryTarget } from './memory-target.ts'

const dayMs = 86_400_000
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

async function seed(harness: EngineHarness, count: number): Promise<void> {
  const { server, organizationId, tenant } = harness
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count })
}

/** As an administrator does it: links stay, and all is sent again. */
async function restart(harness: EngineHarness): Promise<void> {
  const { server, organizationId, appId } = harness
  const app = { organizationId, appId, revision: 1, hasTeams: false }
  await transaction(server.database, (tx) => restartCycle(tx, app, server.clock()))
}

test('ENG-02: a second cycle over 10,000 people whose data did not change sends no request', async () => {
  const target = createMemoryTarget()
  await using harness = await createEngineHarness({ target, rules: rulesOf({}, { assignment: 'everyone' }) })
  await seed(harness, 10_000)
  await harness.settle()
  assert.equal(target.accounts.size, 10_000)
  const before = { ...target.counts }
  // Other rules of the same outcome: everybody is looked at again.
  const [row] = await harness.rows<{ count: number }>(
    `insert into app_rules select organization_id, app_id, 2, document, note, created_by, created_at from app_rules
      where organization_id = $1 and app_id = $2 returning 1 as count`,
  )
  assert.equal(row?.count, 1)
  await harness.setApp({ live_revision: 2 })
  await harness.settle()
  assert.deepEqual(target.counts, before)
  const cycles = await harness.rows<{ kind: string; state: string; estimate: number }>(
    'select kind, state, estimate from cycles where organization_id = $1 and app_id = $2 order by started_at, id',
  )
  assert.deepEqual(
    cycles.map(({ kind, state }) => [kind, state]),
    [
      ['initial', 'done'],
      ['full', 'done'],
    ],
  )
  const [link] = await harness.rows<{ count: number }>(
    'select count(*) as count from links where organization_id = $1 and app_id = $2 and rules_revision = 2',
  )
  assert.equal(link?.count, 10_000)
})

test('AC-E20: a first cycle over 100 people in a chain of managers matches, creates, and sets the managers afterwards', async () => {
  const mappings = [...usualMappings, { target: `${enterprise}:manager`, kind: 'reference', source: 'manager' }]
  await using harness = await createEngineHarness({ rules: rulesOf({ mappings }, { assignment: 'everyone' }) })
  const { fake } = harness
  // One has an account already, under his name.
  fake.users.insert({ userName: 'p50@example.com', schemas: [] }, { by: 'foreign' })
  // From the last of the chain to the first: whoever is named is there only afterwards.
  const [first] = await harness.rows<{ count: number }>(
    'select count(*) as count from users where organization_id = $1 and $2::uuid is not null',
  )
  let manager: string | undefined
  for (let n = 0; n < 100; n++) {
    const { body } = await harness.tenant.scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      userName: `p${n}@example.com`,
      ...(manager !== undefined && { [enterprise]: { manager: { value: manager } } }),
    })
    manager = body.id
  }
  await harness.settle()
  const accounts = fake.users.all()
  const people = accounts.filter(({ resource }) => /^p\d+@/.test(String(resource['userName'])))
  assert.equal(people.length, 100)
  assert.equal(accounts.length, 100 + (first?.count ?? 0))
  const byName = new Map(people.map((account) => [String(account.resource['userName']), account]))
  for (let n = 1; n < 100; n++) {
    const { manager: named } = toEnterprise(byName.get(`p${n}@example.com`)?.resource[enterprise])
    assert.equal(named?.value, byName.get(`p${n - 1}@example.com`)?.id, `manager of p${n}`)
  }
  const links = await harness.rows<{ origin: string; count: number }>(
    'select origin, count(*) as count from links where organization_id = $1 and app_id = $2 group by origin order by origin',
  )
  assert.equal(links.find(({ origin }) => origin === 'adopted')?.count, 1)
  const [cursor] = await harness.rows<{ position: number }>(
    `select position from outbox_cursors where organization_id = $1 and consumer = 'provisioning' and $2::uuid is not null`,
  )
  assert.ok((cursor?.position ?? 0) > 0)
})

type Enterprise = { readonly manager?: { readonly value: string } }

function toEnterprise(value: unknown): Enterprise {
  return typeof value === 'object' && value !== null ? value : {}
}

test('AC-E21: only what changed is looked at; unassigned is a PATCH of active alone, deleted for good is a DELETE', async () => {
  const leaving = { policy: 'disableThenDelete', graceDays: 365 } as const
  await using harness = await createEngineHarness({
    rules: rulesOf({ leaving }),
    settings: { numbers: 'entra-parity' },
  })
  const { fake, server } = harness
  const ada = await harness.createPerson('ada@example.com')
  const bob = await harness.createPerson('bob@example.com')
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  assert.equal(fake.users.size, 2)
  fake.clearCounts()

  await harness.unassign({ kind: 'user', id: ada })
  // The next tick is up to 40 minutes away.
  await harness.settle()
  assert.equal(fake.requests, 0)
  await harness.pass(40 * 60_000)
  assert.deepEqual([...fake.counts], [['PATCH /Users/…', 1]])
  const { body } = fake.seen.at(-1) ?? {}
  assert.deepEqual(toOperations(body), [{ op: 'replace', path: 'active', value: false }])
  const ticks = await harness.rows<{ kind: string }>(
    `select kind from cycles where organization_id = $1 and app_id = $2 and state = 'done' order by started_at, id`,
  )
  assert.deepEqual(
    ticks.map(({ kind }) => kind),
    ['initial', 'incremental'],
  )

  const [row] = await harness.rows<{ scimId: string }>(
    `select scim_id as "scimId" from users where organization_id = $1 and $2::uuid is not null and user_name_key like 'bob%'`,
  )
  await harness.tenant.scim('DELETE', `/Users/${row?.scimId}`)
  await harness.pass(40 * 60_000)
  fake.clearCounts()
  // The bin is emptied: what was disabled is deleted.
  await server.database.query(
    { text: `update users set purged_at = $2, document = '{}', version = version + 1 where id = $1` },
    [bob, server.clock()],
  )
  await server.database.query(
    {
      text: `insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, actor, data)
        values ($1, $2, 'user.purged', 'user', $3, 9, 'test', '{}')`,
    },
    [harness.organizationId, server.clock(), bob],
  )
  await harness.pass(40 * 60_000)
  assert.deepEqual([...fake.counts], [['DELETE /Users/…', 1]])
})

function toOperations(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'Operations' in body ? body.Operations : body
}

test('AC-E22: a restart forgets what was sent and keeps the links; a stop lets the cycle end', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({}, { assignment: 'everyone' }) })
  const { fake } = harness
  for (const name of ['ada', 'bob', 'eve']) await harness.createPerson(`${name}@example.com`)
  await harness.settle()
  const links = 'select object_id, target_key from links where organization_id = $1 and app_id = $2 order by object_id'
  const before = await harness.rows(links)
  fake.clearCounts()
  await restart(harness)
  await harness.setApp({ state: 'stopping' })
  await harness.settle()
  assert.deepEqual(await harness.rows(links), before)
  // Everybody was sent once more, nobody was created.
  assert.equal(fake.counts.get('PATCH /Users/…'), before.length)
  assert.equal(fake.counts.get('POST /Users'), undefined)
  const [app] = await harness.rows<{ state: string }>('select state from apps where organization_id = $1 and id = $2')
  assert.equal(app?.state, 'stopped')
  await harness.createPerson('max@example.com')
  await harness.settle()
  assert.ok(!fake.users.all().some(({ resource }) => resource['userName'] === 'max@example.com'))
  await harness.setApp({ state: 'active' })
  await harness.settle()
  assert.ok(fake.users.all().some(({ resource }) => resource['userName'] === 'max@example.com'))
})

test('AC-E23: a person who is disabled gets no account before becoming active', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({}, { assignment: 'assigned' }) })
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com', { active: false })
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  assert.equal(fake.requests, 0)
  await harness.patchPerson(ada, [{ op: 'replace', path: 'active', value: true }])
  await harness.settle()
  assert.equal(fake.users.size, 1)
})

test('AC-E29: where the rules leave leavers alone, nobody is disabled', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({ leaving: { policy: 'nothing' } }) })
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com')
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  fake.clearCounts()
  await harness.unassign({ kind: 'user', id: ada })
  await harness.pass(dayMs)
  assert.equal(fake.requests, 0)
  assert.equal(fake.users.all()[0]?.resource['active'], true)
})

test('a leaver is disabled at once, deleted after the grace, and made anew on return', async () => {
  const leaving = { policy: 'disableThenDelete', graceDays: 30 } as const
  await using harness = await createEngineHarness({ rules: rulesOf({ leaving }) })
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com')
  const bob = await harness.createPerson('bob@example.com')
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  await harness.unassign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['active']),
    [false, false],
  )
  await harness.pass(20 * dayMs)
  // Who returns in time has the account back.
  await harness.assign({ kind: 'user', id: bob })
  await harness.settle()
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['active']),
    [false, true],
  )
  await harness.pass(11 * dayMs)
  assert.deepEqual(
    fake.users.all().map(({ resource }) => resource['userName']),
    ['bob@example.com'],
  )
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  assert.equal(fake.users.size, 2)
  const states = await harness.rows<{ state: string }>(
    'select state from links where organization_id = $1 and app_id = $2 order by object_id',
  )
  assert.deepEqual(
    states.map(({ state }) => state),
    ['linked', 'linked'],
  )
})
