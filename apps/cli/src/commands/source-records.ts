import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'

const columns = ['anchor', 'situation', 'personId', 'isPending', 'absentReads', 'errorReason', 'place', 'updatedAt']
const escrowColumns = ['place', 'anchor', 'attribute', 'reason', 'detail']

export function addSourceRecordCommands(parent: Command): void {
  const noun = addNoun(parent, 'record', 'what a source said of everybody, and whose it is')
  addCommand<ListOptions & { readonly situation?: string; readonly search?: string }>(noun, {
    usage: 'list <source>',
    summary: 'list records in the order of their anchors',
    examples: ['source record list src_01h4zpwq00e008000000000000 --situation ambiguous'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--situation <name>', 'only those in this situation')
        .option('--search <text>', 'only those whose anchor begins so'),
    run: async (session, options, source) => {
      const { situation, search } = options
      const query = { ...toPageQuery(options), situation, search }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceRecords', { params: { organization, source }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand<{ readonly anchor: string }>(noun, {
    usage: 'show <source>',
    summary: 'one record: as it came, what the rules made of it, whose it is',
    examples: ['source record show src_01h4zpwq00e008000000000000 --anchor 10042'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--anchor <anchor>', 'what names it in the source'),
    run: async (session, { anchor }, source) =>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('getSourceRecord', { params: { organization, source, anchor } }),
        ),
        [...columns, 'upcoming', 'raw', 'mapped'],
      ),
  })
  addCommand<ListOptions & { readonly reason?: string }>(noun, {
    usage: 'bad <source>',
    summary: 'list records that could not be read, with what is wrong and where',
    examples: ['source record bad src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => withListOptions(command).option('--reason <code>', 'only those with this reason'),
    run: async (session, options, source) => {
      const query = { ...toPageQuery(options), reason: options.reason }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceEscrow', { params: { organization, source }, query }),
      )
      session.printList(toListing(page), escrowColumns)
    },
  })
}
