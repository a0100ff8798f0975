import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A server that the bench started. */
export type Child = {
  readonly port: number
  /** Resident memory of the Node process, in bytes. */
  memoryBytes(): number
  stop(): Promise<void>
}

/** How to start a server and how its port is found in what it prints. */
export type ChildOptions = {
  readonly arguments: readonly string[]
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly ready: RegExp
  readonly timeoutMs: number
}

/** Starts a server under this Node and waits until it says which port it listens on. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, options.arguments, {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await readPort(child, options)
  return {
    port,
    memoryBytes: () => residentBytes(child.pid),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

function readPort(child: ChildProcess, options: ChildOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready: ${options.arguments.join(' ')}`)), options.timeoutMs)
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${options.arguments.join(' ')}`)))
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"level":"error"')) console.error(line)
      const port = options.ready.exec(line)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(Number(port))
    })
  })
}

function residentBytes(pid: number | undefined): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}
