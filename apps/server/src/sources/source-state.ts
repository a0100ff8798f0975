import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { updateSourceRow, type SourceRow } from '../db/queries/sources.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { nextReadAt } from './schedule.ts'
import { getSourceRow, recordSource, staleSource, toSource, type Source, type SourceName } from './source.ts'

/** It is not read by itself until it is resumed; a read that is under way goes on. Throws `sourceNotFound`, `sourceState`. */
export function pauseSource(
  database: Database,
  call: Call,
  request: SourceName & { readonly reason?: string | undefined },
): Promise<Source> {
  const pausedReason = request.reason ?? null
  return move(database, call, request, { action: 'source.paused', state: 'paused', pausedReason })
}

/** It is read by its schedule again. Throws `sourceNotFound`, `sourceState`. */
export function resumeSource(database: Database, call: Call, source: SourceName): Promise<Source> {
  return move(database, call, source, { action: 'source.resumed', state: 'active', pausedReason: null })
}

type Move = Pick<SourceRow, 'state' | 'pausedReason'> & { readonly action: `source.${string}` }

function move(database: Database, call: Call, name: SourceName, { action, ...to }: Move): Promise<Source> {
  return transaction(database, async (tx) => {
    const before = await getSourceRow(tx, name, { lock: true })
    if (before.state === 'draft')
      throw new AccessError('sourceState', 'No rules are live yet, so nothing is read: publish some first')
    if (before.state === to.state && before.pausedReason === to.pausedReason) return toSource(before)
    const moved = { ...before, ...to }
    const after = await updateSourceRow(tx, {
      ...moved,
      nextReadAt: nextReadAt(toSource(moved), call.now),
      updatedAt: call.now,
    })
    if (after === undefined) throw staleSource(undefined)
    const { state, pausedReason, name: shown } = after
    await recordSource(tx, call, after, {
      action,
      data: { name: shown, state, before: before.state, ...(pausedReason !== null && { reason: pausedReason }) },
    })
    return toSource(after)
  })
}
