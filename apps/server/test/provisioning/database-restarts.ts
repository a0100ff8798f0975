import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Call } from '../../src/access/call.ts'
import { createConnection } from '../../src/access/connections.ts'
import { createKey } from '../../src/access/keys.ts'
import { createOrganization } from '../../src/access/organizations.ts'
import { createApplication, type Application } from '../../src/application.ts'
import { systemClock } from '../../src/clock.ts'
import { configOf } from '../../src/config.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase, type Database } from '../../src/db/pool.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { readProgress } from '../../src/provisioning/apps/progress.ts'
import { DatabaseUnavailable } from '../../src/unavailable.ts'
import { seedUsers } from '../directory/seed.ts'
import { testUrl } from '../harness/application.ts'
import { scimInit } from '../harness/provisioning.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { postmasterPid, temporaryFolder } from '../harness/spawn.ts'
import { startFakeTarget, type FakeTarget } from './fake-target/fake-target.ts'

const script = fileURLToPath(new URL('product-worker.ts', import.meta.url))
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const bulkSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const bulkMax = 500
const permitsMax = 8
const workers = 2
/** So many objects are marked at once in one process (decision 31). */
const inWorkMax = 500
const waitMs = 120_000
/** Nothing has moved for so long: what is left waits for a time, which then passes. */
const stillMs = 1_000
/** Longer than a lease, and than what a lost answer has to settle. */
const passedMs = 90_000
const gate = { kind: 'rolling', windowMs: 60_000, share: 1, min: 1e6, max: 1e6, holdLapsesMs: 60_000 } as const

type Size = {
  readonly people: number
  /** As everybody comes, and again as a third leaves and the others change. */
  readonly restarts: number
}

/**
 * PostgreSQL is stopped at once (as `pg_ctl stop -m immediate` does) and started again while two processes provision into a
 * server: nothing is lost or doubled, and what was counted is true.
 */
export async function restartPostgres({ people, restarts }: Size): Promise<void> {
  await using scene = await createScene(people)
  const { fake } = scene
  const third = Math.floor(people / 3)

  const coming = restartAmong(scene, { method: 'POST', of: people, restarts })
  await using _workers = scene.startWorkers(workers)
  await scene.waitFor(`state = 'linked'`, people)
  assert.equal(coming.stopped(), restarts)
  assert.equal(fake.counts.get('POST /Users'), people, 'nobody was created twice')

  const changing = restartAmong(scene, { method: 'PATCH', of: people, restarts })
  const leaves = { op: 'replace', path: 'active', value: false }
  const renamed = (n: number): object => ({ op: 'replace', path: 'displayName', value: `Changed ${n}` })
  await scene.patchAll((n) => (n <= third ? leaves : renamed(n)), people)
  await scene.waitFor(`state = 'disabled'`, third)
  assert.equal(changing.stopped(), restarts)

  assertAccounts(fake, { people, third })
  await assertCounts(scene, { people, third, restarts })
}

type Scene = AsyncDisposable & {
  readonly fake: FakeTarget
  readonly database: Database
  readonly app: { readonly organizationId: string; readonly appId: string }
  startWorkers(count: number): AsyncDisposable
  /** Changes the first so many people in one way, over SCIM; n is 1 for the first. */
  patchAll(operationFor: (n: number) => object, count: number): Promise<void>
  /** Until so many accounts are in that state and nothing at all is under way; time passes when nothing moves. */
  waitFor(state: string, count: number): Promise<void>
  stopPostgres(): void
}

