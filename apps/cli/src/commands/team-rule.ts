import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { printRun, waitForRun, withRunOptions, type RunOptions } from '../runs.ts'
import type { Session } from '../session.ts'
import { findTeam } from './team-reference.ts'

const ruleColumns = ['teamId', 'live', 'pending', 'exceptionsCount', 'version']
const revisionColumns = ['revision', 'state', 'entering', 'leaving', 'threshold', 'madeBy', 'madeAt', 'liveAt', 'note']
const exceptionColumns = ['userId', 'name', 'kind', 'reason', 'madeBy', 'madeAt']
const previewColumns = ['entering', 'leaving', 'staying', 'undecided', 'people', 'threshold', 'needsApproval']

type Rule = RouteBody<'previewTeamRule'>
type RuleState = RouteAnswer<'getTeamRule'>

/** Verbs about rules that decide who is in a team. */
export function addTeamRuleCommands(parent: Command): void {
  const noun = addNoun(parent, 'rule', 'rules that decide who is in a team')
  addShow(noun)
  addSet(noun)
  addPreview(noun)
  addDecisions(noun)
  addDelete(noun)
  addExceptions(noun)
}

type ScopeOptions = {
  readonly where?: readonly string[]
  readonly filter?: string
  readonly file?: string
  readonly everybody?: boolean
  readonly state?: readonly string[]
}

function withScopeOptions(command: Command): Command {
  return command
    .option(
      '--where <clause>',
      "attribute, operator and value: 'department EQUALS Sales'; may repeat: all must hold",
      collect,
    )
    .option('--filter <text>', 'a SCIM filter instead')
    .option('--file <path>', 'the rule as JSON instead, with groups of clauses: {"scope": {"groups": […]}}')
    .option('--everybody', 'no condition but the state')
    .option('--state <state>', 'pending, active, suspended; may repeat; pending and active when left out', collect)
}

function toRule({ where, filter, file, everybody, state }: ScopeOptions): Rule {
  if ([where, filter, file, everybody].filter((each) => each !== undefined).length !== 1)
    throw usageFailure('Say who: one of --where, --filter, --file and --everybody')
  // The server checks it.
  if (file !== undefined) return JSON.parse(readFileOption('--file', file)) as Rule
  const scope =
    filter === undefined ? { groups: where === undefined ? [] : [where.map((text) => toClause(text))] } : { filter }
  // The server refuses other states.
  const states = state as Rule['states']
  return { scope, ...(states !== undefined && { states: [...states] }) }
}

/** Longer operators first: each is told from the value behind it. */
const operators = [
  'NOT REGEX MATCH OR EMPTY',
  'NOT EQUALS OR EMPTY',
  'Greater_Than_OR_EQUALS',
  'NOT REGEX MATCH',
  '!& OR EMPTY',
  'IS NOT NULL',
  'REGEX MATCH',
  'Greater_Than',
  'NOT EQUALS',
  'ENDS_WITH',
  'IS FALSE',
  'Includes',
  'IS NULL',
  'IS TRUE',
  'EQUALS',
  '!&',
  '&',
]

function toClause(text: string) {
  for (const operator of operators) {
    const place = `${text} `.indexOf(` ${operator} `)
    if (place <= 0) continue
    const value = text.slice(place + operator.length + 2)
    return { attribute: text.slice(0, place).trim(), operator, ...(value !== '' && { value }) }
  }
  throw usageFailure(`"${text}" names no operator; there are ${operators.toReversed().join(', ')}`)
}

function printRule(session: Session, state: RuleState): void {
  const short = (revision: RuleState['live']) =>
    revision === null ? null : `${revision.revision} ${revision.state}: ${describe(revision.rule)}`
  const shown =
    session.format === 'table' ? { ...state, live: short(state.live), pending: short(state.pending) } : state
  session.printItem(shown, ruleColumns)
}

function describe({ scope, states }: NonNullable<RuleState['live']>['rule']): string {
  const groups = 'filter' in scope ? [] : scope.groups
  const clauses = groups.map((group) =>
    group.map(({ attribute, operator, value }) => [attribute, operator, value].filter(Boolean).join(' ')).join(' and '),
  )
  const who = 'filter' in scope ? scope.filter : clauses.length === 0 ? 'everybody' : clauses.join(' or ')
  return `${who} (${states.join(', ')})`
}

function addShow(noun: Command): void {
  addCommand(noun, {
    usage: 'show <team>',
    summary: 'show the rule of a team: what decides now, and what waits',
    examples: ['team rule show sales', 'team rule show sales --json'],
    isInOrganization: true,
    run: async (session, _options, reference) => {
      printRule(session, await session.client.call('getTeamRule', { params: await findTeam(session, reference) }))
    },
  })
  addCommand<ListOptions>(noun, {
    usage: 'revisions <team>',
    summary: 'list every rule that a team had: who made it, and whom it moved',
    examples: ['team rule revisions sales'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const page = await session.client.call('listTeamRuleRevisions', { params, query: toPageQuery(options) })
      session.printList(toListing(page), revisionColumns)
    },
  })
}

