import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { compileCache } from './compile-cache.ts'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))
const main = join(root, 'apps/server/src/main.ts')

export type RollcallOptions = {
  readonly arguments?: readonly string[]
  /** Besides PATH and HOME the process sees only these. */
  readonly environment?: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
  readonly cwd?: string
  /** Instead of Node on the server's main file, such as `['npm', 'start']`. */
  readonly command?: readonly [string, ...string[]]
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type RunningProcess = AsyncDisposable & {
  readonly child: ChildProcess
  readonly exited: Promise<Exit>
  stdout(): string
  stderr(): string
  /** Resolves with the first match in standard output; rejects with all output when the process ends before. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>
  /** SIGTERM, then the exit. */
  stop(): Promise<Exit>
}

export type RunningServer = RunningProcess & { readonly url: string }

/** Starts one of our programs as a process of its own. */
export function spawnRollcall(options: RollcallOptions = {}): RunningProcess {
  const [file, ...prefix] = options.command ?? [process.execPath, '--conditions=@rollcall/source', main]
  const child = spawn(file, [...prefix, ...(options.arguments ?? [])], {
    cwd: options.cwd ?? root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...compileCache, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const exited = new Promise<Exit>((settle) => child.on('close', (code, signal) => settle({ code, signal })))
  const stop = async (): Promise<Exit> => {
    child.kill('SIGTERM')
    return exited
  }
  return {
    child,
    exited,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    waitFor: (pattern, timeoutMs = 60_000) => waitFor(child, output, { pattern, timeoutMs }),
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop()
    },
  }
}

/** Runs a command to its end. */
export async function runRollcall(options: RollcallOptions): Promise<Exit & { stdout: string; stderr: string }> {
  const running = spawnRollcall(options)
  const exit = await running.exited
  return { ...exit, stdout: running.stdout(), stderr: running.stderr() }
}

/** Starts a server on a free port and waits until it is ready. */
export async function startServer(options: RollcallOptions = {}): Promise<RunningServer> {
  const running = spawnRollcall({ ...options, environment: { PORT: '0', ...options.environment } })
  const [, url = ''] = await running.waitFor(/Rollcall ready at (\S+)/)
  return { ...running, url }
}

async function waitFor(
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
  { pattern, timeoutMs }: { readonly pattern: RegExp; readonly timeoutMs: number },
): Promise<RegExpExecArray> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const found = pattern.exec(output.stdout)
    if (found !== null) return found
    if (child.exitCode !== null || child.signalCode !== null) break
    await sleep(10)
  }
  throw new Error(`${pattern} did not come.\n${output.stdout}\n${output.stderr}`)
}

export type TemporaryFolder = Disposable & { readonly path: string }

/** A data folder of its own; disposing of it also ends a PostgreSQL that a failed test left behind. */
export function temporaryFolder(name = 'rollcall-data-'): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), name))
  // As root PostgreSQL runs as another user, who must be able to pass.
  chmodSync(path, 0o755)
  return {
    path,
    [Symbol.dispose]: () => {
      const pid = postmasterPid(path)
      if (pid !== undefined) kill(pid)
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** The process id in the data folder's `postmaster.pid`, or undefined when there is none. */
export function postmasterPid(dataDir: string): number | undefined {
  try {
    const directory = resolve(dataDir, readFileSync(join(dataDir, 'postgres-location'), 'utf8').trim())
    return Number.parseInt(readFileSync(join(directory, 'data/postmaster.pid'), 'utf8'), 10)
  } catch {
    return undefined
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    // It is gone already.
  }
}
