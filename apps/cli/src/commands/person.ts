import type { RouteBody, RouteId } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseInstant } from '../duration.ts'
import { usageFailure } from '../failure.ts'
import { parseJsonObject } from '../json-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { pour } from '../pour.ts'
import type { Session } from '../session.ts'
import { addPeopleActCommands } from './people-acts.ts'
import { addPersonRecordCommands } from './person-records.ts'

const columns = ['id', 'userName', 'displayName', 'email', 'state', 'owner', 'login', 'createdAt']
const person = 'usr_01h4zpwq00e008000000000000'

type FilterOptions = {
  readonly state?: string
  readonly search?: string
  readonly connection?: string
  readonly team?: string
  readonly filter?: string
}
type Filters = ListOptions &
  FilterOptions & {
    readonly sort?: 'created' | 'userName' | '-userName'
    readonly include?: string
    readonly count?: 'estimated' | 'exactly'
  }

export function addPersonCommands(program: Command): void {
  const noun = addNoun(program, 'person', 'people: states, history, what they own, the recycle bin')
  addReading(noun)
  addWriting(noun)
  addStates(noun)
  addPersonRecordCommands(noun)
  addPeopleActCommands(noun)
}

function addReading(noun: Command): void {
  addCommand<Filters>(noun, {
    usage: 'list',
    summary: 'list people who are pending or active, or those in other states',
    examples: [
      'person list --organization acme --search ada',
      'person list --organization acme --state suspended,deprovisioned --total',
    ],
    isInOrganization: true,
    options: (command) =>
      withListOptions(withFilters(command))
        .addOption(new Option('--sort <order>', 'of the list').choices(['created', 'userName', '-userName']))
        .option('--include <names>', 'with commas between: teams, apps, lastSignIn')
        .addOption(new Option('--count <how>', 'how many match').choices(['estimated', 'exactly'])),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const { sort, include, count } = options
      const query = { ...toPageQuery(options), ...toFilters(options), sort, include, count }
      session.printList(
        toListing(await session.client.call('listPeople', { params: { organization }, query })),
        columns,
      )
    },
  })
  addCommand<{ asOf?: string }>(noun, {
    usage: 'show <id>',
    summary: 'show one person, now or as of a moment',
    examples: [`person show ${person}`, `person show ${person} --as-of 2026-03-03T12:00:00Z`],
    isInOrganization: true,
    options: (command) => command.option('--as-of <when>', 'a time, or a duration before now such as 30d'),
    run: async (session, { asOf }, id) => {
      const query =
        asOf === undefined
          ? {}
          : { asOf: parseInstant(asOf, { option: '--as-of', now: session.now, direction: 'past' }) }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getPerson', { params: { organization, person: id }, query }),
      )
      session.printItem(item, [...columns, 'upcoming'])
    },
  })
  addCommand<FilterOptions & { readonly as: 'csv' | 'jsonl'; readonly mark?: boolean }>(noun, {
    usage: 'export',
    summary: 'print every identity; pending, active and suspended ones unless told otherwise',
    examples: [
      'person export --organization acme > identities.csv',
      'person export --as jsonl --organization acme > people.jsonl',
    ],
    isInOrganization: true,
    options: (command) =>
      withFilters(command)
        .addOption(
          new Option('--as <format>', 'csv for spreadsheets; jsonl: whole SCIM users, which `person import` reads')
            .choices(['csv', 'jsonl'])
            .default('csv'),
        )
        .option('--mark', 'csv begins with a byte order mark, by which Excel knows UTF-8'),
    run: async (session, { as, mark = false, ...options }) => {
      if (session.format !== 'table' && session.format !== 'csv')
        throw usageFailure('person export prints CSV or, with --as jsonl, JSON Lines; else: person list --output json')
      const params = { organization: await requireOrganization(session) }
      const query = toFilters(options)
      await pour(
        as === 'jsonl'
          ? await session.client.stream('exportPeopleAsScim', { params, query })
          : await session.client.stream('exportPeople', { params, query: { ...query, mark } }),
      )
    },
  })
}

function withFilters(command: Command): Command {
  return command
    .option('--state <states>', 'with commas between: pending, active, suspended, deprovisioned')
    .option('--search <text>', 'part of a name, userName or address')
    .option('--connection <id>', 'only whom this connection or source manages; local: whom none does')
    .option('--team <id>', 'only direct members of this team')
    .option('--filter <filter>', 'a SCIM filter, such as \'title eq "Captain"\'')
}

function toFilters({ state, search, connection, team, filter }: FilterOptions) {
  return { state, search, connection, team, filter }
}

type CreateOptions = {
  readonly userName: string
  readonly displayName?: string
  readonly email?: string
  readonly attributes?: string
  readonly invite?: boolean
  readonly builtIn?: boolean
}

