import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import {
  addCommand,
  addNoun,
  collect,
  toIfMatch,
  toPageQuery,
  withListOptions,
  withVersionOption,
  type ListOptions,
  type VersionOptions,
} from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'name', 'email', 'state', 'ownerId', 'createdBy', 'createdAt']

type Body = RouteBody<'updateServiceAccount'>

type AccountOptions = { readonly name?: string; readonly email?: string; readonly owner?: string }

export function addServiceAccountCommands(program: Command): void {
  const noun = addNoun(program, 'service-account', 'owners of keys that are no persons')
  addCommand<{ name: string; email?: string; owner?: string; role?: readonly string[] }>(noun, {
    usage: 'create',
    summary: 'make a service account',
    examples: ['service-account create --organization acme --name okta --email okta-sync@example.com --json'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--name <name>', 'one account of the organization has it')
        .option('--email <address>', 'told when a key is made or revoked')
        .option('--owner <id>', 'the person who answers for it: account id or SCIM id')
        .addOption(new Option('--role <role>', 'id or name; repeats; admin when left out').argParser(collect)),
    run: async (session, { name, email, owner, role }) => {
      const organization = await requireOrganization(session)
      const body = {
        name,
        ...(email !== undefined && { email }),
        ...(owner !== undefined && { owner }),
        ...(role !== undefined && { roles: [...role] }),
      }
      session.printItem(await session.client.call('createServiceAccount', { params: { organization }, body }), columns)
    },
  })
  addListAndShow(noun)
  addCommand<AccountOptions & VersionOptions>(noun, {
    usage: 'update <id>',
    summary: 'rename a service account, give it another address or hand it over',
    examples: [
      'service-account update sa_01h4zpwq00e008000000000000 --email it@example.com',
      'service-account update sa_01h4zpwq00e008000000000000 --owner usr_01h4zpwq00e008000000000000',
      'service-account update sa_01h4zpwq00e008000000000000 --owner none',
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        command
          .option('--name <name>', 'one account of the organization has it')
          .option('--email <address>', 'told when a key is made or revoked; none: nobody is told')
          .option('--owner <id>', 'the person who answers for it; none: nobody'),
      ),
    run: async (session, options, serviceAccount) => {
      const body = toFields(options)
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      await update(session, { serviceAccount, body, ...toIfMatch(options) })
    },
  })
  addStateCommands(noun)
}

function addListAndShow(noun: Command): void {
  addCommand<ListOptions & { state?: string; search?: string }>(noun, {
    usage: 'list',
    summary: 'list active service accounts, oldest first',
    examples: [
      'service-account list --organization acme',
      'service-account list --organization acme --state disabled',
      'service-account list --organization acme --state all --search okta',
    ],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .addOption(new Option('--state <state>', 'only these').choices(['active', 'disabled', 'all']))
        .option('--search <text>', 'found anywhere in name or address'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), state: options.state, search: options.search }
      const page = await session.client.call('listServiceAccounts', { params: { organization }, query })
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one service account; key list --service-account lists its keys',
    examples: ['service-account show sa_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, serviceAccount) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getServiceAccount', { params: { organization, serviceAccount } }),
      )
      session.printItem(item, columns)
    },
  })
}

function addStateCommands(noun: Command): void {
  addCommand(noun, {
    usage: 'disable <id>',
    summary: 'stop all keys of a service account at once',
    examples: ['service-account disable sa_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, serviceAccount) => {
      await session.confirm(`Disable ${serviceAccount}? Its keys open nothing from then on.`)
      await update(session, { serviceAccount, body: { state: 'disabled' } })
    },
  })
  addCommand(noun, {
    usage: 'enable <id>',
    summary: 'let the keys of a service account in again',
    examples: ['service-account enable sa_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: (session, _options, serviceAccount) => update(session, { serviceAccount, body: { state: 'active' } }),
  })
}

async function update(
  session: Session,
  { serviceAccount, ...change }: { readonly serviceAccount: string; readonly body: Body; readonly ifMatch?: string },
): Promise<void> {
  const item = await inOrganizationOf(session, (organization) =>
    session.client.call('updateServiceAccount', { params: { organization, serviceAccount }, ...change }),
  )
  session.printItem(item, columns)
}

function toFields({ name, email, owner }: AccountOptions): Body {
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email: email === 'none' ? null : email }),
    ...(owner !== undefined && { owner: owner === 'none' ? null : owner }),
  }
}
