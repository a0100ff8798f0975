import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.ts'
import { postmasterPid, root, runRollcall, spawnRollcall, startServer, temporaryFolder } from '../harness/spawn.ts'

const isRoot = process.getuid?.() === 0

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(text).finally(() => client.end())
  return rows
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

async function waitUntil(condition: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, 'waited in vain')
    await sleep(20)
  }
}

async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    (answer) => answer.status,
    () => 0,
  )
}

test('CON-B1: npm start on a new data folder is ready without any database, says where, and SIGTERM ends it with 0', async () => {
  using folder = temporaryFolder('rollcall data é ')
  const environment = { ROLLCALL_DATA_DIR: folder.path, PORT: '0' }
  for (const turn of ['first', 'second']) {
    const running = spawnRollcall({ command: ['npm', 'start'], environment })
    const [, url] = await running.waitFor(/Rollcall ready at (http:\/\/127\.0\.0\.1:\d+)/)
    assert.equal(await statusOf(`${url}/readyz`), 200, turn)
    const pid = postmasterPid(folder.path)
    assert.ok(isAlive(pid))
    assert.deepEqual(await running.stop(), { code: 0, signal: null }, running.stderr())
    assert.equal(postmasterPid(folder.path), undefined)
  }
})

test('the embedded PostgreSQL is durable, checks its pages, sees letters of all scripts and opens no port', async () => {
  using folder = temporaryFolder()
  const server = await startEmbeddedPostgres({ dataDir: folder.path })
  const settings = await query(
    server.adminUrl,
    `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
      'data_checksums', 'listen_addresses', 'jit') order by name`,
  )
  assert.deepEqual(
    settings.map(({ name, setting }) => `${String(name)}=${String(setting)}`),
    ['data_checksums=on', 'fsync=on', 'full_page_writes=on', 'jit=off', 'listen_addresses=', 'synchronous_commit=on'],
  )
  await query(server.url, 'create extension pg_trgm')
  const [letters] = await query(
    server.url,
    `select cardinality(show_trgm('한국어')) as korean, cardinality(show_trgm('éàü')) as latin, upper('é') as upper`,
  )
  assert.deepEqual(letters, { korean: 4, latin: 4, upper: 'É' })
  const [role] = await query(server.url, 'select rolsuper as super from pg_roles where rolname = current_user')
  assert.deepEqual(role, { super: false })
  assert.equal(statSync(join(server.directory, 'socket')).mode & 0o777, 0o700)
  await server.close()
})

test('a data folder with a path too long for a socket works, through a private folder elsewhere', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'x'.repeat(60), 'y'.repeat(60))
  const server = await startEmbeddedPostgres({ dataDir })
  const socketDirectory = new URL(server.url).searchParams.get('host') ?? ''
  assert.ok(socketDirectory.length < 90, socketDirectory)
  assert.equal(statSync(socketDirectory).mode & 0o777, 0o700)
  assert.deepEqual(await query(server.url, 'select 1 as one'), [{ one: 1 }])
  await server.close()
  rmSync(socketDirectory, { recursive: true })
})

test('a server killed with -9 leaves PostgreSQL running; the next start takes it over, keeps the data and stops it', async () => {
  using folder = temporaryFolder()
  const environment = { ROLLCALL_DATA_DIR: folder.path }
  const first = await startServer({ environment })
  const pid = postmasterPid(folder.path)
  first.child.kill('SIGKILL')
  await first.exited
  assert.ok(isAlive(pid))
  const second = await startServer({ environment })
  assert.equal(postmasterPid(folder.path), pid)
  assert.deepEqual(await second.stop(), { code: 0, signal: null })
  assert.equal(postmasterPid(folder.path), undefined)
})

test('after a crash of everything the stale process id is healed, even when it belongs to another program by now', async () => {
  using folder = temporaryFolder()
  const first = await startEmbeddedPostgres({ dataDir: folder.path })
  await query(first.url, 'create table kept as select 42 as answer')
  await first.leave()
  const file = join(first.directory, 'data/postmaster.pid')
  const pidFile = readFileSync(file, 'utf8')
  process.kill(Number.parseInt(pidFile, 10), 'SIGKILL')
  await waitUntil(() => !isAlive(Number.parseInt(pidFile, 10)))
  // The parent of this process is alive for certain and certainly no PostgreSQL.
  writeFileSync(file, pidFile.replace(/^\d+/, String(process.ppid)))
  const second = await startEmbeddedPostgres({ dataDir: folder.path })
  assert.deepEqual(await query(second.url, 'select answer from kept'), [{ answer: 42 }])
  await second.close()
})

test('PostgreSQL killed with -9 under a running server comes back by itself, and livez never fails', async () => {
  using folder = temporaryFolder()
  await using server = await startServer({ environment: { ROLLCALL_DATA_DIR: folder.path } })
  const killed = postmasterPid(folder.path) ?? assert.fail('no postmaster')
  process.kill(killed, 'SIGKILL')
  await waitUntil(async () => {
    assert.equal(await statusOf(`${server.url}/livez`), 200)
    return postmasterPid(folder.path) !== killed && (await statusOf(`${server.url}/readyz`)) === 200
  })
  assert.match(server.stdout(), /PostgreSQL went away; bringing it back/)
  assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.stderr())
})

