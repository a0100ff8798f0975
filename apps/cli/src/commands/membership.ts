import type { RouteBody } from '@rollcall/admin-api'
import { teamSourceNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const groupColumns = ['id', 'number', 'name', 'externalId', 'updatedAt']
const memberColumns = ['userId', 'name', 'userName', 'state', 'isDirect', 'teamsCount', 'joinedAt']
const settingColumns = ['source', 'seats', 'planSeats', 'seatsUsed', 'version']

/** Groups that teams may follow, who belongs to the organization, and the rules for both. */
export function addMembershipCommands(program: Command): void {
  addGroups(addNoun(program, 'external-group', 'groups of identity providers that teams may follow'))
  addMembers(addNoun(program, 'member', 'who belongs to the organization, directly or through mapped teams'))
  addSettings(addNoun(program, 'team-settings', 'where members of teams may come from, and seats'))
}

function addGroups(noun: Command): void {
  addCommand<ListOptions & { search?: string }>(noun, {
    usage: 'list',
    summary: 'list groups, oldest first',
    examples: ['external-group list --organization acme --search admins'],
    isInOrganization: true,
    options: (command) => withListOptions(command).option('--search <text>', 'part of the name'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), search: options.search }
      const page = await session.client.call('listExternalGroups', { params: { organization }, query })
      session.printList(toListing(page), groupColumns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show a group with the teams that follow it',
    examples: ['external-group show grp_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, externalGroup) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getExternalGroup', { params: { organization, externalGroup } }),
      )
      session.printItem(item, groupColumns)
    },
  })
}

function addMembers(noun: Command): void {
  addCommand<ListOptions & { state?: 'pending' | 'active' | 'suspended' | 'deprovisioned' }>(noun, {
    usage: 'list',
    summary: 'list who belongs to the organization',
    examples: ['member list --organization acme --state suspended'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command).addOption(
        new Option('--state <state>', 'only these').choices(['pending', 'active', 'suspended', 'deprovisioned']),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), state: options.state }
      const page = await session.client.call('listOrganizationMembers', { params: { organization }, query })
      session.printList(toListing(page), memberColumns)
    },
  })
  addCommand(noun, {
    usage: 'add <user>',
    summary: 'let a person belong to the organization directly',
    examples: ['member add usr_01h4zpwq00e008000000000000 --organization acme'],
    isInOrganization: true,
    run: async (session, _options, userId) => {
      const organization = await requireOrganization(session)
      await session.client.call('addOrganizationMember', { params: { organization }, body: { userId } })
      session.printItem({ userId, isDirect: true }, ['userId', 'isDirect'])
    },
  })
  addCommand(noun, {
    usage: 'remove <user>',
    summary: 'end a direct membership; mapped teams keep whom they have',
    examples: ['member remove usr_01h4zpwq00e008000000000000 --organization acme --yes'],
    isInOrganization: true,
    run: async (session, _options, user) => {
      const organization = await requireOrganization(session)
      await session.confirm(`End the direct membership of ${user}?`)
      await session.client.call('removeOrganizationMember', { params: { organization, user } })
      session.printItem({ userId: user, isDirect: false }, ['userId', 'isDirect'])
    },
  })
}

type Settings = RouteBody<'updateTeamSettings'>

type SettingOptions = {
  readonly source?: NonNullable<Settings['source']>
  readonly seats?: string
  readonly confirm?: string
}

function addSettings(noun: Command): void {
  addCommand(noun, {
    usage: 'show',
    summary: 'show the settings',
    examples: ['team-settings show --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      session.printItem(await session.client.call('getTeamSettings', { params: { organization } }), settingColumns)
    },
  })
  addCommand<SettingOptions>(noun, {
    usage: 'update',
    summary: 'change the settings; what would remove people shows whom first',
    examples: ['team-settings update --seats 100', 'team-settings update --source managed --confirm TOKEN'],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(new Option('--source <source>', 'where members may come from').choices(teamSourceNames))
        .option('--seats <number>', 'how many people may belong to the organization, or any')
        .option('--confirm <token>', 'do what a confirmation showed'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = toBody(options)
      const item = await session.client.call('updateTeamSettings', { params: { organization }, body })
      session.printItem(item, settingColumns)
    },
  })
}

function toBody({ source, seats, confirm }: SettingOptions): Settings {
  if (source === undefined && seats === undefined) throw usageFailure('Nothing to change: give --source or --seats')
  if (seats !== undefined && seats !== 'any' && !/^\d{1,9}$/.test(seats))
    throw usageFailure('--seats wants a whole number, or any')
  return {
    ...(source !== undefined && { source }),
    ...(seats !== undefined && { seats: seats === 'any' ? null : Number(seats) }),
    ...(confirm !== undefined && { confirm }),
  }
}
