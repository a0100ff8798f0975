import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgetLink } from '../../src/provisioning/apps/links.ts'
import { pauseApp, restartApp, resumeApp, stopApp } from '../../src/provisioning/apps/app-state.ts'
import { getApp } from '../../src/provisioning/apps/app.ts'
import { readProgress } from '../../src/provisioning/apps/progress.ts'
import { deleteApp } from '../../src/provisioning/apps/delete-app.ts'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

test('a restart evaluates everybody and sends all again; links stay, and nobody is made twice', async () => {
  await using harness = await provisioned()
  const { fake, server, organizationId, appId } = harness
  const app = { organizationId, appId }
  const before = await harness.rows(
    'select object_id, target_key from links where organization_id = $1 and app_id = $2 order by 1',
  )
  fake.clearCounts()
  await restartApp(server.database, server.call(), app)
  await harness.settle()
  assert.deepEqual(
    await harness.rows('select object_id, target_key from links where organization_id = $1 and app_id = $2 order by 1'),
    before,
  )
  assert.equal(fake.users.all().length, 2)
  assert.equal(fake.counts.get('POST /Users') ?? 0, 0)
  assert.ok(fake.requests >= 2, 'both were sent again')
  const cycles = await harness.rows<{ kind: string; resends_all: boolean }>(
    'select kind, resends_all from cycles where organization_id = $1 and app_id = $2 order by id',
  )
  assert.deepEqual(cycles.at(-1), { kind: 'full', resends_all: true })
})

test('paused, nothing is sent and changes wait; stopped, it stays so; resumed, it goes on', async () => {
  await using harness = await provisioned()
  const { fake, server, organizationId, appId } = harness
  const app = { organizationId, appId }
  await pauseApp(server.database, server.call(), { ...app, reason: 'Maintenance' })
  const eve = await harness.createPerson('eve@example.com')
  await harness.assign({ kind: 'user', id: eve })
  fake.clearCounts()
  await turn(harness)
  assert.equal(fake.requests, 0)
  await resumeApp(server.database, server.call(), app)
  await harness.settle()
  assert.equal(fake.users.all().length, 3)
  assert.equal((await stopApp(server.database, server.call(), app)).state, 'stopped')
  await harness.patchPerson(eve, [{ op: 'replace', path: 'displayName', value: 'Eve' }])
  fake.clearCounts()
  await turn(harness)
  assert.equal(fake.requests, 0)
  assert.equal((await restartApp(server.database, server.call(), app)).state, 'active')
  await harness.settle()
  assert.ok(fake.users.all().some(({ resource }) => resource['displayName'] === 'Eve'))
})

test('a forgotten link leaves the account alone, and the account is found again when the app goes on', async () => {
  await using harness = await provisioned()
  const { fake, server, organizationId, appId, people } = harness
  const app = { organizationId, appId }
  const [ada = ''] = people
  await assert.rejects(forgetLink(server.database, server.call(), { ...app, objectId: ada }), /pause it/)
  await pauseApp(server.database, server.call(), app)
  fake.clearCounts()
  await forgetLink(server.database, server.call(), { ...app, objectId: ada })
  assert.equal(fake.requests, 0)
  await resumeApp(server.database, server.call(), app)
  await harness.settle()
  const [link] = await harness.rows<{ origin: string; state: string }>(
    `select origin, state from links where organization_id = $1 and app_id = $2 and object_id = '${ada}'`,
  )
  assert.deepEqual(link, { origin: 'adopted', state: 'linked' })
  assert.equal(fake.users.all().length, 2)
})

test('the states sum to the number of people before, while and after an app is provisioned, and each is reached', async () => {
  await using harness = await createEngineHarness()
  const { server, organizationId, appId, fake } = harness
  const read = async () => (await readProgress(server.database, { organizationId, appId }, server.clock())).users
  const ids: string[] = []
  for (let number = 0; number < 12; number++) ids.push(await harness.createPerson(`user${number}@example.com`))
  const [left = '', refused = ''] = ids
  await harness.assign(...ids.slice(0, 10).map((id) => ({ kind: 'user', id }) as const))
  assert.deepEqual(await read(), { ...nothing, total: 12, outOfScope: 12 })
  fake.fault = ({ body }) => (JSON.stringify(body ?? '').includes('user1@') ? { kind: 'answer', status: 400 } : 'none')
  await harness.settle()
  assert.deepEqual(await read(), { ...nothing, total: 12, inSync: 9, escrowed: 1, outOfScope: 2 })
  await harness.patchPerson(left, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
  const shown = await read()
  assert.equal(shown.total, 12)
  assert.equal(
    Object.values(shown).reduce((sum, count) => sum + count, 0),
    24,
  )
  assert.equal(shown.escrowed, 1, refused)
})

test('a deleted app is worked on no more, and what is left of it goes', async () => {
  await using harness = await provisioned()
  const { server, organizationId, appId, fake } = harness
  await deleteApp(server.database, server.call(), { organizationId, appId })
  await assert.rejects(getApp(server.database, { organizationId, appId }), /no such app/)
  fake.clearCounts()
  await turn(harness)
  server.clock.advance(3_000)
  await workOffAllRuns(server.application.parts, new AbortController().signal)
  assert.equal(fake.requests, 0)
  for (const table of [
    'links',
    'link_shadows',
    'work_items',
    'cycles',
    'provisioning_log',
    'app_assignments',
    'app_health',
  ])
    assert.deepEqual(
      await harness.rows(`select app_id from ${table} where organization_id = $1 and app_id = $2`),
      [],
      table,
    )
})

const nothing = { inSync: 0, pending: 0, waiting: 0, escrowed: 0, held: 0, conflict: 0, outOfScope: 0 }

/** Two people who have their accounts. */
async function provisioned(): Promise<EngineHarness & { readonly people: readonly string[] }> {
  const harness = await createEngineHarness()
  const people = [await harness.createPerson('ada@example.com'), await harness.createPerson('bob@example.com')]
  await harness.assign(...people.map((id) => ({ kind: 'user', id }) as const))
  await harness.settle()
  assert.equal(harness.fake.users.all().length, 2)
  return { ...harness, people }
}

/** Hears what changed, and takes one turn of the engine, which may leave work behind. */
async function turn({ engine, server }: EngineHarness): Promise<void> {
  const { database, clock } = server
  await pumpChanges(database, { findRules: createRulesCache().find, clock })
  await engine.turn(new AbortController().signal)
  await engine.idle()
}
