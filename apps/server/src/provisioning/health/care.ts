import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { selectAppPace, type ShownPace } from '../../db/queries/app-pace.ts'
import { hastenProbe, lockHealth } from '../../db/queries/app-health.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { numbersOf } from '../apps/app-settings.ts'
import { getApp, getAppRow, recordApp, type AppName } from '../apps/app.ts'
import { recover } from './breaker.ts'
import { changeHealth, readHealth, type AppHealth } from './health.ts'

export type { ShownPace } from '../../db/queries/app-pace.ts'

/** Whether it works, and how fast it is sent to; of an app that nothing was sent to no pace is known. */
export type CaredApp = AppHealth & { readonly pace: ShownPace | undefined }

/** Throws `appNotFound`. */
export async function getAppHealth(db: Queryable, name: AppName): Promise<CaredApp> {
  const { quarantine } = numbersOf((await getApp(db, name)).settings)
  const health = await readHealth(db, { ...name, quarantine })
  return { ...health, pace: await selectAppPace(db, name) }
}

/** The next probe is made within seconds. Throws `appNotFound`, and `appHealthy` where none is needed. */
export function probeByHand(database: Database, call: Call, name: AppName): Promise<CaredApp> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, name)
    if (!(await hastenProbe(tx, { ...name, now: call.now }))) throw healthy()
    await recordApp(tx, call, app, { action: 'app.probed', data: {} })
    return getAppHealth(tx, name)
  })
}

/** Everything is sent again, without a probe; should it still not work, the breaker finds out. Throws `appNotFound`, `appHealthy`. */
export function releaseByHand(database: Database, call: Call, name: AppName): Promise<CaredApp> {
  return transaction(database, async (tx) => {
    const app = await getAppRow(tx, name)
    const row = await lockHealth(tx, name, call.now)
    if (row.health === 'healthy') throw healthy()
    await changeHealth(tx, { ...name, now: call.now }, row, recover(row, call.now))
    await recordApp(tx, call, app, { action: 'app.released', data: { reason: row.reason } })
    return getAppHealth(tx, name)
  })
}

function healthy(): AccessError {
  return new AccessError('appHealthy', 'The app is not in quarantine: everything is sent to it')
}
