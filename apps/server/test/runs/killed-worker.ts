// A worker in a process of its own, which a test kills: node … killed-worker.ts <database url>
// It does a run of kind "slow", piece by piece, and prints each piece; a piece writes a row in the transaction of its checkpoint.
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../src/clock.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { workOffRuns } from '../../src/jobs/run-worker.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { slowKind } from './slow-kind.ts'

const database = openDatabase({ url: process.argv[2] ?? '', poolMax: 3, statementTimeoutMs: 5_000 })
const kind = slowKind(database, async (piece) => {
  console.log(`piece ${piece}`)
  await sleep(50)
})
const isRefusal = (): boolean => false
await workOffRuns(
  { database, clock: systemClock, logger: silentLogger, kinds: [kind], isRefusal, leaseMs: 500 },
  new AbortController().signal,
)
await database.close()
