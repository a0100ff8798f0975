import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readProgress, type Progress } from '../../src/provisioning/apps/progress.ts'
import { seedUsers } from '../directory/seed.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { createMemoryTarget } from './memory-target.ts'
import { rulesOf } from './rules-fixture.ts'

const everyone = { rules: rulesOf({}, { assignment: 'everyone' }) }

async function seed(harness: EngineHarness, count: number): Promise<void> {
  const { server, organizationId, tenant } = harness
  await seedUsers(server.database, { organizationId, connectionId: tenant.connection.id }, { count })
}

/** What the loop of a process does, on its own time, until it is told to stop. */
function startLoop(harness: EngineHarness): () => Promise<void> {
  const stopping = new AbortController()
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await harness.engine.turn(stopping.signal)
      await sleep(500)
    }
  })()
  return async () => {
    stopping.abort()
    await loop
    await harness.engine.idle()
  }
}

test('ENG-29: a pause in the middle of a cycle holds within 2 s, a stop lets it end, a restart keeps every link', async () => {
  const target = createMemoryTarget()
  const made = { at: 0, count: 0 }
  const slow = {
    ...target,
    create: async (...request: Parameters<typeof target.create>) => {
      await sleep(20)
      made.at = performance.now()
      made.count++
      return target.create(...request)
    },
  }
  await using harness = await createEngineHarness({ target: slow, ...everyone })
  await seed(harness, 3_000)
  const stop = startLoop(harness)
  while (made.count < 100) await sleep(20)
  const pausedAt = performance.now()
  await harness.setApp({ state: 'paused' })
  await sleep(3_000)
  assert.ok(made.at - pausedAt < 2_000, `${made.at - pausedAt} ms`)
  const count = made.count
  assert.ok(count < 3_000)
  await harness.setApp({ state: 'stopping' })
  for (let left = 600; left > 0 && made.count < 3_000; left--) await sleep(100)
  await stop()
  await harness.settle()
  assert.deepEqual([target.accounts.size, target.counts.create], [3_000, 3_000])
  const [app] = await harness.rows<{ state: string }>('select state from apps where organization_id = $1 and id = $2')
  assert.equal(app?.state, 'stopped')
  const links = 'select object_id, target_key from links where organization_id = $1 and app_id = $2 order by object_id'
  const before = await harness.rows(links)
  await harness.setApp({ state: 'active' })
  await harness.rows(`update cycles set rules_revision = 0 where organization_id = $1 and app_id = $2 returning id`)
  await harness.settle()
  assert.deepEqual(await harness.rows(links), before)
  assert.equal(target.counts.create, 3_000)
})

test('CON-F7: accounts are matched by rules in order; more than one is an error, one of somebody else too', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({ matching: byBoth }), quirks: { isUnique: false } })
  const { fake } = harness
  const work = (value: string): object => ({ emails: [{ type: 'work', value }] })
  const byMail = fake.users.insert({ schemas: [], userName: 'other', ...work('ada@example.com') }, { by: 'foreign' })
  // Found by the second rule, which is not asked where the first one finds anything.
  fake.users.insert({ schemas: [], userName: 'ada@example.com' }, { by: 'foreign' })
  for (const name of ['one', 'two'])
    fake.users.insert({ schemas: [], userName: name, ...work('bob@example.com') }, { by: 'foreign' })
  const ada = await harness.createPerson('ada@example.com', work('ada@example.com'))
  const bob = await harness.createPerson('bob@example.com', work('bob@example.com'))
  const eve = await harness.createPerson('eve@example.com', work('eve@example.com'))
  await harness.assign(...[ada, bob, eve].map((id) => ({ kind: 'user' as const, id })))
  await harness.settle()
  const links = await harness.rows<{ id: string; state: string; key: string | null; failure: string | null }>(
    `select object_id as id, state, target_key as key, failure_code as failure from links
      where organization_id = $1 and app_id = $2`,
  )
  const of = (id: string): readonly unknown[] => {
    const link = links.find((each) => each.id === id)
    return [link?.state, link?.failure]
  }
  assert.deepEqual(of(ada), ['linked', null])
  assert.equal(links.find(({ id }) => id === ada)?.key, byMail.id)
  assert.deepEqual(of(bob), ['unlinked', 'Ambiguous'])
  assert.deepEqual(of(eve), ['linked', null])
  assert.equal(fake.users.size, 5)
})

