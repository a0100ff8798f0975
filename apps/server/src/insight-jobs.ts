import { countActivity } from './insight/count-activity.ts'
import type { Job } from './job.ts'

/** What makes charts and the overview cheap. */
export const insightJobs: readonly Job[] = [
  {
    name: 'count-activity',
    cron: '*/5 * * * *',
    run: ({ database, clock }, signal) => countActivity(database, clock, signal),
  },
]
