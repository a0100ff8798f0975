import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { createProgram } from '../../../cli/src/program.ts'
import { parseExposition, type Family } from '../ground/exposition.ts'
import { root, startServer, temporaryFolder } from '../harness/spawn.ts'
import { dashboardPath, dashboardText } from './dashboard.ts'

const rulesShape = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Rollcall[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[mh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
})
const dashboardShape = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
})

const rulesText = readFileSync(join(root, 'docs/monitoring/alerts.yaml'), 'utf8')
const rules = rulesShape.parse(parse(rulesText)).groups.flatMap((group) => group.rules)
const dashboard = dashboardShape.parse(JSON.parse(readFileSync(dashboardPath, 'utf8')))

/** Functions, aggregations and keywords of PromQL that we use. */
const words = new Set(
  'absent and by clamp_min count histogram_quantile increase label_values max or rate sum topk'.split(' '),
)
/** Labels that Prometheus itself gives to what it scrapes, and that buckets have. */
const givenLabels = new Set(['job', 'instance', 'le'])

type Asked = {
  readonly metrics: ReadonlySet<string>
  readonly labels: readonly (readonly [metric: string, label: string])[]
}

/** Metrics of an expression, and the labels that are asked of them; throws where a word is neither. */
function readExpression(expr: string): Asked {
  const labels: (readonly [string, string])[] = []
  const metrics = new Set<string>()
  const bare = expr.replaceAll(/([a-z_][a-z_0-9]*)\{([^}]*)\}/g, (_, metric: string, matchers: string) => {
    metrics.add(metric)
    for (const [, label = ''] of matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)) labels.push([metric, label])
    return ` ${metric} `
  })
  const grouped = bare.replaceAll(/\bby \(([^)]*)\)/g, (_, names: string) => {
    for (const label of names.split(/,\s*/)) for (const metric of metrics) labels.push([metric, label])
    return ''
  })
  for (const [word] of grouped.replaceAll(/\[[^\]]*\]/g, '').matchAll(/[a-z_][a-z_0-9]*/gi))
    if (!words.has(word)) metrics.add(word)
  return { metrics, labels }
}

async function scrape(): Promise<readonly Family[]> {
  using data = temporaryFolder()
  await using running = await startServer({ environment: { ROLLCALL_DATA_DIR: data.path } })
  await fetch(`${running.url}/livez`)
  return parseExposition(await (await fetch(`${running.url}/metrics`)).text())
}

test('CON-C7: every metric and label of the dashboard and of the alerts is one that a running server has', async () => {
  const families = new Map((await scrape()).flatMap((family) => namesOf(family).map((name) => [name, family] as const)))
  const reference = readFileSync(join(root, 'docs/reference/metrics.md'), 'utf8')
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ]
  assert.ok(expressions.length > 40)
  for (const expr of expressions) {
    const { metrics, labels } = readExpression(expr)
    assert.ok(metrics.size > 0, expr)
    for (const metric of metrics) assert.ok(families.has(metric), `${metric} in ${expr}`)
    for (const [metric, label] of labels) {
      if (givenLabels.has(label)) continue
      const [row = ''] = new RegExp(`^\\| \`${families.get(metric)?.name}\` .*$`, 'm').exec(reference) ?? []
      assert.match(row, new RegExp(`\`${label}\``), `${label} of ${metric} in ${expr}`)
    }
  }
  // A counter is asked how fast it grows; anything else is asked what it is.
  for (const expr of expressions)
    for (const [, metric = ''] of expr.matchAll(/(\w+_total)\b/g))
      assert.match(expr, new RegExp(`(?:rate|increase)\\(${metric}`), expr)
  const used = new Set(
    expressions.flatMap((expr) => [...readExpression(expr).metrics].map((metric) => families.get(metric)?.name)),
  )
  const ours = [...new Set(families.values())].map(({ name }) => name).filter((name) => name.startsWith('rollcall_'))
  assert.deepEqual(
    ours.filter((name) => !used.has(name)),
    [],
  )
})

function namesOf({ name, type }: Family): readonly string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name]
}

test('CON-C7: the dashboard is the generated one, its panels do not lie on each other, and its variables are all there', () => {
  const remedy = 'run: node --conditions=@rollcall/source apps/server/test/monitoring/dashboard.ts'
  assert.equal(readFileSync(dashboardPath, 'utf8'), dashboardText(), remedy)
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
  const taken = new Set<string>()
  for (const { title, gridPos } of dashboard.panels)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(x < 24 && !taken.has(`${x} ${y}`), title)
        taken.add(`${x} ${y}`)
      }
  const variables = new Set(dashboard.templating.list.map(({ name }) => name))
  for (const [, name = ''] of dashboardText().matchAll(/\$\{?(\w+)/g))
    assert.ok(variables.has(name) || name === '__rate_interval', name)
})

test('CON-C7: every alert has a name of its own, says what to do with commands that there are, and stands in the guide', () => {
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { annotations } of rules) {
    assert.doesNotMatch(annotations.summary, /\.$/)
    for (const [, noun = '', verb = ''] of annotations.description.matchAll(/rollcall ([a-z-]+) ([a-z-]+)/g)) {
      const command = createProgram().commands.find((each) => each.name() === noun)
      assert.ok(
        command?.commands.some((each) => each.name() === verb),
        `rollcall ${noun} ${verb}`,
      )
    }
  }
  const guide = readFileSync(join(root, 'docs/guides/monitoring.md'), 'utf8')
  assert.ok(guide.includes(`${rules.length} alerts`))
  assert.match(guide, /have not been loaded into Grafana/)
})

test('the reader of expressions finds metrics, labels and words that it does not know', () => {
  const { metrics, labels } = readExpression('sum by (lane) (rate(a_total{job="x",lane!="y"}[5m])) > b_seconds')
  assert.deepEqual([...metrics], ['a_total', 'b_seconds'])
  assert.deepEqual(labels, [
    ['a_total', 'job'],
    ['a_total', 'lane'],
    ['a_total', 'lane'],
  ])
  assert.deepEqual([...readExpression('summ(c)').metrics], ['summ', 'c'])
})
