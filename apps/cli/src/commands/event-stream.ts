import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { readFileOption } from '../file-option.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'description', 'method', 'endpointUrl', 'state', 'waiting', 'lastError']
const stream = 'evs_01h4zpwq00e008000000000000'

type Body = RouteBody<'updateEventStream'>

type StreamOptions = {
  readonly description?: string
  readonly push?: string
  readonly poll?: true
  readonly authorizationFile?: string
  readonly event?: readonly string[]
  readonly connection?: string
  readonly subjectFormat?: 'email' | 'iss_sub' | 'opaque'
}

export function addEventStreamCommands(program: Command): void {
  const noun = addNoun(program, 'event-stream', 'receivers of security event tokens: SCIM events, CAEP, RISC')
  addCommand<StreamOptions & { readonly audience?: readonly string[] }>(noun, {
    usage: 'create',
    summary: 'make a stream; without --push its receiver polls',
    examples: [
      'event-stream create --organization acme --push https://receiver.example.com/events',
      'event-stream create --organization acme --event urn:ietf:params:scim:event:prov:create:full',
    ],
    isInOrganization: true,
    options: (command) => withFields(command).option('--audience <text...>', 'aud of its tokens'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = { ...toFields(options), ...(options.audience !== undefined && { audience: [...options.audience] }) }
      session.printItem(await session.client.call('createEventStream', { params: { organization }, body }), columns)
    },
  })
  addListCommand(noun, {
    summary: 'list streams, oldest first',
    example: 'event-stream list --organization acme',
    columns,
    read: (session, organization, query) =>
      session.client.call('listEventStreams', { params: { organization }, query }),
  })
  addSingle(noun)
  for (const [verb, state, summary] of states) addState(noun, { verb, state, summary })
}

const states = [
  ['enable', 'enabled', 'let a stream go on'],
  ['pause', 'paused', 'keep what happens until the stream is enabled again'],
  ['disable', 'disabled', 'stop a stream: what happens meanwhile is missed'],
] as const

function addSingle(noun: Command): void {
  for (const [verb, route, summary] of [
    ['show', 'getEventStream', 'show one stream and how its deliveries go'],
    ['verify', 'verifyEventStream', 'send a verification event'],
  ] as const)
    addCommand(noun, {
      usage: `${verb} <id>`,
      summary,
      examples: [`event-stream ${verb} ${stream}`],
      isInOrganization: true,
      run: async (session, _options, id) => {
        const item = await inOrganizationOf(session, (organization) =>
          session.client.call(route, { params: { organization, eventStream: id } }),
        )
        session.printItem(item, columns)
      },
    })
  addCommand<StreamOptions & VersionOptions>(noun, {
    usage: 'update <id>',
    summary: 'change a stream',
    examples: [`event-stream update ${stream} --push https://receiver.example.com/events`],
    isInOrganization: true,
    options: (command) => withVersionOption(withFields(command)),
    run: async (session, options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateEventStream', {
          params: { organization, eventStream: id },
          body: toFields(options),
          ...toIfMatch(options),
        }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'delete a stream with what waits in it',
    examples: [`event-stream delete ${stream} --yes`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Delete ${id}?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteEventStream', { params: { organization, eventStream: id } }),
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
    examples: [`event-stream ${verb} ${stream}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateEventStream', { params: { organization, eventStream: id }, body: { state } }),
      )
      session.printItem(item, columns)
    },
  })
}

function withFields(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .option('--push <url>', 'push to this https address (RFC 8935)')
    .option('--poll', 'let the receiver poll (RFC 8936)')
    .option('--authorization-file <path>', 'file with the whole Authorization header of pushes')
    .option('--event <uri...>', 'URIs of the events to tell; all without data when left out')
    .option('--connection <id>', 'whose asynchronous requests are told, and whose externalIds are named')
    .addOption(
      new Option('--subject-format <format>', 'how CAEP and RISC events name people').choices([
        'email',
        'iss_sub',
        'opaque',
      ]),
    )
}

function toFields(options: StreamOptions): Body {
  const { description, push, poll, authorizationFile, event, connection, subjectFormat } = options
  return {
    ...(description !== undefined && { description }),
    ...(push !== undefined && { method: 'push', endpointUrl: push }),
    ...(poll === true && { method: 'poll' }),
    ...(authorizationFile !== undefined && {
      authorizationHeader: readFileOption('--authorization-file', authorizationFile).trim(),
    }),
    ...(event !== undefined && { events: [...event] }),
    ...(connection !== undefined && { connectionId: connection }),
    ...(subjectFormat !== undefined && { subjectFormat }),
  }
}
