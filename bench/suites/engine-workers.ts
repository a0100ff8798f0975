import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../child.ts'
import { recordAtLeast, recordBound } from '../report.ts'
import { evaluateOnly, leaveQuarantine, objectsMin } from './engine-queue.ts'
import type { EngineSite } from './engine-site.ts'
import { createInstantTarget } from './instant-target.ts'
import { bytesOfMegabyte } from './memory.ts'
import { watchProcessors } from './processor.ts'

/** As `rollcall work` is started: the last flag of a name holds. */
const workerFlags = ['--max-semi-space-size=32']
const lookMs = 20

/** What was queued is worked off by so many processes beside this one, as `rollcall work` runs them. */
export async function measureWorkers(site: EngineSite, people: number, workers: number): Promise<void> {
  const { database, databaseUrl, encryptionKey } = site
  const organizationId = await site.newOrganization(`workers-${workers}`, people)
  const name = await site.newApp(organizationId, 'Workers', 'https://app.example/scim')
  const engine = site.openEngine(() => createInstantTarget())
  await evaluateOnly(site, engine, name)
  await engine.close()
  const file = new URL('../engine-worker.ts', import.meta.url).pathname
  const start = {
    arguments: [...process.execArgv, ...workerFlags, file, databaseUrl, encryptionKey],
    ready: /ready (\d+)/,
    timeoutMs: 60_000,
  }
  const children = await Promise.all(Array.from({ length: workers }, () => startChild(start)))
  try {
    const seconds = (): number => children.reduce((sum, child) => sum + child.processorSeconds(), 0)
    const processors = await watchProcessors(database, seconds)
    const startedMs = performance.now()
    await leaveQuarantine(site, name)
    await waitForEnd(site, name.appId)
    const perSecond = people / ((performance.now() - startedMs) / 1000)
    const what = `${people} people from claim to log, by ${workers} worker process${workers === 1 ? '' : 'es'}`
    recordAtLeast(what, perSecond, objectsMin, '1/s')
    processors.record(what)
    const memory = Math.max(...children.map((child) => child.memoryBytes()))
    recordBound('memory of such a process', memory / bytesOfMegabyte, 400, 'MB')
  } finally {
    await Promise.all(children.map((child) => child.stop()))
  }
}

async function waitForEnd({ database }: EngineSite, appId: string): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ open: boolean }>(
      { text: 'select exists (select from cycles where app_id = $1 and ended_at is null) as open' },
      [appId],
    )
    if (rows[0]?.open === false) return
    await sleep(lookMs)
  }
}
