import type { Queryable } from '../../db/pool.ts'
import type { CycledApp } from '../cycles.ts'
import type { AppName } from './app.ts'
import { getRules } from './rules-revisions.ts'

/** An app with live rules as its cycles know it. */
export async function toCycled(
  db: Queryable,
  { organizationId, appId }: AppName,
  revision: number,
): Promise<CycledApp> {
  const { document } = await getRules(db, { organizationId, appId, revision: 'live' })
  return { organizationId, appId, revision, hasTeams: document.teams?.isEnabled === true }
}
