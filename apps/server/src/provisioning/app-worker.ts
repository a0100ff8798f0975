import { setTimeout as sleep } from 'node:timers/promises'
import type { CycleRow } from '../db/queries/provisioning-cycles.ts'
import type { AppOf } from '../db/queries/provisioning-work.ts'
import { selectDefaultDomain } from '../db/queries/domains.ts'
import type { Database } from '../db/pool.ts'
import type { Transaction } from '../db/transaction.ts'
import type { OpenedApp } from './apps/app.ts'
import { endCycle, endEvaluation, findCycle, findOpenCycle, finishStopping, openTickCycle } from './cycles.ts'
import { evaluateDue } from './evaluator.ts'
import { evaluateObjects } from './evaluate-objects.ts'
import { leaseLeftMsOf, type ExportApp, type Exporter } from './export/context.ts'
import { toExportApp } from './export/export-app.ts'
import { exportDue, hasShare } from './export/exporter.ts'
import { createPlaces } from './export/places.ts'
import { createExportSteps } from './export/record.ts'
import { createBatchSize, takenMin, type BatchSize } from './export/batch-size.ts'
import type { Entry } from './export/turn.ts'
import { decideGate } from './gate/decide-gate.ts'
import { noteOutcomes, readHealth } from './health/health.ts'
import { leaverLane } from './lanes.ts'
import { insertLogRows } from './log/insert-log-rows.ts'
import { noteAccounts } from './members/note-accounts.ts'
import { syncTeamsDue } from './members/sync-teams.ts'
import type { TeamSender } from './members/team-turn.ts'
import { watchExporter, type EngineObserver } from './observe-engine.ts'
import { openPacer, type Pacer, type Stopwatch } from './pace/pacer.ts'
import type { CompiledRules } from './rules/compiled.ts'
import { evaluateSlice } from './slices.ts'
import type { AnswerSignal } from './targets/scim/wire.ts'
import type { Target } from './targets/target.ts'

export type WorkerParts = {
  readonly database: Database
  readonly clock: () => Date
  /** The process, as in leases. */
  readonly owner: string
  readonly openTarget: (app: OpenedApp, onAnswer: (signal: AnswerSignal) => void, rules: CompiledRules) => Target
  /** By which requests are spread; left out: the clock of the machine. */
  readonly stopwatch?: Stopwatch
  readonly observer?: EngineObserver
  /** Told of errors of ours; nothing else stops for them. */
  readonly onFault: (error: unknown, about: AppOf & { readonly objectId?: string }) => void
}

