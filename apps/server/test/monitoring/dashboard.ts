// Writes docs/monitoring/grafana-dashboard.json: node --conditions=@rollcall/source apps/server/test/monitoring/dashboard.ts
// A test compares, and checks that every metric and label in it is one of ours.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const dashboardPath = fileURLToPath(
  new URL('../../../../docs/monitoring/grafana-dashboard.json', import.meta.url),
)

type Query = { readonly expr: string; readonly legend: string }
type Panel = {
  readonly title: string
  readonly description: string
  /** As Grafana calls its units. */
  readonly unit: 's' | 'reqps' | 'short' | 'percentunit' | 'bytes' | 'ops'
  readonly queries: readonly Query[]
  readonly kind?: 'stat'
}
type Section = { readonly title: string; readonly panels: readonly Panel[] }

const chosen = 'job="$job",instance=~"$instance"'
const http = 'http_server_request_duration_seconds'
const quantile = (share: number, by: string, metric: string): string =>
  `histogram_quantile(${share}, sum by (${by}) (rate(${metric}_bucket{${chosen}}[$__rate_interval])))`
const perSecond = (metric: string, by: string): string =>
  `sum by (${by}) (rate(${metric}{${chosen}}[$__rate_interval]))`
const most = (metric: string, by: string): string => `max by (${by}) (${metric}{${chosen}})`
/** Of what every process says of the whole. */
const whole = (metric: string, more = ''): string => `max(${metric}{${chosen}${more}})`
const partOf = (counter: string, more: string): string =>
  `sum(rate(${counter}{${chosen}${more}}[$__rate_interval])) / clamp_min(sum(rate(${counter}{${chosen}}[$__rate_interval])), 0.001)`
const quantiles = (metric: string, ...percents: readonly number[]): readonly Query[] =>
  percents.map((percent) => ({ expr: quantile(percent / 100, 'le', metric), legend: `p${percent}` }))

