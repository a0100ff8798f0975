import { findStyle, styles } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { getConnection, refuseDuringRun, updateConnectionIn, type Connection } from '../access/connections.ts'
import { revokeConnectionKeys } from '../access/connection-keys.ts'
import { loadRegistry } from '../access/custom-types.ts'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import {
  insertRun,
  insertRunSubjects,
  selectPreview,
  selectRun,
  selectRunCounts,
  selectRuns,
  selectUnfinishedRuns,
  updateRunState,
  type PeopleFate,
  type Preview,
  type RunAction,
  type RunCounts,
  type RunRow,
  type TeamsFate,
} from '../db/queries/connection-runs.ts'
import { selectNextSubjects, updateSubjects, type RunSubject } from '../db/queries/connection-run-subjects.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { formatTypeId } from '../type-id.ts'
import type { ApprovedContext } from './approved-acts.ts'
import { applyFate } from './connection-records.ts'
import { parseConnectionSettings } from './connection-settings.ts'
import type { DirectoryParts } from './directory-context.ts'
import { restoreAccount, restoreTeam } from './restore.ts'

/** An act on everything that a connection brought, done in pieces that each stand for themselves. */
export type ConnectionRun = RunRow & { readonly counts: RunCounts }

export type StartRun = {
  readonly action: RunAction
  readonly people: PeopleFate
  readonly teams: TeamsFate
  /** Of `migrate`: the connection of the new identity provider; left out: the same one goes on. */
  readonly successorId?: string | undefined
}

/** People and teams in one transaction: their rows stay locked no longer than this many take. */
export const subjectsPerStep = 100
/** How long whoever starts a run waits for its end; the rest is done by the job. */
export const inlineMs = 3_000
/** A person reads no more names than these. */
export const previewNamesMax = 100
/** An act can be taken back for so long. */
export const undoDays = 30

const dayMs = 24 * 60 * 60 * 1000

type At = { readonly organizationId: string; readonly connectionId: string }

/** What a run would be about. Throws `connectionNotFound`. */
export async function previewRun(database: Database, at: At, action: RunAction): Promise<Preview> {
  await getConnection(database, at.organizationId, at.connectionId)
  return selectPreview(database, { ...at, action }, previewNamesMax)
}

/**
 * Begins a run: the connection's own state changes at once, whom it is about is written down as it is now.
 * Throws `connectionNotFound`, `runInProgress`.
 */
export async function startRun(
  parts: DirectoryParts,
  call: Call,
  request: At & { readonly command: StartRun; readonly waitMs?: number | undefined },
): Promise<ConnectionRun> {
  const { organizationId, connectionId, command, waitMs = inlineMs } = request
  const { action, people, teams, successorId = null } = command
  const id = parts.newId()
  await transaction(parts.database, async (tx) => {
    const connection = await getConnection(tx, organizationId, connectionId, { lock: true })
    if (successorId !== null) await getConnection(tx, organizationId, successorId)
    await refuseDuringRun(tx, organizationId, connectionId)
    await insertRun(tx, {
      organizationId,
      id,
      connectionId,
      action,
      people,
      teams,
      successorId,
      startedAt: call.now,
      startedBy: call.actor,
    })
    await insertRunSubjects(tx, { organizationId, connectionId, id, action, people, teams })
    await changeOnStart(tx, call, connection, action)
    if (action === 'decommission') await revokeConnectionKeys(tx, call, { organizationId, connectionId })
    await recordRun(tx, call, connection, { id, event: startEvents[action], data: { people, teams } })
  })
  return advanceRun(parts, { organizationId, id, now: call.now, untilMs: performance.now() + waitMs })
}

const startEvents: { readonly [action in RunAction]: string } = {
  // GitHub's business.enable_open_scim and business.disable_open_scim.
  enable: 'scim_enabled',
  disable: 'scim_disabled',
  decommission: 'decommissioned',
  migrate: 'migration_started',
}

async function changeOnStart(tx: Transaction, call: Call, connection: Connection, action: RunAction): Promise<void> {
  const { writesEnabled: _, ...open } = connection.settings
  const { organizationId, id: connectionId } = connection
  const command = {
    enable: { state: 'active', settings: open },
    disable: { state: 'disabled' },
    decommission: { state: 'disabled' },
    migrate: { state: 'paused' },
  } as const
  await updateConnectionIn(tx, call, { organizationId, connectionId, command: command[action] })
}

async function recordRun(
  tx: Queryable,
  call: Call,
  connection: Pick<Connection, 'organizationId' | 'id' | 'version'>,
  run: { readonly id: string; readonly event: string; readonly data: { readonly [name: string]: string } },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: connection.organizationId,
    at: call.now,
    action: `connection.${run.event}`,
    subjectId: connection.id,
    subjectVersion: connection.version,
    connectionId: connection.id,
    actor: call.actor,
    requestId: call.requestId,
    data: { run: formatTypeId('run', run.id), ...run.data },
  })
}

type Advance = {
  readonly organizationId: string
  readonly id: string
  readonly now: Date
  /** Of performance.now(): no further step begins after it. */
  readonly untilMs: number
  readonly signal?: AbortSignal
}

/** Goes on with a run until its end or until the time is up; safe at any time and in several processes at once. */
export async function advanceRun(parts: DirectoryParts, advance: Advance): Promise<ConnectionRun> {
  for (;;) {
    const isMore = await transaction(parts.database, (tx) => takeStep(parts, tx, advance))
    if (!isMore || performance.now() > advance.untilMs || advance.signal?.aborted === true) break
  }
  return getRun(parts.database, advance.organizationId, advance.id)
}

