import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { parseJsonObject } from '../json-option.ts'
import type { Session } from '../session.ts'
import { ask } from '../terminal.ts'
import { toListing } from '../listing.ts'
import { printRun, withRunOptions, type RunOptions } from '../runs.ts'

const columns = ['slug', 'name', 'id', 'scimUrl', 'createdAt']

export function addOrganizationCommands(program: Command): void {
  const noun = addNoun(program, 'organization', 'tenants: each has its own people, connections and keys')
  addCommand<{ slug: string; name?: string }>(noun, {
    usage: 'create',
    summary: 'make an organization with one SCIM connection',
    examples: ['organization create --slug acme --json', 'organization create --slug acme --name "Acme AG"'],
    options: (command) =>
      command
        .requiredOption('--slug <slug>', 'names the organization in URLs: a-z, 0-9 and hyphens')
        .option('--name <name>', 'for people; the slug when left out'),
    run: async (session, { slug, name }) => {
      const body = { slug, ...(name !== undefined && { name }) }
      session.printItem(await session.client.call('createOrganization', { body }), columns)
    },
  })
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'list organizations by slug',
    examples: ['organization list', 'organization list --json --limit 200'],
    options: withListOptions,
    run: async (session, options) => {
      const page = await session.client.call('listOrganizations', { query: toPageQuery(options) })
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <organization>',
    summary: 'show one organization, by id or slug',
    examples: ['organization show acme --output yaml'],
    run: async (session, _options, organization) => {
      session.printItem(await session.client.call('getOrganization', { params: { organization } }), columns)
    },
  })
  addCommand<{ slug?: string; name?: string; settings?: string }>(noun, {
    usage: 'update <organization>',
    summary: 'change name, slug or settings of an organization',
    examples: [
      'organization update acme --name "Acme AG"',
      `organization update acme --settings '{"locale":"fr","invitations":{"enabled":true,"validHours":24}}'`,
    ],
    options: (command) =>
      command
        .option('--name <name>', 'for people')
        .option('--slug <slug>', 'changes every URL: identity providers must be told')
        .option('--settings <json>', 'all settings as one JSON object'),
    run: async (session, { slug, name, settings }, organization) => {
      if (slug === undefined && name === undefined && settings === undefined)
        throw usageFailure('Nothing to change: give --name, --slug or --settings')
      if (slug !== undefined) await session.confirm(`Every URL of ${organization} will change. Go on?`)
      const body = {
        ...(slug !== undefined && { slug }),
        ...(name !== undefined && { name }),
        ...(settings !== undefined && {
          settings: parseJsonObject(settings, { name: '--settings', example: '{"locale":"fr"}' }),
        }),
      }
      session.printItem(await session.client.call('updateOrganization', { params: { organization }, body }), columns)
    },
  })
  addLongWork(noun)
}

/** Verbs that answer with a run. */
function addLongWork(noun: Command): void {
  addCommand<RunOptions & { confirm?: string }>(noun, {
    usage: 'delete <organization>',
    summary: 'delete an organization with everything in it, for good',
    examples: ['organization delete acme', 'organization delete acme --confirm acme --wait'],
    options: (command) =>
      withRunOptions(command).option('--confirm <slug>', 'its slug, instead of typing it when asked'),
    run: async (session, options, organization) => {
      const { slug, name } = await session.client.call('getOrganization', { params: { organization } })
      const confirm = options.confirm ?? (await typeSlug(session, `${name} (${slug})`))
      const params = { organization }
      const run = await session.client.call('deleteOrganization', { params, query: { confirm } })
      await printRun(session, run, options)
    },
  })
  addCommand<RunOptions>(noun, {
    usage: 'recount <organization>',
    summary: 'count people and teams anew, after a restore or an import by other ways',
    examples: ['organization recount acme --wait'],
    options: withRunOptions,
    run: async (session, options, organization) =>
      printRun(session, await session.client.call('recountOrganization', { params: { organization } }), options),
  })
}

/** Nobody types a slug by accident; a script says it with --confirm. */
async function typeSlug({ environment }: Session, what: string): Promise<string> {
  if (!environment.isInteractive) throw usageFailure('Give --confirm <slug>: everything in the organization is deleted')
  return (await ask(`Everything in ${what} is deleted for good. Type its slug to go on: `)).trim()
}
