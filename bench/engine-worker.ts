// A process that works for apps beside others, as `rollcall work` does, into an app that answers at once within the process.
// Arguments: address of the database, key of the encryption. Ends with SIGTERM.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../apps/server/src/db/pool.ts'
import { openBenchEngine } from './suites/engine-site.ts'
import { createInstantTarget } from './suites/instant-target.ts'

const [url = '', encryptionKey = ''] = process.argv.slice(2)
/** As in the server. */
const turnMs = 500
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())

const database = openDatabase({ url, poolMax: 16, statementTimeoutMs: 1_800_000 })
const target = createInstantTarget(`w${process.pid}-`)
const engine = openBenchEngine({ database, encryptionKey, openTarget: () => target })
console.log('ready 0')
while (!stopping.signal.aborted) {
  await engine.turn(stopping.signal)
  await sleep(turnMs)
}
await engine.close()
await database.close()
