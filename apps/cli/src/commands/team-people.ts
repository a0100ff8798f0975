import { Option, type Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { columns, findTeam } from './team-reference.ts'

const memberColumns = ['id', 'name', 'userName', 'state', 'isDirect', 'isManual', 'since', 'until']

/** Verbs about who is in a team, who looks after it, and which group it follows. */
export function addTeamPeopleCommands(noun: Command): void {
  addMembers(noun)
  addAdd(noun)
  addUntil(noun)
  addRemove(noun)
  addMaintainers(noun)
  addLinks(noun)
}

type MemberOptions = ListOptions & {
  readonly reach?: 'direct' | 'indirect' | 'all'
  readonly asOf?: string
  readonly suspended?: boolean
}

function addMembers(noun: Command): void {
  addCommand<MemberOptions>(noun, {
    usage: 'members <team>',
    summary: 'list the members of a team, now or as of a day',
    examples: ['team members site_reliability', 'team members ops --as-of 2026-03-03 --json'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .addOption(
          new Option('--reach <reach>', 'of the team itself, of those below it, or of both').choices([
            'direct',
            'indirect',
            'all',
          ]),
        )
        .option('--as-of <day>', 'who was in it then: 2026-03-03, or a moment')
        .option('--suspended', 'show suspended people too'),
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const { reach, asOf, suspended } = options
      const query = { ...toPageQuery(options), reach, asOf, suspended }
      session.printList(toListing(await session.client.call('listTeamMembers', { params, query })), memberColumns)
    },
  })
}

function addAdd(noun: Command): void {
  addCommand<{ member?: readonly string[]; until?: string }>(noun, {
    usage: 'add <team>',
    summary: 'add people or teams to a team',
    examples: [
      'team add site_reliability --member usr_01h4zpwq00e008000000000000',
      'team add site_reliability --member usr_01h4zpwq00e008000000000000 --until 2026-12-31',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--member <id>', 'a person or a team; may repeat', collect)
        .option('--until <when>', 'the last day, or a moment, after which they leave by themselves'),
    run: async (session, options, reference) => {
      const members = [...(options.member ?? [])]
      if (members.length === 0) throw usageFailure('Name somebody: --member usr_…')
      const params = await findTeam(session, reference)
      const body = { members, ...(options.until !== undefined && { until: options.until }) }
      session.printItem(await session.client.call('addTeamMembers', { params, body }), ['added'])
    },
  })
}

function addUntil(noun: Command): void {
  addCommand<{ member: string; on?: string; never?: boolean }>(noun, {
    usage: 'until <team>',
    summary: 'say when a membership ends, move that day, or let it end never',
    examples: [
      'team until site_reliability --member usr_01h4zpwq00e008000000000000 --on 2026-12-31',
      'team until site_reliability --member usr_01h4zpwq00e008000000000000 --never',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--member <id>', 'a person or a team')
        .option('--on <when>', 'the last day, or a moment')
        .option('--never', 'the membership ends when somebody ends it'),
    run: async (session, { member, on, never }, reference) => {
      if ((on === undefined) === (never === undefined)) throw usageFailure('Say when: either --on or --never')
      const params = { ...(await findTeam(session, reference)), member }
      const body = { until: on ?? null }
      session.printItem(await session.client.call('updateTeamMember', { params, body }), ['id', 'until'])
    },
  })
}

function addRemove(noun: Command): void {
  addCommand<{ member: string }>(noun, {
    usage: 'remove <team>',
    summary: 'remove somebody from a team',
    examples: ['team remove site_reliability --member usr_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--member <id>', 'a person or a team'),
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      await session.confirm(`Remove ${options.member} from ${reference}?`)
      await session.client.call('removeTeamMember', { params: { ...params, member: options.member } })
      session.printItem({ id: options.member, removed: true }, ['id', 'removed'])
    },
  })
}

function addMaintainers(noun: Command): void {
  addCommand<{ user: string }>(noun, {
    usage: 'maintain <team>',
    summary: 'let a person look after a team',
    examples: ['team maintain site_reliability --user usr_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--user <id>', 'the person'),
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const body = { userId: options.user }
      session.printItem(await session.client.call('addMaintainer', { params, body }), columns)
    },
  })
  addCommand<{ user: string }>(noun, {
    usage: 'unmaintain <team>',
    summary: 'let a person look after a team no more',
    examples: ['team unmaintain site_reliability --user usr_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--user <id>', 'the person'),
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      await session.client.call('removeMaintainer', { params: { ...params, user: options.user } })
      session.printItem({ id: options.user, removed: true }, ['id', 'removed'])
    },
  })
}

function addLinks(noun: Command): void {
  addCommand<{ group: string }>(noun, {
    usage: 'link <team>',
    summary: 'let an empty team follow a group; again: compare the two anew',
    examples: ['team link site_reliability --group grp_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--group <id>', 'see external-group list'),
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const body = { groupId: options.group }
      session.printItem(await session.client.call('linkTeam', { params, body }), columns)
    },
  })
  addCommand(noun, {
    usage: 'unlink <team>',
    summary: 'let a team follow its group no more; those who were in it through the group leave',
    examples: ['team unlink site_reliability --yes'],
    isInOrganization: true,
    run: async (session, _options, reference) => {
      const params = await findTeam(session, reference)
      await session.confirm(`Unlink ${reference}? Those who are in it through the group leave it.`)
      await session.client.call('unlinkTeam', { params })
      session.printItem({ id: params.team, unlinked: true }, ['id', 'unlinked'])
    },
  })
}
