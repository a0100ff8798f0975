import type { PendingRecord } from '../../db/queries/source-settling.ts'
import { parseMapped, type Mapped } from '../map/mapped.ts'
import { carryCancelled, isCancelled } from './presence.ts'

/** What a record says of somebody who is known holds from its effective date on; until then, what it said before. */
export function deferMove(mapped: Mapped, record: PendingRecord, now: Date): Mapped {
  const before = parseMapped(record.mapped)
  const dates = carryCancelled(before?.dates, mapped.dates)
  if (dates === undefined) return mapped
  const { effective } = dates
  const isDeferred = effective !== undefined && (effective > now.toISOString() || isCancelled(dates, 'move'))
  if (!isDeferred || before === undefined || record.user_id === null) return { ...mapped, dates }
  // The days themselves, and that he is not active, are no change of his job.
  const { active: _, ...values } = before
  return { ...values, ...(mapped.active !== undefined && { active: mapped.active }), dates }
}
