import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seedUsers } from '../directory/seed.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning } from '../harness/provisioning.ts'
import { spawnRollcall } from '../harness/spawn.ts'
import { startFakeTarget } from './fake-target/fake-target.ts'

const script = fileURLToPath(new URL('killable-worker.ts', import.meta.url))
const people = 20
const changed = 5
const waitMs = 60_000
const minuteMs = 60_000
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

test('CON-F2: a first cycle is over everybody, later ones over what changed; how far it has come is saved after success only', async () => {
  const server = await createTestProvisioning()
  await using _server = server
  server.clock.set(new Date())
  await using fake = await startFakeTarget()
  const { database } = server
  const tenant = await server.createTenant('acme')
  const organizationId = tenant.organization.id
  await seedUsers(database, { organizationId, connectionId: tenant.connection.id }, { count: people })
  await createTestApp({ database, encryption: server.application.parts.encryption }, server.call(), {
    organizationId,
    url: fake.baseUrl,
    target: { profile: { readLagMs: 0, requestsPerSecondMax: 1_000, permitsMax: 4 } },
    rules: { assignment: 'everyone' },
    settings: { numbers: 'entra-parity' },
  })

  const start = (step: string, survives: number, aheadMs: number) =>
    spawnRollcall({
      command: [process.execPath, '--conditions=@rollcall/source', script],
      arguments: [server.databaseUrl, step, String(survives), String(aheadMs)],
    })
  /** A worker that dies in the step. */
  const die = async (step: string, survives: number, aheadMs: number): Promise<void> => {
    await using worker = start(step, survives, aheadMs)
    const late = sleep(waitMs, undefined, { ref: false }).then(() => worker.child.kill('SIGTERM'))
    const { signal } = await Promise.race([worker.exited, late.then(() => worker.exited)])
    assert.equal(signal, 'SIGKILL', `nobody died ${step}: ${worker.stderr()}`)
  }
  /** A worker that goes on until it is so. */
  const live = async (aheadMs: number, isSo: () => Promise<boolean>): Promise<void> => {
    await using worker = start('none', 0, aheadMs)
    for (const deadline = performance.now() + waitMs; !(await isSo()); await sleep(50))
      assert.ok(performance.now() < deadline, `it does not come to an end: ${worker.stderr()}`)
  }
  const rows = async <Row>(text: string): Promise<readonly Row[]> => (await database.query<Row>({ text })).rows
  const cycles = () =>
    rows<{ kind: string; hasEnded: boolean }>(
      'select kind, ended_at is not null as "hasEnded" from cycles order by started_at, id',
    )
  const watermark = async () =>
    (await rows<{ position: number }>(`select position from outbox_cursors where consumer = 'provisioning'`))[0]
      ?.position
  const queued = async () => (await rows(`select from work_items`)).length

  await die('created', 3, 0)
  assert.deepEqual(await cycles(), [{ kind: 'initial', hasEnded: false }], 'an unfinished cycle does not count')
  await live(2 * minuteMs, async () => (await cycles()).every(({ hasEnded }) => hasEnded))
  assert.deepEqual(await cycles(), [{ kind: 'initial', hasEnded: true }])
  assert.equal(fake.users.size, people)
  assert.equal(await queued(), 0)

  const before = await watermark()
  const changing = await rows<{ id: string }>(`select scim_id as id from users order by id limit ${changed}`)
  for (const [n, { id }] of changing.entries()) {
    const Operations = [{ op: 'replace', path: 'displayName', value: `Changed ${n}` }]
    assert.equal((await tenant.scim('PATCH', `/Users/${id}`, { schemas: [patchSchema], Operations })).status, 200)
  }
  await die('pumping', 0, 2 * minuteMs)
  assert.deepEqual([await watermark(), await queued()], [before, 0], 'nothing of what was read is saved')
  await live(2 * minuteMs, async () => (await queued()) === changed)
  assert.ok(((await watermark()) ?? 0) > (before ?? 0))
  fake.clearCounts()

  await die('updated', 1, 45 * minuteMs)
  assert.deepEqual((await cycles()).at(-1), { kind: 'incremental', hasEnded: false })
  await live(48 * minuteMs, async () => (await cycles()).every(({ hasEnded }) => hasEnded) && (await queued()) === 0)
  assert.deepEqual(await cycles(), [
    { kind: 'initial', hasEnded: true },
    { kind: 'incremental', hasEnded: true },
  ])
  const names = fake.users.all().map(({ resource }) => String(resource['displayName']))
  assert.deepEqual(
    names.filter((name) => name.startsWith('Changed')).toSorted(),
    changing.map((_, n) => `Changed ${n}`),
  )
  // Nobody else was looked for or sent anything.
  const touched = new Set(fake.seen.slice(-fake.requests).map(({ path }) => path))
  assert.equal(touched.size, changed)
  assert.equal(fake.users.size, people)
})
