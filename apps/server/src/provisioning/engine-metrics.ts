import { Gauge } from 'prom-client'
import type { ProvisioningMetrics } from '../db/queries/provisioning-metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'

type Now = { readonly state: ProvisioningMetrics; readonly now: Date }
type Read = () => Promise<Now>
type Row = {
  readonly name: string
  readonly help: string
  readonly label?: string
  readonly set: (gauge: Gauge, now: Now) => void
}

// By their numbers.
const lanes = ['leaver', 'on_demand', 'joiner', 'update', 'backfill', 'reconciliation']
const healths = ['healthy', 'degraded', 'quarantined', 'probing']

const rows: readonly Row[] = [
  {
    name: 'rollcall_provisioning_due',
    help: 'People and teams that are due to be evaluated or sent',
    label: 'lane',
    set: (gauge, { state }) => {
      for (const [lane, name] of lanes.entries()) gauge.set({ lane: name }, inLane(state, lane)?.count ?? 0)
    },
  },
  {
    name: 'rollcall_provisioning_oldest_seconds',
    help: 'How long the oldest of them has been due; 0 when nothing waits',
    label: 'lane',
    set: (gauge, { state, now }) => {
      for (const [lane, name] of lanes.entries())
        gauge.set({ lane: name }, secondsSince(inLane(state, lane)?.oldest ?? null, now))
    },
  },
  {
    name: 'rollcall_provisioning_escrowed',
    help: 'People and teams that an app did not take and that are tried again',
    set: (gauge, { state }) => gauge.set(state.escrowed),
  },
  {
    name: 'rollcall_provisioning_held',
    help: 'People and teams that wait for the approval of a mass change in an app',
    set: (gauge, { state }) => gauge.set(state.held),
  },
  {
    name: 'rollcall_provisioning_hold_age_seconds',
    help: 'How long the oldest of these holds has been open; 0 when none is',
    set: (gauge, { state, now }) => gauge.set(secondsSince(state.oldestHold, now)),
  },
  {
    name: 'rollcall_provisioning_lag_seconds',
    help: 'How long ago the oldest change was made that the engine has not heard of; 0 when it has heard of all',
    set: (gauge, { state, now }) => gauge.set(secondsSince(state.oldestUnheard, now)),
  },
  {
    name: 'rollcall_provisioning_apps',
    help: 'Apps by their health',
    label: 'health',
    set: (gauge, { state }) => {
      for (const name of healths)
        gauge.set({ health: name }, state.health.find(({ health }) => health === name)?.count ?? 0)
    },
  },
]

/** Asked when somebody scrapes; a database that does not answer must not take the other metrics away. */
export function collectProvisioningMetrics({ registry }: Pick<Metrics, 'registry'>, read: Read): void {
  let reading: Promise<Now | undefined> | undefined
  // All are collected side by side: one question is enough for all of them.
  const readOnce = (): Promise<Now | undefined> => {
    reading ??= read()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  for (const { name, help, label, set } of rows) {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      collect: async () => {
        const now = await readOnce()
        if (now !== undefined) set(gauge, now)
      },
    })
  }
}

function inLane({ lanes: due }: ProvisioningMetrics, lane: number) {
  return due.find((each) => each.lane === lane)
}

function secondsSince(at: Date | null, now: Date): number {
  return at === null ? 0 : Math.max(0, now.getTime() - at.getTime()) / 1_000
}
