import { z } from 'zod'
import { idOf, instant } from './values.ts'

export const upcomingKind = z
  .enum(['create', 'join', 'move', 'leave', 'delete'])
  .describe(
    '`create`: a suspended account may be made; `join`: the first day; `move`: what the record says of the job holds; `leave`: the last day is over; `delete`: so is the grace of whoever is suspended',
  )

/** What waits for its day, where a person or a record is shown. */
export const upcomingDates = z
  .array(z.object({ kind: upcomingKind, at: instant, sourceId: idOf('source'), anchor: z.string() }))
  .describe('Days to come that sources speak of, and the end of a grace, soonest first')
