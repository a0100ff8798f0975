import { Counter, Gauge, type Registry } from 'prom-client'
import type { RequestLog } from './request-log.ts'

/** How many lines of the request log wait to be written, and how many found no room. */
export function observeRequestLog(registry: Registry, log: Pick<RequestLog, 'depth' | 'dropped'>): void {
  new Gauge({
    name: 'rollcall_request_log_queue',
    help: 'Lines of the request log that wait to be written',
    registers: [registry],
    collect() {
      this.set(log.depth)
    },
  })
  new Counter({
    name: 'rollcall_request_log_dropped_total',
    help: 'Lines of the request log that were given up because the queue was full',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(log.dropped)
    },
  })
}
