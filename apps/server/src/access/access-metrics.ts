import { Counter, type Registry } from 'prom-client'
import type { AuthenticationObserver } from './authenticate.ts'

/** Counts what the door sees. */
export function observeAuthentication(registry: Registry): AuthenticationObserver {
  const lookups = new Counter({
    name: 'rollcall_key_cache_total',
    help: 'Keys that were known from a moment ago (hit), and keys that the database was asked about (miss)',
    labelNames: ['result'],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'rollcall_authentication_failures_total',
    help: 'Requests that were refused at the door, by reason',
    labelNames: ['reason'],
    registers: [registry],
  })
  const hits = lookups.labels('hit')
  const misses = lookups.labels('miss')
  return {
    cacheHit: () => hits.inc(),
    cacheMiss: () => misses.inc(),
    refused: (reason) => failures.labels(reason).inc(),
  }
}
