import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun } from '../command.ts'
import { formatFields, formatList } from '../formats.ts'
import { toListing } from '../listing.ts'
import { requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

type Overview = RouteAnswer<'getOverview'>
type Code = RouteBody<'dismissNeed'>['code']

const needColumns = ['severity', 'code', 'subject', 'count', 'since']
const dismissalColumns = ['code', 'subject', 'reason', 'by', 'at', 'until']

/** `overview`: how an organization stands, and what waits for somebody. */
export function addOverviewCommands(program: Command): void {
  const noun = addNoun(program, 'overview', 'how the organization stands and what waits for you')
  addCommand(noun, {
    usage: 'show',
    summary: 'show people, teams, apps, sources and what waits',
    examples: ['overview show --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      print(session, await session.client.call('getOverview', { params: { organization } }))
    },
  })
  addCommand<{ readonly reason: string; readonly subject?: string }>(noun, {
    usage: 'dismiss <code>',
    summary: 'put something off for seven days',
    examples: ['overview dismiss keyExpiring --subject key_01h4zpwq00e008000000000000 --reason "Replaced on Friday"'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--subject <id>', 'what it is about')
        .requiredOption('--reason <text>', 'why; it stands in the history'),
    run: async (session, { reason, subject }, code) => {
      const organization = await requireOrganization(session)
      // The server says which codes there are.
      const body = { code: code as Code, subject, reason }
      const dismissed = await session.client.call('dismissNeed', { params: { organization }, body })
      session.printItem(dismissed, dismissalColumns)
    },
  })
  addCommand(noun, {
    usage: 'dismissals',
    summary: 'list what was put off, newest first',
    examples: ['overview dismissals --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      const { data } = await session.client.call('getDismissals', { params: { organization } })
      session.printList(toListing({ data, nextCursor: null }), dismissalColumns)
    },
  })
  addCommand<{ readonly subject?: string }>(noun, {
    usage: 'undo-dismissal <code>',
    summary: 'be told again of what was put off',
    examples: ['overview undo-dismissal mailNotConfigured --organization acme'],
    isInOrganization: true,
    options: (command) => command.option('--subject <id>', 'what it is about'),
    run: async (session, { subject }, code) => {
      const organization = await requireOrganization(session)
      // As above.
      const body = { code: code as Code, subject }
      await session.client.call('undoDismissal', { params: { organization }, body })
      session.say(`You are told of ${code} again`)
    },
  })
}

function print(session: Session, overview: Overview): void {
  if (session.format !== 'table') return session.printItem(overview, needColumns)
  const { hasColor } = session.environment
  const table = (data: readonly object[] | null, columns: readonly string[]): string =>
    data === null || data.length === 0
      ? ''
      : `\n${formatList(toListing({ data, nextCursor: null }), { format: 'table', columns, hasColor })}`
  const { people, teams, mailDelivery, firstRun } = overview
  const left = firstRun.steps.filter(({ done }) => !done).map(({ step }) => step)
  session.print(
    formatFields({ ...people, teams, mailDelivery, stepsLeft: left.join(', ') || null }) +
      table(overview.apps, ['name', 'state', 'health', 'ok24h', 'failed24h', 'held', 'escrowed']) +
      table(overview.sources, ['name', 'state', 'ok24h', 'failed24h', 'held', 'bad', 'nextRunAt']) +
      table(overview.needs, needColumns),
  )
}
