import { deleteEmptyLinks, updateExported, upsertEvaluated } from '../db/queries/provisioning-links.ts'
import { settleWakeUps, type WakeUp } from '../db/queries/provisioning-wake-ups.ts'
import { claimWork, endWork, lockWork, type WorkRow } from '../db/queries/provisioning-work.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { leaseMs, paceOf, type Exporter } from './export/context.ts'
import { hasAccount } from './export/link.ts'
import { withClaimed } from './export/give-back.ts'
import { addMs, type Pace } from './export/protocol.ts'
import { readTurns } from './export/read-turns.ts'
import type { Turn } from './export/turn.ts'
import { route, type Route } from './route.ts'

/** What evaluation needs of what sending needs. */
export type Evaluator = Pick<Exporter, 'app' | 'database' | 'clock' | 'owner' | 'evaluate' | 'alongside'>

/** So many objects are evaluated at once: one look at the database for all of them, one transaction for what came of it. */
const evaluatedMax = 500

/**
 * Looks at what changed, or waited long enough: compares what is wanted with what was sent, and queues the difference.
 * Gives how many objects were looked at.
 */
export async function evaluateDue(evaluator: Evaluator, laneMin?: number): Promise<number> {
  const changed = await claim(evaluator, 'evaluate', evaluatedMax, laneMin)
  const rest = evaluatedMax - changed.length
  const escrowed = rest === 0 ? [] : await claim(evaluator, 'escrow', rest, laneMin)
  const items = [...changed, ...escrowed]
  if (items.length === 0) return 0
  await withClaimed(evaluator, items, () => evaluate(evaluator, items))
  return items.length
}

async function evaluate(evaluator: Evaluator, items: readonly WorkRow[]): Promise<void> {
  const turns = await readTurns(evaluator, items)
  const pace = paceOf(evaluator)
  const routed = turns.map((turn) => (isVoided(turn) ? routeVoided(turn, pace) : { turn, route: route(turn, pace) }))
  await transaction(evaluator.database, (tx) => writeRouted(tx, evaluator, routed))
}

function claim(
  { database, app, owner, clock }: Evaluator,
  stage: 'evaluate' | 'escrow',
  rowsMax: number,
  laneMin: number | undefined,
): Promise<readonly WorkRow[]> {
  const now = clock()
  return claimWork(database, app, { stage, owner, now, leaseUntil: addMs(now, leaseMs), rowsMax, laneMin })
}

export type Routed = { readonly turn: Turn; readonly route: Route }

/** What was sent of it was to count no more while somebody had it in work. */
function isVoided({ link, isLinkNew }: Turn): boolean {
  return !isLinkNew && link.desiredHash === null && link.appliedHash !== null && hasAccount(link)
}

/** As if nothing had been sent for certain. */
export function withoutApplied(turn: Turn): Turn {
  return hasAccount(turn.link) ? { ...turn, link: { ...turn.link, appliedHash: null } } : turn
}

function routeVoided(read: Turn, pace: Pace): Routed {
  const turn = withoutApplied(read)
  const routed = route(turn, pace)
  return { turn, route: { ...routed, exported: routed.exported ?? turn.link } }
}

/** What evaluation found, written as one; of turns that were lost nothing is. */
export async function writeRouted(
  tx: Transaction,
  { app, clock, alongside }: Evaluator,
  routed: readonly Routed[],
): Promise<void> {
  const ours = await lockWork(
    tx,
    app,
    routed.map(({ turn }) => turn.item),
  )
  const mine = routed.filter(({ turn }) => ours.has(turn.item.objectId))
  const routes = mine.map((each) => each.route)
  await upsertEvaluated(tx, app, defined(routes.map(({ evaluated }) => evaluated)))
  await updateExported(tx, app, defined(routes.map(({ exported }) => exported)))
  const forgotten = mine.filter((each) => each.route.isForgotten)
  await deleteEmptyLinks(
    tx,
    app,
    forgotten.map(({ turn }) => turn.item.objectId),
  )
  await settleWakeUps(
    tx,
    app,
    mine.map(({ turn }) => wakeUpOf(turn)),
  )
  await endWork(
    tx,
    app,
    routes.map(({ end }) => end),
    clock(),
  )
  await alongside(tx, defined(routes.map(({ entry }) => entry)))
}

/** When time alone changes what is wanted: a rule that reads the clock, or the end of a leaver's grace. */
export function wakeUpOf({ item, evaluated, link }: Turn): WakeUp {
  const deleteDueAt = evaluated.isInScope || link.state !== 'disabled' ? null : link.deleteDueAt
  const times = [evaluated.nextChangeAt, deleteDueAt ?? undefined].filter((at) => at !== undefined)
  const [at] = times.toSorted((left, right) => left.getTime() - right.getTime())
  return { objectId: item.objectId, kind: item.kind, at }
}

function defined<Item>(items: readonly (Item | undefined)[]): readonly Item[] {
  return items.filter((item): item is Item => item !== undefined)
}
