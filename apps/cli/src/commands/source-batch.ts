import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { limits, type RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'kind', 'state', 'entries', 'readId', 'uploadedBy', 'openedAt']
const recordColumns = [
  'place',
  'kind',
  'anchor',
  'situation',
  'operation',
  'operationState',
  'personId',
  'errorReason',
  'errorDetail',
]
const linesMax = 1_000

type Batch = RouteAnswer<'getSourceBatch'>
type PushOptions = { readonly file: string; readonly everybody?: boolean }

export function addSourceBatchCommands(parent: Command): void {
  addPushing(parent)
  const noun = addNoun(parent, 'batch', 'what was uploaded to a source, and what became of it')
  addCommand<ListOptions>(noun, {
    usage: 'list <source>',
    summary: 'list uploads, newest first',
    examples: ['source batch list src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, source) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceBatches', { params: { organization, source }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <batch>',
    summary: 'one upload, and how far it is',
    examples: ['source batch show sbt_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, sourceBatch) =>
      printBatch(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('getSourceBatch', { params: { organization, sourceBatch } }),
        ),
      ),
  })
  addCommand<ListOptions>(noun, {
    usage: 'records <batch>',
    summary: 'what one upload held, and what became of each record',
    examples: ['source batch records sbt_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, sourceBatch) => {
      const query = toPageQuery(options)
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceBatchRecords', { params: { organization, sourceBatch }, query }),
      )
      session.printList(toListing(page), recordColumns)
    },
  })
  addForgetting(noun)
  addSessions(noun)
}

function addPushing(parent: Command): void {
  addCommand<PushOptions>(parent, {
    usage: 'push <source>',
    summary: 'upload records as lines of JSON: what changed, or with --everybody all there is',
    examples: [
      'source push src_01h4zpwq00e008000000000000 --file changes.jsonl',
      'source push src_01h4zpwq00e008000000000000 --file people.jsonl --everybody',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--file <path>', 'an object a line; {"$delete":"…"} says that somebody is gone')
        .option('--everybody', 'whom the file does not show is absent'),
    run: push,
  })
  addCommand<{ readonly file: string }>(parent, {
    usage: 'bulk-upload <source>',
    summary: 'upload a SCIM BulkRequest of at most 50 operations, as to Microsoft Entra ID',
    examples: ['source bulk-upload src_01h4zpwq00e008000000000000 --file bulk.json'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--file <path>', 'the request in JSON; - is standard input'),
    run: async (session, { file }, source) => {
      const bytes = new TextEncoder().encode(readFileOption('--file', file))
      await inOrganizationOf(session, (organization) =>
        session.client.call('bulkUploadSource', { params: { organization, source }, bytes }),
      )
      session.say('Uploaded. source batch list shows what becomes of it.')
    },
  })
}

function addForgetting(noun: Command): void {
  addCommand(noun, {
    usage: 'forget <source>',
    summary: 'forget what was uploaded to a paused source and waits',
    examples: ['source batch forget src_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, source) => {
      await session.confirm('Forget what was uploaded and waits?')
      const forgotten = await inOrganizationOf(session, (organization) =>
        session.client.call('forgetSourceBatches', { params: { organization, source } }),
      )
      session.printItem(forgotten, ['batches'])
    },
  })
}

function addSessions(noun: Command): void {
  addCommand(noun, {
    usage: 'open <source>',
    summary: 'begin a session that shows everybody',
    examples: ['source batch open src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, source) => printBatch(session, await open(session, source)),
  })
  addCommand<{ readonly entries?: string }>(noun, {
    usage: 'complete <batch>',
    summary: 'say that a session showed everybody',
    examples: ['source batch complete sbt_01h4zpwq00e008000000000000 --entries 4200'],
    isInOrganization: true,
    options: (command) => command.option('--entries <number>', 'how many there are: what is missing is noticed'),
    run: async (session, { entries }, batch) =>
      printBatch(session, await complete(session, batch, entries === undefined ? undefined : Number(entries))),
  })
  addCommand(noun, {
    usage: 'cancel <batch>',
    summary: 'give a session up; what came of it is forgotten',
    examples: ['source batch cancel sbt_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, sourceBatch) =>
      printBatch(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('cancelSourceSession', { params: { organization, sourceBatch } }),
        ),
      ),
  })
}

async function push(session: Session, { file, everybody = false }: PushOptions, source: string): Promise<void> {
  const opened = everybody ? await open(session, source) : undefined
  const batches: Batch[] = []
  let entries = 0
  for await (const lines of readChunks(file)) {
    const bytes = new TextEncoder().encode(lines.join('\n') + '\n')
    const query = { session: opened?.id }
    batches.push(
      await inOrganizationOf(session, (organization) =>
        session.client.call('uploadSourceRecords', { params: { organization, source }, query, bytes }),
      ),
    )
    entries += lines.length
  }
  if (opened !== undefined) return printBatch(session, await complete(session, opened.id, entries))
  session.printList({ data: batches, nextCursor: null }, columns)
}

/** So many lines at once as one request takes for certain; empty ones are none. */
async function* readChunks(path: string): AsyncGenerator<readonly string[]> {
  let lines: string[] = []
  let characters = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (line.trim() === '') continue
      // A character is at most three bytes of UTF-8.
      if (lines.length === linesMax || (characters + line.length) * 3 > limits.partBytesMax) {
        yield lines
        lines = []
        characters = 0
      }
      lines.push(line)
      characters += line.length
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw usageFailure(`--file: ${cause.message}`)
  }
  if (lines.length > 0) yield lines
}

function open(session: Session, source: string): Promise<Batch> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('openSourceSession', { params: { organization, source } }),
  )
}

function complete(session: Session, sourceBatch: string, entries: number | undefined): Promise<Batch> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('completeSourceSession', { params: { organization, sourceBatch }, body: { entries } }),
  )
}

function printBatch(session: Session, batch: Batch): void {
  session.printItem(batch, columns)
}
