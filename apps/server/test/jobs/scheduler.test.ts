import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { toExecuteSql } from '../../src/db/execute-sql.ts'
import { migrateScheduler, startScheduler, type ScheduledJob } from '../../src/jobs/scheduler.ts'
import { createLogger, silentLogger } from '../../src/telemetry/logger.ts'
import { createTestDatabase, type TestDatabase } from '../harness/database.ts'

let own: TestDatabase
before(async () => {
  own = await createTestDatabase()
})
after(() => own.close())

const never = '0 0 29 2 *'

function start(
  jobs: readonly ScheduledJob[],
  options: { readonly mayMigrate?: boolean; readonly lines?: string[]; readonly on?: TestDatabase } = {},
) {
  const { lines, mayMigrate = true, on = own } = options
  const write = (line: string): void => void lines?.push(line)
  const logger =
    lines === undefined ? silentLogger : createLogger({ level: 'info', isPretty: false, isColored: false, write })
  return startScheduler({
    jobs,
    logger,
    executeSql: toExecuteSql(on.database),
    mayMigrate,
    pollSeconds: 0.5,
    firstDelayMs: 0,
  })
}

test('without leave to migrate and without its schema the timetable says so, and stops at once', async () => {
  await using empty = await createTestDatabase()
  const lines: string[] = []
  const scheduler = start([], { mayMigrate: false, lines, on: empty })
  await waitFor(() => lines.length > 0)
  assert.match(lines[0] ?? '', /the timetable of jobs cannot start/)
  await scheduler.stop()
})

test('the migration makes the schema, and again changes nothing', async () => {
  const executeSql = toExecuteSql(own.database)
  await migrateScheduler({ executeSql })
  await migrateScheduler({ executeSql })
  const { rows } = await executeSql(`select from pg_tables where schemaname = 'pgboss' and tablename = 'job'`)
  assert.equal(rows.length, 1)
})

test('of three processes that start together one at a time runs a job; one that fails is logged and hinders nobody', async () => {
  const lines: string[] = []
  const runs = { count: 0, now: 0, most: 0 }
  const good: ScheduledJob = {
    name: 'good',
    cron: never,
    run: async () => {
      runs.count++
      runs.now++
      runs.most = Math.max(runs.most, runs.now)
      await sleep(1_500)
      runs.now--
    },
  }
  const bad: ScheduledJob = { name: 'bad', cron: never, run: () => Promise.reject(new Error('out of order')) }
  const schedulers = [start([bad, good], { lines }), start([bad, good], { lines }), start([bad, good], { lines })]
  await Promise.all(schedulers.map(({ started }) => started))
  await waitFor(() => runs.count > 0 && runs.now === 0)
  await Promise.all(schedulers.map((scheduler) => scheduler.stop()))
  assert.equal(runs.most, 1)
  assert.ok(lines.some((line) => line.includes('a job failed') && line.includes('out of order')))
})

test('a stop tells the running job, and waits for it', async () => {
  const state = { isRunning: false, wasTold: false }
  const slow: ScheduledJob = {
    name: 'slow',
    cron: never,
    run: async (signal) => {
      state.isRunning = true
      await sleep(30_000, undefined, { signal }).catch(() => {})
      state.wasTold = signal.aborted
      await sleep(200)
      state.isRunning = false
    },
  }
  const scheduler = start([slow])
  await waitFor(() => state.isRunning)
  await scheduler.stop()
  assert.deepEqual(state, { isRunning: false, wasTold: true })
})

test('what is no longer on the timetable is taken off it', async () => {
  for (const name of ['gone', 'stays']) {
    const scheduler = start([{ name, cron: never, run: async () => {} }])
    await scheduler.started
    await scheduler.stop()
  }
  const { rows } = await toExecuteSql(own.database)('select key from pgboss.schedule order by key')
  assert.deepEqual(rows, [{ key: 'stays' }])
})

async function waitFor(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt++) {
    assert.ok(attempt < 200, 'waited in vain')
    await sleep(50)
  }
}
