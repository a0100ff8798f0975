import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../child.ts'
import { record, recordBound, toMedian } from '../report.ts'
import type { BenchContext } from './context.ts'

const perSecondLeast = 1_000
const floorConnections = 64
const drainMsMax = 120_000

/**
 * Events from the outbox to an endpoint on this machine: read, written down, taken, signed, sent, and what came back written
 * down again. The floor signs and sends the same bytes over as many connections and writes nothing down.
 */
export async function eventsSuite(context: BenchContext): Promise<void> {
  const amount = context.people >= 10_000 ? 20_000 : 3_000
  const sink = await startChild({
    arguments: [new URL('../events-sink.ts', import.meta.url).pathname],
    ready: /ready (\d+)/,
    timeoutMs: 20_000,
  })
  try {
    const floor = await measureFloor(sink, amount)
    const perSecond = await measureWebhooks(context, sink, amount)
    record({
      name: `${amount} events through the outbox to one webhook`,
      value: perSecond,
      unit: '1/s',
      floor,
      ratio: perSecond / floor,
      target: `>= ${perSecondLeast} 1/s`,
      met: perSecond >= perSecondLeast,
    })
    await measureDelay(context, sink)
  } finally {
    await sink.stop()
  }
}

async function measureWebhooks({ rollcall }: BenchContext, sink: Child, amount: number): Promise<number> {
  const organization = await rollcall.newOrganization('events')
  await rollcall.post('/api/v1/organizations/events/webhooks', {
    url: `http://127.0.0.1:${sink.port}/hook`,
    types: ['user.updated'],
  })
  await rollcall.database.query({ text: seedChanges }, [organization.id, amount])
  await askSink(sink, 'DELETE')
  const worker = await rollcall.startWorker()
  try {
    let got = { count: 0, ms: 0 }
    for (const deadline = performance.now() + drainMsMax; got.count < amount && performance.now() < deadline;) {
      await sleep(250)
      got = await askSink(sink, 'GET')
    }
    if (got.count < amount) throw new Error(`Only ${got.count} of ${amount} events came`)
    return got.count / (got.ms / 1000)
  } finally {
    await worker.stop()
  }
}

/** From the answer of a SCIM request to the arrival of its event, with nothing else going on. */
async function measureDelay(context: BenchContext, sink: Child): Promise<void> {
  const { rollcall } = context
  const worker = await rollcall.startWorker()
  const organization = await rollcall.newOrganization('delay')
  await rollcall.post('/api/v1/organizations/delay/webhooks', {
    url: `http://127.0.0.1:${sink.port}/hook`,
    types: ['user.created'],
  })
  const delays: number[] = []
  try {
    for (let index = 0; index < 20; index++) {
      await askSink(sink, 'DELETE')
      await fetch(`http://127.0.0.1:${rollcall.server.port}${organization.scimPath}/Users`, {
        method: 'POST',
        headers: { authorization: organization.authorization, 'content-type': 'application/scim+json' },
        body: JSON.stringify({
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName: `delay-${index}@example.com`,
        }),
      })
      const startedMs = performance.now()
      while ((await askSink(sink, 'GET')).count === 0 && performance.now() - startedMs < 10_000) await sleep(5)
      delays.push(performance.now() - startedMs)
    }
  } finally {
    await worker.stop()
  }
  recordBound('from the answer to SCIM to the event at the webhook, median', toMedian(delays), 1_000, 'ms')
}

async function askSink(sink: Child, method: 'GET' | 'DELETE'): Promise<{ count: number; ms: number }> {
  const answer: unknown = await (await fetch(`http://127.0.0.1:${sink.port}/`, { method })).json()
  // The bench's own sink.
  return answer as { count: number; ms: number }
}

async function measureFloor(sink: Child, amount: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: floorConnections })
  const body = JSON.stringify({ type: 'user.updated', timestamp: new Date().toISOString(), data: sampleData })
  let next = 0
  const startedMs = performance.now()
  const lane = async (): Promise<void> => {
    while (next++ < amount) await post(agent, sink.port, body)
  }
  await Promise.all(Array.from({ length: floorConnections }, lane))
  const perSecond = amount / ((performance.now() - startedMs) / 1000)
  agent.destroy()
  return perSecond
}

function post(agent: Agent, port: number, body: string): Promise<void> {
  const mac = createHmac('sha256', 'floor').update(body).digest('base64')
  const headers = { 'content-type': 'application/json', 'webhook-signature': `v1,${mac}` }
  return new Promise((resolve, reject) => {
    const asked = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/hook', headers }, (response) => {
      response.resume().on('end', resolve)
    })
    asked.on('error', reject).end(body)
  })
}

const sampleData = {
  organizationId: 'org_01h4zpwq00e008000000000000',
  actor: 'key_01h4zpwq00e008000000000000',
  via: 'PATCH',
  reason: null,
  connectionId: 'con_01h4zpwq00e008000000000000',
  requestId: 'req_01h4zpwq00e008000000000000',
  subject: { type: 'user', id: 'usr_01h4zpwq00e008000000000000', version: 2 },
  changes: [{ path: 'title', before: 'Engineer', after: 'Lead' }],
  details: {},
}

const seedChanges = `
insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, actor, request_id, data)
select $1::uuid, now(), 'user.updated', 'user', uuidv7(), 2, 'bench', 'bench',
  '{"via":"PATCH","changes":[{"path":"title","before":"Engineer","after":"Lead"}]}'
from generate_series(1, $2::int)`
