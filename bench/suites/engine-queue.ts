import type { AppName } from '../../apps/server/src/provisioning/apps/app.ts'
import type { Engine } from '../../apps/server/src/provisioning/engine.ts'
import type { EngineSite } from './engine-site.ts'

/** From claim to log, a second: ENG-37. */
export const objectsMin = 10_000

/** Nothing is sent to an app in quarantine; what is to be sent is found out all the same. */
export async function evaluateOnly(
  site: EngineSite,
  engine: Engine,
  { organizationId, appId }: AppName,
): Promise<void> {
  const { database } = site
  const state = { text: `select state from cycles where organization_id = $1 and app_id = $2 and ended_at is null` }
  const quarantine = `insert into app_health (organization_id, app_id, health, since) values ($1, $2, 'quarantined', now())`
  await database.query({ text: quarantine }, [organizationId, appId])
  for (;;) {
    await engine.turn(new AbortController().signal)
    await engine.idle()
    const { rows } = await database.query<{ state: string }>(state, [organizationId, appId])
    if (rows[0]?.state === 'exporting') break
  }
}

/** Now what was queued may be sent. */
export async function leaveQuarantine({ database }: EngineSite, { organizationId, appId }: AppName): Promise<void> {
  const leave = `delete from app_health where organization_id = $1 and app_id = $2`
  await database.query({ text: leave }, [organizationId, appId])
}
