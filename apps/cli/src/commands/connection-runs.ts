import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { withoutGuard } from '../formats.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'connectionId', 'action', 'people', 'teams', 'state', 'progress', 'startedAt']
const linkColumns = ['accountId', 'userName', 'externalId', 'scimId', 'state', 'outcome', 'reason']
const example = 'con_01h4zpwq00e008000000000000'
const run = 'run_01h4zpwq00e008000000000000'
/** As many as one request takes. */
const linksPerRequest = 1_000

type Preview = RouteAnswer<'previewConnectionRun'>
type Action = Preview['action']

/** Acts on everything that a connection brought; each shows whom it is about before it asks. */
export function addConnectionRunCommands(noun: Command): void {
  addSwitch(noun)
  addDecommission(noun)
  addMigrate(noun)
  addRuns(noun)
  addLinks(noun)
}

function addSwitch(noun: Command): void {
  addCommand(noun, {
    usage: 'scim <id>',
    summary: 'whether SCIM is on, and what stands in the way of switching it on',
    examples: [`connection scim ${example}`],
    isInOrganization: true,
    run: async (session, _options, connection) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getScimSwitch', { params: { organization, connection } }),
      )
      session.printItem(item, ['enabled', 'writesEnabled', 'state', 'prerequisites'])
    },
  })
  addCommand<{ unprovisioned?: 'suspend' | 'keep' }>(noun, {
    usage: 'enable-scim <id>',
    summary: 'switch SCIM on',
    examples: [`connection enable-scim ${example} --unprovisioned suspend`],
    isInOrganization: true,
    options: (command) =>
      command.addOption(
        new Option('--unprovisioned <what>', 'people whom no identity provider has brought').choices([
          'suspend',
          'keep',
        ]),
      ),
    run: async (session, { unprovisioned }, connection) => {
      await ask(session, connection, 'enable')
      const body = unprovisioned === undefined ? {} : { unprovisioned }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('enableScim', { params: { organization, connection }, body }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand<{ teams?: 'delete' | 'keep' }>(noun, {
    usage: 'disable-scim <id>',
    summary: 'switch SCIM off: identities and groups go, people stay as they are',
    examples: [`connection disable-scim ${example} --yes`],
    isInOrganization: true,
    options: (command) =>
      command.addOption(new Option('--teams <what>', 'its groups; delete').choices(['delete', 'keep'])),
    run: async (session, { teams }, connection) => {
      await ask(session, connection, 'disable')
      const body = teams === undefined ? {} : { teams }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('disableScim', { params: { organization, connection }, body }),
      )
      session.printItem(item, columns)
    },
  })
}

function addDecommission(noun: Command): void {
  addCommand<{ people: 'keep' | 'suspend' | 'deprovision'; teams: 'keep' | 'delete' }>(noun, {
    usage: 'decommission <id>',
    summary: 'end a connection for good, with its keys',
    examples: [`connection decommission ${example} --people keep --teams keep`],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(
          new Option('--people <what>', 'what becomes of its people')
            .choices(['keep', 'suspend', 'deprovision'])
            .makeOptionMandatory(),
        )
        .addOption(
          new Option('--teams <what>', 'what becomes of its teams').choices(['keep', 'delete']).makeOptionMandatory(),
        ),
    run: async (session, { people, teams }, connection) => {
      await ask(session, connection, 'decommission')
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('decommissionConnection', {
          params: { organization, connection },
          body: { people, teams },
        }),
      )
      session.printItem(item, columns)
    },
  })
}

function addMigrate(noun: Command): void {
  addCommand<{ teams?: 'empty' | 'keep' | 'delete'; successor?: string }>(noun, {
    usage: 'migrate <id>',
    summary: 'change the identity provider: suspend all, reset identities',
    examples: [`connection migrate ${example} --successor con_01h4zpwq00e008000000000001`],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(new Option('--teams <what>', 'its teams; empty').choices(['empty', 'keep', 'delete']))
        .option('--successor <id>', 'the connection of the new identity provider; this one goes on when left out'),
    run: async (session, { teams, successor }, connection) => {
      await ask(session, connection, 'migrate')
      const body = { ...(teams !== undefined && { teams }), ...(successor !== undefined && { successor }) }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('migrateConnection', { params: { organization, connection }, body }),
      )
      session.printItem(item, columns)
    },
  })
}

/** Shows whom the act is about, and lets a person say no. */
async function ask(session: Session, connection: string, action: Action): Promise<void> {
  const preview = await inOrganizationOf(session, (organization) =>
    session.client.call('previewConnectionRun', { params: { organization, connection }, query: { action } }),
  )
  session.say(describe(preview))
  const { linking } = preview
  if (linking !== null)
    session.say(
      `POST by user name would link ${linking.linked} of ${linking.checked}; for the other ${linking.conflictCount} see linking.conflicts of the preview`,
    )
  await session.confirm(`${action} ${connection}?`)
}

