import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['object', 'name', 'state', 'isInScope', 'targetKey', 'failure', 'work', 'appliedAt']

type Link = RouteAnswer<'getAppLink'>
type LinkListOptions = ListOptions & {
  readonly kind?: 'user' | 'team'
  readonly state?: Link['state']
  readonly failure?: string
  readonly inScope?: boolean
  readonly search?: string
}

export function addAppLinkCommands(parent: Command): void {
  const noun = addNoun(parent, 'link', 'which account in an app is whose')
  addCommand<LinkListOptions>(noun, {
    usage: 'list <app>',
    summary: 'list links and how it stands with each',
    examples: ['app link list app_01h4zpwq00e008000000000000 --failure InvisibleConflict'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .addOption(new Option('--kind <kind>', 'only these').choices(['user', 'team']))
          .addOption(
            new Option('--state <state>', 'only these').choices(['unlinked', 'linked', 'disabled', 'dead', 'ignored']),
          )
          .option('--failure <code>', 'only those that fail for this reason; see app log reasons')
          .option('--in-scope', 'only those who should have an account')
          .option('--search <text>', 'part of a name or an address'),
      ),
    run: async (session, options, app) => {
      const { kind, state, failure, inScope, search } = options
      const query = { ...toPageQuery(options), kind, state, failure, inScope, search }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppLinks', { params: { organization, app }, query }),
      )
      const data = session.format === 'table' ? page.data.map(toLine) : page.data
      session.printList(toListing({ ...page, data }), columns)
    },
  })
  addCommand<ObjectOptions>(noun, {
    usage: 'show <app>',
    summary: 'show how it stands with one person or team',
    examples: ['app link show app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withObject,
    run: async (session, { object }, app) => {
      const link = await inOrganizationOf(session, (organization) =>
        session.client.call('getAppLink', { params: { organization, app, object } }),
      )
      session.printItem(session.format === 'table' ? toLine(link) : link, columns)
    },
  })
  addCommand<ObjectOptions>(noun, {
    usage: 'delete <app>',
    summary: 'forget which account it is; the account stays as it is. The app must be paused',
    examples: ['app link delete app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    options: withObject,
    run: deleteLink,
  })
}

type ObjectOptions = { readonly object: string }

function withObject(command: Command): Command {
  return command.requiredOption('--object <id>', 'the person or team')
}

async function deleteLink(session: Session, { object }: ObjectOptions, app: string): Promise<void> {
  await session.confirm(`Forget which account of the app ${object} has?`)
  await inOrganizationOf(session, (organization) =>
    session.client.call('deleteAppLink', { params: { organization, app, object } }),
  )
  session.say(`Forgotten. The account stays as it is, and is looked for anew when the app goes on`)
}

function toLine({ object, failure, work, ...link }: Link): {
  readonly [name: string]: string | number | boolean | null
} {
  const { state, isInScope, targetKey, appliedAt } = link
  return {
    object: object.id,
    name: object.name,
    state,
    isInScope,
    targetKey,
    failure: failure?.code ?? null,
    work: work?.stage ?? null,
    appliedAt,
  }
}
