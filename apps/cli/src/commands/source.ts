import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { addCommand, addNoun, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { printRun, withRunOptions, type RunOptions } from '../runs.ts'
import type { Session } from '../session.ts'
import { addSourceDecisionCommands } from './source-decision.ts'
import { addSourceUpcomingCommands } from './source-upcoming.ts'
import { addSourceWriteBackCommands } from './source-write-back.ts'
import { addSourceGroupCommands } from './source-group.ts'
import { addSourcePlanCommands } from './source-plan.ts'
import { addSourceBatchCommands } from './source-batch.ts'
import { addSourceFileCommands } from './source-file.ts'
import { addSourceReadCommands } from './source-read.ts'
import { addSourceRecordCommands } from './source-records.ts'
import { addSourceRulesCommands } from './source-rules.ts'

const columns = ['id', 'name', 'state', 'liveRevision', 'draftRevision', 'pausedReason', 'nextReadAt', 'version']
const testColumns = ['isWorking', 'reason', 'meaning', 'remedy', 'detail', 'place', 'columns']
const sampleColumns = ['kind', 'anchor', 'place', 'reason', 'detail']

type Source = RouteAnswer<'getSource'>

type PartOptions = {
  readonly place?: string
  readonly tokenFile?: string
  readonly credentialsFile?: string
  readonly settings?: string
  readonly precedence?: number
}
type CreateOptions = PartOptions & {
  readonly name: string
  readonly place: string
  readonly rulesFile?: string
  readonly preset?: 'scim' | 'people'
}
type UpdateOptions = PartOptions & VersionOptions & { readonly name?: string; readonly credentials?: boolean }

export function addSourceCommands(program: Command): void {
  const noun = addNoun(program, 'source', 'what people come from by itself: HR files, directories, databases')
  addListCommand(noun, {
    summary: 'list sources',
    example: 'source list --organization acme',
    columns,
    read: (session, organization, query) => session.client.call('listSources', { params: { organization }, query }),
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one source, without its credentials',
    examples: ['source show src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, id) => session.printItem(await readSource(session, id), columns),
  })
  addMaking(noun)
  addStateCommands(noun)
  addTestCommand(noun)
  addDeleteCommand(noun)
  addSourceRulesCommands(noun)
  addSourceFileCommands(noun)
  addSourceBatchCommands(noun)
  addSourceReadCommands(noun)
  addSourceGroupCommands(noun)
  addSourcePlanCommands(noun)
  addSourceDecisionCommands(noun)
  addSourceUpcomingCommands(noun)
  addSourceWriteBackCommands(noun)
  addSourceRecordCommands(noun)
}

function addMaking(noun: Command): void {
  addCommand<CreateOptions>(noun, {
    usage: 'create',
    summary: 'make a source; nobody comes in before rules are published',
    examples: [
      `source create --organization acme --name HR --place '{"kind":"file","format":"jsonl"}' --rules-file rules.json`,
    ],
    isInOrganization: true,
    options: (command) =>
      withPartOptions(
        command
          .requiredOption('--name <name>', 'its name')
          .requiredOption('--place <json>', 'where it is and how it is spoken to, as JSON')
          .option('--rules-file <path>', 'rules in JSON, saved as the first draft')
          .addOption(
            new Option(
              '--preset <name>',
              'else a first draft; scim: for SCIM users, as person export --as jsonl; people: for a table of people',
            ).choices(['scim', 'people']),
          ),
      ),
    run: create,
  })
  addCommand<UpdateOptions>(noun, {
    usage: 'update <id>',
    summary: 'change name, place, credentials, settings or precedence',
    examples: [
      'source update src_01h4zpwq00e008000000000000 --token-file new.txt',
      `source update src_01h4zpwq00e008000000000000 --settings '{"schedule":{"kind":"cron","cron":"0 6 * * *","timeZone":"Europe/Berlin"}}'`,
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        withPartOptions(
          command
            .option('--name <name>', 'its name')
            .option('--place <json>', 'replaces all of it; another server wants the credentials anew')
            .option('--no-credentials', 'ask it without any'),
        ),
      ),
    run: update,
  })
}

function addStateCommands(noun: Command): void {
  addCommand<{ readonly reason?: string }>(noun, {
    usage: 'pause <id>',
    summary: 'read nothing by itself until it is resumed',
    examples: ['source pause src_01h4zpwq00e008000000000000 --reason "HR migrates until Monday"'],
    isInOrganization: true,
    options: (command) => command.option('--reason <text>', 'why, for those who wonder'),
    run: async (session, { reason }, source) =>
      printSource(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('pauseSource', { params: { organization, source }, body: { reason } }),
        ),
      ),
  })
  addCommand(noun, {
    usage: 'resume <id>',
    summary: 'read it by itself again',
    examples: ['source resume src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, source) =>
      printSource(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('resumeSource', { params: { organization, source } }),
        ),
      ),
  })
}

function addTestCommand(noun: Command): void {
  addCommand<{ readonly schedule: string }>(noun, {
    usage: 'times',
    summary: 'the next three times of a schedule that might be',
    examples: [
      `source times --schedule '{"kind":"cron","cron":"0 6 * * 1-5","timeZone":"Asia/Seoul"}' --organization acme`,
    ],
    isInOrganization: true,
    options: (command) => command.requiredOption('--schedule <json>', 'as in the settings of a source'),
    run: async (session, { schedule }) => {
      const organization = await requireOrganization(session)
      // The server checks what it is.
      const body = {
        schedule: parseJsonObject(schedule, { name: '--schedule', example: '{"kind":"interval","minutes":15}' }),
      } as RouteBody<'previewSourceSchedule'>
      const { next } = await session.client.call('previewSourceSchedule', { params: { organization }, body })
      session.printList({ data: next.map((at) => ({ at })), nextCursor: null }, ['at'])
    },
  })
  addCommand(noun, {
    usage: 'test <id>',
    summary: 'ask it for a few records, which proves address and credentials; nothing changes',
    examples: ['source test src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, source) => {
      const test = await inOrganizationOf(session, (organization) =>
        session.client.call('testSource', { params: { organization, source } }),
      )
      if (session.format !== 'table') return session.printItem(test, testColumns)
      const { sample, columns: found, ...verdict } = test
      session.printItem({ ...verdict, columns: found.join(', ') }, testColumns)
      if (sample.length > 0) session.printList({ data: sample, nextCursor: null }, sampleColumns)
    },
  })
}

function addDeleteCommand(noun: Command): void {
  addCommand<RunOptions>(noun, {
    usage: 'delete <id>',
    summary: 'delete a source and its records; the people it brought stay, owned by nobody',
    examples: ['source delete src_01h4zpwq00e008000000000000 --wait --yes'],
    isInOrganization: true,
    options: withRunOptions,
    run: async (session, options, id) => {
      const { name } = await readSource(session, id)
      await session.confirm(`Delete the source "${name}" with its rules, its records and its reads?`)
      const run = await inOrganizationOf(session, (organization) =>
        session.client.call('deleteSource', { params: { organization, source: id } }),
      )
      await printRun(session, run, options)
    },
  })
}

function withPartOptions(command: Command): Command {
  return command
    .option('--token-file <path>', 'a file with its bearer token; - is standard input')
    .option('--credentials-file <path>', 'a file with other credentials as JSON: basic, apiKey or oauth')
    .option('--settings <json>', 'schedule, guards, approval and who is told, as JSON')
    .option('--precedence <number>', 'which source wins; the smaller number', parsePrecedence)
}

async function create(session: Session, options: CreateOptions): Promise<void> {
  const organization = await requireOrganization(session)
  const { name, rulesFile, preset } = options
  const rules = rulesFile === undefined ? undefined : readRulesFile('--rules-file', rulesFile)
  // The server knows what each part holds, and says what does not fit.
  const body = { name, ...partsOf(options), rules, preset } as RouteBody<'createSource'>
  printSource(session, await session.client.call('createSource', { params: { organization }, body }))
}

async function update(session: Session, options: UpdateOptions, source: string): Promise<void> {
  // As above.
  const body = { name: options.name, ...partsOf(options) } as RouteBody<'updateSource'>
  printSource(
    session,
    await inOrganizationOf(session, (organization) =>
      session.client.call('updateSource', { params: { organization, source }, body, ...toIfMatch(options) }),
    ),
  )
}

function partsOf(options: PartOptions & { readonly credentials?: boolean }): object {
  const { place, settings, precedence } = options
  return {
    ...(place !== undefined && {
      place: parseJsonObject(place, { name: '--place', example: '{"kind":"file","format":"jsonl"}' }),
    }),
    ...credentialsOf(options),
    ...(settings !== undefined && {
      settings: parseJsonObject(settings, { name: '--settings', example: '{"approval":"always"}' }),
    }),
    precedence,
  }
}

function credentialsOf(options: PartOptions & { readonly credentials?: boolean }): {
  readonly credentials?: object | null
} {
  const { tokenFile, credentialsFile } = options
  if (tokenFile !== undefined && credentialsFile !== undefined)
    throw usageFailure('--token-file and --credentials-file say different things')
  if (options.credentials === false) return { credentials: null }
  if (tokenFile !== undefined)
    return { credentials: { kind: 'bearer', token: readFileOption('--token-file', tokenFile).trim() } }
  if (credentialsFile === undefined) return {}
  const text = readFileOption('--credentials-file', credentialsFile)
  const example = '{"kind":"basic","user":"…","password":"…"}'
  return { credentials: parseJsonObject(text, { name: '--credentials-file', example }) }
}

/** Rules in a file; the server says what does not fit. */
function readRulesFile(option: string, path: string): object {
  return parseJsonObject(readFileOption(option, path), { name: option, example: '{"anchor":"employeeId",…}' })
}

function parsePrecedence(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Wanted is a whole number from 1 to 1000.')
}

function readSource(session: Session, source: string): Promise<Source> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('getSource', { params: { organization, source } }),
  )
}

function printSource(session: Session, source: Source): void {
  session.printItem(source, columns)
}
