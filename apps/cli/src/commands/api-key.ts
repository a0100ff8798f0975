import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'name', 'hint', 'scopes', 'createdBy', 'createdAt', 'lastUsedAt', 'revokedAt']

export function addApiKeyCommands(program: Command): void {
  const noun = addNoun(program, 'api-key', 'keys that name the organization and belong to nobody')
  addCommand<{ name: string }>(noun, {
    usage: 'create',
    summary: 'make an API key and print its secret, this once',
    examples: ['api-key create --organization acme --name intake --json'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--name <name>', 'one live API key of the organization has it'),
    run: async (session, { name }) => {
      const organization = await requireOrganization(session)
      session.printItem(
        await session.client.call('createApiKey', { params: { organization }, body: { name } }),
        columns,
      )
      session.say('Keep the key now: it is shown this once and never again.')
    },
  })
  addCommand<ListOptions & { revoked?: boolean }>(noun, {
    usage: 'list',
    summary: 'list API keys, oldest first, without their secrets',
    examples: ['api-key list --organization acme'],
    isInOrganization: true,
    options: (command) => withListOptions(command.option('--revoked', 'revoked keys too')),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), revoked: options.revoked }
      const page = await session.client.call('listApiKeys', { params: { organization }, query })
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'revoke <id>',
    summary: 'end an API key for good; the last one of an organization stays',
    examples: ['api-key revoke key_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, key) => {
      await session.confirm(`Revoke ${key}? Whatever uses it is refused at once.`)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('revokeApiKey', { params: { organization, key } }),
      )
      session.printItem(item, columns)
    },
  })
}
