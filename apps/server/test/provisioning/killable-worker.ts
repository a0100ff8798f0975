// A worker in a process of its own, which kills itself with -9 in the middle of its work.
// Arguments: address of the database; the step in which it dies (none: never); how often it survives that step;
// milliseconds that its clock is ahead.
// Standard input: `ahead <milliseconds>` sets its clock forward.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { queueDueWakeUps } from '../../src/db/queries/provisioning-wake-ups.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { createOutboundConnections, type OutboundCall, type OutboundReply } from '../../src/outbound-connections.ts'
import { createEngine } from '../../src/provisioning/engine.ts'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { openTarget } from '../../src/provisioning/targets/scim/open-target.ts'
import type { Target } from '../../src/provisioning/targets/target.ts'
import { outboundAllow } from './fake-target/open-fake.ts'

const [url = '', step = 'none', survives = '0', ahead = '0'] = process.argv.slice(2)
let aheadMs = Number(ahead)
const clock = (): Date => new Date(Date.now() + aheadMs)
let left = Number(survives)

function dieIn(name: string): void {
  if (name === step && left-- <= 0) process.kill(process.pid, 'SIGKILL')
}

/** Its steps: asked, about to send, answered. What comes before a request was written down, what comes after was not. */
function mortal(target: Target): Target {
  return {
    ...target,
    find: async (kind, query, signal) => {
      const outcome = await target.find(kind, query, signal)
      dieIn('found')
      return outcome
    },
    create: async (kind, desired) => {
      dieIn('creating')
      const outcome = await target.create(kind, desired)
      dieIn('created')
      return outcome
    },
    update: async (kind, request) => {
      dieIn('updating')
      const outcome = await target.update(kind, request)
      dieIn('updated')
      return outcome
    },
    remove: async (kind, key) => {
      dieIn('removing')
      const outcome = await target.remove(kind, key)
      dieIn('removed')
      return outcome
    },
  }
}

const database = openDatabase({ url, poolMax: 6, statementTimeoutMs: 30_000 })
const connections = createOutboundConnections({ allow: outboundAllow })
/** The way of the one who lives takes a while, so that it is not done before the other one has joined. */
const slowly = async (call: OutboundCall): Promise<OutboundReply> => {
  if (step === 'none') await sleep(call.method === 'GET' || call.method === 'POST' ? 300 : 900)
  return connections.send(call)
}
const rules = createRulesCache()
const engine = createEngine({
  database,
  clock,
  encryption: createEncryption([generateEncryptionKey()]),
  rules: {
    find: (db, revision) => {
      dieIn('evaluating')
      return rules.find(db, revision)
    },
  },
  owner: `worker ${process.pid}`,
  openTarget: ({ target }, onAnswer) =>
    mortal(
      openTarget(
        { target, credentials: { kind: 'bearer', token: 'fake-token' } },
        { send: slowly, now: Date.now, onAnswer },
      ),
    ),
  onFault: (error) => console.error(error),
})

createInterface({ input: process.stdin }).on('line', (line) => {
  const [, milliseconds = '0'] = line.split(' ')
  aheadMs += Number(milliseconds)
  console.log(`ahead ${aheadMs}`)
})
const { signal } = new AbortController()
console.log('ready')
for (;;) {
  await queueDueWakeUps(database, { now: clock(), rowsMax: 1_000 })
  await pumpChanges(database, {
    findRules: (db, revision) => {
      dieIn('pumping')
      return rules.find(db, revision)
    },
    clock,
  })
  await engine.turn(signal)
  await sleep(step === 'none' ? 100 : 10)
}