test('CON-F6: what we neither created nor linked is never changed, and accounts are disabled before they are deleted', async () => {
  const leaving = { policy: 'disableThenDelete', graceDays: 30 } as const
  await using harness = await createEngineHarness({ rules: rulesOf({ leaving, adoption: 'refuse' }) })
  const { fake } = harness
  const foreign = fake.users.insert(
    { schemas: [], userName: 'ada@example.com', displayName: 'Theirs' },
    { by: 'foreign' },
  )
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ours' })
  const bob = await harness.createPerson('bob@example.com')
  await harness.assign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  await harness.unassign({ kind: 'user', id: ada }, { kind: 'user', id: bob })
  await harness.settle()
  await harness.pass(31 * 86_400_000)
  assert.deepEqual(
    fake.users.all().map(({ id, resource }) => [id, resource['displayName']]),
    [[foreign.id, 'Theirs']],
  )
  const writes = fake.seen.filter(({ method, path }) => method !== 'GET' && path.endsWith(foreign.id))
  assert.deepEqual(writes, [])
  const ours = fake.seen.filter(({ method }) => method === 'PATCH' || method === 'DELETE').map(({ method }) => method)
  assert.deepEqual(ours, ['PATCH', 'DELETE'])
})

test('ENG-07: a conflict with two candidates never links; one with an account that nobody sees is asked twice, then waits', async () => {
  await using harness = await createEngineHarness({})
  const { fake } = harness
  fake.users.insert({ schemas: [], userName: 'ada@example.com' }, { by: 'foreign', isHidden: true })
  const ada = await harness.createPerson('ada@example.com')
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  for (let day = 0; day < 10; day++) await harness.pass(86_400_000)
  assert.equal(fake.counts.get('POST /Users'), 2)
  const [link] = await harness.rows<{ state: string; failure: string }>(
    'select state, failure_code as failure from links where organization_id = $1 and app_id = $2',
  )
  assert.deepEqual([link?.state, link?.failure], ['unlinked', 'InvisibleConflict'])

  // Taken, and by then two accounts match.
  const memory = createMemoryTarget()
  let searches = 0
  const twice = {
    ...memory,
    find: () => {
      const value = searches++ < 2 ? [] : ['a', 'b'].map((key) => ({ key, resource: {} }))
      return Promise.resolve({ kind: 'done', status: 200, value } as const)
    },
    create: () => {
      memory.counts.create++
      return Promise.resolve({ kind: 'conflict', status: 409, reason: 'Conflict', detail: 'taken' } as const)
    },
  }
  await using other = await createEngineHarness({ target: twice, rules: rulesOf({ matching: byBoth }) })
  const bob = await other.createPerson('bob@example.com', { emails: [{ type: 'work', value: 'bob@example.com' }] })
  await other.assign({ kind: 'user', id: bob })
  await other.settle()
  for (let day = 0; day < 10; day++) await other.pass(86_400_000)
  assert.equal(memory.counts.create, 1)
  const [second] = await other.rows<{ state: string; failure: string }>(
    'select state, failure_code as failure from links where organization_id = $1 and app_id = $2',
  )
  assert.deepEqual([second?.state, second?.failure], ['unlinked', 'Ambiguous'])
})

const byBoth = [
  [{ target: 'emails[type eq "work"].value', source: 'mail' }],
  [{ target: 'userName', source: 'userPrincipalName' }],
]

test('ENG-27: at any moment of a cycle the states of an app add up to the people of the organization', async () => {
  const people = 2_000
  const target = createMemoryTarget()
  const looks: { readonly created: number; readonly users: Progress['users'] }[] = []
  let created = 0
  const watched = {
    ...target,
    create: async (...request: Parameters<typeof target.create>) => {
      created++
      // From within the cycle, however fast the machine is: in a request that nobody has written down yet.
      if (created % 200 === 1) await look(created)
      return created % 7 === 0
        ? ({ kind: 'refused', status: 400, reason: 'InvalidValue', detail: 'no', attribute: 'title' } as const)
        : target.create(...request)
    },
  }
  await using harness = await createEngineHarness({ target: watched, ...everyone })
  const { server, organizationId, appId } = harness
  const look = async (at: number): Promise<void> => {
    const { users } = await readProgress(server.database, { organizationId, appId }, server.clock())
    looks.push({ created: at, users })
  }
  await seed(harness, people)
  await look(0)
  const stop = startLoop(harness)
  do await Promise.all([look(created), sleep(100)])
  while ((looks.at(-1)?.created ?? 0) < people)
  await stop()
  await harness.settle()
  await look(created)
  for (const { users } of looks) {
    const { total, ...states } = users
    const counts = Object.values(states)
    assert.equal(total, people)
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      total,
    )
    assert.ok(counts.every((count) => count >= 0))
  }
  const end = looks.at(-1)?.users
  assert.ok(end !== undefined && end.escrowed > 0)
  assert.equal(end.inSync + end.escrowed, people)
  // Nobody is at the first creation; at one of the last most are, since far fewer than these are in work at once.
  assert.equal(looks.find((each) => each.created === 1)?.users.inSync, 0)
  const late = looks.find((each) => each.created === 1_801)?.users.inSync ?? 0
  assert.ok(late > 0 && late < end.inSync, `${late} of ${end.inSync}`)
})
