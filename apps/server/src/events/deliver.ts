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
import { readDeliveredEvents, toMessage } from './webhook-body.ts'
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

/** Whoever has taken a delivery has it for so long: more than an answer may take. */
const claimMs = 60_000
/** What has ended is written down together, after so long or so many. */
const settleDelayMs = 15
const settleMax = 200
const idlePauseMs = 50
const userAgent = 'Rollcall-Webhooks/1'

type Work = DelivererOptions & {
  readonly lanes: Lanes
  readonly underWay: Set<Promise<void>>
  readonly settled: Settled[]
  vault?: Vault
}

/** Delivers events; endpoints have lanes of their own, so that a slow or dead one keeps no other waiting. */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const work: Work = { ...options, lanes: createLanes(), underWay: new Set(), settled: [] }
  return {
    run: async (signal) => {
      const writing = writeDown(work)
      try {
        for (;;) {
          const taken = signal.aborted ? 0 : await take(work)
          if (taken > 0) continue
          if (work.underWay.size === 0) return
          await Promise.race([...work.underWay, sleep(idlePauseMs)])
        }
      } finally {
        await Promise.all(work.underWay)
        await writing.stop()
      }
    },
  }
}

/** Takes what is due and has a place, and sends it; returns how much that was. */
async function take(work: Work): Promise<number> {
  const { database, clock, lanes } = work
  const now = clock()
  const webhooks = new Map((await selectDueWebhooks(database, now)).map((webhook) => [webhook.id, webhook]))
  const free = [...webhooks.values()]
    .map(({ organizationId, id }): FreeSlots => ({ organizationId, webhookId: id, slots: lanes.freeSlots(id, now) }))
    .filter(({ slots }) => slots > 0)
  if (free.length === 0) return 0
  const until = new Date(now.getTime() + claimMs)
  const deliveries = await claimDeliveries(database, { free, now, until })
  const events = await readDeliveredEvents(database, deliveries)
  work.vault ??= await work.openVault()
  for (const delivery of deliveries) {
    const webhook = webhooks.get(delivery.webhookId)
    if (webhook === undefined) continue
    const sending = deliver(work, { delivery, webhook, event: events.get(delivery.id), vault: work.vault })
    work.underWay.add(sending)
    void sending.finally(() => work.underWay.delete(sending))
  }
  return deliveries.length
}

type Task = {
  readonly delivery: DeliveryRow
  readonly webhook: WebhookRow
  readonly event: Event | undefined
  readonly vault: Vault
}

async function deliver(work: Work, task: Task): Promise<void> {
  const { lanes, clock } = work
  const { delivery, webhook, event } = task
  lanes.enter(webhook.id)
  const at = clock()
  const answer = event === undefined ? notKept : await send(work, { ...task, event }, at)
  const isDelivered = answer.status !== null && answer.status >= 200 && answer.status < 300
  const isAskedToWait = answer.status === 429 || answer.status === 503
  const retryAfter = isAskedToWait ? answer.retryAfter : null
  const isFinal = event === undefined || answer.status === 410
  const next = isDelivered || isFinal ? undefined : nextTry(delivery.tries, at, { retryAfter })
  lanes.leave(webhook.id, { isDelivered, pausedUntil: retryAfter === null ? undefined : next })
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
  const headers = { 'content-type': message.contentType, 'user-agent': userAgent, ...signed }
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
