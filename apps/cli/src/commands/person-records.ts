import type { Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseInstant } from '../duration.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'

const person = 'usr_01h4zpwq00e008000000000000'
const changeColumns = ['at', 'action', 'by', 'via', 'reason', 'changes', 'requestId']
const overrideColumns = ['id', 'attribute', 'until', 'lasts', 'reason', 'createdBy']

/** What is kept about a person besides itself. */
export function addPersonRecordCommands(noun: Command): void {
  addHistory(noun)
  addPage(noun)
  addUpcoming(noun)
  addOverrides(noun)
  addLeaving(noun)
  addAdoption(noun)
}

function addHistory(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'history <id>',
    summary: 'list every change of a person, newest first',
    examples: [`person history ${person} --output jsonl`],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, id) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listPersonHistory', { params: { organization, person: id }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), changeColumns)
    },
  })
  addCommand<{ asOf?: string }>(noun, {
    usage: 'memberships <id>',
    summary: 'list the teams that a person is or was in',
    examples: [`person memberships ${person} --as-of 2026-03-03T12:00:00Z`],
    isInOrganization: true,
    options: (command) => command.option('--as-of <when>', 'only those of a moment: a time, or a duration before now'),
    run: async (session, { asOf }, id) => {
      const option = { option: '--as-of', now: session.now, direction: 'past' } as const
      const query = asOf === undefined ? {} : { asOf: parseInstant(asOf, option) }
      const { data } = await inOrganizationOf(session, (organization) =>
        session.client.call('getPersonMemberships', { params: { organization, person: id }, query }),
      )
      session.printList(toListing({ data, nextCursor: null }), ['team', 'from', 'to', 'by', 'requestId'])
    },
  })
}

function addPage(noun: Command): void {
  addCommand(noun, {
    usage: 'page <id>',
    summary: 'show accounts in apps, teams and why, ways to sign in, notices',
    examples: [`person page ${person}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getPersonPage', { params: { organization, person: id } }),
      )
      session.printItem(item, ['accounts', 'teams', 'signIn', 'keys', 'notices'])
    },
  })
}

function addUpcoming(noun: Command): void {
  addCommand(noun, {
    usage: 'upcoming <id>',
    summary: 'what sources say of days of a person: first day, last day, moves',
    examples: [`person upcoming ${person}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const { data } = await inOrganizationOf(session, (organization) =>
        session.client.call('getPersonUpcoming', { params: { organization, person: id } }),
      )
      session.printList(toListing({ data, nextCursor: null }), ['at', 'kind', 'state', 'sourceId', 'anchor', 'reason'])
    },
  })
}

type OverrideOptions = { readonly attribute: readonly string[]; readonly until: string; readonly reason: string }

function addOverrides(noun: Command): void {
  addCommand<OverrideOptions>(noun, {
    usage: 'override <id>',
    summary: 'unlock attributes of a managed person for a while; the source does not overwrite them until then',
    examples: [`person override ${person} --attribute title --until 14d --reason "typo at the source"`],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--attribute <name>', 'may repeat', collect)
        .requiredOption('--until <when>', 'a time or a duration')
        .requiredOption('--reason <text>', 'for the history'),
    run: async (session, { attribute, until, reason }, id) => {
      const option = { option: '--until', now: session.now, direction: 'future' } as const
      const body = { attributes: [...attribute], until: parseInstant(until, option), reason }
      const { data } = await inOrganizationOf(session, (organization) =>
        session.client.call('beginOverrides', { params: { organization, person: id }, body }),
      )
      session.printList(toListing({ data, nextCursor: null }), overrideColumns)
    },
  })
  addCommand<ListOptions>(noun, {
    usage: 'overrides <id>',
    summary: 'list what was or is overridden of a person, newest first',
    examples: [`person overrides ${person}`],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, id) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listOverrides', { params: { organization, person: id }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), overrideColumns)
    },
  })
  addCommand<{ override: string }>(noun, {
    usage: 'end-override <id>',
    summary: 'end an override; the source’s value returns with its next push',
    examples: [`person end-override ${person} --override ovr_01h4zpwq00e008000000000000`],
    isInOrganization: true,
    options: (command) => command.requiredOption('--override <id>', 'which one'),
    run: async (session, { override }, id) => {
      await inOrganizationOf(session, (organization) =>
        session.client.call('endOverride', { params: { organization, person: id, override } }),
      )
      session.printItem({ id: override, ended: true }, ['id', 'ended'])
    },
  })
}

const kinds = ['teams', 'connections', 'serviceAccounts'] as const

function addLeaving(noun: Command): void {
  addCommand(noun, {
    usage: 'owned <id>',
    summary: 'show what depends on a person',
    examples: [`person owned ${person}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getPersonOwned', { params: { organization, person: id } }),
      )
      session.printItem(item, [...kinds, 'keys'])
    },
  })
  addCommand<{ to: string; only?: readonly string[] }>(noun, {
    usage: 'handover <id>',
    summary: 'give what a person maintains and answers for to another one',
    examples: [
      `person handover ${person} --to usr_01h4zpwq00e008000000000001`,
      `person handover ${person} --to sa_01h4zpwq00e008000000000000 --only teams`,
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--to <id>', 'who has it from then on')
        .option('--only <kind>', `${kinds.join(', ')}; may repeat`, collect),
    run: async (session, { to, only }, id) => {
      const wanted = only?.map((name) => kinds.find((kind) => kind === name) ?? refuse(name))
      const body = { to, ...(wanted !== undefined && { only: wanted }) }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('handOverPerson', { params: { organization, person: id }, body }),
      )
      session.printItem(item, ['to', 'handedOver', 'dying'])
    },
  })
}

function refuse(name: string): never {
  throw usageFailure(`--only knows ${kinds.join(', ')}, not "${name}"`)
}

function addAdoption(noun: Command): void {
  addCommand<{ connection: string; file: string }>(noun, {
    usage: 'preview-adoption',
    summary: 'tell who of a list of user names would be linked, created or refused; changes nothing',
    examples: ['person preview-adoption --connection con_01h4zpwq00e008000000000000 --file user-names.txt'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--connection <id>', 'the source that will send them')
        .requiredOption('--file <path>', 'one user name a line; - reads standard input'),
    run: async (session, { connection, file }) => {
      const users = readLines(file).map((userName) => ({ userName }))
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('previewAdoption', { params: { organization, connection }, body: { users } }),
      )
      session.printItem(item, ['counts', 'linked', 'created', 'present', 'conflicts', 'left'])
    },
  })
}

function readLines(file: string): readonly string[] {
  return readFileOption('--file', file)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
