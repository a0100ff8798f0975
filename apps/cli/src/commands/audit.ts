import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import {
  addCommand,
  addNoun,
  parseWholeNumber,
  toIfMatch,
  toPageQuery,
  withListOptions,
  withVersionOption,
  type ListOptions,
  type VersionOptions,
} from '../command.ts'
import { pour } from '../pour.ts'
import { addAuditStreamCommands } from './audit-stream.ts'
import { Failure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['sequence', 'at', 'action', 'result', 'actor', 'targets', 'id']

type ExportOptions = { readonly query?: string; readonly format: 'jsonl' | 'csv' }
type RetentionOptions = VersionOptions & { readonly rules?: 'rollcall' | 'github' | 'datadog'; readonly days?: number }
type AuditEvent = RouteAnswer<'getAuditEvent'>
type AuditListOptions = ListOptions & { readonly query?: string; readonly order?: 'asc' | 'desc' }

export function addAuditCommands(program: Command): void {
  const noun = addNoun(program, 'audit', 'what happened, and who did it')
  addCommand<AuditListOptions>(noun, {
    usage: 'list',
    summary: 'list events, newest first',
    examples: [
      'audit list --organization acme --query "action:user.suspend created:>=2026-11-01"',
      'audit list --organization acme --query "user:ada@example.com result:failure" --output jsonl',
    ],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .option('--query <query>', 'field:value terms; see docs/guides/audit-log.md')
          .addOption(
            new Option('--order <order>', 'in the order of the chain, or against it').choices(['asc', 'desc']),
          ),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), query: options.query, order: options.order }
      const page = await session.client.call('listAuditEvents', { params: { organization }, query })
      const data = session.format === 'table' ? page.data.map(toLine) : page.data
      session.printList(toListing({ ...page, data }), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one event with all that is known of it',
    examples: ['audit show aud_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, auditEvent) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getAuditEvent', { params: { organization, auditEvent } }),
      )
      session.printItem(item, columns)
    },
  })
  addExportCommand(noun)
  addRetentionCommand(noun)
  addAuditStreamCommands(noun)
  addCommand(noun, {
    usage: 'verify',
    summary: 'read the whole chain and say whether every event is as it was sealed',
    examples: ['audit verify --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      const item = await session.client.call('verifyAudit', { params: { organization } })
      session.printItem(item, ['isSound', 'events', 'erased', 'first', 'last', 'broken', 'durationMs'])
      if (item.broken !== null)
        throw new Failure(`Event ${item.broken.sequence} does not fit: ${item.broken.reason}`, { code: 'auditBroken' })
    },
  })
}

const retentionColumns = ['retention', 'daysMax', 'daysAllowed', 'kept', 'checkpoint', 'version']

function addExportCommand(noun: Command): void {
  addCommand<ExportOptions>(noun, {
    usage: 'export',
    summary: 'write all events that match, oldest first',
    examples: [
      'audit export --organization acme > audit.jsonl',
      'audit export --organization acme --format csv --query "created:2026-11-01..2026-11-30" > november.csv',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--query <query>', 'field:value terms; see docs/guides/audit-log.md')
        .addOption(new Option('--format <format>', 'of the file').choices(['jsonl', 'csv']).default('jsonl')),
    run: async (session, { query, format }) => {
      const organization = await requireOrganization(session)
      const route = format === 'csv' ? 'exportAuditCsv' : 'exportAuditJsonLines'
      await pour(await session.client.stream(route, { params: { organization }, query: { query } }))
    },
  })
}

/** Shows, and sets before it shows when something is to be set. */
function addRetentionCommand(noun: Command): void {
  addCommand<RetentionOptions>(noun, {
    usage: 'retention',
    summary: 'show how long events are kept, or set it',
    examples: [
      'audit retention --organization acme',
      'audit retention --organization acme --days 365',
      'audit retention --organization acme --rules datadog --days 30',
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        command
          .option('--days <number>', 'set how many days', parseWholeNumber)
          .addOption(
            new Option(
              '--rules <name>',
              'set whose limits: rollcall 3 to 3650 days, github 180, datadog 3 to 90',
            ).choices(['rollcall', 'github', 'datadog']),
          ),
      ),
    run: async (session, options) => {
      const params = { organization: await requireOrganization(session) }
      const body = { retention: options.rules, daysMax: options.days }
      const isChange = options.rules !== undefined || options.days !== undefined
      const item = isChange
        ? await session.client.call('updateAuditRetention', { params, body, ...toIfMatch(options) })
        : await session.client.call('getAuditRetention', { params })
      session.printItem(item, retentionColumns)
    },
  })
}

/** One line an event: the actor and the targets by their ids. */
function toLine(event: AuditEvent): object {
  return { ...event, actor: event.actor.id, targets: targetsOf(event) }
}

/** What came to nothing has no target: whom it named, or else what was asked. */
function targetsOf({ targets, identity, request }: AuditEvent): string {
  if (targets.length > 0) return targets.join(' ')
  const named = identity?.['userName'] ?? identity?.['externalId'] ?? identity?.['email']
  if (typeof named === 'string') return named
  return [request?.['method'], request?.['path']].filter((part) => typeof part === 'string').join(' ')
}