const sections: readonly Section[] = [
  {
    title: 'At a glance',
    panels: [
      {
        title: 'Version',
        description: 'Which builds run, and in how many processes.',
        unit: 'short',
        kind: 'stat',
        queries: [
          { expr: `count by (version, commit) (rollcall_build_info{${chosen}})`, legend: '{{version}} {{commit}}' },
        ],
      },
      {
        title: 'Answers that failed',
        description: 'Share of requests that were answered with 5xx.',
        unit: 'percentunit',
        kind: 'stat',
        queries: [
          {
            expr: partOf(`${http}_count`, ',http_response_status_code=~"5.."'),
            legend: '5xx',
          },
        ],
      },
      {
        title: 'Apps in quarantine',
        description: 'Apps that are left alone until they work again.',
        unit: 'short',
        kind: 'stat',
        queries: [
          { expr: whole('rollcall_provisioning_apps', ',health="quarantined"'), legend: 'quarantined' },
          { expr: whole('rollcall_provisioning_apps', ',health="degraded"'), legend: 'degraded' },
        ],
      },
      {
        title: 'Waiting for an approval',
        description: 'People and teams in mass changes that nobody has decided about.',
        unit: 'short',
        kind: 'stat',
        queries: [{ expr: whole('rollcall_provisioning_held'), legend: 'held' }],
      },
    ],
  },
  {
    title: 'Requests that come in',
    panels: [
      {
        title: 'Requests a second by answer',
        description: '429 is a limit, 401 a key that is not live, 409 somebody who exists already.',
        unit: 'reqps',
        queries: [
          { expr: perSecond(`${http}_count`, 'http_response_status_code'), legend: '{{http_response_status_code}}' },
        ],
      },
      {
        title: 'Time to answer',
        description: 'Half of the requests are faster than p50, one in a hundred is slower than p99.',
        unit: 's',
        queries: quantiles(http, 50, 95, 99),
      },
      {
        title: 'Slowest routes (p95)',
        description: 'By the template of the route and the method.',
        unit: 's',
        queries: [
          {
            expr: `topk(8, ${quantile(0.95, 'le, http_request_method, http_route', http)})`,
            legend: '{{http_request_method}} {{http_route}}',
          },
        ],
      },
      {
        title: 'Refused at the door',
        description: 'Keys that are unknown, revoked, expired or lack a scope.',
        unit: 'ops',
        queries: [{ expr: perSecond('rollcall_authentication_failures_total', 'reason'), legend: '{{reason}}' }],
      },
      {
        title: 'Keys known from a moment ago',
        description: 'Share of look-ups that did not ask the database.',
        unit: 'percentunit',
        queries: [
          {
            expr: partOf('rollcall_key_cache_total', ',result="hit"'),
            legend: 'known',
          },
        ],
      },
      {
        title: 'Request log',
        description: 'Lines that wait to be written, and lines that were given up.',
        unit: 'short',
        queries: [
          { expr: most('rollcall_request_log_queue', 'instance'), legend: 'waiting {{instance}}' },
          { expr: `sum(increase(rollcall_request_log_dropped_total{${chosen}}[$__rate_interval]))`, legend: 'dropped' },
        ],
      },
    ],
  },
  {
    title: 'Provisioning into apps',
    panels: [
      {
        title: 'Lag',
        description:
          'Age of the oldest change that the engine has not heard of, and of the oldest that is due, by lane.',
        unit: 's',
        queries: [
          { expr: whole('rollcall_provisioning_lag_seconds'), legend: 'unheard' },
          { expr: most('rollcall_provisioning_oldest_seconds', 'lane'), legend: '{{lane}}' },
        ],
      },
      {
        title: 'Due',
        description: 'People and teams that wait to be evaluated or sent, by lane.',
        unit: 'short',
        queries: [{ expr: most('rollcall_provisioning_due', 'lane'), legend: '{{lane}}' }],
      },
      {
        title: 'Requests to apps',
        description: 'By what became of them; throttled: the app said that it is too much.',
        unit: 'reqps',
        queries: [{ expr: perSecond('rollcall_provisioning_requests_total', 'outcome'), legend: '{{outcome}}' }],
      },
      {
        title: 'How fast apps answer',
        description: 'All apps together.',
        unit: 's',
        queries: quantiles('rollcall_provisioning_request_duration_seconds', 50, 95),
      },
      {
        title: 'Compared with the rules',
        description: 'People and teams a second.',
        unit: 'ops',
        queries: [{ expr: perSecond('rollcall_provisioning_evaluated_total', 'instance'), legend: '{{instance}}' }],
      },
      {
        title: 'How long a comparison takes (p95)',
        description: 'Of up to 500 people and teams at once.',
        unit: 's',
        queries: quantiles('rollcall_provisioning_evaluation_duration_seconds', 95),
      },
      {
        title: 'Tried again, and held',
        description: 'What an app did not take, what waits for an approval, and for how long.',
        unit: 'short',
        queries: [
          { expr: whole('rollcall_provisioning_escrowed'), legend: 'tried again' },
          { expr: whole('rollcall_provisioning_held'), legend: 'held' },
          { expr: `${whole('rollcall_provisioning_hold_age_seconds')} / 3600`, legend: 'hours of the oldest hold' },
        ],
      },
    ],
  },
  {
    title: 'Events and jobs',
    panels: [
      {
        title: 'Webhook deliveries',
        description: 'Attempts by result.',
        unit: 'ops',
        queries: [{ expr: perSecond('rollcall_webhook_deliveries_total', 'result'), legend: '{{result}}' }],
      },
      {
        title: 'Answers of webhooks',
        description: 'Of endpoints of webhooks, by class; none: there was no answer.',
        unit: 'reqps',
        queries: [{ expr: perSecond('rollcall_outbound_requests_total', 'status'), legend: '{{status}}' }],
      },
      {
        title: 'How fast webhooks answer',
        description: 'All endpoints together.',
        unit: 's',
        queries: quantiles('rollcall_webhook_delivery_duration_seconds', 95),
      },
      {
        title: 'Queues',
        description: 'Entries that are due and wait for a worker.',
        unit: 'short',
        queries: [{ expr: most('rollcall_jobs_queue_depth', 'queue'), legend: '{{queue}}' }],
      },
      {
        title: 'Oldest in a queue',
        description: 'How long it has been due.',
        unit: 's',
        queries: [{ expr: most('rollcall_jobs_oldest_seconds', 'queue'), legend: '{{queue}}' }],
      },
    ],
  },
  {
    title: 'Processes and database',
    panels: [
      {
        title: 'Connections to PostgreSQL',
        description: 'Of each pool; waiting are requests that wait for one.',
        unit: 'short',
        queries: [{ expr: `sum by (state) (rollcall_database_connections{${chosen}})`, legend: '{{state}}' }],
      },
      {
        title: 'Memory',
        description: 'Resident, of each process.',
        unit: 'bytes',
        queries: [{ expr: most('process_resident_memory_bytes', 'instance'), legend: '{{instance}}' }],
      },
      {
        title: 'Processor',
        description: 'Cores in use, of each process.',
        unit: 'short',
        queries: [{ expr: perSecond('process_cpu_seconds_total', 'instance'), legend: '{{instance}}' }],
      },
      {
        title: 'Delay of the event loop (p99)',
        description: 'Above a tenth of a second a process has too much to do.',
        unit: 's',
        queries: [{ expr: most('nodejs_eventloop_lag_p99_seconds', 'instance'), legend: '{{instance}}' }],
      },
    ],
  },
]

