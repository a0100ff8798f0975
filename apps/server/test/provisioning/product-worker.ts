// The product's own loops of provisioning in a process of its own. Arguments: address of the database, key of the encryption.
// Standard input: `ahead <milliseconds>` sets its clock forward; its end stops the process.
import { createInterface } from 'node:readline'
import { createApplication } from '../../src/application.ts'
import { configOf } from '../../src/config.ts'
import { withLease } from '../../src/db/lease.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { createEncryption } from '../../src/encryption.ts'
import { startProvisioning } from '../../src/jobs.ts'
import { createLoops } from '../../src/jobs/loop.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { outboundAllow } from './fake-target/open-fake.ts'

const [url = '', encryptionKey = ''] = process.argv.slice(2)
let aheadMs = 0
const database = openDatabase({ url, poolMax: 10, statementTimeoutMs: 30_000 })
const { parts, close } = createApplication({
  config: configOf({ ROLLCALL_PUBLIC_URL: 'https://rollcall.test', ROLLCALL_OUTBOUND_ALLOW: outboundAllow.join(',') }),
  database,
  clock: () => new Date(Date.now() + aheadMs),
  encryption: createEncryption([encryptionKey]),
})
const loops = createLoops({ logger: silentLogger, withLease: (name, work) => withLease(database, name, work) })
const engine = startProvisioning(parts, loops)
const input = createInterface({ input: process.stdin }).on('line', (line) => {
  const [, milliseconds = '0'] = line.split(' ')
  aheadMs += Number(milliseconds)
})
input.on('close', () => void stop())
console.log('ready')

async function stop(): Promise<void> {
  await loops.stop()
  await engine.close()
  await close()
  await database.close()
}
