import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'appId', 'class', 'state', 'heldCount', 'itemCount', 'allowance', 'used', 'openedAt', 'lapsesAt']
const itemColumns = ['id', 'name', 'state', 'cause', 'count', 'cleared', 'changed', 'decidedBy']

type AppHold = RouteAnswer<'getAppHold'>
type Selection = { readonly object?: readonly string[]; readonly cause?: string }

export function addAppHoldCommands(program: Command): void {
  const noun = addNoun(program, 'app-hold', 'destructive work on apps that waits for a person')
  addReading(noun)
  addCommand<Selection>(noun, {
    usage: 'approve <id>',
    summary: 'let what waits go on: all, those of one cause, or those that are named',
    examples: [
      'app-hold approve ghold_01h4zpwq00e008000000000000 --yes',
      'app-hold approve ghold_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000 --yes',
    ],
    isInOrganization: true,
    options: withSelection,
    run: async (session, options, gateHold) => {
      const hold = await readHold(session, gateHold)
      await session.confirm(`Carry out ${describe(hold, options)}?`)
      const body = { objects: toObjects(options), cause: options.cause }
      printHold(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('approveAppHold', { params: { organization, gateHold }, body }),
        ),
      )
    },
  })
  addCommand<Selection & { readonly outcome: 'ignore' | 'evaluate' }>(noun, {
    usage: 'reject <id>',
    summary: 'keep what waits from happening: all, those of one cause, or those that are named',
    examples: [
      'app-hold reject ghold_01h4zpwq00e008000000000000 --outcome evaluate --yes',
      'app-hold reject ghold_01h4zpwq00e008000000000000 --outcome ignore --cause "department is emptied" --yes',
    ],
    isInOrganization: true,
    options: (command) =>
      withSelection(command).addOption(
        new Option(
          '--outcome <what>',
          'ignore: these accounts stay as they are for good; evaluate: the cause was undone, judge them anew',
        )
          .choices(['ignore', 'evaluate'])
          .makeOptionMandatory(),
      ),
    run: async (session, options, gateHold) => {
      const hold = await readHold(session, gateHold)
      await session.confirm(`Reject ${describe(hold, options)}?`)
      const body = { objects: toObjects(options), cause: options.cause, outcome: options.outcome }
      printHold(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('rejectAppHold', { params: { organization, gateHold }, body }),
        ),
      )
    },
  })
}

function addReading(noun: Command): void {
  addCommand<ListOptions & { readonly app?: string; readonly state?: string }>(noun, {
    usage: 'list',
    summary: 'list holds of apps, newest first',
    examples: ['app-hold list --organization acme --state open'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .option('--app <id>', 'only of this app')
          .addOption(new Option('--state <state>', 'only these').choices(['open', 'decided', 'lapsed'])),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), app: options.app, state: options.state }
      const page = await session.client.call('listAppHolds', { params: { organization }, query })
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one hold with its causes',
    examples: ['app-hold show ghold_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, id) => printHold(session, await readHold(session, id)),
  })
  addCommand<ListOptions & { readonly state?: string; readonly cause?: string }>(noun, {
    usage: 'items <id>',
    summary: 'list whom a hold is about, by name',
    examples: ['app-hold items ghold_01h4zpwq00e008000000000000 --state held'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .option('--cause <text>', 'only for this cause')
          .addOption(
            new Option('--state <state>', 'only these').choices(['held', 'approved', 'rejected', 'reversed', 'lapsed']),
          ),
      ),
    run: async (session, options, gateHold) => {
      const query = { ...toPageQuery(options), state: options.state, cause: options.cause }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppHoldItems', { params: { organization, gateHold }, query }),
      )
      session.printList(toListing(page), itemColumns)
    },
  })
}

function withSelection(command: Command): Command {
  return command
    .option('--object <id>', 'only this person or team; may repeat', collect)
    .option('--cause <text>', 'only what is held for this cause')
}

function toObjects({ object }: Selection): string[] | undefined {
  return object === undefined ? undefined : [...object]
}

function readHold(session: Session, gateHold: string): Promise<AppHold> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('getAppHold', { params: { organization, gateHold } }),
  )
}

function describe(hold: AppHold, { object, cause }: Selection): string {
  if (object !== undefined) return `${object.length} of the ${hold.heldCount} that wait (${hold.class})`
  const all = `everything of ${hold.id} that waits: ${hold.heldCount} (${hold.class})`
  return cause === undefined ? all : `what waits because of "${cause}" (${hold.class})`
}

function printHold(session: Session, hold: AppHold): void {
  session.printItem(hold, columns)
}
