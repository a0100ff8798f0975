import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { pour } from '../pour.ts'

type State = RouteAnswer<'listSourceWriteBacks'>['data'][number]['state']

const columns = ['anchor', 'personId', 'state', 'fields', 'dueAt', 'status', 'detail', 'sentAt']

export function addSourceWriteBackCommands(parent: Command): void {
  const noun = addNoun(parent, 'write-back', 'what a source is told of its people, such as mail and user name')
  addCommand<ListOptions & { readonly state?: State }>(noun, {
    usage: 'list <source>',
    summary: 'list what a source is told and was told, in the order of anchors',
    examples: ['source write-back list src_01h4zpwq00e008000000000000 --state failed'],
    isInOrganization: true,
    options: (command) => withListOptions(command).option('--state <state>', 'held, waiting, sending, done or failed'),
    run: async (session, options, source) => {
      const query = { ...toPageQuery(options), state: options.state }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceWriteBacks', { params: { organization, source }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'export <source>',
    summary: 'what waits, as CSV for a source that takes files',
    examples: ['source write-back export src_01h4zpwq00e008000000000000 > mail.csv'],
    isInOrganization: true,
    run: async (session, _options, source) =>
      pour(
        await inOrganizationOf(session, (organization) =>
          session.client.stream('exportSourceWriteBacks', { params: { organization, source } }),
        ),
      ),
  })
  addCommand<{ readonly before: string }>(noun, {
    usage: 'confirm <source>',
    summary: 'the source has taken the file: what waited in it is done',
    examples: ['source write-back confirm src_01h4zpwq00e008000000000000 --before 2026-11-26T09:00:00Z'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--before <instant>', 'when the file was made'),
    run: async (session, { before }, source) =>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('confirmSourceWriteBacks', { params: { organization, source }, body: { before } }),
        ),
        ['count'],
      ),
  })
  addCommand(noun, {
    usage: 'retry <source>',
    summary: 'try again what failed',
    examples: ['source write-back retry src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, source) =>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('retrySourceWriteBacks', { params: { organization, source } }),
        ),
        ['count'],
      ),
  })
}
