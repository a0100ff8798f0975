import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'at', 'identityProvider', 'code', 'detail']

export function addSignInFailureCommands(program: Command): void {
  const noun = addNoun(program, 'sign-in-failure', 'sign-ins by identity providers that failed, for seven days')
  addCommand<ListOptions & { readonly identityProvider?: string }>(noun, {
    usage: 'list',
    summary: 'list failed sign-ins, newest first',
    examples: ['sign-in-failure list --organization acme'],
    isInOrganization: true,
    options: (command) => withListOptions(command).option('--identity-provider <id>', 'by this one only'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const { identityProvider } = options
      const query = { ...toPageQuery(options), ...(identityProvider !== undefined && { identityProvider }) }
      session.printList(
        toListing(await session.client.call('listSignInFailures', { params: { organization }, query })),
        columns,
      )
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one with what was exchanged, masked; the id stands on the page that the person saw',
    examples: ['sign-in-failure show sif_01h4zpwq00e008000000000000 --json'],
    isInOrganization: true,
    run: async (session, _options, signInFailure) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getSignInFailure', { params: { organization, signInFailure } }),
      )
      session.printItem(item, [...columns, 'exchange'])
    },
  })
}
