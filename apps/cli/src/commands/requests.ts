import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseInstant } from '../duration.ts'
import { formatFields } from '../formats.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { printable } from '../text.ts'

const columns = ['at', 'method', 'path', 'status', 'durationMs', 'rules', 'id']

type RequestsOptions = ListOptions & {
  readonly failed?: boolean
  readonly status?: string
  readonly since?: string
  readonly until?: string
  readonly method?: string
  readonly connection?: string
  readonly key?: string
  readonly resource?: string
}

export function addRequestsCommands(program: Command): void {
  const noun = addNoun(program, 'requests', 'what identity providers sent and what they got')
  addCommand<RequestsOptions>(noun, {
    usage: 'list',
    summary: 'list requests, newest first',
    examples: [
      'requests list --organization acme --failed --since 1h',
      'requests list --organization acme --status 4xx --output jsonl',
    ],
    isInOrganization: true,
    options: withFilters,
    run: async (session, options) => {
      const { failed, status, method, connection, key, resource } = options
      const query = {
        ...toPageQuery(options),
        failed,
        status,
        method,
        connection,
        key,
        resource,
        since: toInstant(options.since, '--since', session.now),
        until: toInstant(options.until, '--until', session.now),
      }
      const organization = await requireOrganization(session)
      session.printList(
        toListing(await session.client.call('listRequests', { params: { organization }, query })),
        columns,
      )
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one request: method, path, status, rules that fired, redacted bodies',
    examples: ['requests show req_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, request) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getRequest', { params: { organization, request } }),
      )
      if (session.format === 'table') session.print(describe(item))
      else session.printItem(item, columns)
    },
  })
  addInspecting(noun)
}

const errorColumns = ['count', 'status', 'scimType', 'method', 'endpoint', 'fix', 'lastAt', 'detail']

function addInspecting(noun: Command): void {
  addCommand<{ readonly hours?: string; readonly connection?: string }>(noun, {
    usage: 'errors',
    summary: 'list what went wrong where, the most frequent first, with what mends it',
    examples: ['requests errors --organization acme --hours 72'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--hours <number>', 'how far back (default 24)')
        .option('--connection <id>', 'only of this connection'),
    run: async (session, { hours, connection }) => {
      const organization = await requireOrganization(session)
      const query = { hours, connection }
      const { data } = await session.client.call('getRequestErrors', { params: { organization }, query })
      session.printList(toListing({ data, nextCursor: null }), errorColumns)
    },
  })
  addCommand(noun, {
    usage: 'curl <id>',
    summary: 'print a request as a command, with a variable in the place of its key',
    examples: ['requests curl req_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, request) => {
      const { asCurl } = await inOrganizationOf(session, (organization) =>
        session.client.call('getRequest', { params: { organization, request } }),
      )
      session.print(`${asCurl}\n`)
    },
  })
  addCommand(noun, {
    usage: 'replay <id>',
    summary: 'show what a request would be answered now and what it would change; nothing of it stays',
    examples: ['requests replay req_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, request) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('replayRequest', { params: { organization, request } }),
      )
      session.printItem(item, ['status', 'sameStatus', 'redacted', 'diff', 'body'])
    },
  })
}

function withFilters(command: Command): Command {
  return withListOptions(
    command
      .option('--failed', 'only those answered with 400 and above')
      .option('--status <status>', 'a status such as 404 or a class such as 4xx')
      .option('--since <when>', 'a time, or a duration before now such as 1h')
      .option('--until <when>', 'a time, or a duration before now')
      .addOption(new Option('--method <method>', 'HTTP method').choices(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
      .option('--connection <id>', 'only of this connection')
      .option('--key <id>', 'only by this key')
      .option('--resource <id>', 'only about this resource: our SCIM id or the identity provider’s'),
  )
}

function toInstant(text: string | undefined, option: string, now: Date): string | undefined {
  return text === undefined ? undefined : parseInstant(text, { option, now, direction: 'past' })
}

/** The first line says what happened, then the facts, then the bodies. */
function describe({ requestBody, responseBody, method, path, status, ...rest }: RouteAnswer<'getRequest'>): string {
  const parts = [
    `${method} ${printable(path)} → ${status}\n`,
    formatFields({ ...rest, rules: rest.rules.length > 0 ? rest.rules : 'none' }),
    ...(requestBody === null ? [] : [`\nRequest body (redacted)\n${indentJson(requestBody)}\n`]),
    ...(responseBody === null ? [] : [`\nResponse body (redacted)\n${indentJson(responseBody)}\n`]),
  ]
  return parts.join('')
}

/** A body that was cut is no JSON any more and is printed as it is. */
function indentJson(text: string): string {
  try {
    return printable(JSON.stringify(JSON.parse(text), null, 2))
  } catch {
    return printable(text)
  }
}
