import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { Failure } from './failure.ts'
import type { Session } from './session.ts'

export type Run = RouteAnswer<'getRun'>

export const runColumns = ['id', 'kind', 'state', 'done', 'total', 'createdAt', 'endedAt', 'error']

const pollMs = 500

export type RunOptions = { readonly wait?: boolean }

/** Commands that start long work print the run at once, or with `--wait` when it has ended. */
export function withRunOptions(command: Command): Command {
  return command.option('--wait', 'wait until it is done; exit 1 when it fails')
}

export async function printRun(session: Session, run: Run, options: RunOptions = {}): Promise<void> {
  const last = options.wait === true ? await waitForRun(session, run) : run
  session.printItem(last, runColumns)
  if (options.wait !== true && run.endedAt === null) session.say(`Follow it: rollcall run wait ${run.id}`)
}

/** The run when it has ended; throws when it failed. */
export async function waitForRun(session: Session, first: Run): Promise<Run> {
  let run = first
  let said = ''
  while (run.endedAt === null) {
    await sleep(pollMs)
    run = await readRun(session, run)
    const progress = `${run.done}${run.total === null ? '' : ` of ${run.total}`}`
    if (progress !== said && run.endedAt === null) session.say(progress)
    said = progress
  }
  if (run.state === 'failed') throw new Failure(run.error ?? 'The run failed', { code: 'runFailed' })
  return run
}

function readRun(session: Session, { id, organizationId }: Run): Promise<Run> {
  if (organizationId === null) return session.client.call('getInstanceRun', { params: { run: id } })
  return session.client.call('getRun', { params: { organization: organizationId, run: id } })
}
