// Writes docs/reference from the code: node --conditions=@rollcall/source apps/server/test/admin/reference-files.ts
// A test compares what stands there with what the code says.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  apiErrors,
  createOpenApi,
  listErrorCodes,
  listEventTypes,
  listRouteIds,
  routes,
  toEventJsonSchema,
  type Route,
} from '@rollcall/admin-api'
import { createProgram } from '../../../cli/src/program.ts'
import { serverRoles } from '../../../cli/src/server-roles.ts'
import { builtInRoles } from '../../src/access/built-in-roles.ts'
import { permissionNames, scopes } from '../../src/access/scopes.ts'
import { settings } from '../../src/config/settings.ts'
import { observeAuthentication } from '../../src/access/access-metrics.ts'
import { observeDeliveries } from '../../src/events/webhook-metrics.ts'
import { observeRequestLog } from '../../src/audit/request-log-metrics.ts'
import { collectJobMetrics } from '../../src/telemetry/job-metrics.ts'
import { collectProvisioningMetrics } from '../../src/provisioning/engine-metrics.ts'
import { observeEngine } from '../../src/provisioning/observe-engine.ts'
import { collectPoolMetrics, createMetrics } from '../../src/telemetry/metrics.ts'
import { readBuild } from '../../src/telemetry/build.ts'
import { listAuditActions } from './audit-reference.ts'

const directory = fileURLToPath(new URL('../../../../docs/reference', import.meta.url))
type Command = ReturnType<typeof createProgram>

const generated = '<!-- Made by apps/server/test/admin/reference-files.ts; do not edit. -->'

/** Path below docs/reference → content. */
export function listReferenceFiles(): ReadonlyMap<string, string> {
  const openApi = createOpenApi({ serverUrl: 'http://127.0.0.1:8080', version: readBuild().version })
  return new Map([
    ['README.md', toIndex()],
    ['audit.md', toAuditReference()],
    ['cli.md', toCliReference()],
    ['configuration.md', toConfigurationReference()],
    ['errors.md', toErrorReference()],
    ['events.json', `${JSON.stringify(listEventTypes().map(toEventJsonSchema), null, 2)}\n`],
    ['events.md', toEventReference()],
    ['metrics.md', toMetricsReference()],
    ['openapi.json', `${JSON.stringify(openApi, null, 2)}\n`],
    ['permissions.md', toPermissionReference()],
  ])
}

export function referencePath(name: string): string {
  return join(directory, name)
}

function toIndex(): string {
  return toPage('Reference', [
    [
      '- [Audit actions](audit.md): what the audit log calls what happens',
      '- [Command line](cli.md)',
      '- [Configuration](configuration.md)',
      '- [Admin API](openapi.json): OpenAPI 3.1, also served at `/openapi.json`',
      '- [Errors](errors.md) of the admin API',
      '- [Events](events.md): every type with an example; their [JSON Schemas](events.json)',
      '- [Metrics](metrics.md) at `/metrics`',
      '- [Permissions](permissions.md): scopes of keys and what each opens',
    ].join('\n'),
  ])
}

function toErrorReference(): string {
  const sections = listErrorCodes().map((code) => {
    const { status, title, cause, remedy } = apiErrors[code]
    return `## ${code}\n\n**${title}.** Status ${status}.\n\n${cause}\n\n${remedy}`
  })
  const intro = [
    'Every refusal of the admin API is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`,',
    '`instance`, `code`, `requestId` and, where fields are wrong, `errors` with a JSON pointer each. `code` is stable, the',
    'wording is not. The `type` URL opens the same text on the server. SCIM endpoints answer SCIM errors instead',
    '(RFC 7644 §3.12).',
  ].join('\n')
  return toPage('Errors of the admin API', [intro, ...sections])
}

function toEventReference(): string {
  const rows = listEventTypes().map(({ type, version, summary }) => [`\`${type}\``, String(version), summary])
  const examples = listEventTypes().map(
    ({ type, example }) => `### ${type}\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
  )
  return toPage('Events', [
    'The bodies of webhooks, and what the events API tells besides `id` and `version`. `rollcall event types --json` prints the\nJSON Schema of each; they also stand in [events.json](events.json). Events may gain fields within a version.',
    toTable(['type', 'version', 'what happened'], rows),
    '## Examples',
    ...examples,
  ])
}

function toAuditReference(): string {
  const rows = listAuditActions().map(([, row]) => row)
  return toPage('Audit actions', [
    'The values of `action` in the audit log ([guide](../guides/audit-log.md)). What an identity provider does over SCIM has GitHub’s names;\n`evt.name` and `@action` are Datadog’s. The changes are those of the [events](events.md). An event names at most 100 members.',
    toTable(['action', 'evt.name', '@action', 'what happened', 'only over SCIM'], rows),
  ])
}

function toPermissionReference(): string {
  const scopeRows = Object.entries(scopes).map(([name, text]) => [`\`${name}\``, text])
  const routeRows = listRouteIds().map((id) => {
    const route: Route = routes[id]
    return [`\`${route.method} ${route.path}\``, describeScope(route), route.summary]
  })
  const roleRows = permissionNames.map((name) => [
    `\`${name}\``,
    ...builtInRoles.map((role) => (role.permissions.includes(name) ? 'yes' : '')),
  ])
  return toPage('Permissions', [
    '`scim:enterprise` is another name of `scim`. A key of the whole instance may do everything in every organization, but\ndoes not speak SCIM.',
    toTable(['scope', 'opens'], scopeRows),
    '## Built-in roles',
    'What the owner of a key may do at most; see the [guide](../guides/roles.md).',
    toTable(['permission', ...builtInRoles.map((role) => role.name)], roleRows),
    '## Routes of the admin API',
    toTable(['route', 'needs', 'does'], routeRows),
  ])
}

