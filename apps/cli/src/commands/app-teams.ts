import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const listColumns = ['teamId', 'name', 'state', 'groupId', 'members', 'isPaused', 'waitsFor']
const columns = [...listColumns, 'origin', 'isInScope', 'keepsName', 'unlinked', 'failure', 'sentAt']

const app = 'app_01h4zpwq00e008000000000000'
const example = `${app} --team team_01h4zpwq00e008000000000000`

type TeamOptions = { readonly team: string }
type LinkOptions = TeamOptions & { readonly groupId?: string; readonly groupName?: string; readonly keepName?: boolean }
type UnlinkOptions = TeamOptions & { readonly group: 'leave' | 'delete' }
type Names = { readonly organization: string; readonly app: string; readonly team: string }

export function addAppTeamCommands(parent: Command): void {
  const noun = addNoun(parent, 'team', 'teams as groups of an app')
  addCommand<ListOptions>(noun, {
    usage: 'list <app>',
    summary: 'list teams of an app: which group, how many members, what waits',
    examples: [`app team list ${app}`],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, id) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppTeams', { params: { organization, app: id }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), listColumns)
    },
  })
  addCommand<TeamOptions>(noun, {
    usage: 'show <app>',
    summary: 'show one team as a group of an app',
    examples: [`app team show ${example}`],
    isInOrganization: true,
    options: withTeam,
    run: (session, options, id) =>
      print(session, id, options, (params) => session.client.call('getAppTeam', { params })),
  })
  addLinkCommands(noun)
  addStateCommands(noun)
}

function addLinkCommands(noun: Command): void {
  addCommand<LinkOptions>(noun, {
    usage: 'link <app>',
    summary: 'make a group that the app has already that of the team; members that others added stay',
    examples: [`app team link ${example} --group-name "Sales EMEA" --keep-name`],
    isInOrganization: true,
    options: (command) =>
      withTeam(command)
        .addOption(new Option('--group-id <id>', 'its id in the app').conflicts('groupName'))
        .option('--group-name <name>', 'its name in the app')
        .option('--keep-name', 'do not rename it after the team'),
    run: (session, options, id) => {
      const body = { group: toGroup(options), keepsName: options.keepName === true }
      return print(session, id, options, (params) => session.client.call('linkAppTeam', { params, body }))
    },
  })
  addCommand<UnlinkOptions>(noun, {
    usage: 'unlink <app>',
    summary: 'push a team no longer, and leave its group or delete it; people stay',
    examples: [`app team unlink ${example} --group leave`],
    isInOrganization: true,
    options: (command) =>
      withTeam(command).addOption(
        new Option('--group <what>', 'what becomes of it').choices(['leave', 'delete']).makeOptionMandatory(),
      ),
    run: (session, options, id) => {
      const body = { group: options.group }
      return print(session, id, options, (params) => session.client.call('unlinkAppTeam', { params, body }))
    },
  })
}

function addStateCommands(noun: Command): void {
  for (const [verb, summary, body] of [
    ['pause', 'send nothing for one team until it is resumed', { isPaused: true }],
    ['resume', 'send what changed while a team was paused', { isPaused: false }],
    ['keep-name', 'let the group keep its name in the app', { keepsName: true }],
    ['rename', 'give the group the name of the team, now and always', { keepsName: false }],
  ] as const)
    addCommand<TeamOptions>(noun, {
      usage: `${verb} <app>`,
      summary,
      examples: [`app team ${verb} ${example}`],
      isInOrganization: true,
      options: withTeam,
      run: (session, options, id) =>
        print(session, id, options, (params) => session.client.call('updateAppTeam', { params, body })),
    })
  addCommand<TeamOptions>(noun, {
    usage: 'push <app>',
    summary: 'send a team again now: its group and all its members',
    examples: [`app team push ${example}`],
    isInOrganization: true,
    options: withTeam,
    run: (session, options, id) =>
      print(session, id, options, (params) => session.client.call('pushAppTeam', { params })),
  })
}

function withTeam(command: Command): Command {
  return command.requiredOption('--team <id>', 'the team')
}

function toGroup({ groupId, groupName }: LinkOptions): RouteBody<'linkAppTeam'>['group'] {
  if (groupId !== undefined) return { id: groupId }
  if (groupName !== undefined) return { name: groupName }
  throw usageFailure('Name the group: --group-id … or --group-name …')
}

async function print(
  session: Session,
  app: string,
  { team }: TeamOptions,
  call: (names: Names) => Promise<RouteAnswer<'getAppTeam'>>,
): Promise<void> {
  session.printItem(await inOrganizationOf(session, (organization) => call({ organization, app, team })), columns)
}
