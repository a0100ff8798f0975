import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { pour } from '../pour.ts'
import { printRun, waitForRun, withRunOptions, type RunOptions } from '../runs.ts'

const columns = ['class', 'standing', 'targetKey', 'name', 'object', 'differences']

type Account = RouteAnswer<'listAppAccounts'>['data'][number]
type Filters = {
  readonly class?: Account['class']
  readonly standing?: NonNullable<Account['standing']>
  readonly kind?: Account['kind']
}
type ReconcileOptions = RunOptions & { readonly policy: 'report' | 'adopt' | 'enforce' }

/** Verbs about what an app really has. */
export function addAppAccountCommands(noun: Command): void {
  addCommand<ReconcileOptions>(noun, {
    usage: 'reconcile <id>',
    summary: 'list all accounts of an app and compare them with what was sent and with the directory',
    examples: [
      'app reconcile app_01h4zpwq00e008000000000000 --wait',
      'app reconcile app_01h4zpwq00e008000000000000 --policy enforce --wait',
    ],
    isInOrganization: true,
    options: (command) =>
      withRunOptions(
        command.addOption(
          new Option(
            '--policy <policy>',
            'report only; or plan besides to adopt accounts that are found, or to enforce what was sent',
          )
            .choices(['report', 'adopt', 'enforce'])
            .default('report'),
        ),
      ),
    run: async (session, { policy, ...options }, app) => {
      const run = await inOrganizationOf(session, (organization) =>
        session.client.call('reconcileApp', { params: { organization, app }, body: { policy } }),
      )
      const last = options.wait === true ? await waitForRun(session, run) : run
      await printRun(session, last)
      const plan = last.result?.['plan']
      if (typeof plan === 'string')
        session.say(`Look at what is planned: rollcall app plan operations ${plan} --app ${app}`)
    },
  })
  addCommand(noun, {
    usage: 'reconciliation <id>',
    summary: 'show the last reconciliation of an app in numbers',
    examples: ['app reconciliation app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, app) => {
      const { last, nextAt } = await inOrganizationOf(session, (organization) =>
        session.client.call('getAppReconciliation', { params: { organization, app } }),
      )
      if (session.format !== 'table') return session.printItem({ last, nextAt }, ['last'])
      if (last === null) return session.say('None has ended yet; begin with app reconcile')
      const { counts, ...facts } = last
      session.printItem({ ...facts, ...counts, nextAt }, ['policy', 'endedAt'])
    },
  })
  addSchedule(noun)
  addAccountList(noun)
}

type ScheduleOptions = {
  readonly every: 'off' | 'weekly' | 'monthly'
  readonly policy?: ReconcileOptions['policy']
  readonly orphans?: 'keep' | 'disable' | 'delete'
  readonly keep?: readonly string[]
}

function addSchedule(noun: Command): void {
  addCommand<ScheduleOptions>(noun, {
    usage: 'reconcile-schedule <id>',
    summary: 'say how often an app is reconciled by itself',
    examples: [
      'app reconcile-schedule app_01h4zpwq00e008000000000000 --every monthly --policy enforce',
      'app reconcile-schedule app_01h4zpwq00e008000000000000 --every weekly --policy enforce --orphans disable --keep root@example.com',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(
          new Option('--every <period>', 'how often').choices(['off', 'weekly', 'monthly']).makeOptionMandatory(),
        )
        .addOption(
          new Option('--policy <policy>', 'what a plan is made for besides; as it is when left out').choices([
            'report',
            'adopt',
            'enforce',
          ]),
        )
        .addOption(
          new Option('--orphans <what>', 'what plans of enforce do about accounts that nobody is assigned to').choices([
            'keep',
            'disable',
            'delete',
          ]),
        )
        .option('--keep <account>', 'stays in any case, by its name or id in the app; repeat for more', collect),
    run: async (session, { every, policy, orphans, keep }, app) => {
      const after = await inOrganizationOf(session, async (organization) => {
        const params = { organization, app }
        const { settings } = await session.client.call('getApp', { params })
        const before = settings.reconciliation
        const reconciliation = {
          every,
          policy: policy ?? before.policy,
          orphans: orphans ?? before.orphans,
          keepOrphans: keep === undefined ? before.keepOrphans : [...keep],
        }
        return session.client.call('updateApp', { params, body: { settings: { ...settings, reconciliation } } })
      })
      session.printItem({ id: after.id, name: after.name, ...after.settings.reconciliation }, [
        'id',
        'name',
        'every',
        'policy',
        'orphans',
        'keepOrphans',
      ])
    },
  })
}

function addAccountList(noun: Command): void {
  addCommand<ListOptions & Filters & { readonly csv?: boolean }>(noun, {
    usage: 'accounts <id>',
    summary: 'list accounts of an app as the last reconciliation found them',
    examples: [
      'app accounts app_01h4zpwq00e008000000000000 --standing local',
      'app accounts app_01h4zpwq00e008000000000000 --class drift --csv > drift.csv',
    ],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .addOption(
            new Option('--class <class>', 'only these').choices(['equal', 'drift', 'missing', 'pending', 'orphan']),
          )
          .addOption(new Option('--standing <standing>', 'only these').choices(['local', 'unassigned', 'assigned']))
          .addOption(new Option('--kind <kind>', 'only these').choices(['user', 'team']))
          .option('--csv', 'print all that match as CSV'),
      ),
    run: async (session, { csv, ...options }, app) => {
      const filters = { class: options.class, standing: options.standing, kind: options.kind }
      if (csv === true)
        return pour(
          await inOrganizationOf(session, (organization) =>
            session.client.stream('exportAppAccounts', { params: { organization, app }, query: filters }),
          ),
        )
      const query = { ...toPageQuery(options), ...filters }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppAccounts', { params: { organization, app }, query }),
      )
      const data = session.format === 'table' ? page.data.map(toLine) : page.data
      session.printList(toListing({ ...page, data }), columns)
    },
  })
}

function toLine({ object, differences, ...account }: Account) {
  return {
    ...account,
    object: object?.name ?? object?.id ?? null,
    differences: differences.map(({ attribute }) => attribute).join(', '),
  }
}
