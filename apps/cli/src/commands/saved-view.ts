import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'screen', 'name', 'search', 'isShared']
const screens = ['users', 'teams', 'audit', 'requests', 'logs'] as const

type Body = RouteBody<'createSavedView'>

export function addSavedViewCommands(program: Command): void {
  const noun = addNoun(program, 'saved-view', 'views of lists in the console, under a name')
  addCommand<ListOptions & { readonly screen?: Body['screen'] }>(noun, {
    usage: 'list',
    summary: 'list views that everybody sees, and those of the person whose key it is',
    examples: ['saved-view list --organization acme --screen audit'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command).addOption(new Option('--screen <screen>', 'only of that list').choices(screens)),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), screen: options.screen }
      const page = await session.client.call('listSavedViews', { params: { organization }, query })
      session.printList(toListing(page), columns)
    },
  })
  addCommand<{ readonly screen: Body['screen']; readonly name: string; readonly search: string; readonly own?: true }>(
    noun,
    {
      usage: 'create',
      summary: 'save a view that everybody sees',
      examples: [
        `saved-view create --organization acme --screen audit --name Failures --search '{"q":"result:failure"}'`,
      ],
      isInOrganization: true,
      options: (command) =>
        command
          .addOption(new Option('--screen <screen>', 'of which list').choices(screens).makeOptionMandatory())
          .requiredOption('--name <name>', 'what it is called')
          .requiredOption('--search <json>', 'what the address of the page holds, as a JSON object')
          .option('--own', 'only for the person whose key it is'),
      run: async (session, options) => {
        const organization = await requireOrganization(session)
        const { screen, name, own } = options
        const body = { screen, name, search: parseSearch(options.search), isShared: own !== true }
        session.printItem(await session.client.call('createSavedView', { params: { organization }, body }), columns)
      },
    },
  )
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'delete a view',
    examples: ['saved-view delete view_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, savedView) => {
      await session.confirm(`Delete ${savedView}?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteSavedView', { params: { organization, savedView } }),
      )
      session.printItem({ id: savedView, deleted: true }, ['id', 'deleted'])
    },
  })
}

function parseSearch(text: string): Body['search'] {
  try {
    const value: unknown = JSON.parse(text)
    // What is in it the server checks.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body['search']
  } catch {
    // Said below.
  }
  throw usageFailure('--search takes a JSON object, such as {"q":"result:failure"}')
}
