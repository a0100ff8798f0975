import type { Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseDurationMs } from '../duration.ts'
import { Failure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'name', 'state', 'owner', 'profile', 'style']
const healthColumns = ['state', 'liveKeys', 'lastRequestAt', 'lastSuccessAt', 'lastErrorAt', 'errorCount', 'errors']
const presetColumns = ['name', 'title', 'profile', 'style', 'scimUrl']
const keyColumns = ['id', 'name', 'key', 'replaces', 'replacedExpiresAt']
const example = 'con_01h4zpwq00e008000000000000'

/** What an administrator does to a connection that is there. */
export function addConnectionCareCommands(noun: Command): void {
  addTest(noun)
  addPause(noun)
  addRotate(noun)
  addHandOver(noun)
  addCommand(noun, {
    usage: 'health <id>',
    summary: 'when it was last heard of, and what went wrong in the last 24 hours',
    examples: [`connection health ${example}`],
    isInOrganization: true,
    run: async (session, _options, connection) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getConnectionHealth', { params: { organization, connection } }),
      )
      session.printItem(item, healthColumns)
    },
  })
  addPresets(noun)
}

function addTest(noun: Command): void {
  addCommand<{ key: string }>(noun, {
    usage: 'test <id>',
    summary: 'what an identity provider would be told with this key, and why',
    examples: [`connection test ${example} --key rc_scm_…`],
    isInOrganization: true,
    options: (command) => command.requiredOption('--key <key>', 'the key that the identity provider will send'),
    run: async (session, { key }, connection) => {
      const result = await inOrganizationOf(session, (organization) =>
        session.client.call('testConnection', { params: { organization, connection }, body: { key } }),
      )
      session.printItem(result, ['authorized', 'code', 'detail'])
      if (!result.authorized) throw new Failure(result.detail, { code: result.code ?? 'refused' })
    },
  })
}

function addPause(noun: Command): void {
  const verbs = [
    { verb: 'pause', state: 'paused', summary: 'tell clients to come back later; nothing is lost' },
    { verb: 'resume', state: 'active', summary: 'let the keys of a paused or disabled connection in again' },
  ] as const
  for (const { verb, state, summary } of verbs)
    addCommand(noun, {
      usage: `${verb} <id>`,
      summary,
      examples: [`connection ${verb} ${example}`],
      isInOrganization: true,
      run: async (session, _options, connection) => {
        const item = await inOrganizationOf(session, (organization) =>
          session.client.call('updateConnection', { params: { organization, connection }, body: { state } }),
        )
        session.printItem(item, columns)
      },
    })
}

function addRotate(noun: Command): void {
  addCommand<{ overlap?: string }>(noun, {
    usage: 'rotate <id>',
    summary: 'a successor for every live key of the connection',
    examples: [`connection rotate ${example} --overlap 7d --json`],
    isInOrganization: true,
    options: (command) => command.option('--overlap <duration>', 'how long the old keys go on working; 24h'),
    run: async (session, { overlap }, connection) => {
      const body = overlap === undefined ? {} : { overlapSeconds: parseDurationMs(overlap, '--overlap') / 1000 }
      const { keys } = await inOrganizationOf(session, (organization) =>
        session.client.call('rotateConnection', { params: { organization, connection }, body }),
      )
      session.printList({ data: keys, nextCursor: null }, keyColumns)
      session.say('Keep the keys now: they are shown this once and never again.')
    },
  })
}

function addHandOver(noun: Command): void {
  addCommand<{ to?: string }>(noun, {
    usage: 'hand-over <id>',
    summary: 'name who answers for a connection; nobody without --to',
    examples: [`connection hand-over ${example} --to usr_01h4zpwq00e008000000000000`],
    isInOrganization: true,
    options: (command) => command.option('--to <user>', 'account id of the person'),
    run: async (session, { to }, connection) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('handOverConnection', {
          params: { organization, connection },
          body: { owner: to ?? null },
        }),
      )
      session.printItem(item, columns)
    },
  })
}

function addPresets(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'presets',
    summary: 'settings and mapping tables for identity providers',
    examples: ['connection presets --organization acme', 'connection create --type scim --preset datadog-entra'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const input = { params: { organization }, query: toPageQuery(options) }
      session.printList(toListing(await session.client.call('listConnectionPresets', input)), presetColumns)
    },
  })
  addCommand(noun, {
    usage: 'mapping <id>',
    summary: 'the table to enter in the identity provider, of a connection made by a preset',
    examples: [`connection mapping ${example}`],
    isInOrganization: true,
    run: async (session, _options, connection) => {
      const { mappings } = await inOrganizationOf(session, (organization) =>
        session.client.call('getConnectionMapping', { params: { organization, connection } }),
      )
      session.printList({ data: mappings, nextCursor: null }, ['source', 'target', 'matches'])
    },
  })
}
