import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

type Upcoming = RouteAnswer<'listSourceUpcoming'>['data'][number]
type ListUpcoming = ListOptions & Partial<Pick<Upcoming, 'kind' | 'state' | 'anchor'>>

const columns = ['at', 'kind', 'anchor', 'name', 'personId', 'state', 'detail', 'reason']

export function addSourceUpcomingCommands(parent: Command): void {
  const noun = addNoun(parent, 'upcoming', 'first days, last days, moves and ends of grace to come')
  addCommand<ListUpcoming>(noun, {
    usage: 'list <source>',
    summary: 'list what takes effect by itself, soonest first',
    examples: ['source upcoming list src_01h4zpwq00e008000000000000 --kind leave'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--kind <kind>', 'create, join, move, leave or delete')
        .option('--state <state>', 'waiting (the default), done or cancelled')
        .option('--anchor <anchor>', 'of one record'),
    run: async (session, options, source) => {
      const { kind, state, anchor } = options
      const query = { ...toPageQuery(options), kind, state, anchor }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceUpcoming', { params: { organization, source }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand<ListUpcoming>(noun, {
    usage: 'all',
    summary: 'the same of all sources: who comes, moves and leaves',
    examples: ['source upcoming all --kind leave --organization acme'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--kind <kind>', 'create, join, move, leave or delete')
        .option('--state <state>', 'waiting (the default), done or cancelled'),
    run: async (session, options) => {
      const { kind, state } = options
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), kind, state }
      const page = await session.client.call('listUpcoming', { params: { organization }, query })
      session.printList(toListing(page), ['sourceId', ...columns])
    },
  })
  addCommand<{ readonly anchor: string; readonly kind: Upcoming['kind']; readonly reason: string }>(noun, {
    usage: 'cancel <source>',
    summary: 'call a date off, for as long as the source says no other',
    examples: ['source upcoming cancel src_01h4zpwq00e008000000000000 --anchor 10042 --kind leave --reason "stays"'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--anchor <anchor>', 'what names the record in the source')
        .requiredOption('--kind <kind>', 'create, join, move, leave or delete')
        .requiredOption('--reason <text>', 'for the history'),
    run: async (session, body, source) => {
      await inOrganizationOf(session, (organization) =>
        session.client.call('cancelSourceUpcoming', { params: { organization, source }, body: pick(body) }),
      )
    },
  })
}

function pick({ anchor, kind, reason }: Pick<Upcoming, 'anchor' | 'kind'> & { readonly reason: string }) {
  return { anchor, kind, reason }
}