function addSet(noun: Command): void {
  addCommand<ScopeOptions & RunOptions & { note?: string }>(noun, {
    usage: 'set <team>',
    summary: 'let a rule decide who is in a team; where many would leave it waits for an approval',
    examples: [
      "team rule set sales --where 'department EQUALS Sales' --wait",
      "team rule set engineers --filter 'title co \"Engineer\"' --note 'asked for by HR'",
    ],
    isInOrganization: true,
    options: (command) => withRunOptions(withScopeOptions(command).option('--note <text>', 'why, for people')),
    run: async (session, options, reference) => {
      const rule = toRule(options)
      const params = await findTeam(session, reference)
      const body = { ...rule, ...(options.note !== undefined && { note: options.note }) }
      await printRun(session, await session.client.call('setTeamRule', { params, body }), options)
    },
  })
  addCommand<RunOptions>(noun, {
    usage: 'evaluate <team>',
    summary: 'compare everybody with the rule now; by itself that happens when people change',
    examples: ['team rule evaluate sales --wait'],
    isInOrganization: true,
    options: withRunOptions,
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      await printRun(session, await session.client.call('evaluateTeamRule', { params }), options)
    },
  })
}

function addPreview(noun: Command): void {
  addCommand<ScopeOptions>(noun, {
    usage: 'preview <team>',
    summary: 'count who would enter and leave by a rule, and name them; nothing changes',
    examples: ["team rule preview sales --where 'department EQUALS Sales'"],
    isInOrganization: true,
    options: withScopeOptions,
    run: async (session, options, reference) => {
      const body = toRule(options)
      const params = await findTeam(session, reference)
      const { result } = await waitForRun(session, await session.client.call('previewTeamRule', { params, body }))
      session.printItem(result ?? {}, session.format === 'table' ? [...previewColumns, 'names'] : previewColumns)
    },
  })
}

function addDecisions(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'leaving <team>',
    summary: 'list who would leave by the rule that waits for an approval',
    examples: ['team rule leaving sales'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const page = await session.client.call('listTeamRuleLeaving', { params, query: toPageQuery(options) })
      session.printList(toListing(page), ['userId', 'name'])
    },
  })
  addCommand<RunOptions>(noun, {
    usage: 'approve <team>',
    summary: 'let the rule that waits decide; those whom it names leave',
    examples: ['team rule approve sales --yes --wait'],
    isInOrganization: true,
    options: withRunOptions,
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const { pending } = await session.client.call('getTeamRule', { params })
      await session.confirm(
        `Approve revision ${pending?.revision ?? '?'}? ${pending?.leaving ?? 0} people leave the team.`,
      )
      await printRun(session, await session.client.call('approveTeamRule', { params }), options)
    },
  })
  addCommand(noun, {
    usage: 'discard <team>',
    summary: 'drop the rule that waits; what decided before goes on',
    examples: ['team rule discard sales'],
    isInOrganization: true,
    run: async (session, _options, reference) => {
      printRule(session, await session.client.call('discardTeamRule', { params: await findTeam(session, reference) }))
    },
  })
}

function addDelete(noun: Command): void {
  addCommand(noun, {
    usage: 'delete <team>',
    summary: 'take the rule from a team; whoever is in it stays and can be changed by hand',
    examples: ['team rule delete sales --yes'],
    isInOrganization: true,
    run: async (session, _options, reference) => {
      const params = await findTeam(session, reference)
      await session.confirm(`Take the rule and its exceptions from ${reference}?`)
      await session.client.call('deleteTeamRule', { params })
      session.printItem({ id: params.team, ruleDeleted: true }, ['id', 'ruleDeleted'])
    },
  })
}

function addExceptions(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'exceptions <team>',
    summary: 'list people whom the rule does not decide about, who said so and why',
    examples: ['team rule exceptions sales'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, reference) => {
      const params = await findTeam(session, reference)
      const page = await session.client.call('listTeamRuleExceptions', { params, query: toPageQuery(options) })
      session.printList(toListing(page), exceptionColumns)
    },
  })
  addCommand<{ user: string; kind: 'always' | 'never'; reason: string }>(noun, {
    usage: 'except <team>',
    summary: 'let a person be in the team always, or never, whatever the rule says',
    examples: ['team rule except sales --user usr_01h4zpwq00e008000000000000 --kind never --reason "left for finance"'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--user <id>', 'the person')
        .addOption(new Option('--kind <kind>', 'in or out').choices(['always', 'never']).makeOptionMandatory())
        .requiredOption('--reason <text>', 'why, for people'),
    run: async (session, { user, kind, reason }, reference) => {
      const params = await findTeam(session, reference)
      const body = { userId: user, kind, reason }
      session.printItem(await session.client.call('setTeamRuleException', { params, body }), exceptionColumns)
    },
  })
  addCommand<{ user: string }>(noun, {
    usage: 'unexcept <team>',
    summary: 'let the rule decide about a person again',
    examples: ['team rule unexcept sales --user usr_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => command.requiredOption('--user <id>', 'the person'),
    run: async (session, { user }, reference) => {
      const params = await findTeam(session, reference)
      await session.client.call('deleteTeamRuleException', { params: { ...params, user } })
      session.printItem({ id: user, removed: true }, ['id', 'removed'])
    },
  })
}