async function takeStep(parts: DirectoryParts, tx: Transaction, advance: Advance): Promise<boolean> {
  const { organizationId, id, now } = advance
  // Whoever finds the run locked leaves it to the other process.
  const run = await selectRun(tx, organizationId, id, { lock: true })
  if (run === undefined || run.state === 'done' || run.state === 'undone') return false
  const isUndoing = run.state === 'undoing'
  const query = { runId: id, outcome: isUndoing ? 'done' : 'waiting', rowsMax: subjectsPerStep } as const
  const subjects = await selectNextSubjects(tx, organizationId, query)
  if (subjects.length === 0) {
    await finish(tx, run, now)
    return false
  }
  const context = await toRunContext(tx, run, now)
  const outcomes = []
  for (const subject of subjects) {
    const reason = isUndoing
      ? await undoOne(parts, context, run, subject)
      : await applyFate(parts, context, run, subject)
    const [good, bad] = isUndoing ? (['undone', 'kept'] as const) : (['done', 'skipped'] as const)
    outcomes.push({ ...subject, outcome: reason === undefined ? good : bad, reason: reason ?? null })
  }
  await updateSubjects(tx, { organizationId, id, at: now }, outcomes)
  return true
}

function undoOne(parts: DirectoryParts, context: ApprovedContext, run: RunRow, subject: RunSubject) {
  const { subjectId, scimId, externalId, connectionId, state, at } = subject
  const former = { id: subjectId, scimId, externalId, connectionId, state, at: at ?? run.startedAt }
  const via = `connection.${run.action}.undo`
  return subject.kind === 'user' ? restoreAccount(parts, context, former, via) : restoreTeam(context, former, via)
}

async function finish(tx: Transaction, run: RunRow, now: Date): Promise<void> {
  const call: Call = { actor: run.undoneBy ?? run.startedBy, now, requestId: undefined, rights: 'all' }
  if (run.state === 'undoing') {
    await updateRunState(tx, { ...run, state: 'undone', undoneAt: now })
    return
  }
  await updateRunState(tx, { ...run, state: 'done', finishedAt: now })
  if (run.action !== 'migrate') return
  // The connection that was reset goes on with the new identity provider, unless that has one of its own.
  const state = run.successorId === null || run.successorId === run.connectionId ? 'active' : 'disabled'
  const { organizationId, connectionId } = run
  await updateConnectionIn(tx, call, { organizationId, connectionId, command: { state } })
}

async function toRunContext(tx: Transaction, run: RunRow, now: Date): Promise<ApprovedContext> {
  const connection = await getConnection(tx, run.organizationId, run.connectionId)
  return {
    organizationId: run.organizationId,
    connectionId: run.connectionId,
    actor: run.undoneBy ?? run.startedBy,
    requestId: formatTypeId('run', run.id),
    now,
    registry: await loadRegistry(tx, run.organizationId, undefined),
    style: findStyle(connection.style) ?? styles.rollcall,
    settings: parseConnectionSettings(connection.settings),
    isApproved: true,
    tx,
  }
}

/** Throws `runNotFound`. */
export async function getRun(database: Queryable, organizationId: string, id: string): Promise<ConnectionRun> {
  const run = await selectRun(database, organizationId, id)
  if (run === undefined) throw new AccessError('runNotFound', 'There is no such run')
  return { ...run, counts: await selectRunCounts(database, organizationId, id) }
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function listRuns(
  database: Queryable,
  organizationId: string,
  page: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly ConnectionRun[]> {
  const rows = await selectRuns(database, organizationId, { before: page.before, rowsMax: page.limit })
  return Promise.all(
    rows.map(async (row) => ({ ...row, counts: await selectRunCounts(database, organizationId, row.id) })),
  )
}

/**
 * Takes a finished run back, as far as nothing else happened since; keys that it ended stay ended.
 * Throws `runNotFound`, `runNotDone`, `undoTooLate`.
 */
export async function undoRun(
  parts: DirectoryParts,
  call: Call,
  request: { readonly organizationId: string; readonly id: string },
): Promise<ConnectionRun> {
  const { organizationId, id } = request
  await transaction(parts.database, async (tx) => {
    const run = await getRun(tx, organizationId, id)
    if (run.state !== 'done')
      throw new AccessError('runNotDone', `The run is ${run.state}: only a finished one is undone`)
    if (call.now.getTime() - run.startedAt.getTime() > undoDays * dayMs)
      throw new AccessError('undoTooLate', `A run can be undone for ${undoDays} days`)
    await updateRunState(tx, { ...run, state: 'undoing', undoneBy: call.actor })
    const connection = await getConnection(tx, organizationId, run.connectionId)
    await recordRun(tx, call, connection, { id, event: 'run_undone', data: { action: run.action } })
  })
  return advanceRun(parts, { organizationId, id, now: call.now, untilMs: performance.now() + inlineMs })
}

const runsPerTurn = 20

/** Goes on with what a process did not end: the job of every worker. Throws once it was at all of them. */
export async function advanceUnfinishedRuns(
  parts: DirectoryParts,
  options: { readonly now: Date; readonly signal: AbortSignal },
): Promise<void> {
  const failures: unknown[] = []
  for (const { organizationId, id } of await selectUnfinishedRuns(parts.database, runsPerTurn))
    await advanceRun(parts, { organizationId, id, ...options, untilMs: Number.POSITIVE_INFINITY }).catch(
      (error: unknown) => failures.push(error),
    )
  if (failures.length > 0) throw new AggregateError(failures, 'Acts on connections cannot go on')
}
