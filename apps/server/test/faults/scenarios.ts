import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { provisionProcess } from '../harness/provision-process.ts'
import { postmasterPid, startServer, temporaryFolder, type RunningServer } from '../harness/spawn.ts'
import { assertNothingLost, startLoad, waitForCount, type Load } from './load.ts'

/** How hard a scenario is played: a short one belongs to every run of the tests, a long one to `npm run test:faults`. */
export type Strength = { readonly kills: number; readonly writers: number; readonly writesBetween: number }

// A client waits at most for a connection (5 s) and for what was cut off; ten times that would be a hang.
const hangMs = 50_000

const writesOf = (load: Load): number => load.created.size

async function waitForWrites(load: Load, more: number): Promise<void> {
  const wanted = writesOf(load) + more
  const deadline = performance.now() + hangMs
  while (writesOf(load) < wanted) {
    assert.ok(performance.now() < deadline, `only ${writesOf(load)} of ${wanted} writes: ${[...load.counts].join(' ')}`)
    await sleep(10)
  }
}

function getPostmasterPid(dataDir: string): number {
  return postmasterPid(dataDir) ?? assert.fail('no postmaster')
}

/** PostgreSQL dies while people are written; the server says 503, brings it back, and has everything it acknowledged. */
export async function killPostgres({ kills, writers, writesBetween }: Strength): Promise<void> {
  using folder = temporaryFolder()
  await using server = await startServer({ environment: { ROLLCALL_DATA_DIR: folder.path } })
  const { key } = await provisionProcess(server.url, folder.path)
  const options = { url: server.url, key, writers }
  const load = await startLoad(options)
  for (let kill = 1; kill <= kills; kill++) {
    await waitForWrites(load, writesBetween)
    const unavailable = load.counts.get('503') ?? 0
    process.kill(getPostmasterPid(folder.path), 'SIGKILL')
    await waitForCount(load, '503', unavailable + 1)
  }
  await waitForWrites(load, writesBetween)
  await load.stop()
  assert.deepEqual([...load.counts.keys()].toSorted(), ['200', '201', '204', '503'], [...load.counts].join(' '))
  assert.ok(load.slowestMs() < hangMs, `${load.slowestMs()} ms`)
  await assertNothingLost(load, options)
  assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.stderr())
}

/** The server dies while people are written, with or without its PostgreSQL; the next start heals and has everything. */
export async function killServer({ kills, writers, writesBetween }: Strength): Promise<void> {
  using folder = temporaryFolder()
  const start = (): Promise<RunningServer> => startServer({ environment: { ROLLCALL_DATA_DIR: folder.path } })
  let server = await start()
  const { key } = await provisionProcess(server.url, folder.path)
  for (let kill = 1; kill <= kills; kill++) {
    const options = { url: server.url, key, writers, name: `round-${kill}`, mayBreak: true }
    const load = await startLoad(options)
    await waitForWrites(load, writesBetween)
    if (kill % 2 === 0) process.kill(getPostmasterPid(folder.path), 'SIGKILL')
    server.child.kill('SIGKILL')
    await server.exited
    await load.stop()
    server = await start()
    await assertNothingLost(load, { ...options, url: server.url })
  }
  assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.stderr())
}
