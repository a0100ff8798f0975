import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'
import { addPlannedTeamCommands } from './source-group.ts'

type Plan = RouteAnswer<'getSourcePlan'>
type Operation = RouteAnswer<'listSourceOperations'>['data'][number]
type ListPlan = ListOptions & { readonly operation?: Operation['operation']; readonly state?: Operation['state'] }

const columns = ['anchor', 'operation', 'state', 'name', 'reason', 'personId', 'candidates', 'changes', 'error']

export function addSourcePlanCommands(parent: Command): void {
  const noun = addNoun(parent, 'plan', 'what a read would do, by name, before anybody is changed')
  addCommand(noun, {
    usage: 'show <read>',
    summary: 'what a read would do, in numbers and by the first names',
    examples: ['source plan show srd_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, sourceRead) => printPlan(session, await readPlan(session, sourceRead)),
  })
  addCommand<ListPlan>(noun, {
    usage: 'list <read>',
    summary: 'what a read does with everybody, in the order of anchors',
    examples: ['source plan list srd_01h4zpwq00e008000000000000 --operation suspend'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--operation <name>', 'create, link, update, suspend, reactivate, delete or none')
        .option('--state <state>', 'planned, done, failed, stale, held, rejected or told'),
    run: async (session, options, sourceRead) => {
      const { operation, state } = options
      const query = { ...toPageQuery(options), operation, state }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceOperations', { params: { organization, sourceRead }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  addDecisions(noun)
  addPlannedTeamCommands(noun)
}

function addDecisions(noun: Command): void {
  addCommand<{ readonly except?: readonly string[]; readonly reason?: string }>(noun, {
    usage: 'apply <read>',
    summary: 'let a read do what it planned',
    examples: ['source plan apply srd_01h4zpwq00e008000000000000 --except 10042 --yes'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--except <anchor...>', 'those who stay as they are until their records change')
        .option('--reason <text>', 'why, for those who read the history'),
    run: async (session, { except, reason }, sourceRead) => {
      const { summary } = await readPlan(session, sourceRead)
      await session.confirm(`Would do: ${summary}. Go on?`)
      const body = { except: [...(except ?? [])], reason }
      const plan = await inOrganizationOf(session, (organization) =>
        session.client.call('applySourcePlan', { params: { organization, sourceRead }, body }),
      )
      printPlan(session, plan)
    },
  })
  addCommand<{ readonly anchor: readonly string[]; readonly reason?: string }>(noun, {
    usage: 'reject <read>',
    summary: 'leave some people as they are until their records change',
    examples: ['source plan reject srd_01h4zpwq00e008000000000000 --anchor 10042 10043'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--anchor <anchor...>', 'what names them in the source')
        .option('--reason <text>', 'why, for those who read the history'),
    run: async (session, { anchor, reason }, sourceRead) => {
      const body = { anchors: [...anchor], reason }
      const plan = await inOrganizationOf(session, (organization) =>
        session.client.call('rejectSourceOperations', { params: { organization, sourceRead }, body }),
      )
      printPlan(session, plan)
    },
  })
}

function readPlan(session: Session, sourceRead: string): Promise<Plan> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('getSourcePlan', { params: { organization, sourceRead } }),
  )
}

function printPlan(session: Session, plan: Plan): void {
  if (session.format === 'table') {
    const { operations, teams, ...summary } = plan
    session.printItem(summary, ['readId', 'state', 'requiresApproval', 'approvedBy', 'summary'])
    const rows = operations.map(({ examples, ...counted }) => ({ ...counted, who: listNames(examples, counted.count) }))
    const teamRows = teams.operations.map(({ operation, examples, ...counted }) => {
      return { ...counted, operation: `team: ${operation}`, who: listNames(examples, counted.count) }
    })
    const data = [...rows, ...teamRows]
    return session.printList({ data, nextCursor: null }, ['operation', 'state', 'count', 'who'])
  }
  session.printItem(plan, ['readId', 'state', 'requiresApproval', 'approvedBy', 'summary', 'operations', 'teams'])
}

const namesShown = 5

function listNames(examples: Plan['operations'][number]['examples'], count: number): string {
  const names = examples.slice(0, namesShown).map(({ name, anchor }) => name ?? anchor)
  return names.join(', ') + (count > names.length ? ', …' : '')
}
