import type { RouteBody } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import { inOrganizationOf } from '../organization-scope.ts'

/** What rules can read, and whom they have in scope, while they are written. */
export function addAppRulesSampleCommands(noun: Command): void {
  addCommand<{ readonly kind?: string; readonly object?: string }>(noun, {
    usage: 'sample <app>',
    summary: 'show what rules can read of a person or team, by the names that expressions use',
    examples: [
      'app rules sample app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000',
      'app rules sample app_01h4zpwq00e008000000000000 --kind team',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--object <id>', 'a person or team; the first three when left out')
        .option('--kind <kind>', 'user or team; user when left out'),
    run: async (session, { kind, object }, app) => {
      // What is no kind, the server refuses.
      const objects = object === undefined ? [] : [object]
      const body = { objects, ...(kind !== undefined && { kind }) } as RouteBody<'sampleAppRules'>
      const sample = await inOrganizationOf(session, (organization) =>
        session.client.call('sampleAppRules', { params: { organization, app }, body }),
      )
      const rows = sample.objects.flatMap(({ name, id, values }) =>
        Object.entries(values).map(([attribute, value]) => ({ object: name ?? id, attribute, value })),
      )
      session.printList({ data: rows, nextCursor: null }, ['object', 'attribute', 'value'])
    },
  })
  addCommand<{ readonly file: string }>(noun, {
    usage: 'scope <app>',
    summary: 'count whom rules have in scope before they are saved, and name who enters and leaves',
    examples: ['app rules scope app_01h4zpwq00e008000000000000 --file rules.json'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--file <path>', 'the rules in JSON; - is standard input'),
    run: async (session, { file }, app) => {
      const rules = parseJsonObject(readFileOption('--file', file), { name: '--file', example: '{"users":{…}}' })
      // The server knows what rules hold, and says what does not fit.
      const body = { rules } as RouteBody<'countAppRules'>
      const { users, teams } = await inOrganizationOf(session, (organization) =>
        session.client.call('countAppRules', { params: { organization, app }, body }),
      )
      const rows = [{ kind: 'users', ...users }, ...(teams === null ? [] : [{ kind: 'teams', ...teams }])]
      session.printList({ data: rows, nextCursor: null }, ['kind', 'total', 'inScope', 'before', 'entering', 'leaving'])
      for (const { enters, leaves } of rows) {
        for (const { name, id } of enters) session.say(`+ ${name ?? id}`)
        for (const { name, id } of leaves) session.say(`- ${name ?? id}`)
      }
    },
  })
}
