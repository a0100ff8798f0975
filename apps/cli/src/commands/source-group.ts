import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'

type Group = RouteAnswer<'listSourceGroups'>['data'][number]
type Operation = RouteAnswer<'listSourceTeamOperations'>['data'][number]
type Move = RouteAnswer<'listSourceTeamMoves'>['data'][number]
type ListGroups = ListOptions & { readonly situation?: Group['situation']; readonly search?: string }
type ListTeams = ListOptions & { readonly operation?: Operation['operation']; readonly state?: Operation['state'] }
type ListMoves = ListOptions & {
  readonly change?: Move['change']
  readonly state?: Move['state']
  readonly group?: string
}

const columns = ['anchor', 'name', 'situation', 'teamId', 'isFollowed', 'absentReads', 'errorDetail', 'updatedAt']
const teamColumns = ['anchor', 'operation', 'state', 'name', 'previousName', 'reason', 'adding', 'removing', 'error']
const moveColumns = ['team', 'change', 'state', 'name', 'personId', 'member', 'holdId']

export function addSourceGroupCommands(parent: Command): void {
  const noun = addNoun(parent, 'group', 'groups of a source, and which teams they are')
  addCommand<ListGroups>(noun, {
    usage: 'list <source>',
    summary: 'list groups in the order of their anchors',
    examples: ['source group list src_01h4zpwq00e008000000000000 --situation nameTaken'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--situation <name>', 'only those in this situation')
        .option('--search <text>', 'only those with this in their name'),
    run: async (session, options, source) => {
      const { situation, search } = options
      const query = { ...toPageQuery(options), situation, search }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceGroups', { params: { organization, source }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand<{ readonly anchor: string }>(noun, {
    usage: 'show <source>',
    summary: 'one group: as it came, which team it is, how many of its members are not known here',
    examples: ['source group show src_01h4zpwq00e008000000000000 --anchor sales'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--anchor <anchor>', 'what names it in the source'),
    run: async (session, { anchor }, source) =>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('getSourceGroup', { params: { organization, source, anchor } }),
        ),
        [...columns, 'members', 'waiting', 'raw'],
      ),
  })
  addCommand<{ readonly anchor: string }>(noun, {
    usage: 'follow <source>',
    summary: 'let the next read judge a group as if it were new, also one whose team was taken away from the source',
    examples: ['source group follow src_01h4zpwq00e008000000000000 --anchor sales'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--anchor <anchor>', 'what names it in the source'),
    run: async (session, { anchor }, source) =>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('followSourceGroup', { params: { organization, source, anchor } }),
        ),
        columns,
      ),
  })
}

/** What a read does with teams: of the noun `source plan`. */
export function addPlannedTeamCommands(noun: Command): void {
  addCommand<ListTeams>(noun, {
    usage: 'teams <read>',
    summary: 'what a read does with teams',
    examples: ['source plan teams srd_01h4zpwq00e008000000000000 --operation remove'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--operation <name>', 'create, link, update, detach, remove or none')
        .option('--state <state>', 'planned, done, failed, held, rejected or told'),
    run: async (session, options, sourceRead) => {
      const { operation, state } = options
      const query = { ...toPageQuery(options), operation, state }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceTeamOperations', { params: { organization, sourceRead }, query }),
      )
      session.printList(toListing(page), teamColumns)
    },
  })
  addCommand<ListMoves>(noun, {
    usage: 'members <read>',
    summary: 'who comes into teams by a read and who leaves them, by name',
    examples: ['source plan members srd_01h4zpwq00e008000000000000 --change remove'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--change <name>', 'add or remove')
        .option('--state <state>', 'planned, done, failed, held, rejected or waiting')
        .option('--group <anchor>', 'only of this group'),
    run: async (session, options, sourceRead) => {
      const { change, state, group } = options
      const query = { ...toPageQuery(options), change, state, group }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceTeamMoves', { params: { organization, sourceRead }, query }),
      )
      session.printList(toListing(page), moveColumns)
    },
  })
  addCommand<{ readonly group: readonly string[]; readonly reason?: string }>(noun, {
    usage: 'reject-teams <read>',
    summary: 'leave some teams, and who is in them, as they are until their groups change',
    examples: ['source plan reject-teams srd_01h4zpwq00e008000000000000 --group sales marketing'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--group <anchor...>', 'what names the groups in the source')
        .option('--reason <text>', 'why, for those who read the history'),
    run: async (session, { group, reason }, sourceRead) => {
      const body = { anchors: [...group], reason }
      const answer = await inOrganizationOf(session, (organization) =>
        session.client.call('rejectSourceTeams', { params: { organization, sourceRead }, body }),
      )
      session.printItem(answer, ['rejected'])
    },
  })
}
