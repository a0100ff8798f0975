import { peopleActNames } from '@rollcall/admin-api/names'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import {
  countActItems,
  selectActItems,
  type ActItemView,
  type ActName,
  type ActOutcome,
} from '../db/queries/people-acts.ts'
import { lockOrganization } from '../db/queries/organizations.ts'
import type { PersonState } from '../db/queries/people.ts'
import { insertRun, selectOpenRunCount, selectRun, type RunRow } from '../db/queries/runs.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'

export const peopleActKind = 'people.act'
export const peopleUndoKind = 'people.undo'

export type PeopleActName = (typeof peopleActNames)[number]

/** Whom an act is about, as a run keeps it: our ids and the text of the filter. */
export type Selection =
  | { readonly kind: 'named'; readonly ids: readonly string[] }
  | {
      readonly kind: 'matching'
      readonly states: readonly PersonState[]
      readonly search: string | null
      readonly connectionId: string | null
      readonly teamId: string | null
      readonly filter: string | null
      readonly except: readonly string[]
    }

/** One act on many people. */
export type PeopleAct = {
  readonly act: PeopleActName
  readonly selection: Selection
  readonly teamId: string | null
  readonly reason: string | null
  readonly overrideUntil: string | null
}

/** One at a time: two would meet at the same people, and which of them came last nobody could say. */
async function refuseWhileOpen(tx: Queryable, organizationId: string): Promise<void> {
  // Two who ask at the same moment would both find none.
  await lockOrganization(tx, organizationId)
  for (const kind of [peopleActKind, peopleUndoKind])
    if ((await selectOpenRunCount(tx, organizationId, kind)) > 0)
      throw new AccessError('runOpen', 'Another act on many people waits or runs already: wait for its end')
}

/** Queues the act. Throws `runOpen` while another one is not over. */
export function queuePeopleAct(
  database: Database,
  call: Call,
  command: { readonly organizationId: string; readonly act: PeopleAct },
): Promise<RunRow> {
  return queue(database, call, { ...command, kind: peopleActKind, input: { ...command.act } })
}

/** Queues the way back. Throws `runNotFound`, `runNotDone`, `notUndoable`, `runOpen`. */
export async function queuePeopleUndo(database: Database, call: Call, name: ActName): Promise<RunRow> {
  const run = await getActRun(database, name)
  if (run.state !== 'done' && run.state !== 'failed')
    throw new AccessError('runNotDone', 'The act is not over: undo it when it is')
  if (run.input['act'] === 'resendInvitation')
    throw new AccessError('notUndoable', 'Mails that were sent cannot be called back')
  const input = { ofRun: run.id, act: run.input['act'] ?? null, teamId: run.input['teamId'] ?? null }
  return queue(database, call, { organizationId: name.organizationId, kind: peopleUndoKind, input })
}

function queue(
  database: Database,
  call: Call,
  work: { readonly organizationId: string; readonly kind: string; readonly input: JsonObject },
): Promise<RunRow> {
  const { organizationId, kind, input } = work
  return transaction(database, async (tx) => {
    await refuseWhileOpen(tx, organizationId)
    return insertRun(tx, {
      organizationId,
      id: createId(),
      kind,
      permission: 'people:manage',
      // Changes are told apart by the request that brought them, also those of the run.
      input: { ...input, requestId: call.requestId ?? '' },
      createdBy: call.actor,
      requestId: call.requestId,
      createdAt: call.now,
    })
  })
}

/** Whom the act changed and whom it left out, by our ids. Throws `runNotFound`. */
export async function listActItems(
  database: Queryable,
  name: ActName,
  page: PageOf & { readonly outcome: ActOutcome | undefined },
): Promise<Page<ActItemView>> {
  await getActRun(database, name)
  const { outcome, after, limit } = page
  const rows = await selectActItems(database, name, { outcome, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ userId }) => userId)
}

export function countItems(database: Queryable, name: ActName, outcome: ActOutcome | undefined): Promise<number> {
  return countActItems(database, name, outcome)
}

/** What was done to many. Throws `runNotFound`. */
export async function getActName(database: Queryable, name: ActName): Promise<PeopleActName | undefined> {
  const { input } = await getActRun(database, name)
  return peopleActNames.find((act) => act === input['act'])
}

async function getActRun(database: Queryable, { organizationId, runId }: ActName): Promise<RunRow> {
  const run = await selectRun(database, organizationId, runId)
  if (run?.kind !== peopleActKind) throw new AccessError('runNotFound', 'There is no such act on many people')
  return run
}
