import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { printRun, withRunOptions, type RunOptions } from '../runs.ts'
import type { Session } from '../session.ts'

const columns = ['object', 'action', 'status', 'reason', 'meaning']

type ProvisionOptions = { readonly object?: readonly string[]; readonly evenIfPaused?: boolean }
type ManyOptions = ProvisionOptions & RunOptions & { readonly file?: string }
type TraceOptions = ListOptions & { readonly run?: string; readonly object?: string }
type Trace = RouteAnswer<'listProvisioningTraces'>['data'][number]

/** Verbs that send by hand. */
export function addAppProvisionCommands(noun: Command): void {
  addCommand<ProvisionOptions>(noun, {
    usage: 'provision <id>',
    summary: 'send up to five people, or a team of up to five, now, and show every step',
    examples: ['app provision app_01h4zpwq00e008000000000000 --object usr_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withObjectOptions,
    run: async (session, { object: subjects = [], evenIfPaused = false }, app) => {
      if (subjects.length === 0) throw usageFailure('Name somebody: --object usr_…')
      const { data } = await inOrganizationOf(session, (organization) =>
        session.client.call('provisionNow', {
          params: { organization, app },
          body: { subjects: [...subjects], evenIfPaused },
        }),
      )
      printTraces(session, data)
    },
  })
  addCommand<ManyOptions>(noun, {
    usage: 'provision-many <id>',
    summary: 'send any number of people and teams with their members now, by a run',
    examples: [
      'app provision-many app_01h4zpwq00e008000000000000 --object team_01h4zpwq00e008000000000000 --wait',
      'app provision-many app_01h4zpwq00e008000000000000 --file ids.txt',
    ],
    isInOrganization: true,
    options: (command) =>
      withRunOptions(
        withObjectOptions(command).option('--file <path>', 'a file with an id a line; - is standard input'),
      ),
    run: async (session, { object = [], file, evenIfPaused = false, wait }, app) => {
      const lines = file === undefined ? [] : readFileOption('--file', file).split(/\s+/)
      const subjects = [...object, ...lines].filter((line) => line !== '')
      if (subjects.length === 0) throw usageFailure('Name somebody: --object usr_… or --file ids.txt')
      const run = await inOrganizationOf(session, (organization) =>
        session.client.call('provisionMany', { params: { organization, app }, body: { subjects, evenIfPaused } }),
      )
      await printRun(session, run, { ...(wait !== undefined && { wait }) })
    },
  })
  addCommand<TraceOptions>(noun, {
    usage: 'traces <id>',
    summary: 'list what was provisioned by hand in the last seven days; --json shows every step',
    examples: ['app traces app_01h4zpwq00e008000000000000 --run run_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command.option('--run <id>', 'only of this run').option('--object <id>', 'only of this person or team'),
      ),
    run: async (session, { run, object, ...options }, app) => {
      const query = { ...toPageQuery(options), run, object }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listProvisioningTraces', { params: { organization, app }, query }),
      )
      if (session.format !== 'table') return session.printList(toListing(page), columns)
      session.printList(toListing({ ...page, data: page.data.map(toRow) }), columns)
    },
  })
}

function withObjectOptions(command: Command): Command {
  return command
    .option('--object <id>', 'a person, or a team with its members; repeat for more', collect)
    .option('--even-if-paused', 'also while the app is paused, stopped or in quarantine')
}

function printTraces(session: Session, data: RouteAnswer<'provisionNow'>['data']): void {
  if (session.format !== 'table') return session.printList({ data, nextCursor: null }, columns)
  for (const trace of data) {
    session.printItem(toRow(trace), columns)
    for (const { name, status, message } of trace.steps)
      session.print(`  ${name.padEnd(20)} ${status.padEnd(8)} ${message}\n`)
  }
}

function toRow({ object, action, status, reason, explanation }: Trace) {
  return { object: object.name ?? object.id, action, status, reason, meaning: explanation?.meaning ?? null }
}
