import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { exitCodes, Failure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { describeSearch } from '../plan-search.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'state', 'summary', 'search', 'revision', 'createdBy', 'expiresAt']
const operationColumns = ['operation', 'state', 'object', 'id', 'changes', 'reason']
const memberColumns = ['team', 'joining', 'leaving', 'leavingApp', 'isHeld', 'joins', 'leaves']
const orphanColumns = ['operation', 'state', 'name', 'targetKey', 'orphan', 'detail']
const orphanStates = ['planned', 'held', 'approved', 'done', 'changed', 'failed'] as const
const operations = ['create', 'adopt', 'update', 'enable', 'disable', 'delete', 'unlink', 'conflict'] as const
const states = ['planned', 'changed', 'applied', 'excluded'] as const
const pollMs = 500

type Plan = RouteAnswer<'getAppPlan'>
type CreateOptions = {
  readonly revision?: RouteBody<'createAppPlan'>['revision']
  readonly assign?: readonly string[]
  readonly unassign?: readonly string[]
  readonly wait?: boolean
  readonly detailedExitcode?: boolean
}
type OfApp = { readonly app: string }
type OperationOptions = ListOptions &
  OfApp & {
    readonly operation?: (typeof operations)[number]
    readonly state?: (typeof states)[number]
  }

export function addAppPlanCommands(parent: Command): void {
  const noun = addNoun(parent, 'plan', 'what other rules or assignments would do, before they do it')
  addCreate(noun)
  addCommand<ListOptions>(noun, {
    usage: 'list <app>',
    summary: 'list plans, newest first',
    examples: ['app plan list app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, app) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppPlans', { params: { organization, app }, query: toPageQuery(options) }),
      )
      if (session.format !== 'table') return session.printList(toListing(page), columns)
      session.printList(toListing({ ...page, data: page.data.map(toShown) }), columns)
    },
  })
  addCommand<OfApp>(noun, {
    usage: 'show <plan>',
    summary: 'show one plan in numbers',
    examples: ['app plan show plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withApp,
    run: async (session, { app }, plan) => printPlan(session, await readPlan(session, app, plan)),
  })
  addOperations(noun)
  addMembers(noun)
  addOrphans(noun)
  addSelections(noun)
  addEnds(noun)
}

function addCreate(noun: Command): void {
  addCommand<CreateOptions>(noun, {
    usage: 'create <app>',
    summary: 'write down what would be done, by name; nothing is sent',
    examples: [
      'app plan create app_01h4zpwq00e008000000000000 --wait',
      'app plan create app_01h4zpwq00e008000000000000 --assign team_01h4zpwq00e008000000000000 --detailed-exitcode',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--revision <name>', 'by which rules: live, draft or a number; the draft when left out', parseRevision)
        .option('--assign <id>', 'as if this person or team were assigned; repeat for more', collect)
        .option('--unassign <id>', 'as if this one were assigned no longer; repeat for more', collect)
        .option('--wait', 'wait until everybody is evaluated')
        .option('--detailed-exitcode', 'wait, and exit 2 when there is something to be done, 0 when not'),
    run: async (session, { revision, assign = [], unassign = [], wait, detailedExitcode }, app) => {
      const body = { ...(revision !== undefined && { revision }), assign: [...assign], unassign: [...unassign] }
      const made = await inOrganizationOf(session, (organization) =>
        session.client.call('createAppPlan', { params: { organization, app }, body }),
      )
      const isAwaited = wait === true || detailedExitcode === true
      const plan = isAwaited ? await waitForPlan(session, app, made) : made
      printPlan(session, plan)
      session.say(`Look at it: rollcall app plan operations ${plan.id} --app ${app}`)
      if (detailedExitcode === true && plan.hasChanges)
        throw new Failure(`The plan has changes: ${plan.summary}`, {
          code: 'planHasChanges',
          exitCode: exitCodes.usage,
        })
    },
  })
}

function addOperations(noun: Command): void {
  addCommand<OperationOptions>(noun, {
    usage: 'operations <plan>',
    summary: 'list what a plan would do: to whom, from what to what',
    examples: [
      'app plan operations plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000 --operation disable',
    ],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        withApp(command)
          .addOption(new Option('--operation <name>', 'only these').choices([...operations]))
          .addOption(new Option('--state <state>', 'only these').choices([...states])),
      ),
    run: async (session, { app, operation, state, ...options }, plan) => {
      const query = { ...toPageQuery(options), operation, state }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppPlanOperations', { params: { organization, app, plan }, query }),
      )
      if (session.format !== 'table') return session.printList(toListing(page), operationColumns)
      session.printList(toListing({ ...page, data: page.data.map(toRow) }), operationColumns)
    },
  })
}

function addMembers(noun: Command): void {
  addCommand<ListOptions & OfApp>(noun, {
    usage: 'members <plan>',
    summary: 'list who would enter and leave which group; all counted, the first 100 named',
    examples: ['app plan members plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) => withListOptions(withApp(command)),
    run: async (session, { app, ...options }, plan) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppPlanMembers', { params: { organization, app, plan }, query: toPageQuery(options) }),
      )
      if (session.format !== 'table') return session.printList(toListing(page), memberColumns)
      session.printList(toListing({ ...page, data: page.data.map(toMemberRow) }), memberColumns)
    },
  })
}

