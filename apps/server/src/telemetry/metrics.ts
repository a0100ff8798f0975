import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  /** Once a request; the route is a template, never a path with ids in it. */
  observeRequest(method: string, route: string, status: number, seconds: number): void
  close(): void
}

const durationSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const seriesMax = 2_000

type Series = { observe(seconds: number): void }

export function createMetrics(build: { readonly version: string; readonly commit: string }): Metrics {
  const registry = new Registry()
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests from arrival to the answer',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: durationSeconds,
    registers: [registry],
  })
  const info = new Gauge({
    name: 'rollcall_build_info',
    help: 'Always 1; the labels say which build runs',
    labelNames: ['version', 'commit'],
    registers: [registry],
  })
  info.labels(build.version, build.commit).set(1)
  const series = new Map<string, Series>()
  return {
    registry,
    close: () => registry.clear(),
    observeRequest: (method, route, status, seconds) => {
      const known = knownMethods.has(method) ? method : '_OTHER'
      const key = `${known} ${route} ${status}`
      const found = series.get(key)
      if (found !== undefined) return found.observe(seconds)
      const created = requests.labels(known, series.size < seriesMax ? route : 'overflow', String(status))
      series.set(key, created)
      created.observe(seconds)
    },
  }
}

// Gauges that prom-client gives the ending of counters; the same numbers stand by type in those without it.
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total']

/** Memory, event loop and garbage collection of this process; only where it has the process to itself. */
export function collectProcessMetrics({ registry }: Metrics): void {
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
}

export type PoolCounts = { readonly total: number; readonly idle: number; readonly waiting: number }

export function collectPoolMetrics({ registry }: Metrics, counts: () => PoolCounts): void {
  const connections = new Gauge({
    name: 'rollcall_database_connections',
    help: 'Connections of the pool by state; waiting are requests that wait for one',
    labelNames: ['state'],
    registers: [registry],
    collect: () => {
      const { total, idle, waiting } = counts()
      connections.set({ state: 'used' }, total - idle)
      connections.set({ state: 'idle' }, idle)
      connections.set({ state: 'waiting' }, waiting)
    },
  })
}
