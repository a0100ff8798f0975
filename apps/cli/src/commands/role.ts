import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { permissionNames } from '@rollcall/admin-api/names'
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
import { addListCommand } from '../list-command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'name', 'isBuiltIn', 'permissions', 'description']
const fieldsHeld = ['subject', 'role', 'source', 'team', 'isEffective', 'grantedAt', 'grantedBy']
const holderColumns = ['subject', 'id', ...fieldsHeld.slice(1)]

type Body = RouteBody<'updateRole'>
type RoleOptions = { readonly name?: string; readonly description?: string; readonly permission?: Body['permissions'] }

export function addRoleCommands(program: Command): void {
  const noun = addNoun(program, 'role', 'sets of permissions, and who has them')
  addLists(noun)
  addCommand<RoleOptions & { readonly name: string }>(noun, {
    usage: 'create',
    summary: 'make a role out of permissions',
    examples: [
      'role create --organization acme --name provisioner --permission people:invite --permission people:manage',
    ],
    isInOrganization: true,
    options: (command) =>
      withPermissions(command.requiredOption('--name <name>', 'for people; roles are named by it too')),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = { ...toFields(options), name: options.name, permissions: [...(options.permission ?? [])] }
      session.printItem(await session.client.call('createRole', { params: { organization }, body }), columns)
    },
  })
  addUpdate(noun)
  addCommand(noun, {
    usage: 'delete <role>',
    summary: 'delete a role that nobody has',
    examples: ['role delete provisioner --organization acme --yes'],
    isInOrganization: true,
    run: async (session, _options, role) => {
      await session.confirm(`Delete the role ${role}?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteRole', { params: { organization, role } }),
      )
      session.printItem({ role, deleted: true }, ['role', 'deleted'])
    },
  })
  addAssign(noun, 'grant')
  addAssign(noun, 'revoke')
}

function addLists(noun: Command): void {
  addListCommand(noun, {
    summary: 'list roles, the built-in ones first',
    example: 'role list --organization acme',
    columns,
    read: (session, organization, query) => session.client.call('listRoles', { params: { organization }, query }),
  })
  addCommand<ListOptions & { role?: string; user?: string; serviceAccount?: string }>(noun, {
    usage: 'holders',
    summary: 'list who has which role, and who gave it',
    examples: ['role holders --organization acme --role owner', 'role holders --user usr_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .option('--role <role>', 'only this one: id or name')
          .addOption(new Option('--user <id>', 'only those of this person').conflicts('serviceAccount'))
          .option('--service-account <id>', 'only those of this service account'),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const { role, user, serviceAccount } = options
      const query = { ...toPageQuery(options), role, user, serviceAccount }
      const page = await session.client.call('listRoleAssignments', { params: { organization }, query })
      printHolders(session, page)
    },
  })
}

function addUpdate(noun: Command): void {
  addCommand<RoleOptions & VersionOptions>(noun, {
    usage: 'update <role>',
    summary: 'change a role; everybody who has it is concerned within a second',
    examples: ['role update provisioner --organization acme --permission people:invite --permission people:manage'],
    isInOrganization: true,
    options: (command) => withVersionOption(withPermissions(command.option('--name <name>', 'another name'))),
    run: async (session, options, role) => {
      const body = toFields(options)
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateRole', { params: { organization, role }, body, ...toIfMatch(options) }),
      )
      session.printItem(item, columns)
    },
  })
}

type AssignOptions = {
  readonly user?: string
  readonly serviceAccount?: string
  readonly team?: string
  readonly reason?: string
}

const assigning = {
  grant: { route: 'grantRole', summary: 'give a role to a person or a service account' },
  revoke: { route: 'revokeRole', summary: 'take a role back that was given by hand; the last owner keeps his' },
} as const

function addAssign(noun: Command, verb: keyof typeof assigning): void {
  const { route, summary } = assigning[verb]
  addCommand<AssignOptions>(noun, {
    usage: `${verb} <role>`,
    summary,
    examples: [
      `role ${verb} auditor --user usr_01h4zpwq00e008000000000000 --organization acme --reason "audit of May"`,
      `role ${verb} team-maintainer --user usr_01h4zpwq00e008000000000000 --team team_01h4zpwq00e008000000000000`,
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(new Option('--user <id>', 'the person: account id or SCIM id').conflicts('serviceAccount'))
        .option('--service-account <id>', 'the service account')
        .option('--team <id>', 'limit the role to this team')
        .option('--reason <text>', 'why; stands in the history'),
    run: async (session, options, role) => {
      const { user, serviceAccount, team, reason } = options
      if (user === undefined && serviceAccount === undefined) throw usageFailure('Name --user or --service-account')
      const body = {
        ...(user !== undefined && { user }),
        ...(serviceAccount !== undefined && { serviceAccount }),
        ...(team !== undefined && { team }),
        ...(reason !== undefined && { reason }),
      }
      const left = await inOrganizationOf(session, (organization) =>
        session.client.call(route, { params: { organization, role }, body }),
      )
      printHolders(session, { ...left, nextCursor: null })
    },
  })
}

type Held = RouteAnswer<'listRoleAssignments'>['data'][number]

function printHolders(session: Session, page: { readonly data: readonly Held[]; readonly nextCursor: string | null }) {
  if (session.format === 'table') session.printList(toListing({ ...page, data: page.data.map(toLine) }), holderColumns)
  else session.printList(toListing(page), fieldsHeld)
}

function toLine(held: Held) {
  const { subject, role, source, team, isEffective, grantedAt, grantedBy } = held
  const name = subject.name ?? subject.id
  return { subject: name, id: subject.id, role: role.name, source, team, isEffective, grantedAt, grantedBy }
}

function withPermissions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--permission <permission>', `what it allows; repeats: ${permissionNames.join(', ')}`).argParser(
        collect,
      ),
    )
}

function toFields({ name, description, permission }: RoleOptions): Body {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(permission !== undefined && { permissions: [...permission] }),
  }
}
