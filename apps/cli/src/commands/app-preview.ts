import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { InvalidArgumentError, type Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

type PreviewBody = RouteBody<'previewApp'>
type PreviewOptions = {
  readonly object: string
  readonly revision?: PreviewBody['revision']
  readonly set?: readonly string[]
}

const whyColumns = ['app', 'sentence', 'reason', 'remedy', 'nextAttemptAt', 'detail']

export function addAppPreviewCommand(noun: Command): void {
  addCommand<PreviewOptions>(noun, {
    usage: 'preview <id>',
    summary: 'show what would become of one person or team, step by step; nothing is changed',
    examples: [
      'app preview app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000 --revision draft',
      'app preview app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000 --set department=Sales',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--object <id>', 'a person or a team')
        .option('--revision <name>', 'by which rules: live, draft or a number; live when left out', parseRevision)
        .option('--set <attribute=value>', 'as if it had this value; repeat for more; an empty value clears', collect),
    run: async (session, { object, revision, set = [] }, app) => {
      const attributes = Object.fromEntries(set.map(parseSetting))
      const body: PreviewBody = { object, revision: revision ?? 'live', attributes }
      const preview = await inOrganizationOf(session, (organization) =>
        session.client.call('previewApp', { params: { organization, app }, body }),
      )
      printPreview(session, preview)
    },
  })
}

/** A verb of its own: it is asked across all apps. */
export function addWhyCommand(program: Command): void {
  addCommand<ListOptions & { readonly app?: string }>(program, {
    usage: 'why <object>',
    summary: 'say why a person or team has an account in an app, or has none',
    examples: [
      'why usr_01h4zpwq00e008000000000000 --organization acme',
      'why usr_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000',
    ],
    isInOrganization: true,
    options: (command) => withListOptions(command.option('--app <id>', 'only in this app; all when left out')),
    run: async (session, { app, ...options }, object) => {
      if (app !== undefined) {
        const why = await inOrganizationOf(session, (organization) =>
          session.client.call('getAppWhy', { params: { organization, app }, query: { object } }),
        )
        return session.printItem(session.format === 'table' ? toRow(why) : why, whyColumns)
      }
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), object }
      const page = await session.client.call('whyEverywhere', { params: { organization }, query })
      if (session.format !== 'table') return session.printList(toListing(page), whyColumns)
      session.printList(toListing({ ...page, data: page.data.map(toRow) }), whyColumns)
    },
  })
}

function toRow({ app, sentence, reason, explanation, nextAttemptAt, detail }: RouteAnswer<'getAppWhy'>) {
  return { app: app.name, sentence, reason, remedy: explanation?.remedy ?? null, nextAttemptAt, detail }
}

function printPreview(session: Session, preview: RouteAnswer<'previewApp'>): void {
  if (session.format !== 'table') return session.printItem(preview, ['action', 'reason'])
  const { object, action, reason, explanation, steps, requests, gate, members } = preview
  session.printItem(
    { object: object.name ?? object.id, action: action ?? 'nothing', reason, meaning: explanation?.meaning ?? null },
    ['object', 'action', 'reason', 'meaning'],
  )
  for (const { name, status, message } of steps) session.print(`${name.padEnd(20)} ${status.padEnd(8)} ${message}\n`)
  for (const { method, path, requestBody, isSent } of requests) {
    session.print(`${isSent ? 'asked' : 'would send'}: ${method} ${path}\n`)
    if (!isSent && requestBody !== undefined) session.print(`${JSON.stringify(requestBody, null, 2)}\n`)
  }
  if (gate !== null)
    session.print(`gate: ${gate.class} is ${gate.effect} (${gate.used} of ${gate.allowance ?? 'any'})\n`)
  if (members !== null) session.print(toMembersText(members))
}

function toMembersText(members: NonNullable<RouteAnswer<'previewApp'>['members']>): string {
  const { joining, leaving, leavingApp, isHeld } = members
  const lines = [
    `members: ${joining} enter, ${leaving + leavingApp} leave${isHeld ? ', which the gate would hold' : ''}`,
    ...members.joins.map(({ name, id }) => `  + ${name ?? id}`),
    ...members.leaves.map(({ name, id }) => `  - ${name ?? id}`),
  ]
  return `${lines.join('\n')}\n`
}

function parseSetting(text: string): [string, string | boolean | null] {
  const at = text.lastIndexOf('=')
  if (at < 1) throw usageFailure(`--set takes an attribute and a value, such as department=Sales, not "${text}"`)
  const value = text.slice(at + 1)
  return [text.slice(0, at), value === '' ? null : value === 'true' || value === 'false' ? value === 'true' : value]
}

function parseRevision(text: string): NonNullable<PreviewBody['revision']> {
  if (text === 'live' || text === 'draft') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Wanted is live, draft or the number of a version.')
}
