import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { formatFields, formatList } from '../formats.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { drawBar, toDuration } from '../progress-bar.ts'
import type { Session } from '../session.ts'

const stateColumns = ['objects', 'total', 'inSync', 'pending', 'waiting', 'escrowed', 'held', 'conflict', 'outOfScope']
const cycleColumns = ['id', 'kind', 'state', 'rulesRevision', 'estimate', 'startedAt', 'endedAt', 'counters']

const pollMs = 1_000

type Progress = RouteAnswer<'getAppProgress'>

/** `progress`, `watch` and `cycles`: how far an app is. */
export function addAppProgressCommands(noun: Command): void {
  addCommand(noun, {
    usage: 'progress <id>',
    summary: 'show how many people and teams are in which state, how fast it goes and how long it takes',
    examples: ['app progress app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, app) => printProgress(session, await read(session, app)),
  })
  addCommand(noun, {
    usage: 'watch <id>',
    summary: 'follow an app until nothing is pending any more',
    examples: ['app watch app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: watch,
  })
  addCommand<ListOptions>(noun, {
    usage: 'cycles <id>',
    summary: 'list cycles, newest first',
    examples: ['app cycles app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, app) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppCycles', { params: { organization, app }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), cycleColumns)
    },
  })
}

function read(session: Session, app: string): Promise<Progress> {
  return inOrganizationOf(session, (organization) =>
    session.client.call('getAppProgress', { params: { organization, app } }),
  )
}

async function watch(session: Session, _options: object, app: string): Promise<void> {
  let progress = await read(session, app)
  let said = ''
  while (isMoving(progress)) {
    const line = describe(progress)
    if (line !== said) session.say(line)
    said = line
    await sleep(pollMs)
    progress = await read(session, app)
  }
  printProgress(session, progress)
}

/** What is paused or stopped moves only when somebody says so. */
function isMoving({ state, cycle, people, teams }: Progress): boolean {
  if (state !== 'active' && state !== 'stopping') return false
  return people.pending + teams.pending > 0 || (cycle !== null && cycle.endedAt === null)
}

function describe({ people, teams, ratePerSecond, etaSeconds }: Progress): string {
  const inScope = (counts: Progress['people']) => counts.total - counts.outOfScope
  const total = inScope(people) + inScope(teams)
  const pending = people.pending + teams.pending
  const eta = etaSeconds === null ? '' : `, ${toDuration(etaSeconds)} left`
  const trouble = people.escrowed + people.conflict + people.held + teams.escrowed + teams.conflict + teams.held
  const noted = trouble === 0 ? '' : `, ${trouble} need a look`
  return `${drawBar(total - pending, total)} ${total - pending} of ${total}, ${ratePerSecond.toFixed(1)}/s${eta}${noted}`
}

function printProgress(session: Session, progress: Progress): void {
  if (session.format !== 'table') return session.printItem(progress, stateColumns)
  const { people, teams, lanes, cycle, etaSeconds, ...facts } = progress
  const { hasColor } = session.environment
  const table = (data: readonly object[], columns: readonly string[]): string =>
    formatList(toListing({ data, nextCursor: null }), { format: 'table', columns, hasColor })
  const shown = {
    ...facts,
    cycle: cycle === null ? null : `${cycle.kind}, ${cycle.state}`,
    eta: etaSeconds === null ? null : toDuration(etaSeconds),
  }
  const states = table(
    [
      { objects: 'people', ...people },
      { objects: 'teams', ...teams },
    ],
    stateColumns,
  )
  const waiting = lanes.length === 0 ? '' : `\n${table(lanes, ['lane', 'count', 'oldestDueAt'])}`
  session.print(`${formatFields(shown)}\n${states}${waiting}`)
}
