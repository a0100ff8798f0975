import { Counter, Histogram, type Registry } from 'prom-client'
import type { Exporter } from './export/context.ts'
import type { Outcome } from './targets/target.ts'

/** Told of what a worker does; no label names an app: their number has no bound. */
export type EngineObserver = {
  /** An app was asked for something. */
  asked(outcome: Outcome<unknown>['kind'], milliseconds: number): void
  /** So many people and teams were compared with the rules, in one go. */
  evaluated(objects: number, milliseconds: number): void
}

const requestSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const evaluationSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** How fast apps and rules are, and how often apps say that it is too much. */
export function observeEngine(registry: Registry): EngineObserver {
  const requests = new Counter({
    name: 'rollcall_provisioning_requests_total',
    help: 'Requests to apps by what became of them; throttled: the app said that it is too much',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'rollcall_provisioning_request_duration_seconds',
    help: 'Duration of requests to apps',
    buckets: requestSeconds,
    registers: [registry],
  })
  const objects = new Counter({
    name: 'rollcall_provisioning_evaluated_total',
    help: 'People and teams that were compared with the rules of an app',
    registers: [registry],
  })
  const evaluations = new Histogram({
    name: 'rollcall_provisioning_evaluation_duration_seconds',
    help: 'Duration of such comparisons, of up to 500 at once',
    buckets: evaluationSeconds,
    registers: [registry],
  })
  return {
    asked: (outcome, milliseconds) => {
      requests.labels(outcome).inc()
      seconds.observe(milliseconds / 1_000)
    },
    evaluated: (count, milliseconds) => {
      objects.inc(count)
      evaluations.observe(milliseconds / 1_000)
    },
  }
}

/** The same exporter, watched. */
export function watchExporter(exporter: Exporter, observer: EngineObserver): Exporter {
  const { pacer, evaluate } = exporter
  return {
    ...exporter,
    pacer: {
      get requestsMax() {
        return pacer.requestsMax
      },
      take: (signal) => pacer.take(signal),
      report: (outcome, durationMs) => {
        pacer.report(outcome, durationMs)
        observer.asked(outcome.kind, durationMs)
      },
    },
    evaluate: async (objects) => {
      const startedMs = performance.now()
      const evaluated = await evaluate(objects)
      observer.evaluated(objects.length, performance.now() - startedMs)
      return evaluated
    },
  }
}
