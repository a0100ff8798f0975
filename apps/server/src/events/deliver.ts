import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import {
  claimDeliveries,
  type DeliveryOutcome,
  type DeliveryRow,
  type FreeSlots,
} from '../db/queries/webhook-deliveries.ts'
import { selectDueWebhooks, type WebhookRow } from '../db/queries/webhooks.ts'
import type { Database } from '../db/pool.ts'
import type { OutboundResult, OutboundSender } from '../outbound-send.ts'
import type { Logger } from '../telemetry/logger.ts'
import { redactText } from '../telemetry/redact.ts'
import type { Event } from './event.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { nextTry } from './retry.ts'
import { settleDeliveries, type Settled } from './settle-deliveries.ts'
import { readDeliveredEvents, toMessage, webhookUserAgent } from './webhook-body.ts'
import { signMessage, type Vault } from './webhook-secret.ts'
import type { DeliveryObserver } from './webhook-metrics.ts'
import { openSecrets } from './webhooks.ts'

export type DelivererOptions = {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly sender: OutboundSender
  readonly observe: DeliveryObserver
  openVault(): Promise<Vault>
  /** Who speaks, as CloudEvents name it: the address of an organization. */
  sourceOf(organizationId: string): string
}

export type Deliverer = {
  /** Delivers what is due until nothing is and nothing is under way, or the signal asks to stop; then it ends what it began. */
  run(signal: AbortSignal): Promise<void>
}

/** Whoever has taken a delivery has it for so long. */
const claimMs = 40_000
/** What could not be sent in the first part of that time is left alone: an answer may take the rest. */
const waitMsMax = 20_000
/** What has ended is written down together, after so long or so many. */
const settleDelayMs = 15
const settleMax = 250
const idlePauseMs = 20

type Task = {
  readonly delivery: DeliveryRow
  readonly webhook: WebhookRow
  readonly event: Event | undefined
  readonly vault: Vault
  readonly takenMs: number
}

type Work = DelivererOptions & {
  readonly lanes: Lanes
  /** What is taken and waits for its turn, by endpoint. */
  readonly queues: Map<string, Task[]>
  readonly underWay: Set<Promise<void>>
  readonly settled: Settled[]
  vault?: Vault
}

/** Delivers events; endpoints have lanes of their own, so that a slow or dead one keeps no other waiting. */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const work: Work = { ...options, lanes: createLanes(), queues: new Map(), underWay: new Set(), settled: [] }
  return {
    run: async (signal) => {
      const writing = writeDown(work)
      try {
        for (;;) {
          const taken = signal.aborted ? dropAll(work) : await take(work)
          if (taken === 0 && work.underWay.size === 0 && work.settled.length === 0) return
          await sleep(idlePauseMs)
        }
      } finally {
        await Promise.all(work.underWay)
        await writing.stop()
      }
    },
  }
}

/** Takes what is due and has room, and begins to send it; returns how much that was. */
async function take(work: Work): Promise<number> {
  const { database, clock, lanes } = work
  const now = clock()
  const webhooks = new Map((await selectDueWebhooks(database, now)).map((webhook) => [webhook.id, webhook]))
  const free = [...webhooks.values()]
    .map(({ organizationId, id }): FreeSlots => ({ organizationId, webhookId: id, slots: lanes.roomFor(id, now) }))
    .filter(({ slots }) => slots > 0)
  if (free.length === 0) return 0
  const takenMs = performance.now()
  const until = new Date(now.getTime() + claimMs)
  const deliveries = await claimDeliveries(database, { free, now, until })
  const events = await readDeliveredEvents(database, deliveries)
  const vault = (work.vault ??= await work.openVault())
  for (const delivery of deliveries) {
    const webhook = webhooks.get(delivery.webhookId)
    if (webhook === undefined) continue
    const queue = work.queues.get(webhook.id) ?? []
    queue.push({ delivery, webhook, event: events.get(delivery.id), vault, takenMs })
    work.queues.set(webhook.id, queue)
    lanes.queued(webhook.id, 1)
  }
  for (const id of work.queues.keys()) sendQueued(work, id)
  return deliveries.length
}

