import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { countConcerned, hasAccounts } from '../../db/queries/planned-objects.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { getAppRow, type App, type AppName } from '../apps/app.ts'
import { publishRules } from '../apps/rules-revisions.ts'
import type { ObjectRef } from '../object.ts'

/** Assignments that concern more people are looked at before they are made. */
const concernedMax = 20

/**
 * The first rules of an app go live without a plan when that is meant and nobody has an account in it yet; others only by a
 * plan. Throws `appNotFound`, `rulesNotFound`, `planNeeded`.
 */
export async function publishWithoutPlan(
  database: Database,
  call: Call,
  request: AppName & { readonly revision: number; readonly withoutPlan: boolean },
): Promise<App> {
  const { organizationId, appId, revision, withoutPlan } = request
  const { liveRevision } = await getAppRow(database, { organizationId, appId })
  if (liveRevision !== null || (await hasAccounts(database, { organizationId, appId })))
    throw planNeeded('Rules of an app that runs, or in which somebody has an account, go live by a plan')
  if (!withoutPlan) throw planNeeded('Rules go live by a plan; the first ones also with `withoutPlan`')
  return publishRules(database, call, { organizationId, appId, revision })
}

/** Throws `appNotFound`, and `planNeeded` where an app runs and more than 20 people are concerned. */
export async function requireFewConcerned(
  db: Queryable,
  { organizationId, appId }: AppName,
  subjects: readonly ObjectRef[],
): Promise<void> {
  const { liveRevision } = await getAppRow(db, { organizationId, appId })
  if (liveRevision === null) return
  const concerned = await countConcerned(db, organizationId, { subjects, countMax: concernedMax + 1 })
  if (concerned > concernedMax)
    throw planNeeded(
      `More than ${concernedMax} people are concerned, which is done by a plan with \`assign\` or \`unassign\``,
    )
}

function planNeeded(what: string): AccessError {
  return new AccessError('planNeeded', `${what}: POST …/plans, look at it, and apply it`)
}
