import { Counter, Histogram, type Registry } from 'prom-client'
import type { OutboundResult } from '../outbound-send.ts'

export type DeliveryResult = 'delivered' | 'retried' | 'failed'

/** Told of every attempt. */
export type DeliveryObserver = (result: DeliveryResult, answer: OutboundResult) => void

const durationSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

/** Counts what becomes of deliveries. No label names an endpoint: their number has no bound. */
export function observeDeliveries(registry: Registry): DeliveryObserver {
  const deliveries = new Counter({
    name: 'rollcall_webhook_deliveries_total',
    help: 'Attempts to deliver an event to a webhook: delivered, to be retried, failed for good',
    labelNames: ['result'],
    registers: [registry],
  })
  const requests = new Counter({
    name: 'rollcall_outbound_requests_total',
    help: 'Requests to servers of others by the class of their answer; none: there was no answer',
    labelNames: ['status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'rollcall_webhook_delivery_duration_seconds',
    help: 'Duration of attempts to deliver an event to a webhook',
    buckets: durationSeconds,
    registers: [registry],
  })
  return (result, { status, durationMs }) => {
    deliveries.labels(result).inc()
    requests.labels(status === null ? 'none' : `${Math.floor(status / 100)}xx`).inc()
    seconds.observe(durationMs / 1000)
  }
}
