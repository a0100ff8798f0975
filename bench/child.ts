import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A server that the bench started. */
export type Child = {
  readonly port: number
  /** Resident memory of the Node process, in bytes. */
  memoryBytes(): number
  /** Processor time of the Node process so far. */
  processorSeconds(): number
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
    processorSeconds: () => processorSeconds(child.pid),
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

const ticksPerSecond = 100

/** Of a process that runs. */
function processorSeconds(pid: number | undefined): number {
  const [, , , , , , , , , , , user = 0, system = 0] = readStat(pid)
  return (user + system) / ticksPerSecond
}

/** Of the parent of a process and all of its children, those that have ended too: a PostgreSQL by one of its backends. */
export function familySeconds(childPid: number): number {
  const [, parent = 0] = readStat(childPid)
  const [, , , , , , , , , , , user = 0, system = 0, endedUser = 0, endedSystem = 0] = readStat(parent)
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number)
  const ended = (user + system + endedUser + endedSystem) / ticksPerSecond
  return children.reduce((sum, pid) => sum + processorSeconds(pid), ended)
}

/** The fields behind the name, which may hold anything: state, parent, …, the times of itself and of children that ended. */
function readStat(pid: number | undefined): readonly number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
}

function residentBytes(pid: number | undefined): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}