async function createScene(people: number): Promise<Scene> {
  await using made = new AsyncDisposableStack()
  const folder = made.use(temporaryFolder())
  const postgres = await startEmbeddedPostgres({ dataDir: folder.path })
  made.defer(() => postgres.close())
  const database = openDatabase({ url: postgres.url, poolMax: 5, statementTimeoutMs: 30_000 })
  made.defer(() => database.close())
  await migrate(database, { mode: 'auto', clock: systemClock })
  const encryptionKey = generateEncryptionKey()
  const encryption = createEncryption([encryptionKey])
  const application = createApplication({ config: configOf({ ROLLCALL_PUBLIC_URL: testUrl }), database, encryption })
  made.defer(() => application.close())
  const fake = made.use(await startFakeTarget())

  const call: Call = { actor: 'test', now: new Date(), requestId: undefined, rights: 'all' }
  const { organization } = await createOrganization(database, call, { slug: 'acme' })
  const organizationId = organization.id
  // Guard and gate have tests of their own.
  const command = { type: 'scim', settings: { guard: { enabled: false } } } as const
  const connection = await createConnection(database, call, { organizationId, command })
  const ofConnection = { scopes: ['scim'], connectionId: connection.id } as const
  const { secret } = await createKey(database, call, { organizationId, command: ofConnection })
  await seedUsers(database, { organizationId, connectionId: connection.id }, { count: people })
  const { id: appId } = await createTestApp({ database, encryption }, call, {
    organizationId,
    url: fake.baseUrl,
    target: { profile: { readLagMs: 0, requestsPerSecondMax: 1_000, permitsMax } },
    credentials: { kind: 'bearer', token: fake.token },
    rules: { assignment: 'everyone' },
    settings: { overrides: { gate } },
  })
  const app = { organizationId, appId }
  await database.query(
    { text: 'insert into app_pace (organization_id, app_id, rate, changed_at) values ($1, $2, 1000, now())' },
    [organizationId, appId],
  )
  const children: ChildProcess[] = []
  const owned = made.move()
  return {
    fake,
    database,
    app,
    startWorkers: (count) => {
      const stack = new AsyncDisposableStack()
      for (let n = 0; n < count; n++) {
        const parts = ['--conditions=@rollcall/source', script, postgres.url, encryptionKey]
        const child = spawn(process.execPath, parts, { stdio: ['pipe', 'inherit', 'inherit'] })
        children.push(child)
        stack.defer(() => stopChild(child))
      }
      return stack
    },
    patchAll: (operationFor, count) => patchAll({ database, application, key: secret }, operationFor, count),
    waitFor: (state, count) => waitFor({ database, app, children }, state, count),
    stopPostgres: () => process.kill(postmasterPid(folder.path) ?? assert.fail('no postmaster'), 'SIGQUIT'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  child.stdin?.end()
  await once(child, 'exit')
}

/** Stops PostgreSQL at requests that lie evenly among so many. */
function restartAmong(
  { fake, stopPostgres }: Scene,
  { method, of, restarts }: { readonly method: string; readonly of: number; readonly restarts: number },
): { readonly stopped: () => number } {
  const stopAt = new Set(Array.from({ length: restarts }, (_, n) => Math.ceil(((n + 1) * of) / (restarts + 1))))
  let seen = 0
  let stopped = 0
  fake.fault = (request) => {
    if (request.method !== method) return 'none'
    seen++
    if (!stopAt.has(seen)) return 'none'
    stopPostgres()
    stopped++
    return 'none'
  }
  return { stopped: () => stopped }
}

type Caller = { readonly database: Database; readonly application: Application; readonly key: string }

async function patchAll(
  { database, application, key }: Caller,
  operationFor: (n: number) => object,
  count: number,
): Promise<void> {
  const { rows } = await database.query<{ id: string }>({ text: 'select scim_id as id from users order by id' })
  const operations = rows.slice(0, count).map(({ id }, n) => ({
    method: 'PATCH',
    path: `/Users/${id}`,
    data: { schemas: [patchSchema], Operations: [operationFor(n + 1)] },
  }))
  for (let from = 0; from < count; from += bulkMax) {
    const body = { schemas: [bulkSchema], Operations: operations.slice(from, from + bulkMax) }
    // PostgreSQL may be away: what a client was told to send again it sends again.
    for (let status = 503; status === 503;) {
      const response = await application.fetch(new Request(`${testUrl}/scim/v2/Bulk`, scimInit('POST', { key, body })))
      const text = await response.text()
      const statuses = [
        response.status,
        ...Array.from(text.matchAll(/"status":"(\d+)"/g), ([, found]) => Number(found)),
      ]
      status = Math.max(...statuses)
      assert.ok(status === 200 || status === 503, text)
      if (status === 503) await sleep(100)
    }
  }
}

type Watched = Pick<Scene, 'database' | 'app'> & { readonly children: readonly ChildProcess[] }

async function waitFor({ database, app, children }: Watched, state: string, count: number): Promise<void> {
  const deadline = performance.now() + waitMs
  let seen = ''
  let movedMs = performance.now()
  for (;;) {
    const { done, open } = await readState(database, app, state)
    if (done === count && open === 0) return
    assert.ok(performance.now() < deadline, `${done} of ${count} ${state}, ${open} under way`)
    if (`${done} ${open}` !== seen) movedMs = performance.now()
    seen = `${done} ${open}`
    if (performance.now() - movedMs > stillMs) {
      for (const child of children) child.stdin?.write(`ahead ${passedMs}\n`)
      movedMs = performance.now()
    }
    await sleep(50)
  }
}

/** Accounts that are done for certain, and what is still to be done. */
async function readState(
  database: Database,
  { organizationId, appId }: Scene['app'],
  state: string,
): Promise<{ readonly done: number; readonly open: number }> {
  try {
    const { rows } = await database.query<{ done: number; open: number }>(
      {
        text: `select (select count(*) from links where organization_id = $1 and app_id = $2 and ${state}
            and in_flight_at is null and recheck_at is null and applied_hash is not null) as done,
          (select count(*) from work_items where organization_id = $1 and app_id = $2)
          + (select count(*) from cycles where organization_id = $1 and app_id = $2 and ended_at is null) as open`,
      },
      [organizationId, appId],
    )
    return rows[0] ?? { done: 0, open: 0 }
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error
    return { done: -1, open: -1 }
  }
}

type Sizes = { readonly people: number; readonly third: number }

function assertAccounts(fake: FakeTarget, { people, third }: Sizes): void {
  const accounts = new Map(fake.users.all().map(({ resource }) => [resource['userName'], resource]))
  assert.deepEqual([fake.users.size, accounts.size], [people, people])
  for (let n = 1; n <= people; n++) {
    const { displayName, active } = accounts.get(`seed${n}@example.com`) ?? {}
    assert.deepEqual([active, displayName === `Changed ${n}`], [n > third, n > third], String(n))
  }
}

/** What the cycle, the log and the progress of the app say is what has happened. */
async function assertCounts({ database, app }: Scene, { people, third, restarts }: Sizes & Size): Promise<void> {
  const progress = await readProgress(database, app, new Date())
  const { total, inSync, outOfScope } = progress.users
  assert.deepEqual({ total, inSync, outOfScope }, { total: people, inSync: people, outOfScope: 0 })
  assert.equal(progress.cycle?.state, 'done')
  const { created = 0, adopted = 0, failed } = progress.cycle?.counters ?? {}
  assert.deepEqual([created + adopted, failed], [people, 0])
  const { rows } = await database.query<{ action: string; people: number; lines: number }>(
    {
      text: `select case action when 'adopt' then 'create' else action end as action, count(*) as lines,
          count(distinct object_id) as people
        from provisioning_log where organization_id = $1 and app_id = $2 and status = 'success' group by 1 order by 1`,
    },
    [app.organizationId, app.appId],
  )
  const doneFor = Object.fromEntries(rows.map(({ action, people: count }) => [action, count]))
  const { update = 0, ...whole } = doneFor
  assert.deepEqual(whole, { create: people, disable: third })
  // Whose creation had no answer is found again, and then all of it is sent: those among the leavers are updated too.
  assert.ok(update >= people - third && update <= people, `${update} updated`)
  const lines = Object.fromEntries(rows.map(({ action, lines: count }) => [action, count]))
  assert.equal(lines['create'], people)
  // What was marked is sent once more, and once again when the first can no longer come in: whether it had left nobody knows.
  const again = (lines['update'] ?? 0) + (lines['disable'] ?? 0) - people
  assert.ok(again <= 2 * workers * inWorkMax * restarts, `${again} sent again`)
}
