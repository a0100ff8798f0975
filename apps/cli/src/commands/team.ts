import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { teamSourceNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import {
  addCommand,
  addNoun,
  toIfMatch,
  toPageQuery,
  withListOptions,
  withVersionOption,
  type ListOptions,
  type VersionOptions,
} from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { requireOrganization } from '../organization-scope.ts'
import { addTeamPeopleCommands } from './team-people.ts'
import { columns, findTeam } from './team-reference.ts'
import { addTeamRuleCommands } from './team-rule.ts'

const historyColumns = ['at', 'action', 'via', 'actor', 'joined', 'left', 'requestId']

type Update = RouteBody<'updateTeam'>

type TeamOptions = {
  readonly name?: string
  readonly handle?: string
  readonly description?: string
  readonly source?: Update['source'] | 'inherit'
}

export function addTeamCommands(program: Command): void {
  const noun = addNoun(program, 'team', 'teams: those of your own, and those that identity providers manage')
  addList(noun)
  addCreate(noun)
  addUpdate(noun)
  addTeamVerb(noun, {
    verb: 'show',
    route: 'getTeam',
    summary: 'show a team: who manages it, what is locked, which group it follows, who looks after it',
  })
  addDelete(noun)
  addTeamVerb(noun, { verb: 'restore', route: 'restoreTeam', summary: 'bring a deleted team back with its members' })
  addTeamVerb(noun, {
    verb: 'stop-managing',
    route: 'stopManagingTeam',
    summary: 'take a team from the connection that manages it; its members stay',
    question: 'Take the team from its identity provider?',
  })
  addTeamVerb(noun, {
    verb: 'reconcile',
    route: 'reconcileTeam',
    summary: 'compare a team with its group now and set right what differs',
  })
  addHistory(noun)
  addTeamPeopleCommands(noun)
  addTeamRuleCommands(noun)
}

type ListTeamOptions = ListOptions & {
  readonly search?: string
  readonly managed?: boolean
  readonly unmanaged?: boolean
  readonly deleted?: boolean
  readonly counts?: boolean
}

function addList(noun: Command): void {
  addCommand<ListTeamOptions>(noun, {
    usage: 'list',
    summary: 'list teams, by name',
    examples: ['team list --organization acme', 'team list --managed --counts', 'team list --search ops --json'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--search <text>', 'part of the name or the handle')
        .option('--managed', 'only teams that a connection manages')
        .option('--unmanaged', 'only the others')
        .option('--deleted', 'deleted teams that can be restored')
        .option('--counts', 'count the members of each'),
    run: async (session, options) => {
      if (options.managed === true && options.unmanaged === true)
        throw usageFailure('--managed and --unmanaged say different things')
      const organization = await requireOrganization(session)
      const { search, deleted, counts } = options
      const managed = options.unmanaged === true ? false : options.managed
      const query = { ...toPageQuery(options), search, managed, deleted, counts }
      const page = await session.client.call('listTeams', { params: { organization }, query })
      session.printList(toListing(page), counts === true ? [...columns, 'peopleCount'] : columns)
    },
  })
}

function withTeamOptions(command: Command): Command {
  return command
    .option('--handle <handle>', 'a-z, 0-9 and ._-:/; left out at first: what the name gives')
    .option('--description <text>', 'what the team is for')
    .addOption(
      new Option('--source <source>', 'where its members may come from').choices([...teamSourceNames, 'inherit']),
    )
}

function toFields({ name, handle, description, source }: TeamOptions) {
  return {
    ...(name !== undefined && { name }),
    ...(handle !== undefined && { handle }),
    ...(description !== undefined && { description }),
    ...(source !== undefined && { source: source === 'inherit' ? null : source }),
  }
}

function addCreate(noun: Command): void {
  addCommand<TeamOptions & { name: string }>(noun, {
    usage: 'create',
    summary: 'make a team of your own',
    examples: ['team create --organization acme --name "Site Reliability" --json'],
    isInOrganization: true,
    options: (command) => withTeamOptions(command.requiredOption('--name <name>', 'for people')),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = { ...toFields(options), name: options.name }
      session.printItem(await session.client.call('createTeam', { params: { organization }, body }), columns)
    },
  })
}

function addUpdate(noun: Command): void {
  addCommand<TeamOptions & VersionOptions & { confirm?: string }>(noun, {
    usage: 'update <team>',
    summary: 'change a team; name and handle of a managed one are locked',
    examples: ['team update site_reliability --name "Reliability"', 'team update ops --source managed'],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        withTeamOptions(command.option('--name <name>', 'for people')).option(
          '--confirm <token>',
          'do what a confirmation showed',
        ),
      ),
    run: async (session, options, reference) => {
      const fields = toFields(options)
      if (Object.keys(fields).length === 0) throw usageFailure('Nothing to change: give at least one option')
      const { team, organization } = await findTeam(session, reference)
      const { confirm } = options
      const body = { ...fields, ...(confirm !== undefined && { confirm }) }
      const item = await session.client.call('updateTeam', {
        params: { organization, team },
        body,
        ...toIfMatch(options),
      })
      session.printItem(item, columns)
    },
  })
}

function addDelete(noun: Command): void {
  addCommand(noun, {
    usage: 'delete <team>',
    summary: 'delete a team; for 90 days it can be restored',
    examples: ['team delete site_reliability --yes'],
    isInOrganization: true,
    run: async (session, _options, reference) => {
      const target = await findTeam(session, reference)
      await session.confirm(`Delete the team ${reference}?`)
      await session.client.call('deleteTeam', { params: target })
      session.printItem({ id: target.team, deleted: true }, ['id', 'deleted'])
    },
  })
}

type TeamVerb = {
  readonly verb: string
  readonly route: 'getTeam' | 'restoreTeam' | 'stopManagingTeam' | 'reconcileTeam'
  readonly summary: string
  readonly question?: string
}

function addTeamVerb(noun: Command, { verb, route, summary, question }: TeamVerb): void {
  addCommand(noun, {
    usage: `${verb} <team>`,
    summary,
    examples: [`team ${verb} team_01h4zpwq00e008000000000000`, `team ${verb} site_reliability --json`],
    isInOrganization: true,
    run: async (session, _options, reference) => {
      const params = await findTeam(session, reference)
      if (question !== undefined) await session.confirm(question)
      const item: RouteAnswer<'getTeam'> = await session.client.call(route, { params })
      session.printItem(item, columns)
    },
  })
}

function addHistory(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'history <team>',
    summary: 'who joined and left a team, when, by whose act and which request; newest first',
    examples: ['team history site_reliability'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const page = await session.client.call('listTeamHistory', { params, query: toPageQuery(options) })
      const names = (list: (typeof page.data)[number]['joined']) => list.map(({ id, name }) => name ?? id).join(', ')
      const rows = page.data.map((each) => ({ ...each, joined: names(each.joined), left: names(each.left) }))
      session.printList(toListing(session.format === 'table' ? { ...page, data: rows } : page), historyColumns)
    },
  })
}
