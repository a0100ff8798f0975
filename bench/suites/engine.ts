import { type Client, createClient, eq, type Exchange } from '@rollcall/scim/client'
import { createOutboundConnections } from '../../apps/server/src/outbound-connections.ts'
import { openTarget } from '../../apps/server/src/provisioning/targets/scim/open-target.ts'
import { type Child, startChild } from '../child.ts'
import { person } from '../people.ts'
import { record, recordAtLeast, recordBound, recordRatio } from '../report.ts'
import { finishCycle } from './engine-cycle.ts'
import { evaluateOnly, leaveQuarantine, objectsMin } from './engine-queue.ts'
import { type EngineSite, openEngineSite, permitsMax } from './engine-site.ts'
import { measureWorkers } from './engine-workers.ts'
import { createInstantTarget } from './instant-target.ts'
import { bytesOfMegabyte, watchMemory } from './memory.ts'
import { watchProcessors } from './processor.ts'

const token = 'bench-token'

/** From the directory to applications: how fast accounts are made. */
export async function engineSuite({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  await using site = await openEngineSite()
  await measureWire(site, isQuick ? 1_000 : 20_000)
  await measureEngine(site, isQuick ? 5_000 : 100_000)
  for (const workers of [1, 2]) await measureWorkers(site, isQuick ? 5_000 : 100_000, workers)
}

/**
 * A first cycle over HTTP, against a bare client that asks and makes the same accounts: one as anybody writes it, over the
 * `fetch` of Node, and, to tell what the engine itself costs, one over the engine's own connections.
 */
async function measureWire(site: EngineSite, people: number): Promise<void> {
  const app = await startChild({
    arguments: [new URL('../accounts-server.ts', import.meta.url).pathname],
    ready: /ready (\d+)/,
    timeoutMs: 20_000,
  })
  const connections = createOutboundConnections({ allow: ['127.0.0.0/8'] })
  try {
    const baseUrl = `http://127.0.0.1:${app.port}/scim`
    const floor = await measureBare(app, createClient({ baseUrl, token, retries: 0 }), people)
    const authorize: Exchange['authorize'] = ({ headers }) => void headers.set('authorization', `Bearer ${token}`)
    const exchange: Exchange = { authorize, send: (call) => connections.send({ ...call, ca: undefined }) }
    const ownFloor = await measureBare(app, createClient({ baseUrl, exchange, retries: 0 }), people)
    await ask(app, 'DELETE')
    const organizationId = await site.newOrganization('wire', people)
    const name = await site.newApp(organizationId, 'Wire', baseUrl)
    const engine = site.openEngine((opened, onAnswer) =>
      openTarget(opened, { send: (call) => connections.send(call), now: Date.now, onAnswer }),
    )
    const processors = await watchProcessors(site.database)
    await finishCycle(site, engine, name)
    await engine.close()
    const { count, ms } = await ask(app, 'GET')
    const title = `first cycle of ${people} people over HTTP (${(count / people).toFixed(1)} requests each)`
    recordRatio(title, count / (ms / 1000), { floor }, 0.8)
    record({ name: 'the bare client over the connections of the engine', value: ownFloor, unit: '1/s' })
    processors.record(`that cycle of ${people} people`)
  } finally {
    connections.close()
    await app.stop()
  }
}

/** What the app takes of a bare client of `@rollcall/scim`: as many requests at once, the same questions, the same accounts. */
async function measureBare(app: Child, { users }: Client, people: number): Promise<number> {
  await ask(app, 'DELETE')
  let next = 0
  const lane = async (): Promise<void> => {
    for (let number = next++; number < people; number = next++) {
      const { externalId, userName, ...rest } = person(number) as { externalId: string; userName: string }
      await users.list({ filter: eq('externalId', externalId), count: 2 }).next()
      await users.list({ filter: eq('userName', userName), count: 2 }).next()
      await users.create({ externalId, userName, ...rest })
    }
  }
  await Promise.all(Array.from({ length: permitsMax }, lane))
  const { count, ms } = await ask(app, 'GET')
  return count / (ms / 1000)
}

/** The same without a wire: first everybody is evaluated, then what was queued is claimed, marked, made and logged. */
async function measureEngine(site: EngineSite, people: number): Promise<void> {
  const { database } = site
  const organizationId = await site.newOrganization('engine', people)
  const name = await site.newApp(organizationId, 'Memory', 'https://app.example/scim')
  const target = createInstantTarget()
  const engine = site.openEngine(() => target)
  const memory = watchMemory()
  const startedMs = performance.now()
  await evaluateOnly(site, engine, name)
  await leaveQuarantine(site, name)
  const processors = await watchProcessors(database)
  const exportMs = await finishCycle(site, engine, name)
  processors.record(`claim to log of ${people} people`)
  const cycleMs = performance.now() - startedMs
  const perSecond = people / (exportMs / 1000)
  recordAtLeast(`${people} people from claim to log, into an app within the process`, perSecond, objectsMin, '1/s')
  record({ name: 'the whole first cycle, evaluation included', value: people / (cycleMs / 1000), unit: '1/s' })
  const { most } = memory.stop()
  recordBound('memory of the process, the bench included', most / bytesOfMegabyte, 400, 'MB')
  await engine.close()
}

async function ask(app: Child, method: 'GET' | 'DELETE'): Promise<{ count: number; ms: number }> {
  const answer: unknown = await (await fetch(`http://127.0.0.1:${app.port}/`, { method })).json()
  // The bench's own server.
  return answer as { count: number; ms: number }
}
