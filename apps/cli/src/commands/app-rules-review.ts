import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const findingColumns = ['severity', 'rule', 'field', 'message', 'suggestion']
const changeColumns = ['change', 'field', 'before', 'after']

type Format = RouteBody<'importAppRules'>['format']

/** Before rules are saved or published: what is wrong with them, what differs, and how they get into files and out of them. */
export function addAppRulesReviewCommands(noun: Command): void {
  addCommand<{ readonly file: string }>(noun, {
    usage: 'check <app>',
    summary: 'say what is wrong with rules, and whom it concerns, before they are saved',
    examples: ['app rules check app_01h4zpwq00e008000000000000 --file rules.json'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--file <path>', 'the rules in JSON; - is standard input'),
    run: check,
  })
  addCommand<{ readonly from?: string; readonly to?: string }>(noun, {
    usage: 'diff <app>',
    summary: 'show what differs between two versions',
    examples: [
      'app rules diff app_01h4zpwq00e008000000000000',
      'app rules diff app_01h4zpwq00e008000000000000 --from 3 --to 5',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--from <name>', 'live, draft or a number; live when left out')
        .option('--to <name>', 'live, draft or a number; draft when left out'),
    run: async (session, { from, to }, app) => {
      const { changes } = await inOrganizationOf(session, (organization) =>
        session.client.call('diffAppRules', { params: { organization, app }, query: { from, to } }),
      )
      session.printList({ data: changes, nextCursor: null }, changeColumns)
    },
  })
  addCommand<{ readonly revision?: string; readonly as?: string }>(noun, {
    usage: 'export <app>',
    summary: 'print rules for a file: as YAML, JSON, or the schema of Microsoft Graph',
    examples: ['app rules export app_01h4zpwq00e008000000000000 --as yaml > rules.yaml'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--revision <name>', 'live, draft or a number; live when left out')
        .option('--as <format>', 'yaml, json or entra; yaml when left out'),
    run: exportRules,
  })
  addCommand<{ readonly file: string; readonly as?: string; readonly note?: string }>(noun, {
    usage: 'import <app>',
    summary: 'save the rules of a file as the draft; what is live stays',
    examples: [
      'app rules import app_01h4zpwq00e008000000000000 --file rules.yaml',
      'app rules import app_01h4zpwq00e008000000000000 --file schema.json --as entra',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--file <path>', 'the file; - is standard input')
        .option('--as <format>', 'yaml, json or entra; by the name of the file when left out')
        .option('--note <text>', 'why, for those who read the history'),
    run: importRules,
  })
}

async function check(session: Session, { file }: { readonly file: string }, app: string): Promise<void> {
  const rules = parseJsonObject(readFileOption('--file', file), { name: '--file', example: '{"users":{…}}' })
  // The server knows what rules hold, and says what does not fit.
  const body = { rules } as RouteBody<'checkAppRules'>
  const { findings } = await inOrganizationOf(session, (organization) =>
    session.client.call('checkAppRules', { params: { organization, app }, body }),
  )
  session.printList({ data: findings, nextCursor: null }, findingColumns)
  if (findings.length === 0) session.say('Nothing is wrong with them')
}

async function exportRules(
  session: Session,
  { revision, as }: { readonly revision?: string; readonly as?: string },
  app: string,
): Promise<void> {
  const found = await inOrganizationOf(session, (organization) =>
    session.client.call('exportAppRules', { params: { organization, app }, query: { revision, format: as } }),
  )
  session.print(found.text)
  sayLost(session, found)
}

async function importRules(
  session: Session,
  { file, as, note }: { readonly file: string; readonly as?: string; readonly note?: string },
  app: string,
): Promise<void> {
  const named: Format = /\.ya?ml$/i.test(file) ? 'yaml' : 'json'
  // What is no format, the server refuses.
  const format = (as as Format | undefined) ?? named
  const body = { text: readFileOption('--file', file), format, note }
  const saved = await inOrganizationOf(session, (organization) =>
    session.client.call('importAppRules', { params: { organization, app }, body }),
  )
  session.printItem({ revision: saved.revision }, ['revision'])
  sayLost(session, saved)
  session.say(`See what it would do: rollcall app plan create ${app} --wait`)
}

function sayLost(session: Session, { lost }: Pick<RouteAnswer<'exportAppRules'>, 'lost'>): void {
  for (const line of lost) session.say(`Lost: ${line}`)
}