function describe({ people, activePeople, teams, memberships, peopleNames, teamNames }: Preview): string {
  const counts = `People: ${people} (${activePeople} pending or active). Teams: ${teams}, with ${memberships} members`
  const names = [...peopleNames.slice(0, 20), ...teamNames.slice(0, 20)].map((name) => JSON.stringify(name))
  return names.length === 0 ? counts : `${counts}: ${names.join(', ')}${people + teams > names.length ? ', …' : ''}`
}

function addRuns(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'runs',
    summary: 'acts on whole connections, newest first',
    examples: ['connection runs --organization acme'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const input = { params: { organization }, query: toPageQuery(options) }
      session.printList(toListing(await session.client.call('listConnectionRuns', input)), columns)
    },
  })
  addCommand(noun, {
    usage: 'run <id>',
    summary: 'how far an act is',
    examples: [`connection run ${run}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getConnectionRun', { params: { organization, connectionRun: id } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand(noun, {
    usage: 'undo <id>',
    summary: 'take an act back, as far as nothing else happened since',
    examples: [`connection undo ${run} --yes`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Take back everything that ${id} did?`)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('undoConnectionRun', { params: { organization, connectionRun: id } }),
      )
      session.printItem(item, columns)
    },
  })
}

function addLinks(noun: Command): void {
  addCommand<ListOptions & { run?: string }>(noun, {
    usage: 'links <id>',
    summary: 'who is known to the identity provider by which id; with --run: before that act',
    examples: [
      `connection links ${example} --output csv > links.csv`,
      `connection links ${example} --run ${run} --json`,
    ],
    isInOrganization: true,
    options: (command) => withListOptions(command.option('--run <id>', 'as it was before this act')),
    run: async (session, { run: runId, ...options }, connection) => {
      const query = toPageQuery(options)
      const page = await inOrganizationOf(session, (organization) =>
        runId === undefined
          ? session.client.call('listLinks', { params: { organization, connection }, query })
          : session.client.call('listRunLinks', { params: { organization, connectionRun: runId }, query }),
      )
      session.printList(toListing(page), linkColumns)
    },
  })
  addCommand<{ file: string; dryRun?: boolean }>(noun, {
    usage: 'import-links <id>',
    summary: 'link accounts that nobody owns by the externalId of a new identity provider',
    examples: [`connection import-links ${example} --file links.csv --dry-run`],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption(
          '--file <path>',
          'CSV with the columns accountId and externalId, or JSON; - reads standard input',
        )
        .option('--dry-run', 'say what would happen'),
    run: async (session, { file, dryRun }, connection) => {
      const all = parseLinks(readFileOption('--file', file))
      const results = []
      for (let start = 0; start < all.length; start += linksPerRequest) {
        const body = { links: all.slice(start, start + linksPerRequest), dryRun: dryRun === true }
        const answer = await inOrganizationOf(session, (organization) =>
          session.client.call('importLinks', { params: { organization, connection }, body }),
        )
        results.push(...answer.results)
      }
      session.printList({ data: results, nextCursor: null }, ['accountId', 'externalId', 'outcome'])
    },
  })
}

type Link = { readonly accountId: string; readonly externalId: string }

function parseLinks(text: string): Link[] {
  if (/^\s*[[{]/.test(text)) return parseJson(text)
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = head.split(',').map((name) => unquote(name))
  const account = names.indexOf('accountId')
  const external = names.indexOf('externalId')
  if (account < 0 || external < 0)
    throw usageFailure('--file wants a CSV whose first line names accountId and externalId')
  return lines.map((line) => {
    const cells = splitCells(line)
    return { accountId: cells[account] ?? '', externalId: cells[external] ?? '' }
  })
}

function parseJson(text: string): Link[] {
  try {
    const value: unknown = JSON.parse(text)
    // The server checks each of them and names what is wrong.
    if (Array.isArray(value)) return value as Link[]
    if (typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data))
      return (value.data as Link[]).map(({ accountId, externalId }) => ({ accountId, externalId }))
  } catch {
    // Falls through to the same sentence.
  }
  throw usageFailure('--file wants CSV, or JSON: a list of {"accountId", "externalId"}, or what links --json printed')
}

/** RFC 4180: cells with commas or quotes stand in quotes. What `links --output csv` put before a cell is taken away. */
function splitCells(line: string): readonly string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => unquote(match[1] ?? ''))
}

function unquote(cell: string): string {
  const text = cell.trim()
  return withoutGuard(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text)
}
