import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { insertRun, type RunRow } from '../../db/queries/runs.ts'
import { insertTrace } from '../../db/queries/provisioning-traces.ts'
import { selectTeamPeople } from '../../db/queries/work-by-hand.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import { getAppRow, recordApp, type AppName } from '../apps/app.ts'
import type { ObjectRef } from '../object.ts'
import { requireObject } from '../trace/require-object.ts'
import { openByHand, type ByHandParts } from './session.ts'
import type { NewTrace } from './trace.ts'

/** So many people and teams are waited for; more go by a run. */
const waitedMax = 5
const timeoutMs = 25_000

export const provisionKind = 'app.provision'

export type ProvisionRequest = AppName & {
  readonly subjects: readonly ObjectRef[]
  /** Sends although the app is paused, stopped or in quarantine. */
  readonly evenIfPaused: boolean
}

/**
 * Sends people and teams now, a team after its members, and tells every step. Throws `appNotFound`, `rulesNotFound`,
 * `appState`, `subjectNotFound`, and `tooManySubjects` for more than five with their members: those go by a run.
 */
export async function provisionNow(
  parts: Omit<ByHandParts, 'onFault'>,
  call: Call,
  request: ProvisionRequest,
): Promise<readonly NewTrace[]> {
  const { database } = parts
  const faults: unknown[] = []
  const hand = { ...parts, onFault: (error: unknown) => void faults.push(error) }
  await using session = await openByHand(hand, call.now, { ...request, handsMax: 1 })
  const objects = await expandAll(database, request)
  await recordProvision(database, call, request)
  const signal = AbortSignal.timeout(timeoutMs)
  const traces: NewTrace[] = []
  await session.provision(objects, signal, async (trace) => {
    await recordTrace(database, request, { trace, runId: null })
    traces.push(trace)
  })
  if (faults.length > 0) throw faults[0]
  return traces
}

/** The same for any number of people and teams, by a run. Throws `appNotFound`. */
export async function provisionByRun(database: Database, call: Call, request: ProvisionRequest): Promise<RunRow> {
  const { organizationId, appId, subjects, evenIfPaused } = request
  await getAppRow(database, request)
  for (const subject of subjects) await requireObject(database, organizationId, subject)
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, { organizationId, appId })
    await recordApp(tx, call, app, { action: 'app.provisioned_by_hand', data: describe(app.name, request) })
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind: provisionKind,
      permission: 'apps:run',
      input: { appId, evenIfPaused, subjects: subjects.map(({ kind, id }) => ({ kind, id })) },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
      dueAt: call.now,
    })
  })
}

async function recordProvision(database: Database, call: Call, request: ProvisionRequest): Promise<void> {
  await transaction(database, async (tx) => {
    const app = await getAppRow(tx, request)
    await recordApp(tx, call, app, { action: 'app.provisioned_by_hand', data: describe(app.name, request) })
  })
}

function describe(app: string, { subjects, evenIfPaused }: ProvisionRequest) {
  const idsOf = (kind: ObjectRef['kind']) => subjects.filter((each) => each.kind === kind).map(({ id }) => id)
  return { app, users: idsOf('user'), teams: idsOf('team'), evenIfPaused }
}

export async function recordTrace(
  db: Queryable,
  { organizationId, appId }: AppName,
  { trace, runId }: { readonly trace: NewTrace; readonly runId: string | null },
): Promise<void> {
  const { id, at, object, action, status, reason, detail } = trace
  const row = { id, runId, at, kind: object.kind, objectId: object.id, action, status, reason, detail }
  await insertTrace(db, { organizationId, appId }, row)
}

/** A team comes after those who are in it. */
async function expandAll(db: Queryable, { organizationId, subjects }: ProvisionRequest): Promise<readonly ObjectRef[]> {
  const objects: ObjectRef[] = []
  for (const subject of subjects) {
    await requireObject(db, organizationId, subject)
    if (subject.kind === 'team') {
      const page = { teamId: subject.id, after: undefined, rowsMax: waitedMax + 1 }
      const members = await selectTeamPeople(db, organizationId, page)
      objects.push(...members.map((id): ObjectRef => ({ kind: 'user', id })))
    }
    objects.push(subject)
  }
  if (objects.length <= waitedMax + subjects.filter(({ kind }) => kind === 'team').length) return objects
  const message = `Waited for are at most ${waitedMax} people, members of teams among them: let more go by a run`
  throw new AccessError('tooManySubjects', message, { field: 'subjects' })
}
