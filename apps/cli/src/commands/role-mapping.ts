import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
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

const columns = ['id', 'group', 'team', 'role', 'createdAt']
const previewColumns = ['person', 'loses', 'gains', 'keeps', 'losesAllRoles', 'withoutSignIn']
const modes = ['off', 'add', 'only'] as const

type Mode = (typeof modes)[number]
type Mapping = RouteAnswer<'getRoleMapping'>
type TargetOptions = { readonly group?: string; readonly team?: string; readonly role?: string }

export function addRoleMappingCommands(program: Command): void {
  const noun = addNoun(program, 'role-mapping', 'roles by groups of the identity provider')
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'list mappings, oldest first',
    examples: ['role-mapping list --organization acme'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = toPageQuery(options)
      const answer = await session.client.call('listRoleMappings', { params: { organization }, query })
      const data = session.format === 'table' ? answer.data.map(toLine) : answer.data
      session.printList(toListing({ ...answer, data }), columns)
    },
  })
  addCommand<TargetOptions & { readonly role: string }>(noun, {
    usage: 'create',
    summary: 'give the members of a group a role; preview it first',
    examples: ['role-mapping create --organization acme --group "IT Admins" --role admin'],
    isInOrganization: true,
    options: (command) => withTarget(command.requiredOption('--role <role>', 'id or name')),
    run: async (session, options) => {
      const body = { ...toTarget(options), role: options.role }
      if (body.group === undefined && body.team === undefined) throw usageFailure('Name --group or --team')
      const organization = await requireOrganization(session)
      session.printItem(await session.client.call('createRoleMapping', { params: { organization }, body }), columns)
    },
  })
  addCommand<TargetOptions & VersionOptions>(noun, {
    usage: 'update <id>',
    summary: 'change the group or the role of a mapping',
    examples: ['role-mapping update rmap_01h4zpwq00e008000000000000 --role auditor'],
    isInOrganization: true,
    options: (command) => withVersionOption(withTarget(command.option('--role <role>', 'id or name'))),
    run: async (session, options, roleMapping) => {
      const body = { ...toTarget(options), ...(options.role !== undefined && { role: options.role }) }
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateRoleMapping', {
          params: { organization, roleMapping },
          body,
          ...toIfMatch(options),
        }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'delete a mapping and take back what it gave',
    examples: ['role-mapping delete rmap_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, roleMapping) => {
      await session.confirm(`Delete ${roleMapping} and take back what it gave?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteRoleMapping', { params: { organization, roleMapping } }),
      )
      session.printItem({ id: roleMapping, deleted: true }, ['id', 'deleted'])
    },
  })
  addPreview(noun)
  addMode(noun)
}

type PreviewOptions = { readonly mode?: Mode; readonly add?: readonly string[]; readonly remove?: readonly string[] }

function addPreview(noun: Command): void {
  addCommand<PreviewOptions>(noun, {
    usage: 'preview',
    summary: 'show who would gain and lose which roles, those who would lose everything first; changes nothing',
    examples: [
      'role-mapping preview --organization acme --add "IT Admins=admin" --mode only',
      'role-mapping preview --organization acme --remove rmap_01h4zpwq00e008000000000000',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(new Option('--mode <mode>', 'as if this were the mode').choices(modes))
        .addOption(new Option('--add <group=role>', 'as if this mapping were made; repeats').argParser(collect))
        .addOption(new Option('--remove <id>', 'as if this mapping were gone; repeats').argParser(collect)),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body: RouteBody<'previewRoleMappings'> = {
        ...(options.mode !== undefined && { mode: options.mode }),
        add: (options.add ?? []).map(parsePair),
        remove: [...(options.remove ?? [])],
      }
      const preview = await session.client.call('previewRoleMappings', { params: { organization }, body })
      if (session.format === 'json') return session.printItem(preview, ['mode', 'counts', 'warnings', 'people'])
      for (const warning of preview.warnings) session.say(`Warning: ${warning}`)
      const data = preview.people.map((person) => ({
        person: person.userName,
        loses: names(person.loses),
        gains: names(person.gains),
        keeps: names(person.keeps),
        losesAllRoles: person.losesAllRoles,
        withoutSignIn: person.withoutSignIn,
      }))
      session.printList({ data, nextCursor: null }, previewColumns)
    },
  })
}

function addMode(noun: Command): void {
  addCommand<{ readonly set?: Mode }>(noun, {
    usage: 'mode',
    summary: 'show what mappings do, or set it: off, add to other roles, or be the only ones',
    examples: ['role-mapping mode --organization acme', 'role-mapping mode --organization acme --set only --yes'],
    isInOrganization: true,
    options: (command) => command.addOption(new Option('--set <mode>', 'what mappings do from now on').choices(modes)),
    run: async (session, { set }) => {
      const organization = await requireOrganization(session)
      const params = { organization }
      if (set === 'only')
        await session.confirm('People of a connection who match no mapping lose all roles. Have you seen the preview?')
      const item =
        set === undefined
          ? await session.client.call('getRoleMappingSettings', { params })
          : await session.client.call('updateRoleMappingSettings', { params, body: { mode: set } })
      session.printItem(item, ['mode', 'version'])
    },
  })
}

function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--group <name>', 'displayName of pushed groups, to the letter').conflicts('team'))
    .option('--team <id>', 'one team, whatever its name')
}

function toTarget({ group, team }: TargetOptions) {
  return { ...(group !== undefined && { group }), ...(team !== undefined && { team }) }
}

function parsePair(text: string): { readonly group: string; readonly role: string } {
  const at = text.lastIndexOf('=')
  if (at > 0 && at < text.length - 1) return { group: text.slice(0, at), role: text.slice(at + 1) }
  throw usageFailure('--add takes the name of a group, = and a role, such as "IT Admins=admin"')
}

function names(roles: readonly { readonly name: string }[]): string {
  return roles.map(({ name }) => name).join(', ')
}

function toLine(mapping: Mapping) {
  return { ...mapping, role: mapping.role.name }
}
