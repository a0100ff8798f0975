import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestClock } from '../harness/application.ts'

const script = fileURLToPath(new URL('mortal-source-worker.ts', import.meta.url))
const waitMs = 60_000
/** What passes until the work of a dead worker is taken over. */
const leaseMs = 61_000

/** Where a worker dies: just before a statement or request leaves for the so-manieth time, or when what commits it has left. */
export type Death = { readonly when: 'before' | 'after'; readonly text: string; readonly survived?: number }

type Worker = {
  readonly child: ChildProcess
  readonly ended: Promise<NodeJS.Signals | null>
  readonly said: string[]
}

/** Two workers of sources at all times, whose clocks are the test's; whoever dies gets a successor. */
export class MortalWorkers implements AsyncDisposable {
  readonly #databaseUrl: string
  readonly #clock: TestClock
  #workers: Worker[] = []
  deaths = 0

  private constructor(databaseUrl: string, clock: TestClock) {
    this.#databaseUrl = databaseUrl
    this.#clock = clock
  }

  static async start(databaseUrl: string, clock: TestClock): Promise<MortalWorkers> {
    const workers = new MortalWorkers(databaseUrl, clock)
    workers.#workers = await Promise.all([workers.#spawn(), workers.#spawn()])
    return workers
  }

  async #spawn(): Promise<Worker> {
    const { execPath } = process
    const arguments_ = ['--conditions=@rollcall/source', script, this.#databaseUrl, this.#clock().toISOString()]
    const child = spawn(execPath, arguments_, { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise<NodeJS.Signals | null>((settle) => child.on('exit', (_code, signal) => settle(signal)))
    child.stdin.on('error', () => {})
    const worker: Worker = { child, ended, said: [] }
    createInterface({ input: child.stdout }).on('line', (line) => {
      worker.said.push(line)
      child.emit('said', line)
    })
    await hears(worker, 'ready')
    return worker
  }

  async #tell(line: string): Promise<void> {
    const telling = this.#workers.map(async (worker) => {
      const heard = hears(worker, `told ${line}`)
      worker.child.stdin?.write(`${line}\n`)
      await heard
    })
    await Promise.all(telling)
  }

  /** Time passes, for the product as for its workers. */
  async advance(milliseconds: number): Promise<void> {
    this.#clock.advance(milliseconds)
    await this.#tell(`at ${this.#clock().toISOString()}`)
  }

  /**
   * Has whoever comes to a place die there, one place after the other, with `begin` after the first is set; a lease's time passes
   * after each, and so somebody else goes on.
   */
  async die(deaths: readonly Death[], begin: () => Promise<unknown>): Promise<void> {
    for (const [index, death] of deaths.entries()) {
      await this.#arm(death)
      await (index === 0 ? begin() : this.advance(leaseMs))
      await this.#waitForDeath(death)
      // At once, so that who lives is not done with all of it meanwhile.
      await this.#arm(deaths[index + 1])
      await this.#replaceDead()
    }
    if (deaths.length === 0) await begin()
    await this.#arm(undefined)
    await this.advance(leaseMs)
  }

  #arm(death: Death | undefined): Promise<void> {
    return this.#tell(death === undefined ? 'live' : `die ${death.when} ${death.survived ?? 0} ${death.text}`)
  }

  async #waitForDeath({ when, text }: Death): Promise<void> {
    const ended = this.#workers.map((worker) => worker.ended)
    const signal = await Promise.race([...ended, sleep(waitMs, 'nobody' as const, { ref: false })])
    const said = this.#workers.map((worker) => worker.said.join('\n')).join('\n\n')
    assert.equal(signal, 'SIGKILL', `nobody died ${when} ${text}\n${said}`)
  }

  async #replaceDead(): Promise<void> {
    const isDead = ({ child }: Worker): boolean => child.signalCode !== null || child.exitCode !== null
    this.deaths += this.#workers.filter(isDead).length
    this.#workers = await Promise.all(this.#workers.map(async (worker) => (isDead(worker) ? this.#spawn() : worker)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, ended } of this.#workers) {
      child.kill('SIGKILL')
      await ended
    }
  }
}

/** Resolves when it says so, or is dead. */
async function hears({ child, ended }: Worker, wanted: string): Promise<void> {
  const said = new Promise<void>((resolve) => {
    const listen = (line: string): void => {
      if (line !== wanted) return
      child.off('said', listen)
      resolve()
    }
    child.on('said', listen)
  })
  await Promise.race([said, ended])
}
