import { insertAccessChange } from '../../db/queries/access-changes.ts'
import {
  claimProbes,
  hasDueWork,
  lockHealth,
  pauseIllApp,
  selectAnyLink,
  selectHealth,
  selectIllApps,
  updateHealth,
  type HealthRow,
} from '../../db/queries/app-health.ts'
import { releaseEscrow } from '../../db/queries/escrow.ts'
import type { AppOf } from '../../db/queries/gate.ts'
import { insertAppNotice } from '../../db/queries/notices.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { numbersOf } from '../apps/app-settings.ts'
import { getApp, type OpenedApp } from '../apps/app.ts'
import { reasonWords } from '../reasons/reason-words.ts'
import type { Outcome, Target } from '../targets/target.ts'
import { probeFailed, recover, startProbing } from './breaker.ts'
import { changeHealth } from './health.ts'
import { classOf } from './outcomes.ts'
import { illnessData, noticeIllness } from './transitions.ts'

export type ProbeParts = {
  readonly database: Database
  readonly now: Date
  /** With its credentials in clear. */
  readonly openApp: (app: AppOf) => Promise<OpenedApp>
  readonly openTarget: (app: OpenedApp) => Target
}

const dayMs = 86_400_000
/** A probe that nobody finished is made again after this time; longer than any request may take. */
const probeLeaseMs = 90_000
const probesAtOnce = 16
/** An app that is only busy is asked again after this time, unless it says when. */
const busyMs = 60_000

/** Asks apps in quarantine whose time has come whether they work again, and pauses those that have not for weeks. */
export async function runProbes(parts: ProbeParts, signal: AbortSignal): Promise<number> {
  const { database, now } = parts
  const leaseUntil = new Date(now.getTime() + probeLeaseMs)
  const due = await claimProbes(database, { now, leaseUntil, rowsMax: probesAtOnce })
  await Promise.all(due.map((app) => probe(parts, app, signal)))
  return due.length
}

async function probe(parts: ProbeParts, name: AppOf, signal: AbortSignal): Promise<void> {
  const { database, now } = parts
  const app = await parts.openApp(name)
  const row = await selectHealth(database, name)
  if (row === undefined) return
  if (now.getTime() - row.since.getTime() >= app.numbers.quarantine.pausesAfterMs)
    return transaction(database, (tx) => pause(tx, { ...name, now }))
  const outcome = await ask(database, parts.openTarget(app), name, signal)
  await transaction(database, (tx) => settle(tx, { ...name, now }, app, outcome))
}

/** The cheapest request, then one that reads what is ours. */
async function ask(db: Queryable, target: Target, app: AppOf, signal: AbortSignal): Promise<Outcome<unknown>> {
  const first = await target.probe(signal)
  if (first.kind !== 'done') return first
  const link = await selectAnyLink(db, app)
  if (link === undefined) return first
  const read = await target.get(link.kind, link.key, signal)
  // That this one account is gone says nothing about the app.
  return read.kind === 'missing' ? first : read
}

type At = AppOf & { readonly now: Date }

async function settle(tx: Transaction, at: At, app: OpenedApp, outcome: Outcome<unknown>): Promise<void> {
  const row = await lockHealth(tx, at, at.now)
  if (row.health !== 'quarantined' && row.health !== 'probing') return
  const { quarantine } = app.numbers
  if (outcome.kind === 'throttled') {
    const nextProbeAt = new Date(at.now.getTime() + (outcome.retryAfterMs ?? busyMs))
    return updateHealth(tx, at, { ...row, nextProbeAt })
  }
  const next =
    outcome.kind === 'done'
      ? await goOn(tx, { ...at, canaries: quarantine.canaries }, row)
      : probeFailed(row, { quarantine, now: at.now }, outcome)
  await changeHealth(tx, at, row, next)
}

/** The app answers. What waits is the proof that it works; where nothing waits, the answer is. */
async function goOn(tx: Transaction, at: At & { readonly canaries: number }, row: HealthRow): Promise<HealthRow> {
  const { reason } = row
  if (reason !== null && classOf(reason) === 'object') await releaseEscrow(tx, at, { reason, rowsMax: at.canaries })
  return (await hasDueWork(tx, at)) ? startProbing(row, at) : recover(row, at.now)
}

/** Everything stays as it is; whoever resumes the app begins with a new episode, should it still not work. */
async function pause(tx: Transaction, at: At): Promise<void> {
  const { organizationId, appId, now } = at
  const row = await lockHealth(tx, at, now)
  const { meaning } = reasonWords(row.reason)
  const paused = await pauseIllApp(tx, at, `It had not worked since ${row.since.toISOString()}: ${meaning}`)
  if (paused === undefined) return
  await insertAccessChange(tx, {
    organizationId,
    at: now,
    action: 'app.paused',
    subjectId: appId,
    subjectVersion: paused.version,
    actor: 'system',
    requestId: undefined,
    data: { reason: row.reason, since: row.since.toISOString() },
  })
  const occasion = row.since.toISOString()
  await insertAppNotice(tx, { ...at, kind: 'appPaused', occasion, data: illnessData(row), at: now })
  await updateHealth(tx, at, recover(row, now))
}

/** Tells administrators again of apps that have not worked for long. */
export async function remindOfIllness(database: Database, now: Date): Promise<void> {
  for (const ill of await selectIllApps(database, new Date(now.getTime() - dayMs))) {
    const { remindsOnDays } = numbersOf((await getApp(database, ill)).settings).quarantine
    const days = (now.getTime() - ill.since.getTime()) / dayMs
    const day = remindsOnDays.findLast((one) => one <= days)
    if (day !== undefined) await noticeIllness(database, { ...ill, now }, ill, `day ${day}`)
  }
}
