import { Gauge } from 'prom-client'
import type { Metrics } from './metrics.ts'

/** What is due and waits for a worker, by the name of its queue. */
export type Queues = ReadonlyMap<string, { readonly count: number; readonly oldestSeconds: number }>

/** Asked when somebody scrapes; a database that does not answer must not take the other metrics away. */
export function collectJobMetrics({ registry }: Pick<Metrics, 'registry'>, read: () => Promise<Queues>): void {
  let reading: Promise<Queues> | undefined
  // The two are collected side by side: one question is enough for both.
  const readOnce = (): Promise<Queues> => {
    reading ??= read()
      .catch((): Queues => new Map())
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const gauge = (name: string, help: string, valueOf: (queue: { count: number; oldestSeconds: number }) => number) => {
    const made = new Gauge({
      name,
      help,
      labelNames: ['queue'],
      registers: [registry],
      collect: async () => {
        for (const [queue, waiting] of await readOnce()) made.set({ queue }, valueOf(waiting))
      },
    })
  }
  gauge('rollcall_jobs_queue_depth', 'Entries of a queue that are due and wait for a worker', ({ count }) => count)
  gauge(
    'rollcall_jobs_oldest_seconds',
    'How long the oldest entry of a queue has been due; 0 when nothing waits',
    ({ oldestSeconds }) => oldestSeconds,
  )
}
