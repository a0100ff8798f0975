import type { RouteBody } from '@rollcall/admin-api'
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  addCommand,
  addNoun,
  collect,
  toIfMatch,
  toPageQuery,
  withListOptions,
  withVersionOption,
  type ListOptions,
  type VersionOptions,
} from '../command.ts'
import { Failure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'name', 'kind', 'format', 'state', 'health', 'version']

type SharedOptions = {
  readonly name?: string
  readonly format?: 'rollcall' | 'ocsf'
  readonly query?: string
  readonly set?: readonly string[]
  readonly keyFile?: string
}
type CreateOptions = SharedOptions & {
  readonly kind: string
  readonly name: string
  readonly from?: 'now' | 'beginning'
}
type UpdateOptions = SharedOptions & VersionOptions & { readonly state?: 'active' | 'paused' }

export function addAuditStreamCommands(parent: Command): void {
  const noun = addNoun(parent, 'stream', 'where the audit log is sent: HTTP, S3, Splunk, Datadog, syslog')
  addCommand<CreateOptions>(noun, {
    usage: 'create',
    summary: 'send the audit log somewhere, at least once, in its order',
    examples: [
      'audit stream create --organization acme --kind splunk --name siem --set url=https://splunk.example:8088/services/collector/event --key-file hec.txt',
      'audit stream create --organization acme --kind s3 --name archive --set endpoint=https://s3.eu-central-1.amazonaws.com --set region=eu-central-1 --set bucket=acme-audit --set accessKeyId=AKIA1 --key-file key.txt',
      'audit stream create --organization acme --kind syslog --name log --set host=log.example --set port=6514 --format ocsf',
    ],
    isInOrganization: true,
    options: (command) =>
      withShared(
        command
          .addOption(
            new Option('--kind <kind>', 'what it speaks')
              .choices(['http', 's3', 'splunk', 'datadog', 'syslog'])
              .makeOptionMandatory(),
          )
          .requiredOption('--name <name>', 'its name')
          .addOption(
            new Option('--from <place>', 'whether it is sent what there is already').choices(['now', 'beginning']),
          ),
      ),
    run: create,
  })
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'list streams and how they go',
    examples: ['audit stream list --organization acme'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const page = await session.client.call('listAuditStreams', {
        params: { organization },
        query: toPageQuery(options),
      })
      const data = session.format === 'table' ? page.data.map(toLine) : page.data
      session.printList(toListing({ ...page, data }), columns)
    },
  })
  addSingleCommands(noun)
}

function addSingleCommands(noun: Command): void {
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one stream and its health',
    examples: ['audit stream show ast_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, auditStream) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getAuditStream', { params: { organization, auditStream } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand<UpdateOptions>(noun, {
    usage: 'update <id>',
    summary: 'change a stream, pause it, or let it go on',
    examples: [
      'audit stream update ast_01h4zpwq00e008000000000000 --state paused',
      'audit stream update ast_01h4zpwq00e008000000000000 --key-file new.txt',
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        withShared(
          command
            .option('--name <name>', 'its name')
            .addOption(new Option('--state <state>', 'whether it goes on').choices(['active', 'paused'])),
        ),
      ),
    run: update,
  })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'end a stream',
    examples: ['audit stream delete ast_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, auditStream) => {
      await session.confirm(`End the audit stream ${auditStream}?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteAuditStream', { params: { organization, auditStream } }),
      )
      session.say(`Ended ${auditStream}`)
    },
  })
  addCommand(noun, {
    usage: 'test <id>',
    summary: 'send one made-up event now and say what came of it',
    examples: ['audit stream test ast_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, auditStream) => {
      const result = await inOrganizationOf(session, (organization) =>
        session.client.call('testAuditStream', { params: { organization, auditStream } }),
      )
      session.printItem(result, ['isDelivered', 'error'])
      if (!result.isDelivered) throw new Failure(result.error ?? 'Not delivered', { code: 'notDelivered' })
    },
  })
}

function withShared(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'events as they are, or as OCSF 1.3').choices(['rollcall', 'ocsf']))
    .option('--query <query>', 'only events that match; see docs/guides/audit-log.md')
    .option('--set <name=value>', 'a setting of its kind; repeat for more', collect)
    .option('--key-file <path>', 'a file with what it authenticates with; - is standard input')
}

async function create(session: Session, options: CreateOptions): Promise<void> {
  const organization = await requireOrganization(session)
  const { kind, name, format, query, from } = options
  const settings = toSettings(options.set ?? [])
  // The server knows what each kind takes, and says what does not fit.
  const body = {
    kind,
    name,
    format,
    query,
    from,
    settings,
    secret: readKey(options.keyFile),
  } as RouteBody<'createAuditStream'>
  session.printItem(await session.client.call('createAuditStream', { params: { organization }, body }), columns)
}

async function update(session: Session, options: UpdateOptions, auditStream: string): Promise<void> {
  const { name, format, query, state, set } = options
  const settings = set === undefined ? undefined : toSettings(set)
  const body = {
    name,
    format,
    query,
    state,
    settings,
    secret: readKey(options.keyFile),
  } as RouteBody<'updateAuditStream'> // As above.
  const item = await inOrganizationOf(session, (organization) =>
    session.client.call('updateAuditStream', { params: { organization, auditStream }, body, ...toIfMatch(options) }),
  )
  session.printItem(item, columns)
}

/** Numbers, true and false are what they look like; everything else is text. */
function toSettings(pairs: readonly string[]): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 1) throw new InvalidArgumentError(`--set ${pair}: wanted is name=value.`)
      const value = pair.slice(equals + 1)
      const isNumber = /^(?:port|everySeconds)$/.test(pair.slice(0, equals)) && /^\d+$/.test(value)
      return [pair.slice(0, equals), isNumber ? Number(value) : (words.get(value) ?? value)]
    }),
  )
}

const words = new Map([
  ['true', true],
  ['false', false],
])

function readKey(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileOption('--key-file', path).trim()
}

function toLine(stream: { readonly health: { readonly status: string; readonly behind: number } }): object {
  return { ...stream, health: `${stream.health.status}, ${stream.health.behind} behind` }
}
