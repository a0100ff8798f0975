import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '../operator-error.ts'
import type { Location } from './location.ts'
import { processEnvironment } from './process-environment.ts'

export type PostmasterState =
  | { readonly kind: 'absent' }
  /** The file of a postmaster that is gone: killed, or the machine went down. */
  | { readonly kind: 'stale'; readonly pid: number }
  | { readonly kind: 'starting' | 'ready' | 'stopping'; readonly pid: number }

export type PostgresSettings = Readonly<Record<string, string>>

const pollMs = 10
const startTimeoutMs = 60_000
const stopTimeoutMs = 20_000
const logBytesMax = 10 * 1024 * 1024
const logTailBytes = 2_000
// The postmaster was killed and one of its children is still at work on its shared memory; it notices soon.
const orphansRemain = /pre-existing shared memory block .* is still in use/

/** Reads `postmaster.pid`, whose last line says how far the postmaster is, and checks that the process is really it. */
export function readPostmaster(location: Location): PostmasterState {
  const lines = readPidFile(location)
  if (lines === undefined) return { kind: 'absent' }
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10))
  if (!isPostmasterOf(pid, location)) return { kind: 'stale', pid }
  const status = (lines[7] ?? '').trim()
  if (status === 'ready') return { kind: 'ready', pid }
  return { kind: status === 'stopping' ? 'stopping' : 'starting', pid }
}

function readPidFile(location: Location): readonly string[] | undefined {
  const file = join(location.dataDirectory, 'postmaster.pid')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : undefined
}

/** After a crash or in a new container the same number may be another program: compare the data directory in its command line. */
function isPostmasterOf(pid: number, location: Location): boolean {
  return Number.isInteger(pid) && pid > 0 && commandLine(pid).includes(location.dataDirectory)
}

function commandLine(pid: number): string {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Starts a postmaster that outlives this process (another Rollcall process may share it) and waits until it is ready. */
export async function startPostmaster(location: Location, binaries: string, settings: PostgresSettings): Promise<void> {
  const deadline = performance.now() + startTimeoutMs
  for (;;) {
    healStale(location)
    const failure = await spawnPostmaster(location, binaries, settings)
    if (failure === undefined) return
    if (!orphansRemain.test(failure) || performance.now() > deadline) {
      throw new OperatorError(`PostgreSQL did not start. Its log (${logFile(location)}) ends with:\n${failure}`)
    }
    await sleep(pollMs * 10)
  }
}

/**
 * PostgreSQL removes the file of a dead postmaster itself, unless its number now belongs to another process.
 * Our own number in it says "stale" to the postmaster that we start, and keeps its check for orphaned children.
 */
function healStale(location: Location): void {
  const lines = readPidFile(location)
  if (lines === undefined) return
  const file = join(location.dataDirectory, 'postmaster.pid')
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'))
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock'])
    rmSync(join(location.socketDirectory, name), { force: true })
}

/** Resolves with undefined once ready, or with the end of the log when it exited. */
async function spawnPostmaster(
  location: Location,
  binaries: string,
  settings: PostgresSettings,
): Promise<string | undefined> {
  const log = openLog(location)
  const child = spawn(join(binaries, 'bin', 'postgres'), postmasterArguments(location, settings), {
    cwd: location.directory,
    env: processEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
    ...(location.user && { uid: location.user.uid, gid: location.user.gid }),
  })
  closeSync(log)
  const exited = new Promise<'exited'>((resolve) => {
    child.once('exit', () => resolve('exited'))
    child.once('error', () => resolve('exited'))
  })
  const outcome = await Promise.race([exited, waitUntilReady(location, child)])
  child.unref()
  return outcome === 'ready' ? undefined : readLogTail(location)
}

async function waitUntilReady(location: Location, child: ChildProcess): Promise<'ready' | 'exited'> {
  const deadline = performance.now() + startTimeoutMs
  while (child.exitCode === null && performance.now() < deadline) {
    const state = readPostmaster(location)
    if (state.kind === 'ready' && state.pid === child.pid) return 'ready'
    await sleep(pollMs)
  }
  return 'exited'
}

function postmasterArguments(location: Location, settings: PostgresSettings): readonly string[] {
  const fixed = {
    listen_addresses: '',
    unix_socket_directories: location.socketDirectory,
    unix_socket_permissions: '0700',
  }
  const pairs = Object.entries({ ...settings, ...fixed })
  return ['-D', location.dataDirectory, ...pairs.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** Fast shutdown: ends sessions, writes a checkpoint; immediate when that takes too long (the next start recovers). */
export async function stopPostmaster(location: Location): Promise<void> {
  const state = readPostmaster(location)
  if (state.kind === 'absent' || state.kind === 'stale') return
  signal(state.pid, 'SIGINT')
  if (await isGone(location, state.pid, stopTimeoutMs)) return
  signal(state.pid, 'SIGQUIT')
  await isGone(location, state.pid, stopTimeoutMs)
}

async function isGone(location: Location, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    if (!isPostmasterOf(pid, location)) return true
    await sleep(pollMs)
  }
  return false
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It went by itself between the look and the signal.
  }
}

export function logFile(location: Location): string {
  return join(location.directory, 'postgres.log')
}

function openLog(location: Location): number {
  const file = logFile(location)
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}

function readLogTail(location: Location): string {
  return readFileSync(logFile(location), 'utf8').slice(-logTailBytes).trim()
}
