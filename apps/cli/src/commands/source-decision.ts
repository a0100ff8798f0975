import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseJsonObject } from '../json-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { RouteBody } from '@rollcall/admin-api'

const columns = ['anchor', 'decision', 'personId', 'personName', 'reason', 'decidedBy', 'decidedAt']

type Decide = {
  readonly anchor: string
  readonly decide: 'link' | 'create' | 'ignore'
  readonly person?: string
  readonly reason?: string
}

export function addSourceDecisionCommands(parent: Command): void {
  const noun = addNoun(parent, 'decision', 'whose a record is, where rules cannot say or say it wrongly')
  addCommand<ListOptions>(noun, {
    usage: 'list <source>',
    summary: 'list what people decided',
    examples: ['source decision list src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, source) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceDecisions', { params: { organization, source }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addCommand<Decide>(noun, {
    usage: 'set <source>',
    summary: 'say whose a record is; stronger than rules, until it is undone',
    examples: [
      'source decision set src_01h4zpwq00e008000000000000 --anchor 10042 --decide link --person usr_01h4zpwq00e008000000000000',
      'source decision set src_01h4zpwq00e008000000000000 --anchor 10042 --decide ignore',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--anchor <anchor>', 'what names the record in the source')
        .addOption(
          new Option('--decide <what>', 'link: it is that person; create: it is nobody here; ignore: it is nobody')
            .choices(['link', 'create', 'ignore'])
            .makeOptionMandatory(),
        )
        .option('--person <id>', 'account id, with link')
        .option('--reason <text>', 'why, for those who read the history'),
    run: async (session, { anchor, decide, person, reason }, source) =>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('decideSourceRecord', {
            params: { organization, source },
            body: { anchor, decision: decide, person, reason },
          }),
        ),
        columns,
      ),
  })
  addCommand<{ readonly anchor: string }>(noun, {
    usage: 'undo <source>',
    summary: 'let the rules say again whose a record is',
    examples: ['source decision undo src_01h4zpwq00e008000000000000 --anchor 10042'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--anchor <anchor>', 'what names the record in the source'),
    run: async (session, { anchor }, source) => {
      await inOrganizationOf(session, (organization) =>
        session.client.call('undoSourceDecision', { params: { organization, source }, body: { anchor } }),
      )
      session.printItem({ anchor, decision: null }, ['anchor', 'decision'])
    },
  })
  addPreview(parent)
}

type Preview = { readonly anchor?: string; readonly attributes?: string; readonly revision?: string }

function addPreview(parent: Command): void {
  addCommand<Preview>(parent, {
    usage: 'preview <source>',
    summary: 'what would become of one record; nothing is changed',
    examples: [
      'source preview src_01h4zpwq00e008000000000000 --anchor 10042 --revision draft',
      `source preview src_01h4zpwq00e008000000000000 --attributes '{"id":"1","mail":"ada@acme.example"}'`,
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--anchor <anchor>', 'a record that is there')
        .option('--attributes <json>', 'a record that might be, by column')
        .option('--revision <name>', 'live, draft or a number; the draft when left out'),
    run: async (session, { anchor, attributes, revision }, source) => {
      const given =
        attributes === undefined
          ? undefined
          : parseJsonObject(attributes, { name: '--attributes', example: '{"id":"1"}' })
      const number = revision !== undefined && /^\d+$/.test(revision) ? Number(revision) : revision
      // The server knows what a preview may ask, and says what does not fit.
      const body = { anchor, attributes: given, revision: number } as RouteBody<'previewSourceRecord'>
      session.printItem(
        await inOrganizationOf(session, (organization) =>
          session.client.call('previewSourceRecord', { params: { organization, source }, body }),
        ),
        ['anchor', 'situation', 'operation', 'reason', 'personId', 'name', 'candidates', 'mapped', 'changes', 'error'],
      )
    },
  })
}
