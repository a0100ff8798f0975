import type { Database } from '../../db/pool.ts'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { destructionOf } from '../destruction.ts'
import { toWanted } from '../evaluated.ts'
import type { ExportApp, Exporter } from '../export/context.ts'
import { toExportApp } from '../export/export-app.ts'
import { createPlaces } from '../export/places.ts'
import type { Recorded } from '../export/record.ts'
import { takeStep } from '../export/step.ts'
import type { Entry, Turn } from '../export/turn.ts'
import { openTarget } from '../targets/open-target.ts'
import type { Exchange, Target } from '../targets/target.ts'
import { isRead } from './rehearsal-transport.ts'
import type { Standing } from './standing.ts'
import type { Search } from './trace-steps.ts'
import { watchSearches } from './watched-target.ts'

export type RehearsalParts = {
  readonly database: Database
  readonly outboundConnections: OutboundConnections
  readonly clock: () => Date
}

/** A request as the app would get it; one that changes something was not sent. */
export type RehearsedExchange = Exchange & { readonly isSent: boolean }

/** What sending would do. */
export type Rehearsal = {
  readonly entries: readonly Entry[]
  readonly searches: readonly Search[]
  readonly exchanges: readonly RehearsedExchange[]
  /** Not before then; undefined: at once, or nothing is to be done. */
  readonly dueAt: Date | undefined
}

/** An account is looked for, taken over, and written to: more it never takes. */
const stepsMax = 4
const timeoutMs = 20_000

/**
 * Goes through the real protocol of sending, with everything but its effects: searches and reads are asked of the app, what
 * would change something there is only written down, and nothing is stored here.
 */
export async function rehearse(parts: RehearsalParts, standing: Standing, now: Date): Promise<Rehearsal> {
  const exchanges: RehearsedExchange[] = []
  const searches: Search[] = []
  const target = openRehearsal(parts, standing, (exchange) => exchanges.push(exchange))
  const watched = watchSearches(target, (search) => searches.push(search))
  const app = toExportApp(standing.app, { ...standing, target: watched })
  const recorded: Recorded<Entry>[] = []
  const exporter = createRehearsingExporter({ database: parts.database, app, now, recorded })
  let { link } = standing
  for (let step = 0; step < stepsMax; step++) {
    await takeStep(exporter, toTurn(app, { ...standing, link }, now), AbortSignal.timeout(timeoutMs))
    const last = recorded.at(-1)
    if (last?.link === undefined || last.end.isDone || last.end.stage !== 'export' || last.end.dueAt > now) break
    link = { ...last.link, sent: last.shadow?.sent ?? link.sent }
  }
  const entries = recorded.map(({ entry }) => entry).filter((entry) => entry !== undefined)
  const end = recorded.at(-1)?.end
  const dueAt = end === undefined || end.isDone || end.dueAt <= now ? undefined : end.dueAt
  return { entries, searches, exchanges, dueAt }
}

function openRehearsal(
  parts: RehearsalParts,
  { app, rules }: Standing,
  onExchange: (exchange: RehearsedExchange) => void,
): Target {
  return openTarget(app, {
    ...parts,
    rules,
    isRehearsal: true,
    onExchange: (exchange) => {
      const isSent = isRead({ method: exchange.method, url: exchange.path })
      onExchange(isSent ? { ...exchange, isSent } : { ...exchange, isSent, status: null, responseBody: undefined })
    },
  })
}

function createRehearsingExporter({
  database,
  app,
  now,
  recorded,
}: {
  readonly database: Database
  readonly app: ExportApp
  readonly now: Date
  readonly recorded: Recorded<Entry>[]
}): Exporter {
  return {
    app,
    database,
    clock: () => now,
    owner: 'preview',
    steps: {
      mark: () => Promise.resolve(true),
      record: async (step) => void recorded.push(step),
    },
    pacer: { requestsMax: 1, take: () => Promise.resolve({ isGiven: true }), report: () => {} },
    places: createPlaces(() => 1),
    alongside: () => Promise.resolve(),
    isRehearsal: true,
    evaluate: () => Promise.resolve(new Map()),
    onFault: (error) => {
      throw error
    },
  }
}

/** As if the gate had let it through: what it would say is told beside it. */
function toTurn(app: ExportApp, { object, link, evaluated }: Standing, now: Date): Turn {
  const rules = app.rulesOf(object.kind)
  const wanted = toWanted(evaluated, link, rules, now)
  const destruction = destructionOf(link, wanted, evaluated.reason)
  const item = {
    objectId: object.id,
    kind: object.kind,
    stage: 'export',
    lane: 1,
    generation: 1,
    destructiveClass: destruction?.class ?? null,
    isAdmitted: true,
    destructive: destruction === undefined ? null : JSON.stringify(destruction.facts),
    initiator: 'person',
    cycleId: null,
    epoch: 0,
  } as const
  return { app, item, link, isLinkNew: false, evaluated, wanted, rules }
}
