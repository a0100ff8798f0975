import type { RouteAnswer } from '@rollcall/admin-api'
import type { GateState } from '../../../provisioning/gate/gate-state.ts'
import type { CaredApp, ShownPace } from '../../../provisioning/health/care.ts'
import { reasonWords } from '../../../provisioning/reasons/reason-words.ts'

export function viewHealth(app: CaredApp, now: Date): RouteAnswer<'getAppHealth'> {
  const { health, reason, detail, since, nextProbeAt, pace } = app
  const words = reason === null ? { meaning: null, remedy: null } : reasonWords(reason)
  return {
    health,
    reason,
    meaning: words.meaning,
    remedy: words.remedy,
    detail,
    since: since?.toISOString() ?? null,
    nextProbeAt: nextProbeAt?.toISOString() ?? null,
    pace: pace === undefined ? null : viewPace(pace, now),
  }
}

function viewPace(
  { rate, blockedUntil, blockedReason, blockedBy }: ShownPace,
  now: Date,
): RouteAnswer<'getAppHealth'>['pace'] {
  const ratePerSecond = Math.round(rate * 10) / 10
  if (blockedUntil === null || blockedUntil <= now)
    return { ratePerSecond, waitsUntil: null, waitsFor: null, setBy: null }
  return { ratePerSecond, waitsUntil: blockedUntil.toISOString(), waitsFor: blockedReason, setBy: blockedBy }
}

export function viewGate(state: GateState): RouteAnswer<'getAppGate'> {
  const { kind, windowMs, liveLinks, allowance, used, pause } = state
  return {
    kind,
    windowMs,
    liveLinks,
    allowance,
    used: { ...used },
    pause: pause === null ? null : viewPause(pause),
  }
}

function viewPause(pause: NonNullable<GateState['pause']>): RouteAnswer<'getAppGate'>['pause'] {
  return {
    reason: pause.reason,
    until: pause.until.toISOString(),
    pausedBy: pause.paused_by,
    pausedAt: pause.paused_at.toISOString(),
  }
}
