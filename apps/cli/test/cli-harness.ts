import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../server/test/harness/compile-cache.ts'
import type { TestApplication, TestApplicationOptions } from '../../server/test/harness/application.ts'
import { createListeningApplication } from '../../server/test/harness/listening-application.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export type RunOptions = {
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
  readonly cwd?: string
  /** Called once the process runs. */
  readonly onStart?: (pid: number) => void
}

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the command line as a process of its own; it sees no environment but the given one. */
export function runCli(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, ['--conditions=@rollcall/source', main, ...argv], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...compileCache, ...options.environment },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  if (child.pid !== undefined) options.onStart?.(child.pid)
  return new Promise((settle) => child.on('close', (code) => settle({ code, ...output })))
}

export type CliHarness = AsyncDisposable & {
  readonly url: string
  readonly key: string
  readonly application: TestApplication
  /** A folder of its own, with `data/instance.json` that names the server. */
  readonly folder: string
  /** Runs against the server, by ROLLCALL_URL and ROLLCALL_KEY. */
  run(...argv: readonly string[]): Promise<Ran>
  /** The same with --json; throws unless it exits 0 with exactly one JSON value. */
  json(...argv: readonly string[]): Promise<any> // oxlint-disable-line typescript/no-explicit-any -- tests look into it freely
}

/** The real application on a real port in this process; the command line is spawned. */
export async function createCliHarness(options: TestApplicationOptions = {}): Promise<CliHarness> {
  const server = await createListeningApplication(options)
  const { application, key, url } = server
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data/instance.json'), JSON.stringify({ url, key }))
  chmodSync(join(folder, 'data/instance.json'), 0o600)
  const run = (...argv: readonly string[]): Promise<Ran> =>
    runCli(argv, { environment: { ROLLCALL_URL: url, ROLLCALL_KEY: key } })
  const json = async (...argv: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(...argv, '--json')
    if (code !== 0) throw new Error(`rollcall ${argv.join(' ')} exited ${code}: ${stderr}`)
    return JSON.parse(stdout)
  }
  return {
    url,
    key,
    application,
    folder,
    run,
    json,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
