import { Gauge } from 'prom-client'
import type { ProvisioningMetrics } from '../db/queries/provisioning-metrics.ts'
import type { Metrics } from './metrics.ts'

// By their numbers.
const lanes = ['leaver', 'on_demand', 'joiner', 'update', 'backfill', 'reconciliation']
const healths = ['healthy', 'degraded', 'quarantined', 'probing']

type Read = () => Promise<{ readonly state: ProvisioningMetrics; readonly now: Date }>

/** Asked when somebody scrapes; a database that does not answer must not take the other metrics away. */
export function collectProvisioningMetrics({ registry }: Pick<Metrics, 'registry'>, read: Read): void {
  let reading: ReturnType<Read> | undefined
  // All are collected side by side: one question is enough for all of them.
  const readOnce: Read = () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  const gauge = (
    name: string,
    help: string,
    set: (gauge: Gauge, state: ProvisioningMetrics, now: Date) => void,
    label?: string,
  ) => {
    const made: Gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect: async () => {
        const found = await readOnce().catch(() => undefined)
        if (found !== undefined) set(made, found.state, found.now)
      },
    })
  }
  gauge(
    'rollcall_provisioning_due',
    'People and teams that are due to be evaluated or sent',
    (made, { lanes: due }) => {
      for (const [lane, name] of lanes.entries())
        made.set({ lane: name }, due.find((each) => each.lane === lane)?.count ?? 0)
    },
    'lane',
  )
  gauge(
    'rollcall_provisioning_oldest_seconds',
    'How long the oldest of them has been due; 0 when nothing waits',
    (made, { lanes: due }, now) => {
      for (const [lane, name] of lanes.entries())
        made.set({ lane: name }, secondsSince(due.find((each) => each.lane === lane)?.oldest ?? null, now))
    },
    'lane',
  )
  gauge(
    'rollcall_provisioning_escrowed',
    'People and teams that an app did not take and that are tried again',
    (made, { escrowed }) => made.set(escrowed),
  )
  gauge(
    'rollcall_provisioning_held',
    'People and teams that wait for the approval of a mass change in an app',
    (made, { held }) => made.set(held),
  )
  gauge(
    'rollcall_provisioning_hold_age_seconds',
    'How long the oldest of these holds has been open; 0 when none is',
    (made, { oldestHold }, now) => made.set(secondsSince(oldestHold, now)),
  )
  gauge(
    'rollcall_provisioning_lag_seconds',
    'How long ago the oldest change was made that the engine has not heard of',
    (made, { oldestUnheard }, now) => made.set(secondsSince(oldestUnheard, now)),
  )
  gauge(
    'rollcall_provisioning_apps',
    'Apps by their health',
    (made, { health }) => {
      for (const name of healths) made.set({ health: name }, health.find((each) => each.health === name)?.count ?? 0)
    },
    'health',
  )
}

function secondsSince(at: Date | null, now: Date): number {
  return at === null ? 0 : Math.max(0, now.getTime() - at.getTime()) / 1_000
}