const source = { type: 'prometheus', uid: '${source}' }

/** The dashboard as Grafana imports it: it asks for the data source, and offers job and instance to choose. */
export function toDashboard(): unknown {
  return {
    title: 'Rollcall',
    uid: 'rollcall',
    description: 'Requests, provisioning, events, jobs and processes of Rollcall.',
    tags: ['rollcall', 'scim'],
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    templating: { list: listVariables() },
    annotations: { list: [] },
    panels: toPanels(),
  }
}

function listVariables(): readonly unknown[] {
  const ask = (name: string, label: string, query: string) => ({
    name,
    label,
    type: 'query',
    datasource: source,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
    includeAll: name === 'instance',
    multi: name === 'instance',
    current: {},
  })
  return [
    { name: 'source', label: 'Data source', type: 'datasource', query: 'prometheus', current: {} },
    ask('job', 'Job', 'label_values(rollcall_build_info, job)'),
    ask('instance', 'Instance', 'label_values(rollcall_build_info{job="$job"}, instance)'),
  ]
}

const columns = 24

function toPanels(): readonly unknown[] {
  const made: unknown[] = []
  let y = 0
  for (const { title, panels } of sections) {
    made.push({
      id: made.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: columns, h: 1 },
    })
    y += 1
    const inRow = panels.every(({ kind }) => kind === 'stat') ? 4 : 2
    const height = inRow === 4 ? 4 : 8
    for (const [index, panel] of panels.entries()) {
      const place = { x: (index % inRow) * (columns / inRow), y: y + Math.floor(index / inRow) * height }
      made.push(toPanel(panel, made.length + 1, { ...place, w: columns / inRow, h: height }))
    }
    y += Math.ceil(panels.length / inRow) * height
  }
  return made
}

function toPanel({ title, description, unit, queries, kind }: Panel, id: number, gridPos: unknown): unknown {
  return {
    id,
    title,
    description,
    type: kind ?? 'timeseries',
    datasource: source,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      kind === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, textMode: 'value_and_name', colorMode: 'none' }
        : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: source,
      expr,
      legendFormat: legend,
    })),
  }
}

export function dashboardText(): string {
  return `${JSON.stringify(toDashboard(), null, 2)}\n`
}

if (import.meta.main) {
  mkdirSync(dirname(dashboardPath), { recursive: true })
  writeFileSync(dashboardPath, dashboardText())
}