function describeScope({ scope }: Route): string {
  if (scope === 'none') return 'nothing'
  if (scope === 'any') return 'any valid key'
  return scope === 'instance' ? 'a key of the instance' : `\`${scope}\``
}

function toConfigurationReference(): string {
  const rows = Object.values(settings).map(({ env, description, wanted, default: value, isSecret, unit }) => [
    `\`${env}\``,
    isSecret ? `${description}. Secret: also \`${env}_FILE\`` : description,
    wanted,
    value === undefined || value === '' ? '' : `\`${toText(value)}\`${unit === undefined ? '' : ` ${unit}`}`,
  ])
  return toPage('Configuration', [
    'A flag wins over a variable, a variable over the configuration file, the file over the default.\n`rollcall config print` shows what holds and where it comes from.',
    toTable(['variable', 'what it does', 'wanted', 'default'], rows),
  ])
}

function toMetricsReference(): string {
  const metrics = createMetrics(readBuild())
  collectPoolMetrics(metrics, () => ({ total: 0, idle: 0, waiting: 0 }))
  collectJobMetrics(metrics, async () => new Map())
  collectProvisioningMetrics(metrics, () => Promise.reject(new Error('nobody scrapes')))
  observeAuthentication(metrics.registry)
  observeDeliveries(metrics.registry)
  observeEngine(metrics.registry)
  observeRequestLog(metrics.registry, { depth: 0, dropped: 0 })
  const rows = metrics.registry.getMetricsAsArray().map((metric) => {
    // The labels stand in every metric of prom-client, but not in its types.
    const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : []
    return [`\`${metric.name}\``, String(metric.type), labels.map((label) => `\`${label}\``).join(', '), metric.help]
  })
  return toPage('Metrics', [
    'Prometheus text at `/metrics`, without authentication: let nobody but the scraper reach it. A process that serves also\ntells the usual `process_…` and `nodejs_…` of its runtime.',
    toTable(
      ['metric', 'type', 'labels', 'what it counts'],
      rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ),
  ])
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function toCliReference(): string {
  const program = createProgram()
  const roles = serverRoles.map(({ name, summary }) => [`\`${name}\``, summary])
  return toPage('Command line', [
    'In a clone: `npm run -s rollcall -- <noun> <verb> …`. Data goes to stdout, talk to stderr.',
    'Exit status: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.',
    '## On the server’s machine',
    toTable(['command', 'does'], roles),
    ...program.commands
      .filter((command) => command.name() !== 'help')
      .flatMap((command) => describeCommand(command, [])),
  ])
}

function describeCommand(command: Command, path: readonly string[]): readonly string[] {
  const here = [...path, command.name()]
  if (command.commands.length > 0) {
    const verbs = command.commands.filter((child) => child.name() !== 'help')
    return [
      `## ${here.join(' ')}`,
      sentence(command.description()),
      ...verbs.flatMap((verb) => describeCommand(verb, here)),
    ]
  }
  const usage = `\`rollcall ${[...here, ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ')}\``
  const rows = command.options.map((option) => {
    const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`
    return [`\`${option.flags}\``, `${option.description}${choices}${option.mandatory ? '; required' : ''}`]
  })
  return [
    `${path.length === 0 ? '##' : '###'} ${here.join(' ')}`,
    `${usage}: ${sentence(command.description())}`,
    ...(rows.length > 0 ? [toTable(['option', 'meaning'], rows)] : []),
    `\`\`\`sh\n${readExamples(command).join('\n')}\n\`\`\``,
  ]
}

/** The examples stand in the help, where the user reads them first. */
function readExamples(command: Command): readonly string[] {
  const help: string[] = []
  command.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp()
  return [...help.join('').matchAll(/^ {2}\$ (.*)$/gm)].map((match) => match[1] ?? '')
}

function sentence(text: string): string {
  return `${text}.`
}

function toTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function toPage(title: string, parts: readonly string[]): string {
  return `${[generated, `# ${title}`, ...parts].join('\n\n')}\n`
}

if (import.meta.main) {
  mkdirSync(directory, { recursive: true })
  for (const [name, content] of listReferenceFiles()) writeFileSync(referencePath(name), content)
}
