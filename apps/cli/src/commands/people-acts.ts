import type { RouteBody } from '@rollcall/admin-api'
import { peopleActNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseInstant } from '../duration.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { printRun, withRunOptions, type RunOptions } from '../runs.ts'

type Body = RouteBody<'actOnPeople'>

type ActOptions = RunOptions & {
  readonly act: Body['act']
  readonly person?: readonly string[]
  readonly file?: string
  readonly all?: boolean
  readonly state?: string
  readonly search?: string
  readonly connection?: string
  readonly team?: string
  readonly filter?: string
  readonly except?: readonly string[]
  readonly join?: string
  readonly reason?: string
  readonly overrideUntil?: string
}

const run = 'run_01h4zpwq00e008000000000000'

/** Verbs that act on many people by a run. */
export function addPeopleActCommands(noun: Command): void {
  addCommand<ActOptions>(noun, {
    usage: 'act',
    summary: 'do one thing to many people: those who are named, or all who match',
    examples: [
      'person act --organization acme --act suspend --filter \'title eq "Intern"\' --reason "season is over" --wait',
      'person act --organization acme --act addToTeam --join team_01h4zpwq00e008000000000000 --file ids.txt',
    ],
    isInOrganization: true,
    options: (command) => withRunOptions(withSelection(command)),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const people = toSelection(options)
      if ('matching' in people) await session.confirm(`${options.act}: everybody who matches?`)
      const { act, join, reason, overrideUntil, wait } = options
      const option = { option: '--override-until', now: session.now, direction: 'future' } as const
      const body: Body = {
        act,
        people,
        ...(join !== undefined && { team: join }),
        ...(reason !== undefined && { reason }),
        ...(overrideUntil !== undefined && { overrideUntil: parseInstant(overrideUntil, option) }),
      }
      const started = await session.client.call('actOnPeople', { params: { organization }, body })
      await printRun(session, started, { ...(wait !== undefined && { wait }) })
    },
  })
  addCommand<ListOptions & { readonly outcome?: 'done' | 'failed' | 'undone' }>(noun, {
    usage: 'act-list <run>',
    summary: 'list what an act on many came to, person by person',
    examples: [`person act-list ${run} --outcome failed`],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command).addOption(
        new Option('--outcome <outcome>', 'only these').choices(['done', 'failed', 'undone']),
      ),
    run: async (session, { outcome, ...options }, id) => {
      const query = { ...toPageQuery(options), outcome }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listPeopleActItems', { params: { organization, run: id }, query }),
      )
      session.printList(toListing(page), ['userId', 'name', 'outcome', 'code', 'detail'])
    },
  })
  addCommand<RunOptions>(noun, {
    usage: 'act-undo <run>',
    summary: 'undo an act on many: whoever is still as it left them is as before',
    examples: [`person act-undo ${run} --wait`],
    isInOrganization: true,
    options: withRunOptions,
    run: async (session, { wait }, id) => {
      const started = await inOrganizationOf(session, (organization) =>
        session.client.call('undoPeopleAct', { params: { organization, run: id } }),
      )
      await printRun(session, started, { ...(wait !== undefined && { wait }) })
    },
  })
}

function withSelection(command: Command): Command {
  return command
    .addOption(new Option('--act <act>', 'what is done').choices([...peopleActNames]).makeOptionMandatory())
    .option('--person <id>', 'somebody; may repeat', collect)
    .option('--file <path>', 'a file with an id a line; - is standard input')
    .option('--all', 'everybody who is pending or active')
    .option('--state <states>', 'all in these states, with commas between')
    .option('--search <text>', 'all with this in a name, userName or address')
    .option('--connection <id>', 'all whom this connection or source manages; local: whom none does')
    .option('--team <id>', 'all direct members of this team')
    .option('--filter <filter>', 'all whom a SCIM filter finds')
    .option('--except <id>', 'but not this person; may repeat', collect)
    .option('--join <team>', 'of addToTeam: the team that they join')
    .option('--reason <text>', 'for the history of each')
    .option('--override-until <when>', 'keep sources from undoing this until then; a time or a duration')
}

function toSelection({
  person = [],
  file,
  all,
  except = [],
  state,
  search,
  connection,
  team,
  filter,
}: ActOptions): Body['people'] {
  const lines = file === undefined ? [] : readFileOption('--file', file).split(/\s+/)
  const ids = [...person, ...lines].filter((line) => line !== '')
  const matching = Object.fromEntries(
    Object.entries({ state, search, connection, team, filter }).filter(([, value]) => value !== undefined),
  )
  const isNarrowed = Object.keys(matching).length > 0
  if (ids.length > 0 && (isNarrowed || all === true))
    throw usageFailure('Either name people (--person, --file) or say who matches, not both')
  if (ids.length > 0) return { ids }
  if (!isNarrowed && all !== true) throw usageFailure('Say who: --person usr_…, --file ids.txt, a filter, or --all')
  return { matching, except: [...except] }
}
