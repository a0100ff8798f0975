import { Counter, Gauge, type Registry } from 'prom-client'
import type { RequestLog } from './request-log.ts'

/** How many lines of the request log wait to be written, and how many found no room. */
export function observeRequestLog(registry: Registry, log: Pick<RequestLog, 'depth' | 'dropped'>): void {
  const depth = new Gauge({
    name: 'rollcall_request_log_queue',
    help: 'Lines of the request log that wait to be written',
    collect() {
      this.set(log.depth)
    },
    registers: [],
  })
  const dropped = new Counter({
    name: 'rollcall_request_log_dropped_total',
    help: 'Lines of the request log that were given up because the queue was full',
    collect() {
      this.reset()
      this.inc(log.dropped)
    },
    registers: [],
  })
  registry.registerMetric(depth)
  registry.registerMetric(dropped)
}
