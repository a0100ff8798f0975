import type { JsonObject } from '@rollcall/scim'
import { selectOrganizations } from '../db/queries/organizations.ts'
import { deletePackedReadsBefore } from '../db/queries/packed-reads.ts'
import { deleteRequestLogAbove, deleteRequestLogBefore } from '../db/queries/request-log.ts'
import type { Database } from '../db/pool.ts'

const dayMs = 86_400_000
const organizationsPerPage = 100
/** Rows that one statement removes at most, so that none holds its locks for long. */
const rowsPerStatement = 5_000
const packsPerStatement = 500

export type RequestLogLimits = { readonly daysMax: number; readonly bytesMax: number }

export type TrimRequestLog = {
  readonly now: Date
  /** What an organization with these settings keeps. */
  limitsOf(settings: JsonObject): RequestLogLimits
  readonly signal?: AbortSignal | undefined
}

/** Removes lines that are too old or too many, organization by organization; a job of the `work` role. Returns how many. */
export async function trimRequestLog(database: Database, options: TrimRequestLog): Promise<number> {
  let deleted = 0
  let after: string | undefined
  for (;;) {
    const page = await selectOrganizations(database, { after, rowsMax: organizationsPerPage })
    for (const organization of page) {
      if (options.signal?.aborted === true) return deleted
      const limits = options.limitsOf(organization.settings)
      deleted += await trimOne(database, organization.id, { limits, now: options.now })
    }
    after = page.at(-1)?.slug
    if (page.length < organizationsPerPage) return deleted
  }
}

async function trimOne(
  database: Database,
  organizationId: string,
  options: { readonly limits: RequestLogLimits; readonly now: Date },
): Promise<number> {
  const before = new Date(options.now.getTime() - options.limits.daysMax * dayMs)
  let deleted = 0
  for (;;) {
    const rows = await deleteRequestLogBefore(database, organizationId, { before, rowsMax: rowsPerStatement })
    deleted += rows
    if (rows < rowsPerStatement) break
  }
  for (;;) {
    const { packs, lines } = await deletePackedReadsBefore(database, organizationId, {
      before,
      packsMax: packsPerStatement,
    })
    deleted += lines
    if (packs < packsPerStatement) break
  }
  return deleted + (await deleteRequestLogAbove(database, organizationId, options.limits.bytesMax))
}