test('processes that start together on one data folder share one PostgreSQL, and the last one stops it', async () => {
  using folder = temporaryFolder()
  const environment = { ROLLCALL_DATA_DIR: folder.path, PORT: '0' }
  const serving = spawnRollcall({ arguments: ['serve'], environment })
  const working = spawnRollcall({ arguments: ['work'], environment })
  await Promise.all([serving.waitFor(/Rollcall ready at/), working.waitFor(/Rollcall worker ready/)])
  const pid = postmasterPid(folder.path)
  assert.equal((await serving.stop()).code, 0)
  assert.ok(isAlive(pid), 'the worker still needs it')
  const doctor = await runRollcall({ arguments: ['doctor'], environment })
  assert.match(doctor.stdout, /^ok +database +PostgreSQL 18\.\d+, embedded$/m)
  assert.ok(isAlive(pid), 'the doctor was not the last')
  assert.equal((await working.stop()).code, 0)
  assert.equal(postmasterPid(folder.path), undefined)
})

test('a data folder that is a file, and one of another PostgreSQL version, are refused with a clear text', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  const unusable = await runRollcall({ environment: { ROLLCALL_DATA_DIR: join(file, 'data'), PORT: '0' } })
  assert.equal(unusable.code, 1)
  assert.match(
    unusable.stderr,
    /^rollcall: The data folder .* cannot be used: .*set ROLLCALL_DATA_DIR to another folder/,
  )
  const dataDir = join(folder.path, 'data')
  const server = await startEmbeddedPostgres({ dataDir })
  await server.close()
  const version = join(server.directory, 'data/PG_VERSION')
  writeFileSync(version, '19\n')
  const newer = await runRollcall({ environment: { ROLLCALL_DATA_DIR: dataDir, PORT: '0' } })
  assert.equal(newer.code, 1)
  assert.match(newer.stderr, /made by PostgreSQL 19, and this Rollcall brings PostgreSQL 18.*Nothing was changed/)
})

test('a data folder whose database was moved away is refused instead of starting empty', async () => {
  using folder = temporaryFolder()
  const server = await startEmbeddedPostgres({ dataDir: folder.path })
  await server.close()
  rmSync(server.directory, { recursive: true })
  const started = await runRollcall({ environment: { ROLLCALL_DATA_DIR: folder.path, PORT: '0' } })
  assert.equal(started.code, 1)
  assert.match(started.stderr, /keeps its database in .*postgres, which is gone/)
})

test('as root a data folder that only root may enter keeps its database inside, because others may pass from then on', async (t) => {
  if (!isRoot) return t.diagnostic('not root: the folder is already the own one')
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'volume')
  mkdirSync(dataDir, { mode: 0o700 })
  const server = await startEmbeddedPostgres({ dataDir })
  assert.equal(server.directory, join(dataDir, 'postgres'))
  assert.equal(statSync(dataDir).mode & 0o777, 0o711)
  await server.close()
})

test('as root inside a 0700 folder PostgreSQL runs as another user in a place of its own, and is found again', async (t) => {
  if (!isRoot) return t.diagnostic('not root: there is no other user to drop to')
  using folder = temporaryFolder()
  chmodSync(folder.path, 0o700)
  const dataDir = join(folder.path, 'data')
  const first = await startEmbeddedPostgres({ dataDir })
  const place = first.directory
  t.after(() => rmSync(place, { recursive: true, force: true }))
  assert.equal(place.startsWith(folder.path), false)
  assert.notEqual(statSync(join(place, 'data')).uid, 0)
  await query(first.url, 'create table kept as select 42 as answer')
  await first.close()
  const second = await startEmbeddedPostgres({ dataDir })
  assert.equal(second.directory, place)
  assert.deepEqual(await query(second.url, 'select answer from kept'), [{ answer: 42 }])
  await second.close()
})

const ordinaryUser = 65_534 // nobody

test('an ordinary user starts it in a 0700 folder of its own; another user is told whose data it is', async (t) => {
  if (!isRoot) return t.diagnostic('not root: every other test of this file shows the ordinary user')
  if (!isOpenToAll(root)) return t.diagnostic('the project lies in a folder that no other user can enter')
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  chownSync(folder.path, ordinaryUser, ordinaryUser)
  chmodSync(folder.path, 0o700)
  const user = { uid: ordinaryUser, gid: ordinaryUser }
  const environment = { ROLLCALL_DATA_DIR: dataDir, PORT: '0', HOME: folder.path }
  const running = await startServer({ ...user, environment })
  assert.equal(statSync(join(dataDir, 'postgres/data')).uid, ordinaryUser)
  assert.equal(statSync(dataDir).mode & 0o777, 0o700)
  assert.deepEqual(await running.stop(), { code: 0, signal: null })
  chmodSync(folder.path, 0o755)
  chmodSync(dataDir, 0o777)
  for (const name of ['postgres', 'postgres-location']) chmodSync(join(dataDir, name), 0o755)
  const other = await runRollcall({ uid: 1, gid: 1, environment })
  assert.equal(other.code, 1)
  assert.match(other.stderr, /belongs to user 65534/)
})

function isOpenToAll(directory: string): boolean {
  if ((statSync(directory).mode & 0o001) === 0) return false
  return dirname(directory) === directory || isOpenToAll(dirname(directory))
}