/** Sends what waits for an endpoint, as far as its lane lets it. */
function sendQueued(work: Work, id: string): void {
  const queue = work.queues.get(id) ?? []
  while (queue[0] !== undefined) {
    // Somebody else may have it by the time of the answer: it comes up again by itself.
    if (performance.now() - queue[0].takenMs > waitMsMax) return dropQueue(work, id)
    if (!work.lanes.enter(id)) return
    const task = queue.shift()
    if (task === undefined) return
    const sending = deliver(work, task)
    work.underWay.add(sending)
    void sending.finally(() => {
      work.underWay.delete(sending)
      sendQueued(work, id)
    })
  }
  work.queues.delete(id)
}

/** What waits is given back: it is due again when our time with it is over. */
function dropQueue({ queues, lanes }: Work, id: string): void {
  lanes.queued(id, -(queues.get(id)?.length ?? 0))
  queues.delete(id)
}

function dropAll(work: Work): 0 {
  for (const id of work.queues.keys()) dropQueue(work, id)
  return 0
}

async function deliver(work: Work, task: Task): Promise<void> {
  const { lanes, clock } = work
  const { delivery, webhook, event } = task
  const at = clock()
  const answer = event === undefined ? notKept : await send(work, { ...task, event }, at)
  const isDelivered = answer.status !== null && answer.status >= 200 && answer.status < 300
  const isAskedToWait = answer.status === 429 || answer.status === 503
  const retryAfter = isAskedToWait ? answer.retryAfter : null
  const isFinal = event === undefined || answer.status === 410
  const next = isDelivered || isFinal ? undefined : nextTry(delivery.tries + 1, at, { retryAfter })
  const pausedUntil = retryAfter === null ? undefined : next
  lanes.leave(webhook.id, { isDelivered, pausedUntil })
  if (pausedUntil !== undefined) dropQueue(work, webhook.id)
  const state = isDelivered ? 'delivered' : next === undefined ? 'failed' : 'waiting'
  work.observe(state === 'waiting' ? 'retried' : state, answer)
  work.settled.push({
    webhook,
    isGone: answer.status === 410,
    outcome: toOutcome(delivery, { state, next, at, answer }),
  })
}

const notKept: OutboundResult = {
  status: null,
  error: 'The event is no longer kept',
  retryAfter: null,
  excerpt: '',
  durationMs: 0,
}

function send(work: Work, task: Task & { readonly event: Event }, at: Date): Promise<OutboundResult> {
  const { webhook, event, vault } = task
  const message = toMessage(event, webhook.format, work.sourceOf(webhook.organizationId))
  const signed = signMessage({ id: message.id, at, body: message.body }, openSecrets(vault, webhook, at))
  const headers = { 'content-type': message.contentType, 'user-agent': webhookUserAgent, ...signed }
  return work.sender.send({ url: webhook.url, headers, body: message.body })
}

function toOutcome(
  { organizationId, id, attempts, dueAt }: DeliveryRow,
  ended: {
    readonly state: DeliveryOutcome['state']
    readonly next: Date | undefined
    readonly at: Date
    readonly answer: OutboundResult
  },
): DeliveryOutcome {
  const { state, next, at, answer } = ended
  const { status, durationMs } = answer
  const attempt = {
    at: at.toISOString(),
    status,
    durationMs,
    error: answer.error === null ? null : clean(answer.error),
    response: answer.excerpt === '' ? null : clean(answer.excerpt),
  }
  return { organizationId, id, attempts, state, dueAt: next ?? dueAt, at, attempt }
}

/** What a stranger's server says may repeat our own secrets, and may hold what no column takes. */
function clean(text: string): string {
  return redactText(text.replace(/[^\P{Cc}\n\t]/gu, ' '))
}

/** Writes down what has ended while more is under way. What cannot be written comes up again: it is sent once more. */
function writeDown(work: Work): { stop(): Promise<void> } {
  const writeSome = async (): Promise<void> => {
    const batch = work.settled.splice(0, settleMax)
    if (batch.length === 0) return
    await settleDeliveries(work.database, batch, work.clock()).catch((error: unknown) => {
      work.logger.warn({ err: error, deliveries: batch.length }, 'deliveries cannot be written down; they are repeated')
    })
  }
  const stopping = new AbortController()
  const writing = (async () => {
    while (!stopping.signal.aborted || work.settled.length > 0) {
      await writeSome()
      if (!stopping.signal.aborted && work.settled.length < settleMax) await sleep(settleDelayMs)
    }
  })()
  return {
    stop: () => {
      stopping.abort()
      return writing
    },
  }
}
