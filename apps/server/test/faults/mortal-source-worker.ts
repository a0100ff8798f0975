// The loops of sources in a process of its own, which kills itself with -9 where it is told to.
// Arguments: address of the database, the time.
// Standard input, a line a command: `at <time>`; `live`; `die before|after <survived> <text>`: when the statement or request that
// contains the text is about to leave for the so-and-so-manieth time, or when what commits it has left.
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApplication } from '../../src/application.ts'
import { configOf } from '../../src/config.ts'
import { openDatabase } from '../../src/db/pool.ts'
import type { Handler, Loops } from '../../src/jobs/loop.ts'
import { startSources } from '../../src/read-sources.ts'

const [url = '', start = ''] = process.argv.slice(2)
const turnMs = 20
let now = new Date(start)
let death: { readonly when: string; left: number; readonly text: string } | undefined
/** The connections whose next commit is the last one. */
let dying = new WeakSet<object>()

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

// On the wire all statements and requests look alike, whoever sends them and however they are batched.
const write = Socket.prototype.write
Socket.prototype.write = function (this: Socket, ...parts: readonly unknown[]): boolean {
  // What it says to the test is no work.
  if (Object.is(this, process.stdout)) return Reflect.apply(write, this, parts)
  const [chunk] = parts
  const text = typeof chunk === 'string' ? chunk : Buffer.isBuffer(chunk) ? chunk.toString('latin1') : ''
  if (death !== undefined && text.includes(death.text) && death.left-- <= 0) {
    if (death.when === 'before') die()
    dying.add(this)
  }
  const isLast = dying.has(this) && (text.includes('commit\0') || text.includes(' HTTP/1.1\r\n'))
  // It has left: nobody knows what becomes of it.
  if (isLast) setImmediate(die)
  return Reflect.apply(write, this, parts)
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, when = '', left = '0', ...text] = line.split(' ')
  if (command === 'at') now = new Date(when)
  if (command === 'live') [death, dying] = [undefined, new WeakSet()]
  if (command === 'die') death = { when, left: Number(left), text: text.join(' ') }
  console.log(`told ${line}`)
})

async function repeat(handler: Handler): Promise<void> {
  const { signal } = new AbortController()
  for (;;) {
    await handler(signal)
    await sleep(turnMs)
  }
}

const database = openDatabase({ url, poolMax: 6, statementTimeoutMs: 30_000 })
const { parts } = createApplication({
  config: configOf({ ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' }),
  database,
  clock: () => now,
})
const loops: Pick<Loops, 'everyInterval' | 'inEveryProcess'> = {
  everyInterval: () => {},
  inEveryProcess: (_name, _intervalMs, handler) => void repeat(handler),
}
// Those that it does not call are left out.
startSources(parts, loops as Loops)
console.log('ready')
