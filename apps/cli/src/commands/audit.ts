import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { Failure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['sequence', 'at', 'action', 'result', 'actor', 'targets', 'id']

type AuditListOptions = ListOptions & { readonly query?: string; readonly order?: 'asc' | 'desc' }

export function addAuditCommands(program: Command): void {
  const noun = addNoun(program, 'audit', 'what happened, and who did it')
  addCommand<AuditListOptions>(noun, {
    usage: 'list',
    summary: 'list events, newest first',
    examples: [
      'audit list --organization acme --query "action:user.suspend created:>=2026-11-01"',
      'audit list --organization acme --query "user:ada@example.com result:failure" --output jsonl',
    ],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .option('--query <query>', 'field:value terms; see docs/guides/audit-log.md')
          .option('--order <order>', 'asc: in the order of the chain; desc: against it'),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), query: options.query, order: options.order }
      const page = await session.client.call('listAuditEvents', { params: { organization }, query })
      const data = session.format === 'table' ? page.data.map(toLine) : page.data
      session.printList(toListing({ ...page, data }), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one event with all that is known of it',
    examples: ['audit show aud_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, auditEvent) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getAuditEvent', { params: { organization, auditEvent } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand(noun, {
    usage: 'verify',
    summary: 'read the whole chain and say whether every event is as it was sealed',
    examples: ['audit verify --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      const item = await session.client.call('verifyAudit', { params: { organization } })
      session.printItem(item, ['isSound', 'events', 'erased', 'first', 'last', 'broken', 'durationMs'])
      if (item.broken !== null)
        throw new Failure(`Event ${item.broken.sequence} does not fit: ${item.broken.reason}`, { code: 'auditBroken' })
    },
  })
}

/** One line an event: the actor and the targets by their ids. */
function toLine(event: { readonly actor: { readonly id: string }; readonly targets: readonly string[] }): object {
  return { ...event, actor: event.actor.id, targets: event.targets.join(' ') }
}
