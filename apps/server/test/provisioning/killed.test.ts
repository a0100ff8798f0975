import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { assign, unassign } from '../../src/provisioning/apps/assignments.ts'
import type { ObjectRef } from '../../src/provisioning/object.ts'
import { seedUsers } from '../directory/seed.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { startFakeTarget, type FakeTarget } from './fake-target/fake-target.ts'
import { rulesOf } from './rules-fixture.ts'

const script = fileURLToPath(new URL('killable-worker.ts', import.meta.url))
const peopleCount = 40
const waitMs = 40_000
const gate = {
  kind: 'rolling',
  windowMs: 86_400_000,
  share: 1,
  min: 1_000,
  max: 1_000,
  holdLapsesMs: 86_400_000,
} as const
/** What passes until the work of a dead worker is taken over, as the rows want it. */
const resumesMs = 90_000

let server: TestProvisioning
let tenant: TestTenant
let people: readonly ObjectRef[]
let survivor: Worker

before(async () => {
  server = await createTestProvisioning()
  server.clock.set(new Date())
  tenant = await server.createTenant('acme')
  const scope = { organizationId: tenant.organization.id, connectionId: tenant.connection.id }
  await seedUsers(server.database, scope, { count: peopleCount })
  const { rows } = await server.database.query<{ id: string }>({ text: 'select id from users order by id' })
  people = rows.map(({ id }) => ({ kind: 'user', id }))
  survivor = await startWorker('none')
})
after(async () => {
  survivor.child.kill('SIGKILL')
  await survivor.exited
  await server.close()
})

type Worker = { readonly child: ChildProcess; readonly exited: Promise<NodeJS.Signals | null> }

/** How far the clocks of workers are ahead: what must be waited for passes at once. */
let aheadMs = 0

async function startWorker(step: string, survives = 0): Promise<Worker> {
  const child = spawn(
    process.execPath,
    ['--conditions=@rollcall/source', script, server.databaseUrl, step, String(survives), String(aheadMs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const exited = new Promise<NodeJS.Signals | null>((settle) => child.on('exit', (_code, signal) => settle(signal)))
  await new Promise<void>((ready) => child.stdout.on('data', () => ready()))
  return { child, exited }
}

function pass(milliseconds: number): void {
  aheadMs += milliseconds
  survivor.child.stdin?.write(`ahead ${milliseconds}\n`)
}

type Scene = { readonly fake: FakeTarget; readonly appId: string; readonly organizationId: string }

async function createScene(name: string): Promise<Scene> {
  const fake = await startFakeTarget()
  const organizationId = tenant.organization.id
  const leaving = { policy: 'disableThenDelete', graceDays: 30 } as const
  const app = await createTestApp(
    { database: server.database, encryption: server.application.parts.encryption },
    server.call(),
    {
      organizationId,
      name,
      url: fake.baseUrl,
      target: { profile: { readLagMs: 0, requestsPerSecondMax: 1_000, permitsMax: 8 } },
      rules: rulesOf({ leaving }),
      // The gate has tests of its own.
      settings: { overrides: { gate } },
    },
  )
  await server.database.query(
    { text: `insert into app_pace (organization_id, app_id, rate, changed_at) values ($1, $2, 1000, now())` },
    [organizationId, app.id],
  )
  return { fake, appId: app.id, organizationId }
}

/** Waits until so many accounts are as they should be; what was done once never counts as undone meanwhile. */
async function waitFor({ appId, organizationId }: Scene, text: string): Promise<void> {
  const deadline = performance.now() + waitMs
  let seen = 0
  for (;;) {
    const { rows } = await server.database.query<{ count: number }>(
      { text: `select count(*) as count from links where organization_id = $1 and app_id = $2 and ${text}` },
      [organizationId, appId],
    )
    const count = rows[0]?.count ?? 0
    assert.ok(count >= seen, `progress went back from ${seen} to ${count}`)
    seen = count
    if (count === peopleCount) return
    if (performance.now() > deadline) assert.fail(`only ${count} of ${peopleCount} where ${text}`)
    await sleep(50)
  }
}

/** Two workers go for the work; one dies in the step, and the other one goes on alone after what a lease takes. */
async function dieAndResume(scene: Scene, step: string, work: () => Promise<unknown>, done: string): Promise<void> {
  const victim = await startWorker(step, step === 'evaluating' ? 0 : 2)
  await work()
  await assertKilled(victim)
  pass(resumesMs)
  await waitFor(scene, done)
}

async function assertKilled(victim: Worker): Promise<void> {
  const signal = await Promise.race([victim.exited, sleep(waitMs, 'lives' as const, { ref: false })])
  victim.child.kill('SIGKILL')
  assert.equal(signal, 'SIGKILL', 'the worker never came to the step in which it dies')
}

function assertAccounts({ fake }: Scene, isActive: boolean): void {
  const names = fake.users.all().map(({ resource }) => resource['userName'])
  assert.deepEqual([names.length, new Set(names).size], [peopleCount, peopleCount])
  for (const { resource } of fake.users.all()) assert.equal(resource['active'], isActive)
}

const linked = `state = 'linked' and in_flight_at is null and recheck_at is null and applied_hash is not null`
const disabled = `state = 'disabled' and in_flight_at is null and recheck_at is null and applied_hash is not null`

for (const step of ['evaluating', 'found', 'creating', 'created'])
  test(`CON-B7: a worker is killed with -9 (${step}): another one resumes, and no account is made twice`, async () => {
    const scene = await createScene(step)
    await using _ = scene.fake
    const request = { organizationId: scene.organizationId, appId: scene.appId, subjects: people }
    await dieAndResume(scene, step, () => assign(server.database, server.call(), request), linked)
    assertAccounts(scene, true)
  })

test('ENG-06: workers are killed with -9 while they create, change, enable, disable and delete; 90 s later all is done, once', async () => {
  const scene = await createScene('phases')
  await using _ = scene.fake
  const request = { organizationId: scene.organizationId, appId: scene.appId, subjects: people }
  const come = (): Promise<unknown> => assign(server.database, server.call(), request)
  const leave = (): Promise<unknown> => unassign(server.database, server.call(), request)
  await dieAndResume(scene, 'created', come, linked)
  assertAccounts(scene, true)
  await dieAndResume(scene, 'updating', leave, disabled)
  assertAccounts(scene, false)
  await dieAndResume(scene, 'updated', come, linked)
  assertAccounts(scene, true)
  await leave()
  await waitFor(scene, disabled)
  const victim = await startWorker('removed', 2)
  pass(31 * 86_400_000)
  victim.child.stdin?.write(`ahead ${31 * 86_400_000}\n`)
  await assertKilled(victim)
  pass(resumesMs)
  await waitFor(scene, `state = 'dead'`)
  assert.equal(scene.fake.users.size, 0)
})