/** One app in this process. */
export type AppWorker = {
  /** Does what is due, until nothing is or it is told to stop. */
  run(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/**
 * From so many objects in a batch on, a second and a third batch are in work at once: each waits three times for a
 * commit, and neither this process nor PostgreSQL should have nothing to do meanwhile.
 */
const rowsMins = [32, 64]
/** Of so many turns of teams one looks at what the app shows of them. */
const sampledOf = 50
const isSample = (): boolean => Math.random() * sampledOf < 1
/** While others are still evaluating, there is soon more to send. */
const idleMs = 25
/** How often it is looked whether a team may get its members, beside accounts that are sent. */
const membersMs = 100
/** While much is evaluated or sent, be it members of one large team, it is looked so often at what has changed meanwhile. */
const changesMs = 500
/** Of so many claims one begins with the lanes behind, so that they get on under any load. */
const reserveEvery = 10
const reservedLanes = 3

export async function openAppWorker(
  parts: WorkerParts,
  app: OpenedApp & { readonly liveRevision: number },
  rules: CompiledRules,
): Promise<AppWorker> {
  const watch = { answer: (_signal: AnswerSignal): void => {} }
  const target = parts.openTarget(app, (signal) => watch.answer(signal), rules)
  const name: AppOf = { organizationId: app.organizationId, appId: app.id }
  const { requestsPerSecondMax: rateMax, permitsMax } = target.abilities
  const onFault = (error: unknown): void => parts.onFault(error, name)
  const defaultDomain = await selectDefaultDomain(parts.database, app.organizationId)
  const pacer = await openPacer({ ...parts, ...name, rateMax, permitsMax, onFault })
  watch.answer = (signal) => pacer.watch(signal)
  const unwatched = createExporter(parts, { app, rules, target, pacer, defaultDomain })
  const exporter = parts.observer === undefined ? unwatched : watchExporter(unwatched, parts.observer)
  const cycled = { ...name, revision: app.liveRevision, hasTeams: rules.teams !== undefined }
  const teams = rules.teams && { ...exporter, members: rules.teams.members, isSample }
  return {
    run: (signal) => runOnce({ exporter, teams, isStopping: app.state === 'stopping', cycled }, signal),
    close: () => pacer.close(),
  }
}

type Opened = {
  readonly defaultDomain: string | undefined
  readonly app: OpenedApp & { readonly liveRevision: number }
  readonly rules: CompiledRules
  readonly target: Target
  readonly pacer: Pacer
}

/** What sends to an app under its live rules. */
export function createExporter(
  { database, clock, owner, onFault }: Pick<WorkerParts, 'database' | 'clock' | 'owner' | 'onFault'>,
  { app, rules, target, pacer, defaultDomain }: Opened,
): Exporter {
  const name: AppOf = { organizationId: app.organizationId, appId: app.id }
  const exported = toExportApp(app, { rules, revision: app.liveRevision, target })
  const ruled = { ...name, rules, assignsNested: app.numbers.assignsNested, defaultDomain }
  const alongside = (tx: Transaction, entries: readonly Entry[]): Promise<void> => tell(tx, exported, entries, clock())
  return {
    app: exported,
    database,
    clock,
    owner,
    steps: createExportSteps(database, name, { now: clock, leaseLeftMs: leaseLeftMsOf(exported), alongside }),
    pacer,
    places: createPlaces(() => pacer.requestsMax),
    alongside,
    evaluate: (objects) => evaluateObjects(database, ruled, objects, clock()),
    onFault: (error, { objectId }) => onFault(error, { ...name, objectId }),
  }
}

/** The log; whoever waited for an account; and the circuit breaker, last of all since it locks the app's row. */
async function tell(tx: Transaction, app: ExportApp, entries: readonly Entry[], now: Date): Promise<void> {
  if (entries.length === 0) return
  await insertLogRows(tx, entries)
  await noteAccounts(tx, app, { entries, now })
  const { quarantine } = app.numbers
  const outcomes = entries.map(({ reason, httpStatus, detail }) => ({
    reason,
    status: httpStatus,
    ...(detail?.message !== undefined && { detail: detail.message }),
  }))
  await noteOutcomes(tx, { organizationId: app.organizationId, appId: app.appId, quarantine, now, outcomes })
}

type Running = {
  readonly exporter: Exporter
  /** Undefined: teams are not provisioned. */
  readonly teams: TeamSender | undefined
  readonly isStopping: boolean
  readonly cycled: Parameters<typeof findCycle>[1]
}

async function runOnce(running: Running, signal: AbortSignal): Promise<void> {
  const { exporter, teams, isStopping } = running
  const { database, clock, app } = exporter
  const cycle = await cycleOf(running)
  const state = { isEvaluating: true, isExporting: true, isSyncing: teams !== undefined }
  const sent = new AbortController()
  const exporting = exportAll(exporter, state, signal).finally(() => {
    state.isExporting = false
    sent.abort()
  })
  const evaluating = evaluateWhile(exporter, { cycle, state, sent: sent.signal }, signal).finally(() => {
    state.isEvaluating = false
  })
  const syncing =
    teams &&
    syncTeams(teams, state, signal).finally(() => {
      state.isSyncing = false
    })
  await Promise.all([evaluating, exporting, syncing])
  if (cycle !== undefined) await endCycle(database, app, cycle, clock())
  if (isStopping) await finishStopping(database, app, clock())
}

async function cycleOf({ exporter, isStopping, cycled }: Running): Promise<CycleRow | undefined> {
  const { database, clock, app } = exporter
  if (isStopping) return findOpenCycle(database, app)
  const cycle = await findCycle(database, cycled, clock())
  return cycle === undefined && !app.numbers.isImmediate ? openTickCycle(database, cycled, clock()) : cycle
}

/** Who leaves while much is being sent does not wait for the end of it. */
async function evaluateWhile(
  exporter: Exporter,
  {
    cycle,
    state,
    sent,
  }: {
    readonly cycle: CycleRow | undefined
    readonly state: { isEvaluating: boolean; readonly isExporting: boolean }
    /** Aborted when all is sent. */
    readonly sent: AbortSignal
  },
  signal: AbortSignal,
): Promise<void> {
  const until = AbortSignal.any([signal, sent])
  await evaluateAll(exporter, cycle, signal)
  for (;;) {
    state.isEvaluating = false
    if (!state.isExporting) return
    await sleep(changesMs, undefined, { signal: until }).catch(() => {})
    if (until.aborted) return
    state.isEvaluating = true
    await evaluateAll(exporter, undefined, signal)
  }
}

/** What changed goes before the slices of a cycle, and is counted with all that came at the same time. */
async function evaluateAll(exporter: Exporter, cycle: CycleRow | undefined, signal: AbortSignal): Promise<void> {
  const { database, clock, app } = exporter
  let isEvaluating = cycle?.state === 'evaluating'
  const between = createGlance(exporter)
  for (let turn = 1; !signal.aborted; turn++) {
    const isReserved = turn % reserveEvery === 0
    const looked = await evaluateDue(exporter, isReserved ? reservedLanes : undefined)
    const sliced = cycle !== undefined && isEvaluating ? await evaluateSlice(exporter, cycle, { signal, between }) : 0
    if (cycle !== undefined && isEvaluating && sliced === 0) isEvaluating = !(await endEvaluation(database, app, cycle))
    await decideGate(database, { ...app, now: clock() })
    if (looked + sliced === 0 && !isReserved) return
  }
}

/** Who leaves while everybody is evaluated does not wait for the end of a slice. */
function createGlance(exporter: Exporter): () => Promise<void> {
  const { database, clock, app } = exporter
  let glancedMs = performance.now()
  return async () => {
    if (performance.now() - glancedMs < changesMs) return
    await evaluateDue(exporter)
    await decideGate(database, { ...app, now: clock() })
    glancedMs = performance.now()
  }
}

async function exportAll(
  exporter: Exporter,
  state: { readonly isEvaluating: boolean; readonly isSyncing: boolean },
  signal: AbortSignal,
): Promise<void> {
  const sent = new AbortController()
  const batches = createBatchSize()
  await Promise.all([
    exportFirst(exporter, { state, batches }, signal).finally(() => sent.abort()),
    ...rowsMins.map((rowsMin) => exportBeside(exporter, { batches, rowsMin, sent: sent.signal }, signal)),
    exportLeavers(exporter, sent.signal, signal),
  ])
}

async function exportFirst(
  exporter: Exporter,
  {
    state,
    batches,
  }: {
    readonly state: { readonly isEvaluating: boolean; readonly isSyncing: boolean }
    readonly batches: BatchSize
  },
  signal: AbortSignal,
): Promise<void> {
  const { database, app } = exporter
  const { quarantine } = app.numbers
  for (let turn = 1; !signal.aborted; turn++) {
    const { allows } = await readHealth(database, { ...app, quarantine })
    if (allows.kind === 'none') return
    if (allows.kind === 'canaries') return void (await exportDue(exporter, { rowsMax: allows.itemsMax, signal }))
    const isReserved = turn % reserveEvery === 0
    const sent = await exportBatch(exporter, { batches, laneMin: isReserved ? reservedLanes : 0 }, signal)
    if (sent > 0 || isReserved) continue
    if (!state.isEvaluating && !state.isSyncing) return
    await sleep(state.isEvaluating ? idleMs : changesMs, undefined, { signal }).catch(() => {})
  }
}

/** While one batch waits for the database, another one is read or sent. */
async function exportBeside(
  exporter: Exporter,
  { batches, rowsMin, sent }: { readonly batches: BatchSize; readonly rowsMin: number; readonly sent: AbortSignal },
  signal: AbortSignal,
): Promise<void> {
  const { database, app } = exporter
  const { quarantine } = app.numbers
  const until = AbortSignal.any([signal, sent])
  while (!signal.aborted) {
    const isWorth = batches.rowsMax() >= rowsMin
    const { allows } = isWorth ? await readHealth(database, { ...app, quarantine }) : unhurried
    const count = allows.kind === 'all' ? await exportBatch(exporter, { batches, laneMin: 0 }, signal) : 0
    if (count > 0) continue
    if (sent.aborted) return
    await sleep(idleMs, undefined, { signal: until }).catch(() => {})
  }
}

/** In an app that answers slowly a batch takes long: who leaves goes with the next request, and not behind it. */
async function exportLeavers(exporter: Exporter, sent: AbortSignal, signal: AbortSignal): Promise<void> {
  const { database, app } = exporter
  const { quarantine } = app.numbers
  const until = AbortSignal.any([signal, sent])
  for (;;) {
    await sleep(changesMs, undefined, { signal: until }).catch(() => {})
    if (until.aborted) return
    const { allows } = await readHealth(database, { ...app, quarantine })
    if (allows.kind === 'all') await exportDue(exporter, { rowsMax: takenMin, laneMax: leaverLane, signal })
  }
}

const unhurried = { allows: { kind: 'none' } } as const

async function exportBatch(
  exporter: Exporter,
  { batches, laneMin }: { readonly batches: BatchSize; readonly laneMin: number },
  signal: AbortSignal,
): Promise<number> {
  const startedMs = performance.now()
  const rowsMax = batches.rowsMax()
  const sent = await exportDue(exporter, { rowsMax, laneMin, atOnceMax: batches.atOnceMax(), signal })
  if (sent > 0) batches.note({ sent, rowsMax, tookMs: performance.now() - startedMs })
  return sent
}

/** Members of teams that stand. A group that is being made may be the next. The others go on beside a team that takes long. */
async function syncTeams(
  sender: TeamSender,
  state: { readonly isEvaluating: boolean; readonly isExporting: boolean; isSyncing: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { database, app } = sender
  const { quarantine } = app.numbers
  for (let turn = 1; !signal.aborted; turn++) {
    const { allows } = await readHealth(database, { ...app, quarantine })
    // Whether the app works again is found out with accounts.
    if (allows.kind === 'none' || allows.kind === 'canaries') return
    const laneMin = turn % reserveEvery === 0 ? reservedLanes : 0
    state.isSyncing = true
    const synced = (await hasShare(sender, signal))
      ? await syncTeamsDue(sender, { rowsMax: takenMin, laneMin, signal })
      : 0
    if (synced > 0 || laneMin > 0) continue
    state.isSyncing = false
    if (!state.isEvaluating && !state.isExporting) return
    await sleep(membersMs)
    // Who has gone meanwhile does not come back in this run: what is due by now is begun with all of them.
    if (!state.isExporting) return
  }
}
