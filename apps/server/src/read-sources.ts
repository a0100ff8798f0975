import { hostname } from 'node:os'
import type { Loops } from './jobs/loop.ts'
import type { Parts } from './parts.ts'
import { createIdSource } from './directory/new-id.ts'
import { applyDueFacts, type DueParts } from './sources/lifecycle/apply-due-facts.ts'
import { openReader } from './sources/readers.ts'
import { sealEarlier } from './sources/seal/seal-earlier.ts'
import { startDueReads } from './sources/start-due-reads.ts'
import { trimSources } from './sources/trim-sources.ts'
import { sendWriteBacks } from './sources/write-back/send-write-backs.ts'
import { stageWriteBacks } from './sources/write-back/stage-write-backs.ts'
import { workOffReads, type ReadWorkerParts } from './sources/work-reads.ts'
import { createId } from './type-id.ts'

const pollMs = 1_000
/** Reads in one process; of one organization one fewer everywhere (`readsOfOneMax`), so that nobody takes all of them. */
const readsAtOnce = 3
/** Who has changed is looked for so often; what is told of him waits for longer anyhow. */
const writeBackPollMs = 15_000
const trimMs = 3_600_000
/** Rules that call a column secret hold for what was kept before within so long. */
const sealMs = 60_000

/** Sources are read by every process; each read has its own lease. */
export function startSources(parts: Parts, loops: Loops): void {
  const { database, clock } = parts
  const worker = createProcessReadWorker(parts)
  const due = createDueParts(parts)
  // Neither days that come nor what others send waits for a source that is slow.
  loops.inEveryProcess('source-days', pollMs, async (signal) => {
    await applyDueFacts(due, clock(), signal)
    await startDueReads(database, clock(), signal)
  })
  for (let lane = 1; lane <= readsAtOnce; lane++)
    loops.inEveryProcess(`sources-${lane}`, pollMs, (signal) => workOffReads(worker, signal))
  loops.everyInterval('trim-sources', trimMs, (signal) => trimSources(database, clock(), signal))
  loops.everyInterval('seal-sources', sealMs, (signal) => sealEarlier(parts, clock(), signal))
  loops.inEveryProcess('write-back', writeBackPollMs, async (signal) => {
    await stageWriteBacks(parts, clock(), signal)
    await sendWriteBacks(parts, signal)
  })
}

function createDueParts({ database, encryption, logger }: Parts): DueParts {
  return {
    database,
    encryption,
    newId: createIdSource(),
    onFault: (error, sourceId) => {
      logger.warn({ err: error, source: sourceId }, 'a day that a source had told of met an error of its own')
    },
  }
}

/** What reads sources in this process, over our own connections to the outside. */
export function createProcessReadWorker(parts: Parts): ReadWorkerParts {
  const { database, clock, encryption, logger } = parts
  return {
    database,
    clock,
    encryption,
    owner: `${hostname()} ${process.pid} ${createId()}`,
    openReader: (opened) => openReader(opened, parts),
    onFault: (error, { id, sourceId }) => {
      logger.warn({ err: error, source: sourceId, read: id }, 'reading a source met an error of its own')
    },
  }
}
