import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { Failure } from '../failure.ts'
import { drawBar } from '../progress-bar.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'mode', 'state', 'heldReason', 'errorReason', 'counts', 'startedBy', 'startedAt', 'endedAt']

type Read = RouteAnswer<'getSourceRead'>
type ReadState = Read['state']

export function addSourceReadCommands(parent: Command): void {
  const noun = addNoun(parent, 'read', 'when a source was read, and what became of it')
  addCommand<{ readonly mode?: 'full' | 'delta'; readonly file?: string; readonly wait?: true }>(noun, {
    usage: 'start <source>',
    summary: 'read a source now',
    examples: ['source read start src_01h4zpwq00e008000000000000 --mode full --wait'],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(new Option('--mode <mode>', 'all of it, or what changed').choices(['full', 'delta']))
        .option('--file <id>', 'which uploaded file; else the newest one')
        .option('--wait', 'wait until it is done, or waits for somebody; exit 1 when it fails'),
    run: async (session, { mode, file, wait }, source) => {
      const read = await inOrganizationOf(session, (organization) =>
        session.client.call('startSourceRead', { params: { organization, source }, body: { mode, file } }),
      )
      printRead(session, wait === true ? await waitForRead(session, read) : read)
    },
  })
  addCommand<ListOptions & { readonly state?: ReadState }>(noun, {
    usage: 'list <source>',
    summary: 'list reads, newest first',
    examples: ['source read list src_01h4zpwq00e008000000000000 --state held'],
    isInOrganization: true,
    options: (command) => withListOptions(command).option('--state <state>', 'only those in this state'),
    run: async (session, options, source) => {
      const query = { ...toPageQuery(options), state: options.state }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceReads', { params: { organization, source }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <read>',
    summary: 'how far a read is, what it found, why it waits',
    examples: ['source read show srd_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, sourceRead) => session.printItem(await readOne(session, sourceRead), detailColumns),
  })
  addDecisions(noun)
}

const detailColumns = [...columns, 'heldDetail', 'errorDetail', 'progress', 'requiresApproval', 'retryAt']

function addDecisions(noun: Command): void {
  for (const [verb, route, summary, question] of [
    ['approve', 'approveSourceRead', 'let a held read go on', 'Let it go on?'],
    ['reject', 'rejectSourceRead', 'forget what a held read found', 'Forget what it found?'],
  ] as const)
    addCommand<{ readonly reason?: string }>(noun, {
      usage: `${verb} <read>`,
      summary,
      examples: [`source read ${verb} srd_01h4zpwq00e008000000000000 --yes`],
      isInOrganization: true,
      options: (command) => command.option('--reason <text>', 'why, for those who read the history'),
      run: async (session, { reason }, sourceRead) => {
        const { heldDetail } = await readOne(session, sourceRead)
        await session.confirm(`${heldDetail ?? 'The read is not held.'} ${question}`)
        printRead(
          session,
          await inOrganizationOf(session, (organization) =>
            session.client.call(route, { params: { organization, sourceRead }, body: { reason } }),
          ),
        )
      },
    })
  addCommand(noun, {
    usage: 'cancel <read>',
    summary: 'end a read; what it has done already stays',
    examples: ['source read cancel srd_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, sourceRead) =>
      printRead(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('cancelSourceRead', { params: { organization, sourceRead } }),
        ),
      ),
  })
}

const pollMs = 500

/** The read when nothing goes on by itself any more; throws when it failed. */
async function waitForRead(session: Session, first: Read): Promise<Read> {
  let read = first
  let said = ''
  while (read.endedAt === null && !isWaiting(read)) {
    await sleep(pollMs)
    read = await readOne(session, read.id)
    const progress = describeProgress(read)
    if (progress !== said) session.say(progress)
    said = progress
  }
  if (read.state !== 'failed') return read
  throw new Failure(read.errorDetail ?? `The source could not be read: ${read.errorReason ?? 'unknown'}`, {
    code: 'sourceReadFailed',
  })
}

/** For a person. */
function isWaiting({ state, requiresApproval }: Read): boolean {
  return state === 'held' || (state === 'planned' && requiresApproval)
}

function describeProgress({ state, progress, counts }: Read): string {
  const bar = progress?.total ? ` ${drawBar(progress.done, progress.total)}` : ''
  const rate = progress?.recordsPerSecond ? `, ${progress.recordsPerSecond} a second` : ''
  return `${state}: ${counts.read + counts.bad} records${rate}${bar}`
}

function readOne(session: Session, sourceRead: string): Promise<Read> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('getSourceRead', { params: { organization, sourceRead } }),
  )
}

function printRead(session: Session, read: Read): void {
  session.printItem(read, columns)
}
