import type { Command } from 'commander'
import { addCommand, addNoun, parsePageSize, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseInstant } from '../duration.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['timestamp', 'type', 'data', 'id']
const typeColumns = ['type', 'version', 'summary']

type EventOptions = {
  readonly limit?: number
  readonly cursor?: string
  readonly since?: string
  readonly types?: string
  readonly wait?: string
}

export function addEventCommands(program: Command): void {
  const noun = addNoun(program, 'event', 'what happened, in order')
  addCommand<EventOptions>(noun, {
    usage: 'list',
    summary: 'list events, oldest first; nextCursor goes on, now or later',
    examples: [
      'event list --organization acme --since 1h',
      'event list --organization acme --types user.suspended,user.deleted --output jsonl',
      'event list --organization acme --cursor v1.… --wait 30 --json',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--limit <number>', 'entries of a page, 200 at most', parsePageSize)
        .option('--cursor <cursor>', 'go on where nextCursor points')
        .option('--since <when>', 'a time, or a duration before now such as 1h; only without a cursor')
        .option('--types <types>', 'types, separated by commas; user.* stands for all about people')
        .option('--wait <seconds>', 'wait so long for an event where there is none yet, 30 at most'),
    run: async (session, options) => {
      const { limit, cursor, types } = options
      const since =
        options.since === undefined
          ? undefined
          : parseInstant(options.since, { option: '--since', now: session.now, direction: 'past' })
      const wait = options.wait === undefined ? undefined : Number(options.wait)
      const organization = await requireOrganization(session)
      const query = { limit, cursor, types, since, wait }
      session.printList(
        toListing(await session.client.call('readEvents', { params: { organization }, query })),
        columns,
      )
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one event',
    examples: ['event show evt_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, event) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getEvent', { params: { organization, event } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand<ListOptions>(noun, {
    usage: 'types',
    summary: 'list the types of events; --json shows schema and example of each',
    examples: ['event types --limit 200', 'event types --limit 200 --json'],
    options: withListOptions,
    run: async (session, options) => {
      session.printList(
        toListing(await session.client.call('listEventTypes', { query: toPageQuery(options) })),
        typeColumns,
      )
    },
  })
}
