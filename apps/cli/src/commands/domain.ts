import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun } from '../command.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'domain', 'state', 'record', 'verifiedAt', 'lastError']
const domain = 'dom_01h4zpwq00e008000000000000'

export function addDomainCommands(program: Command): void {
  const noun = addNoun(program, 'domain', 'domains of an organization, proven by DNS')
  addCommand(noun, {
    usage: 'add <domain>',
    summary: 'claim a domain and print the TXT record that proves it',
    examples: ['domain add example.com --organization acme'],
    isInOrganization: true,
    run: async (session, _options, name) => {
      const organization = await requireOrganization(session)
      const body = { domain: name }
      session.printItem(await session.client.call('createDomain', { params: { organization }, body }), columns)
    },
  })
  addListCommand(noun, {
    summary: 'list domains, oldest first',
    example: 'domain list --organization acme',
    columns,
    read: (session, organization, query) => session.client.call('listDomains', { params: { organization }, query }),
  })
  addOne(noun, { verb: 'show', route: 'getDomain', summary: 'show one domain' })
  addOne(noun, { verb: 'verify', route: 'verifyDomain', summary: 'ask DNS for the record' })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'give a domain up',
    examples: [`domain delete ${domain} --yes`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Give ${id} up?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteDomain', { params: { organization, domain: id } }),
      )
      session.printItem({ id, deleted: true }, ['id', 'deleted'])
    },
  })
}

function addOne(
  noun: Command,
  {
    verb,
    route,
    summary,
  }: { readonly verb: string; readonly route: 'getDomain' | 'verifyDomain'; readonly summary: string },
): void {
  addCommand(noun, {
    usage: `${verb} <id>`,
    summary,
    examples: [`domain ${verb} ${domain}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization): Promise<RouteAnswer<'getDomain'>> =>
        session.client.call(route, { params: { organization, domain: id } }),
      )
      session.printItem(item, columns)
    },
  })
}
