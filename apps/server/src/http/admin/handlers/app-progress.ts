import type { RouteAnswer } from '@rollcall/admin-api'
import type { AppName } from '../../../provisioning/apps/app.ts'
import {
  countCycles,
  followProgress,
  listCycles,
  readProgress,
  type Cycle,
  type Progress,
} from '../../../provisioning/apps/progress.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { nameApp } from './apps.ts'

type View = RouteAnswer<'getAppProgress'>

export const appProgressHandlers: Handlers<'getAppProgress' | 'listAppCycles'> = {
  getAppProgress: async (context, { params }) => {
    const app = nameApp(context, params)
    const body = view(await readProgress(context.parts.database, app, context.parts.clock()))
    return { body, ...(context.wantsEvents && { events: follow(context, app) }) }
  },

  listAppCycles: (context, { params, query }) => {
    const app = nameApp(context, params)
    return answerList(context, {
      route: `listAppCycles ${app.appId}`,
      query,
      read: (page) => listCycles(context.parts.database, app, page),
      count: () => countCycles(context.parts.database, app),
      view: viewCycle,
    })
  },
}

async function* follow({ parts }: CallContext, app: AppName): AsyncGenerator<View> {
  const { database, clock, draining } = parts
  for await (const progress of followProgress(database, app, { clock, signal: draining })) yield view(progress)
}

// By their numbers.
const lanes = ['leaver', 'onDemand', 'joiner', 'update', 'backfill', 'reconciliation'] as const

function view({ app, at, users, teams, cycle, ratePerSecond, etaSeconds, ...progress }: Progress): View {
  return {
    id: formatTypeId('app', app.id),
    name: app.name,
    state: app.state,
    pausedReason: app.pausedReason,
    at: at.toISOString(),
    people: users,
    teams,
    lanes: progress.lanes.map(({ lane, count, oldestDueAt }) => ({
      lane: lanes[lane] ?? 'reconciliation',
      count,
      oldestDueAt: oldestDueAt.toISOString(),
    })),
    cycle: cycle === undefined ? null : viewCycle(cycle),
    ratePerSecond,
    etaSeconds: etaSeconds ?? null,
  }
}

function viewCycle({
  id,
  kind,
  state,
  rulesRevision,
  startedAt,
  endedAt,
  estimate,
  counters,
}: Cycle): NonNullable<View['cycle']> {
  return {
    id: formatTypeId('cyc', id),
    kind,
    state,
    rulesRevision,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    estimate,
    counters,
  }
}
