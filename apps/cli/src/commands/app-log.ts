import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { formatFields, formatList } from '../formats.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { pour } from '../pour.ts'
import { parseInstant } from '../duration.ts'
import type { Session } from '../session.ts'

const columns = ['at', 'action', 'status', 'reason', 'object', 'target', 'id']

type Entry = RouteAnswer<'getProvisioningLogEntry'>
type Filters = {
  readonly app?: string
  readonly object?: string
  readonly cycle?: string
  readonly action?: Entry['action']
  readonly status?: Entry['status']
  readonly reason?: string
  readonly since?: string
  readonly until?: string
}
type ExportOptions = Filters & {
  readonly format: 'csv' | 'jsonl' | 'graph'
  readonly file: 'logs' | 'steps' | 'modifiedProperties'
}

export function addAppLogCommands(parent: Command): void {
  const noun = addNoun(parent, 'log', 'what was done or tried in apps')
  addCommand<ListOptions & Filters>(noun, {
    usage: 'list',
    summary: 'list operations, newest first',
    examples: [
      'app log list --organization acme --status failure --since 1d',
      'app log list --app app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000',
    ],
    isInOrganization: true,
    options: (command) => withListOptions(withFilters(command)),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), ...toFilters(session, options) }
      const page = await session.client.call('listProvisioningLog', { params: { organization }, query })
      const data = session.format === 'table' ? page.data.map(toLine) : page.data
      session.printList(toListing({ ...page, data }), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one operation: its steps, what changed, what was sent',
    examples: ['app log show plog_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, logEntry) => {
      const entry = await inOrganizationOf(session, (organization) =>
        session.client.call('getProvisioningLogEntry', { params: { organization, logEntry } }),
      )
      printEntry(session, entry)
    },
  })
  addCommand<ExportOptions>(noun, {
    usage: 'export',
    summary: 'print all that matches, oldest first',
    examples: [
      'app log export --organization acme --since 30d > ProvisioningLogs.csv',
      'app log export --organization acme --file steps > ProvisioningLogs_ProvisioningSteps.csv',
      'app log export --organization acme --format graph > log.jsonl',
    ],
    isInOrganization: true,
    options: (command) =>
      withFilters(command)
        .addOption(new Option('--format <format>', 'how').choices(['csv', 'jsonl', 'graph']).default('csv'))
        .addOption(
          new Option('--file <file>', 'of CSV: which of the three files; the change id joins them')
            .choices(['logs', 'steps', 'modifiedProperties'])
            .default('logs'),
        ),
    run: exportLog,
  })
  addCommand(noun, {
    usage: 'reasons',
    summary: 'list every reason with its meaning, what to do, and who can do it',
    examples: ['app log reasons --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      const { data } = await session.client.call('getProvisioningReasons', { params: { organization } })
      session.printList(toListing({ data, nextCursor: null }), ['code', 'class', 'actor', 'meaning', 'remedy'])
    },
  })
}

function withFilters(command: Command): Command {
  return command
    .option('--app <id>', 'only of this app')
    .option('--object <id>', 'only about this person or team')
    .option('--cycle <id>', 'only of this cycle')
    .option('--action <action>', 'such as create, update, disable, delete, skip, hold')
    .addOption(new Option('--status <status>', 'only these').choices(['success', 'failure', 'skipped', 'warning']))
    .option('--reason <code>', 'only with this reason; see app log reasons')
    .option('--since <time>', 'not before: 2h, 3d, or a time')
    .option('--until <time>', 'before: 2h, 3d, or a time')
}

function toFilters(session: Session, options: Filters) {
  const { app, object, cycle, action, status, reason, since, until } = options
  return {
    app,
    object,
    cycle,
    action,
    status,
    reason,
    since: toInstant(session, '--since', since),
    until: toInstant(session, '--until', until),
  }
}

function toInstant(session: Session, option: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseInstant(text, { option, now: session.now, direction: 'past' })
}

async function exportLog(session: Session, options: ExportOptions): Promise<void> {
  const params = { organization: await requireOrganization(session) }
  const filters = toFilters(session, options)
  const { format, file } = options
  const stream =
    format === 'csv'
      ? await session.client.stream('exportProvisioningLogCsv', { params, query: { ...filters, file } })
      : await session.client.stream('exportProvisioningLogJsonLines', {
          params,
          query: { ...filters, format: format === 'graph' ? 'graph' : 'rollcall' },
        })
  await pour(stream)
}

function toLine(entry: Pick<Entry, 'object' | 'target'>): object {
  const { object, target } = entry
  return { ...entry, object: object?.name ?? object?.id ?? '', target: target.name ?? target.key ?? '' }
}

function printEntry(session: Session, entry: Entry): void {
  if (session.format !== 'table') return session.printItem(entry, columns)
  const { modified, steps, exchanges, members, explanation, object, target, ...facts } = entry
  const { hasColor } = session.environment
  const print = (data: readonly object[], names: readonly string[]): string =>
    data.length === 0
      ? ''
      : `\n${formatList(toListing({ data, nextCursor: null }), { format: 'table', columns: names, hasColor })}`
  const shown = {
    ...facts,
    object: object?.name ?? object?.id ?? null,
    target: target.name ?? target.key,
    meaning: explanation?.meaning ?? null,
    remedy: explanation?.remedy ?? null,
  }
  session.print(
    formatFields(shown) +
      print(steps, ['name', 'status', 'message']) +
      print(modified, ['name', 'before', 'after']) +
      print(exchanges, ['method', 'path', 'status', 'durationMs']) +
      print(
        [
          ...(members?.added ?? []).map((member) => ({ member, change: 'added' })),
          ...(members?.removed ?? []).map((member) => ({ member, change: 'removed' })),
        ],
        ['change', 'member'],
      ),
  )
}
