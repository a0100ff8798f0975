import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { addDeliveryCommands } from './webhook-deliveries.ts'

const columns = ['id', 'name', 'url', 'types', 'state', 'failingSince', 'lastSuccessAt']
const withHealth = [...columns, 'lastDay']
const withSecret = ['id', 'url', 'types', 'state', 'secret']
const example = 'whk_01h4zpwq00e008000000000000'

type Body = RouteBody<'updateWebhook'>
type WebhookOptions = {
  readonly url?: string
  readonly name?: string
  readonly type?: readonly string[]
  readonly format?: Body['format']
}

export function addWebhookCommands(program: Command): void {
  const noun = addNoun(program, 'webhook', 'endpoints that are told of events (Standard Webhooks)')
  addCreate(noun)
  addListCommand(noun, {
    summary: 'list endpoints, oldest first',
    example: 'webhook list --organization acme',
    columns: withHealth,
    read: (session, organization, query) => session.client.call('listWebhooks', { params: { organization }, query }),
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one endpoint; its secret is never shown again',
    examples: [`webhook show ${example}`],
    isInOrganization: true,
    run: async (session, _options, webhook) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getWebhook', { params: { organization, webhook } }),
      )
      session.printItem(item, withHealth)
    },
  })
  addUpdate(noun)
  addCommand(noun, {
    usage: 'rotate <id>',
    summary: 'make a new secret and show it once; for 24 hours both sign',
    examples: [`webhook rotate ${example} --json`],
    isInOrganization: true,
    run: async (session, _options, webhook) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('rotateWebhook', { params: { organization, webhook } }),
      )
      session.printItem(item, withSecret)
    },
  })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'delete an endpoint with its log and what waits for it',
    examples: [`webhook delete ${example} --yes`],
    isInOrganization: true,
    run: async (session, _options, webhook) => {
      await session.confirm(`Delete ${webhook} with its log and what waits for it?`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteWebhook', { params: { organization, webhook } }),
      )
      session.printItem({ id: webhook, deleted: true }, ['id', 'deleted'])
    },
  })
  addDeliveryCommands(noun)
}

function addCreate(noun: Command): void {
  addCommand<WebhookOptions & { readonly url: string }>(noun, {
    usage: 'create',
    summary: 'tell an endpoint of what happens from now on; prints its secret, once',
    examples: [
      'webhook create --organization acme --url https://example.com/rollcall --json',
      'webhook create --url https://example.com/rollcall --type user.* --type team.members_changed',
    ],
    isInOrganization: true,
    options: (command) => withWebhookOptions(command.requiredOption('--url <url>', 'https address')),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = { ...toFields(options), url: options.url }
      session.printItem(await session.client.call('createWebhook', { params: { organization }, body }), withSecret)
    },
  })
}

function addUpdate(noun: Command): void {
  addCommand<WebhookOptions & VersionOptions & { readonly state?: Body['state']; readonly allTypes?: boolean }>(noun, {
    usage: 'update <id>',
    summary: 'change, disable or enable an endpoint',
    examples: [`webhook update ${example} --type user.*`, `webhook update ${example} --state enabled`],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        withWebhookOptions(command.option('--url <url>', 'https address'))
          .option('--all-types', 'every event')
          .addOption(new Option('--state <state>', 'a disabled one is told nothing').choices(['enabled', 'disabled'])),
      ),
    run: async (session, options, webhook) => {
      const { state, allTypes } = options
      const body = {
        ...toFields(options),
        ...(allTypes === true && { types: [] }),
        ...(state !== undefined && { state }),
      }
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateWebhook', { params: { organization, webhook }, body, ...toIfMatch(options) }),
      )
      session.printItem(item, columns)
    },
  })
}

function withWebhookOptions(command: Command): Command {
  return command
    .option('--name <name>', 'for people; the host when left out')
    .option('--type <type>', 'what it is told of, such as user.*; repeats; everything when left out', collect)
    .addOption(new Option('--format <format>', 'shape of the body').choices(['standard', 'cloudEvents']))
}

function toFields({ url, name, type, format }: WebhookOptions): Body {
  return {
    ...(url !== undefined && { url }),
    ...(name !== undefined && { name }),
    ...(type !== undefined && { types: [...type] }),
    ...(format !== undefined && { format }),
  }
}