function toMemberRow({ team, joins, leaves, ...counts }: RouteAnswer<'listAppPlanMembers'>['data'][number]) {
  const toNames = (members: typeof joins) => members.map(({ name, id }) => name ?? id).join(', ')
  return { ...counts, team: team.name ?? team.id, joins: toNames(joins), leaves: toNames(leaves) }
}

type OrphanOptions = ListOptions & OfApp & { readonly state?: (typeof orphanStates)[number] }

function addOrphans(noun: Command): void {
  addCommand<OrphanOptions>(noun, {
    usage: 'orphans <plan>',
    summary: 'list accounts that nobody is assigned to and that the plan disables or deletes',
    examples: ['app plan orphans plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        withApp(command).addOption(new Option('--state <state>', 'only these').choices([...orphanStates])),
      ),
    run: async (session, { app, state, ...options }, plan) => {
      const query = { ...toPageQuery(options), state }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppPlanOrphans', { params: { organization, app, plan }, query }),
      )
      session.printList(toListing(page), orphanColumns)
    },
  })
}

type SelectionOptions = OfApp & {
  readonly object?: readonly string[]
  readonly operation?: readonly (typeof operations)[number][]
  readonly others?: boolean
}

function addSelections(noun: Command): void {
  for (const [verb, route, summary] of [
    ['exclude', 'excludeFromAppPlan', 'leave operations out of a plan before it is applied'],
    ['include', 'includeInAppPlan', 'take operations in again that were left out'],
  ] as const)
    addCommand<SelectionOptions>(noun, {
      usage: `${verb} <plan>`,
      summary,
      examples: [
        `app plan ${verb} plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000 --operation delete`,
        `app plan ${verb} plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000 --others`,
      ],
      isInOrganization: true,
      options: (command) =>
        withApp(command)
          .option('--object <id>', 'of this person or team; repeat for more', collect)
          .option('--operation <name>', 'of this kind; repeat for more', collect)
          .option('--others', 'everything but what is named'),
      run: async (session, { app, object, operation, others = false }, plan) => {
        const body = {
          ...(object !== undefined && { objects: [...object] }),
          ...(operation !== undefined && { operations: [...operation] }),
          others,
        }
        const after = await inOrganizationOf(session, (organization) =>
          session.client.call(route, { params: { organization, app, plan }, body }),
        )
        printPlan(session, after)
      },
    })
}

function addEnds(noun: Command): void {
  addCommand<OfApp>(noun, {
    usage: 'apply <plan>',
    summary: 'carry out a plan: its rules go live, and what it destroys is approved by your name',
    examples: ['app plan apply plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    options: withApp,
    run: async (session, { app }, plan) => {
      await session.confirm(`Carry out ${plan}?`)
      const { plan: after, ...counts } = await inOrganizationOf(session, (organization) =>
        session.client.call('applyAppPlan', { params: { organization, app, plan } }),
      )
      session.printItem(session.format === 'table' ? { ...toShown(after), ...counts } : { plan: after, ...counts }, [
        ...columns,
        'applied',
        'changed',
      ])
    },
  })
  addCommand<OfApp & { readonly wait?: boolean }>(noun, {
    usage: 'renew <plan>',
    summary: 'make a plan that is stale anew, from what is there now',
    examples: ['app plan renew plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000 --wait'],
    isInOrganization: true,
    options: (command) => withApp(command).option('--wait', 'wait until everybody is looked at'),
    run: async (session, { app, wait }, plan) => {
      const made = await inOrganizationOf(session, (organization) =>
        session.client.call('renewAppPlan', { params: { organization, app, plan } }),
      )
      printPlan(session, wait === true ? await waitForPlan(session, app, made) : made)
    },
  })
  addCommand<OfApp>(noun, {
    usage: 'discard <plan>',
    summary: 'discard a plan; nothing was sent',
    examples: ['app plan discard plan_01h4zpwq00e008000000000000 --app app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withApp,
    run: async (session, { app }, plan) => {
      const discarded = await inOrganizationOf(session, (organization) =>
        session.client.call('discardAppPlan', { params: { organization, app, plan } }),
      )
      printPlan(session, discarded)
    },
  })
}

function withApp(command: Command): Command {
  return command.requiredOption('--app <id>', 'the app that it is of')
}

function readPlan(session: Session, app: string, plan: string): Promise<Plan> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('getAppPlan', { params: { organization, app, plan } }),
  )
}

async function waitForPlan(session: Session, app: string, made: Plan): Promise<Plan> {
  let plan = made
  let said = ''
  while (plan.state === 'planning') {
    await sleep(pollMs)
    plan = await readPlan(session, app, plan.id)
    const line = plan.search === null ? said : describeSearch(plan.search)
    if (line !== said) session.say(line)
    said = line
  }
  return plan
}

function printPlan(session: Session, plan: Plan): void {
  session.printItem(session.format === 'table' ? toShown(plan) : plan, columns)
}

function toShown(plan: Plan) {
  return { ...plan, search: describeSearch(plan.search) }
}

function toRow({ operation, state, object, modified, reason }: RouteAnswer<'listAppPlanOperations'>['data'][number]) {
  const changes = modified.map(
    ({ name, before, after }) => `${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  )
  return { operation, state, object: object.name, id: object.id, changes: changes.join(', '), reason }
}

function parseRevision(text: string): NonNullable<CreateOptions['revision']> {
  if (text === 'live' || text === 'draft') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Wanted is live, draft or the number of a version.')
}
