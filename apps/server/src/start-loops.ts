import { createAsyncRequests } from './async-requests.ts'
import { startSources } from './read-sources.ts'
import { withLease } from './db/lease.ts'
import {
  jobs,
  startAsyncRequests,
  startMails,
  startProvisioning,
  startRuns,
  startSignals,
  startWebhooks,
  watchChanges,
} from './jobs.ts'
import { createLoops } from './jobs/loop.ts'
import type { Stirring } from './jobs/stirring.ts'
import type { Parts } from './parts.ts'
import { startTeamRules } from './team-jobs.ts'

/** All that looks for work again and again in this process, until `opened` is closed. */
export function startLoops(parts: Parts, stirring: Stirring, opened: AsyncDisposableStack): void {
  const { database, logger } = parts
  const asyncRequests = createAsyncRequests(parts)
  // Closed after the loops that write into it.
  opened.defer(() => asyncRequests.close())
  const loops = createLoops({ logger, stirring, withLease: (name, work) => withLease(database, name, work) })
  const engine = startProvisioning(parts, loops)
  // Closed after the loops: they begin what is under way in it.
  opened.defer(() => engine.close())
  opened.defer(() => loops.stop())
  watchChanges(parts, loops)
  for (const job of jobs)
    if ('intervalMs' in job) loops.everyInterval(job.name, job.intervalMs, (signal) => job.run(parts, signal))
  startRuns(parts, loops)
  startMails(parts, loops)
  startWebhooks(parts, loops)
  startAsyncRequests(asyncRequests, loops)
  startSignals(parts, loops)
  startTeamRules(parts, loops)
  startSources(parts, loops)
}
