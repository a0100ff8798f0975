import type { RouteAnswer, RouteId } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { formatFields, formatList } from '../formats.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'state', 'changeCount', 'threshold', 'connectionId', 'openedAt', 'decidedBy']
const changeColumns = ['action', 'name', 'member', 'requestedAt']

type Hold = RouteAnswer<'getHold'>

export function addHoldCommands(program: Command): void {
  const noun = addNoun(program, 'hold', 'mass changes that wait for a person')
  addCommand<ListOptions & { state?: string }>(noun, {
    usage: 'list',
    summary: 'list holds, newest first',
    examples: ['hold list --organization acme --state open'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command.addOption(
          new Option('--state <state>', 'only these').choices(['open', 'approved', 'discarded', 'expired', 'undone']),
        ),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), state: options.state }
      session.printList(toListing(await session.client.call('listHolds', { params: { organization }, query })), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one hold with the names of all whom it concerns',
    examples: ['hold show hold_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, id) => printHold(session, await callHold(session, 'getHold', id)),
  })
  addCommand(noun, {
    usage: 'approve <id>',
    summary: 'carry out what waits',
    examples: ['hold approve hold_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Carry out everything that ${id} holds?`)
      printHold(session, await callHold(session, 'approveHold', id))
    },
  })
  addCommand(noun, {
    usage: 'undo <id>',
    summary: 'take back what was carried out',
    examples: ['hold undo hold_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Take back everything that ${id} did?`)
      printHold(session, await callHold(session, 'undoHold', id))
    },
  })
  addCommand(noun, {
    usage: 'discard <id>',
    summary: 'drop what waits',
    examples: ['hold discard hold_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Drop everything that ${id} holds?`)
      printHold(session, await callHold(session, 'discardHold', id))
    },
  })
}

function callHold(
  session: Session,
  route: RouteId & ('getHold' | 'approveHold' | 'discardHold' | 'undoHold'),
  hold: string,
) {
  return inOrganizationOf(session, (organization): Promise<Hold> =>
    session.client.call(route, { params: { organization, hold } }),
  )
}

function printHold(session: Session, hold: Hold): void {
  if (session.format !== 'table') return session.printItem(hold, columns)
  const { changes, ...facts } = hold
  const rows = changes.map(({ action, subject, member, requestedAt, revokedKeys }) => ({
    action,
    name: subject.name ?? subject.id,
    member: member === null ? '' : (member.name ?? member.id),
    requestedAt,
    revokedKeys: revokedKeys.map(({ name, hint }) => `${name} (${hint})`).join(', '),
  }))
  const { hasColor } = session.environment
  const table = formatList({ data: rows, nextCursor: null }, { format: 'table', columns: changeColumns, hasColor })
  session.print(`${formatFields(facts)}\n${table}`)
}
