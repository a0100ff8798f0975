import { getOpenedApp } from './provisioning/apps/app.ts'
import { endPauses } from './provisioning/apps/end-pauses.ts'
import { remindOfGateHolds, settleGateHolds } from './provisioning/gate/holds.ts'
import { trimGateUsage } from './provisioning/gate/usage.ts'
import { noticeGrownEscrows } from './provisioning/health/escrow.ts'
import { noticeWaitingLeavers } from './provisioning/health/leavers.ts'
import { remindOfIllness, runProbes } from './provisioning/health/probes.ts'
import { openTarget } from './provisioning/targets/open-target.ts'
import type { Parts } from './parts.ts'

/** Asks apps in quarantine whose time has come whether they work again. */
export async function probeApps(parts: Parts, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts
  const now = clock()
  const openApp = (app: { readonly organizationId: string; readonly appId: string }) => getOpenedApp(parts, now, app)
  await runProbes({ database, now, openApp, openTarget: (app) => openTarget(app, parts) }, signal)
}

/** Ends pauses, keeps holds true, and tells administrators again of what waits for them. */
export async function watchApps({ database, clock }: Parts): Promise<void> {
  const now = clock()
  await endPauses(database, now)
  await settleGateHolds(database, now)
  await remindOfGateHolds(database, now)
  await remindOfIllness(database, now)
  await noticeWaitingLeavers(database, now)
}

/** Less urgent: what grew, and what nobody looks at any more. */
export async function reviewApps({ database, clock }: Parts): Promise<void> {
  const now = clock()
  await noticeGrownEscrows(database, now)
  await trimGateUsage(database, now)
}
