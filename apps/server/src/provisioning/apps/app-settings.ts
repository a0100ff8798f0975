import type { AppSettings } from '@rollcall/admin-api'
import { numberPresets, type EngineNumbers } from '../numbers.ts'

/** The numbers that an app runs by: those of its set, and what its settings put in their place. */
export function numbersOf({ numbers, overrides }: AppSettings): EngineNumbers {
  const set: EngineNumbers = numberPresets[numbers]
  return {
    tickMs: overrides.tickMs ?? set.tickMs,
    isImmediate: overrides.isImmediate ?? set.isImmediate,
    settleMs: overrides.settleMs ?? set.settleMs,
    escrow: overrides.escrow ?? set.escrow,
    quarantine: overrides.quarantine ?? set.quarantine,
    gate: overrides.gate ?? set.gate,
    assignsNested: overrides.assignsNested ?? set.assignsNested,
    logDays: overrides.logDays ?? set.logDays,
  }
}