function addWriting(noun: Command): void {
  addCommand<CreateOptions>(noun, {
    usage: 'create',
    summary: 'make a local account, which no connection manages',
    examples: [
      'person create --organization acme --user-name ada@example.com --display-name "Ada Lovelace" --email ada@example.com',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--user-name <name>', 'unique in the organization')
        .option('--display-name <name>', 'for people')
        .option('--email <address>', 'primary address')
        .option('--attributes <json>', 'further SCIM attributes as one JSON object')
        .option('--no-invite', 'active at once, without an invitation')
        .option('--built-in', 'never adopted, suspended or deleted'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const item = await session.client.call('createPerson', { params: { organization }, body: toCreateBody(options) })
      session.printItem(item, columns)
    },
  })
  addCommand<{ attributes?: string; set?: readonly string[]; unset?: readonly string[]; reason?: string }>(noun, {
    usage: 'update <id>',
    summary: 'change attributes of a person',
    examples: [`person update ${person} --set title="Head of Tides" --unset nickName`],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--set <name=value>', 'an attribute and its text; may repeat', collect)
        .option('--unset <name>', 'an attribute to take away; may repeat', collect)
        .option('--attributes <json>', 'SCIM attributes as one JSON object; null unassigns')
        .option('--reason <text>', 'for the history'),
    run: async (session, options, id) => {
      const attributes = toAttributes(options)
      if (Object.keys(attributes).length === 0)
        throw usageFailure('Nothing to change: give --set, --unset or --attributes')
      const { reason } = options
      const body = { attributes, ...(reason !== undefined && { reason }) }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updatePerson', { params: { organization, person: id }, body }),
      )
      session.printItem(item, columns)
    },
  })
}

function toCreateBody(options: CreateOptions): RouteBody<'createPerson'> {
  const { userName, displayName, email, attributes, invite, builtIn } = options
  return {
    attributes: {
      ...(attributes !== undefined &&
        parseJsonObject(attributes, { name: '--attributes', example: '{"title":"Captain"}' })),
      userName,
      ...(displayName !== undefined && { displayName }),
      ...(email !== undefined && { emails: [{ value: email, type: 'work', primary: true }] }),
    },
    ...(invite === false && { invite }),
    ...(builtIn === true && { builtIn }),
  }
}

function toAttributes(options: {
  readonly attributes?: string
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
}): Record<string, unknown> {
  const { attributes, set = [], unset = [] } = options
  const pairs = set.map((text) => {
    const end = text.indexOf('=')
    if (end < 1) throw usageFailure(`--set takes name=value, not "${text}"`)
    return [text.slice(0, end), text.slice(end + 1)] as const
  })
  return {
    ...(attributes !== undefined && parseJsonObject(attributes, { name: '--attributes', example: '{"title":null}' })),
    ...Object.fromEntries(pairs),
    ...Object.fromEntries(unset.map((name) => [name, null])),
  }
}

type ActOptions = { readonly reason?: string; readonly overrideUntil?: string }

function addStates(noun: Command): void {
  addAct(noun, {
    verb: 'suspend',
    route: 'suspendPerson',
    summary: 'suspend a person: access stops, everything is kept',
  })
  addAct(noun, { verb: 'reactivate', route: 'reactivatePerson', summary: 'bring a suspended person back as it was' })
  addPlain(noun, {
    verb: 'activate',
    route: 'activatePerson',
    summary: 'make a pending person active without an invitation',
  })
  addPlain(noun, {
    verb: 'restore',
    route: 'restorePerson',
    summary: 'bring a deleted person back with teams and keys',
  })
  addCommand<ActOptions>(noun, {
    usage: 'delete <id>',
    summary: 'delete a person into the recycle bin',
    examples: [`person delete ${person} --reason "left the company" --yes`],
    isInOrganization: true,
    options: withAct,
    run: async (session, options, id) => {
      await session.confirm(`Delete ${id}? It leaves every team; \`person restore\` brings it back until it is purged.`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deletePerson', { params: { organization, person: id }, query: toAct(session, options) }),
      )
      session.printItem({ id, deleted: true }, ['id', 'deleted'])
    },
  })
  addCommand(noun, {
    usage: 'purge <id>',
    summary: 'forget the personal data of a deleted person for good',
    examples: [`person purge ${person} --yes`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Forget ${id} for good?`)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('purgePerson', { params: { organization, person: id } }),
      )
      session.printItem(item, columns)
    },
  })
}

function withAct(command: Command): Command {
  return command
    .option('--reason <text>', 'for the history')
    .option(
      '--override-until <when>',
      'of a managed person: keep its source from undoing this until then; a time or a duration',
    )
}

function toAct(session: Session, { reason, overrideUntil }: ActOptions) {
  const option = { option: '--override-until', now: session.now, direction: 'future' } as const
  return {
    ...(reason !== undefined && { reason }),
    ...(overrideUntil !== undefined && { overrideUntil: parseInstant(overrideUntil, option) }),
  }
}

type Act<Id extends RouteId> = { readonly verb: string; readonly route: Id; readonly summary: string }

function addAct(noun: Command, { verb, route, summary }: Act<'suspendPerson' | 'reactivatePerson'>): void {
  addCommand<ActOptions>(noun, {
    usage: `${verb} <id>`,
    summary,
    examples: [`person ${verb} ${person} --reason "on leave" --override-until 30d`],
    isInOrganization: true,
    options: withAct,
    run: async (session, options, id) => {
      const body = toAct(session, options)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call(route, { params: { organization, person: id }, body }),
      )
      session.printItem(item, columns)
    },
  })
}

function addPlain(noun: Command, { verb, route, summary }: Act<'activatePerson' | 'restorePerson'>): void {
  addCommand<{ reason?: string }>(noun, {
    usage: `${verb} <id>`,
    summary,
    examples: [`person ${verb} ${person}`],
    isInOrganization: true,
    options: (command) => command.option('--reason <text>', 'for the history'),
    run: async (session, { reason }, id) => {
      const body = reason === undefined ? {} : { reason }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call(route, { params: { organization, person: id }, body }),
      )
      session.printItem(item, columns)
    },
  })
}
