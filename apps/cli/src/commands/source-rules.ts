import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { InvalidArgumentError, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { draftOf } from '../draft.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['revision', 'state', 'note', 'createdBy', 'createdAt']

type Revision = RouteAnswer<'getSourceRules'>

export function addSourceRulesCommands(parent: Command): void {
  const noun = addNoun(parent, 'rules', 'how records of a source become people')
  addCommand<ListOptions>(noun, {
    usage: 'list <source>',
    summary: 'list all versions, latest first',
    examples: ['source rules list src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, source) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceRevisions', { params: { organization, source }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand<{ readonly revision?: string }>(noun, {
    usage: 'show <source>',
    summary: 'print the rules as JSON: those that are live, the draft, or any version',
    examples: ['source rules show src_01h4zpwq00e008000000000000 --revision draft > rules.json'],
    isInOrganization: true,
    options: (command) => command.option('--revision <name>', 'live, draft or a number; live when left out'),
    run: async (session, { revision }, source) => {
      const found = await inOrganizationOf(session, (organization) =>
        session.client.call('getSourceRules', { params: { organization, source }, query: { revision } }),
      )
      if (session.format !== 'table') return printRevision(session, found)
      session.print(`${JSON.stringify(found.rules, null, 2)}\n`)
    },
  })
  addCommand<{ readonly note?: string; readonly file: string }>(noun, {
    usage: 'save <source>',
    summary: 'save rules as the draft; what is live stays',
    examples: ['source rules save src_01h4zpwq00e008000000000000 --file rules.json --note "Contractors too"'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--file <path>', 'the rules in JSON; - is standard input')
        .option('--note <text>', 'why, for those who read the history'),
    run: save,
  })
  addCommand<{ readonly file: string }>(noun, {
    usage: 'check <source>',
    summary: 'say what is wrong with rules before they are saved',
    examples: ['source rules check src_01h4zpwq00e008000000000000 --file rules.json'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--file <path>', 'the rules in JSON; - is standard input'),
    run: check,
  })
  addRevisionCommands(noun)
}

async function check(session: Session, { file }: { readonly file: string }, source: string): Promise<void> {
  const rules = parseJsonObject(readFileOption('--file', file), {
    name: '--file',
    example: '{"anchor":"employeeId",…}',
  })
  // The server knows what rules hold, and says what does not fit.
  const body = { rules } as RouteBody<'checkSourceRules'>
  const { findings } = await inOrganizationOf(session, (organization) =>
    session.client.call('checkSourceRules', { params: { organization, source }, body }),
  )
  session.printList({ data: findings, nextCursor: null }, ['severity', 'rule', 'field', 'message', 'suggestion'])
  if (findings.length === 0) session.say('Nothing is wrong with them')
}

function addRevisionCommands(noun: Command): void {
  addCommand<{ readonly from?: string; readonly to?: string }>(noun, {
    usage: 'diff <source>',
    summary: 'what differs between two versions; between live and draft when left out',
    examples: ['source rules diff src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--from <name>', 'live, draft or a number; live when left out')
        .option('--to <name>', 'live, draft or a number; draft when left out'),
    run: async (session, { from, to }, source) => {
      const found = await inOrganizationOf(session, (organization) =>
        session.client.call('compareSourceRules', { params: { organization, source }, query: { from, to } }),
      )
      if (session.format !== 'table') return session.printItem(found, ['from', 'to', 'changes'])
      session.printList({ data: found.changes, nextCursor: null }, ['field', 'change', 'before', 'after'])
    },
  })
  addCommand<{ readonly revision?: number }>(noun, {
    usage: 'publish <source>',
    summary: 'let the source be mapped by a version of its rules',
    examples: ['source rules publish src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => command.option('--revision <number>', 'which version; else the draft', parseRevision),
    run: (session, options, source) =>
      inOrganizationOf(session, async (organization) => {
        const params = { organization, source }
        const revision = options.revision ?? draftOf(await session.client.call('getSource', { params }))
        printRevision(session, await session.client.call('publishSourceRules', { params, body: { revision } }))
      }),
  })
  addCommand<{ readonly revision: number }>(noun, {
    usage: 'restore <source>',
    summary: 'save an earlier version as the draft',
    examples: ['source rules restore src_01h4zpwq00e008000000000000 --revision 1'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--revision <number>', 'which version', parseRevision),
    run: async (session, { revision }, source) =>
      printRevision(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('restoreSourceRules', { params: { organization, source }, body: { revision } }),
        ),
      ),
  })
}

async function save(
  session: Session,
  { file, note }: { readonly file: string; readonly note?: string },
  source: string,
): Promise<void> {
  const rules = parseJsonObject(readFileOption('--file', file), {
    name: '--file',
    example: '{"anchor":"employeeId",…}',
  })
  // The server knows what rules hold, and says what does not fit.
  const body = { rules, note } as RouteBody<'saveSourceRules'>
  const saved = await inOrganizationOf(session, (organization) =>
    session.client.call('saveSourceRules', { params: { organization, source }, body }),
  )
  printRevision(session, saved)
}

function printRevision(session: Session, revision: Revision): void {
  if (session.format === 'table') {
    const { rules: _, ...summary } = revision
    return session.printItem(summary, columns)
  }
  session.printItem(revision, columns)
}

function parseRevision(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Wanted is the number of a version.')
}
