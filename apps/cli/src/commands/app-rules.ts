import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { InvalidArgumentError, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { draftOf } from '../draft.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'
import { addAppRulesReviewCommands } from './app-rules-review.ts'
import { addAppRulesSampleCommands } from './app-rules-samples.ts'

const columns = ['revision', 'state', 'note', 'createdBy', 'createdAt']

type Revision = RouteAnswer<'getAppRules'>

export function addAppRulesCommands(parent: Command): void {
  const noun = addNoun(parent, 'rules', 'who is provisioned, matched by what, and what goes where')
  addCommand<ListOptions>(noun, {
    usage: 'list <app>',
    summary: 'list all versions, latest first',
    examples: ['app rules list app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, app) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppRevisions', { params: { organization, app }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand<{ readonly revision?: string }>(noun, {
    usage: 'show <app>',
    summary: 'print the rules as JSON: those that are live, the draft, or any version',
    examples: ['app rules show app_01h4zpwq00e008000000000000 --revision draft > rules.json'],
    isInOrganization: true,
    options: (command) => command.option('--revision <name>', 'live, draft or a number; live when left out'),
    run: async (session, { revision }, app) => {
      const found = await inOrganizationOf(session, (organization) =>
        session.client.call('getAppRules', { params: { organization, app }, query: { revision } }),
      )
      if (session.format !== 'table') return printRevision(session, found)
      session.print(`${JSON.stringify(found.rules, null, 2)}\n`)
    },
  })
  addCommand<{ readonly note?: string; readonly file: string }>(noun, {
    usage: 'save <app>',
    summary: 'save rules as the draft; what is live stays',
    examples: ['app rules save app_01h4zpwq00e008000000000000 --file rules.json --note "Contractors too"'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--file <path>', 'the rules in JSON; - is standard input')
        .option('--note <text>', 'why, for those who read the history'),
    run: save,
  })
  addRevisionCommands(noun)
  addAppRulesReviewCommands(noun)
  addAppRulesSampleCommands(noun)
}

function addRevisionCommands(noun: Command): void {
  addCommand<{ readonly revision?: number; readonly withoutPlan?: boolean }>(noun, {
    usage: 'publish <app>',
    summary: 'let the app run by its first rules; others go live by a plan',
    examples: ['app rules publish app_01h4zpwq00e008000000000000 --without-plan'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--revision <number>', 'which version; else the draft', parseRevision)
        .option('--without-plan', 'everybody whom the rules name gets an account, unseen'),
    run: (session, { withoutPlan = false, ...options }, app) =>
      inOrganizationOf(session, async (organization) => {
        const params = { organization, app }
        const revision = options.revision ?? draftOf(await session.client.call('getApp', { params }))
        printRevision(
          session,
          await session.client.call('publishAppRules', { params, body: { revision, withoutPlan } }),
        )
      }),
  })
  addCommand<{ readonly revision: number }>(noun, {
    usage: 'restore <app>',
    summary: 'save an earlier version as the draft',
    examples: ['app rules restore app_01h4zpwq00e008000000000000 --revision 3'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--revision <number>', 'which version', parseRevision),
    run: async (session, { revision }, app) =>
      printRevision(
        session,
        await inOrganizationOf(session, (organization): Promise<Revision> =>
          session.client.call('restoreAppRules', { params: { organization, app }, body: { revision } }),
        ),
      ),
  })
}

async function save(
  session: Session,
  { file, note }: { readonly file: string; readonly note?: string },
  app: string,
): Promise<void> {
  const rules = parseJsonObject(readFileOption('--file', file), { name: '--file', example: '{"users":{…}}' })
  // The server knows what rules hold, and says what does not fit.
  const body = { rules, note } as RouteBody<'saveAppRules'>
  const saved = await inOrganizationOf(session, (organization) =>
    session.client.call('saveAppRules', { params: { organization, app }, body }),
  )
  printRevision(session, saved)
  session.say(`See what it would do: rollcall app plan create ${app} --wait`)
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
