import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { readFileOption } from '../file-option.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'name', 'issuer', 'method', 'state', 'lastReceivedAt', 'lastError', 'pushUrl', 'revocationUrl']
const transmitter = 'trm_01h4zpwq00e008000000000000'

type Body = RouteBody<'updateTransmitter'>

type TransmitterOptions = {
  readonly name?: string
  readonly issuer?: string
  readonly jwksUrl?: string
  readonly audience?: readonly string[]
  readonly pollUrl?: string
  readonly authorizationFile?: string
  readonly onAccountDisabled?: 'suspend' | 'endSessions' | 'ignore'
  readonly onAccountEnabled?: 'reactivate' | 'ignore'
  readonly onSessionRevoked?: 'endSessions' | 'ignore'
}

export function addTransmitterCommands(program: Command): void {
  const noun = addNoun(program, 'transmitter', 'those whose signals suspend people and end sessions here')
  addCommand<TransmitterOptions & { readonly issuer: string }>(noun, {
    usage: 'create',
    summary: 'listen to a transmitter; it pushes unless --poll-url says where to ask',
    examples: [
      'transmitter create --organization acme --issuer https://acme.okta.com --jwks-url https://acme.okta.com/oauth2/v1/keys',
      'transmitter create --organization acme --issuer https://signals.example.com --poll-url https://signals.example.com/poll',
    ],
    isInOrganization: true,
    options: (command) => withFields(command).requiredOption('--issuer <url>', 'iss of its tokens'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = { ...toFields(options), issuer: options.issuer }
      session.printItem(await session.client.call('createTransmitter', { params: { organization }, body }), columns)
    },
  })
  addListCommand(noun, {
    summary: 'list transmitters, oldest first',
    example: 'transmitter list --organization acme',
    columns,
    read: (session, organization, query) =>
      session.client.call('listTransmitters', { params: { organization }, query }),
  })
  addReading(noun)
  addChanging(noun)
  addState(noun, { verb: 'enable', state: 'enabled', summary: 'listen to a transmitter again' })
  addState(noun, { verb: 'disable', state: 'disabled', summary: 'refuse what a transmitter sends' })
}

function addReading(noun: Command): void {
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one transmitter and the addresses for it',
    examples: [`transmitter show ${transmitter}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getTransmitter', { params: { organization, transmitter: id } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand(noun, {
    usage: 'signals <id>',
    summary: 'show what came lately and what became of it',
    examples: [`transmitter signals ${transmitter}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const { data } = await inOrganizationOf(session, (organization) =>
        session.client.call('getReceivedSignals', { params: { organization, transmitter: id } }),
      )
      session.printList({ data, nextCursor: null }, ['receivedAt', 'event', 'outcome', 'userId', 'jti'])
    },
  })
}

function addChanging(noun: Command): void {
  addCommand<TransmitterOptions & VersionOptions>(noun, {
    usage: 'update <id>',
    summary: 'change a transmitter',
    examples: [`transmitter update ${transmitter} --on-account-disabled endSessions`],
    isInOrganization: true,
    options: (command) => withVersionOption(withFields(command).option('--issuer <url>', 'iss of its tokens')),
    run: async (session, options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateTransmitter', {
          params: { organization, transmitter: id },
          body: toFields(options),
          ...toIfMatch(options),
        }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'listen to a transmitter no longer',
    examples: [`transmitter delete ${transmitter} --yes`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Delete ${id}?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteTransmitter', { params: { organization, transmitter: id } }),
      )
      session.printItem({ id, deleted: true }, ['id', 'deleted'])
    },
  })
}

function addState(
  noun: Command,
  { verb, state, summary }: { readonly verb: string; readonly state: Body['state']; readonly summary: string },
): void {
  addCommand(noun, {
    usage: `${verb} <id>`,
    summary,
    examples: [`transmitter ${verb} ${transmitter}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateTransmitter', { params: { organization, transmitter: id }, body: { state } }),
      )
      session.printItem(item, columns)
    },
  })
}

function withFields(command: Command): Command {
  return command
    .option('--name <text>', 'what it is called in lists')
    .option('--jwks-url <url>', 'where its keys are published; left out: the issuer is asked')
    .option('--audience <text...>', 'what may stand in aud')
    .option('--poll-url <url>', 'where to ask for events (RFC 8936)')
    .option('--authorization-file <path>', 'file with the whole Authorization header of polls')
    .addOption(choice('--on-account-disabled <act>', ['suspend', 'endSessions', 'ignore']))
    .addOption(choice('--on-account-enabled <act>', ['reactivate', 'ignore']))
    .addOption(choice('--on-session-revoked <act>', ['endSessions', 'ignore']))
}

function choice(flags: string, acts: readonly string[]): Option {
  return new Option(flags, 'what such a signal does').choices(acts)
}

function toFields(options: TransmitterOptions): Body {
  const { audience, authorizationFile, ...rest } = options
  const names = [
    'name',
    'issuer',
    'jwksUrl',
    'pollUrl',
    'onAccountDisabled',
    'onAccountEnabled',
    'onSessionRevoked',
  ] as const
  const given = names.flatMap((name) => (rest[name] === undefined ? [] : [[name, rest[name]] as const]))
  return {
    ...Object.fromEntries(given),
    ...(authorizationFile !== undefined && {
      authorizationHeader: readFileOption('--authorization-file', authorizationFile).trim(),
    }),
    ...(audience !== undefined && { audience: [...audience] }),
  }
}
