import type { RouteBody } from '@rollcall/admin-api'
import { profileNames, styleNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { parseJsonObject } from '../json-option.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { addConnectionCareCommands } from './connection-care.ts'
import { addConnectionRunCommands } from './connection-runs.ts'

const columns = ['id', 'type', 'name', 'state', 'profile', 'style', 'scimUrl']

type Body = RouteBody<'updateConnection'>

type ConnectionOptions = {
  readonly name?: string
  readonly profile?: Body['profile']
  readonly style?: Body['style']
  readonly settings?: string
}

type CreateOptions = { readonly type: 'scim'; readonly preset?: string; readonly scimWrites?: 'on' | 'off' }

export function addConnectionCommands(program: Command): void {
  const noun = addNoun(program, 'connection', 'sources of people: an identity provider each')
  addCreate(noun)
  addListCommand(noun, {
    summary: 'list connections, oldest first',
    example: 'connection list --organization acme',
    columns,
    read: (session, organization, query) => session.client.call('listConnections', { params: { organization }, query }),
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one connection',
    examples: ['connection show con_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, connection) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getConnection', { params: { organization, connection } }),
      )
      session.printItem(item, columns)
    },
  })
  addUpdate(noun)
  addConnectionCareCommands(noun)
  addConnectionRunCommands(noun)
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'delete a connection and its keys; what it brought stays',
    examples: ['connection delete con_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, connection) => {
      await session.confirm(`Delete ${connection} and its keys?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteConnection', { params: { organization, connection } }),
      )
      session.printItem({ id: connection, deleted: true }, ['id', 'deleted'])
    },
  })
}

function addCreate(noun: Command): void {
  addCommand<ConnectionOptions & CreateOptions>(noun, {
    usage: 'create',
    summary: 'make a connection',
    examples: [
      'connection create --organization acme --type scim --profile okta --style rollcall --json',
      'connection create --type scim --preset datadog-entra',
      'connection create --type scim --style github --scim-writes off',
    ],
    isInOrganization: true,
    options: (command) =>
      withConnectionOptions(
        command
          .addOption(new Option('--type <type>', 'kind of source').choices(['scim']).makeOptionMandatory())
          .option('--preset <name>', 'fills in what is left out; see connection presets')
          .addOption(
            new Option('--scim-writes <on or off>', 'off: reads only, until enable-scim').choices(['on', 'off']),
          ),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const { type, preset, scimWrites } = options
      const fields = toFields(options)
      const settings = scimWrites === 'off' ? { ...fields.settings, writesEnabled: false } : fields.settings
      const body = {
        type,
        ...fields,
        ...(preset !== undefined && { preset }),
        ...(settings !== undefined && { settings }),
      }
      session.printItem(await session.client.call('createConnection', { params: { organization }, body }), columns)
    },
  })
}

type UpdateOptions = ConnectionOptions & VersionOptions & { readonly state?: Body['state'] }

function addUpdate(noun: Command): void {
  addCommand<UpdateOptions>(noun, {
    usage: 'update <id>',
    summary: 'change, disable or enable a connection',
    examples: [
      'connection update con_01h4zpwq00e008000000000000 --profile entra',
      'connection update con_01h4zpwq00e008000000000000 --state disabled',
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        withConnectionOptions(command).addOption(
          new Option('--state <state>', 'a disabled one refuses every request').choices([
            'active',
            'paused',
            'disabled',
          ]),
        ),
      ),
    run: async (session, options, connection) => {
      const { state } = options
      const body = { ...toFields(options), ...(state !== undefined && { state }) }
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateConnection', { params: { organization, connection }, body, ...toIfMatch(options) }),
      )
      session.printItem(item, columns)
    },
  })
}

function withConnectionOptions(command: Command): Command {
  return command
    .option('--name <name>', 'for people')
    .addOption(new Option('--profile <profile>', 'what is accepted beyond the RFC').choices(profileNames))
    .addOption(new Option('--style <style>', 'what is demanded, how accounts behave').choices(styleNames))
    .option('--settings <json>', 'all settings as one JSON object')
}

function toFields({ name, profile, style, settings }: ConnectionOptions): Body {
  return {
    ...(name !== undefined && { name }),
    ...(profile !== undefined && { profile }),
    ...(style !== undefined && { style }),
    ...(settings !== undefined && {
      settings: parseJsonObject(settings, { name: '--settings', example: '{"writesEnabled":false}' }),
    }),
  }
}
