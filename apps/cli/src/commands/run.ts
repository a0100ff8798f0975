import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { printRun, runColumns, type Run } from '../runs.ts'
import type { Session } from '../session.ts'

type Filters = { readonly state?: Run['state']; readonly kind?: string }

export function addRunCommands(program: Command): void {
  const noun = addNoun(program, 'run', 'long work: how far it is, what came of it')
  addCommand<ListOptions & Filters>(noun, {
    usage: 'list',
    summary: 'list runs, newest first',
    examples: ['run list --organization acme --state failed'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .addOption(new Option('--state <state>', 'only these').choices(['queued', 'running', 'done', 'failed']))
        .option('--kind <kind>', 'only these, such as organization.recount'),
    run: async (session, { state, kind, ...options }) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), state, kind }
      session.printList(
        toListing(await session.client.call('listRuns', { params: { organization }, query })),
        runColumns,
      )
    },
  })
  addCommand<{ instance?: boolean }>(noun, {
    usage: 'show <id>',
    summary: 'show one run with its result',
    examples: ['run show run_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withPlace,
    run: async (session, { instance }, id) => session.printItem(await readRun(session, id, instance), runColumns),
  })
  addCommand<{ instance?: boolean }>(noun, {
    usage: 'wait <id>',
    summary: 'wait until a run has ended; exit 1 when it failed',
    examples: ['run wait run_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withPlace,
    run: async (session, { instance }, id) => printRun(session, await readRun(session, id, instance), { wait: true }),
  })
}

function withPlace(command: Command): Command {
  return command.option('--instance', 'a run of the whole instance, such as the deletion of an organization')
}

function readRun(session: Session, run: string, isInstance = false): Promise<Run> {
  if (isInstance) return session.client.call('getInstanceRun', { params: { run } })
  return inOrganizationOf(session, (organization) => session.client.call('getRun', { params: { organization, run } }))
}
