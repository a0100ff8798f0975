/** Every number of the engine that may differ from app to app. Times are milliseconds, shares lie between 0 and 1. */
export type EngineNumbers = {
  /** How often an app is looked at when nothing wakes it. */
  readonly tickMs: number
  /** Changes are sent at once, or wait for the next tick. */
  readonly isImmediate: boolean
  /** Longer than a request may be on its way after we gave up waiting for it. */
  readonly settleMs: number
  readonly escrow: {
    readonly stepsMs: readonly number[]
    /** What the steps are measured from. */
    readonly countsFrom: 'firstFailure' | 'lastFailure'
    readonly thenEveryMs: number
    readonly jitter: number
    /** Tried again at once when the object or the rules change. */
    readonly retriesOnChange: boolean
    /** After so long the object is given up; null: never. */
    readonly endsAfterMs: number | null
  }
  readonly quarantine: QuarantineNumbers
  readonly gate: GateNumbers
  /** Members of teams within an assigned team count as assigned. */
  readonly assignsNested: boolean
  readonly logDays: number
}

export type QuarantineNumbers = {
  readonly trip:
    | {
        /** Of the last `outcomesMax` outcomes at least so many and so large a share failed. */
        readonly kind: 'window'
        readonly outcomesMax: number
        readonly failuresMin: number
        readonly share: number
        readonly degradedShare: number
        readonly credentialFailures: number
        readonly connectFailures: number
        /** Failures of objects count when so many of them have one reason. */
        readonly sameReasonShare: number
      }
    | {
        /** Entra's: totals since the last success of a whole cycle. Failed credentials trip at once. */
        readonly kind: 'totals'
        readonly failuresMin: number
        readonly share: number
        readonly failuresMax: number
        /** Failures of references counted in. */
        readonly allFailuresMax: number
      }
  readonly probeStepsMs: readonly number[]
  readonly canaries: number
  readonly pausesAfterMs: number
  /** Of an episode: administrators are told again on these days. */
  readonly remindsOnDays: readonly number[]
}

export type GateNumbers =
  | {
      /** In a rolling window: min(max, max(min, share of the live links)). */
      readonly kind: 'rolling'
      readonly windowMs: number
      readonly share: number
      readonly min: number
      readonly max: number
      readonly holdLapsesMs: number
    }
  /** Entra's accidental deletions: opt-in, a count a cycle; null: off. */
  | { readonly kind: 'cycle'; readonly threshold: number | null; readonly holdLapsesMs: number }

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const numberPresets = {
  default: {
    tickMs: 30_000,
    isImmediate: true,
    settleMs: 45_000,
    escrow: {
      stepsMs: [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 4 * hourMs, 12 * hourMs, dayMs],
      countsFrom: 'lastFailure',
      thenEveryMs: dayMs,
      jitter: 0.2,
      retriesOnChange: true,
      endsAfterMs: null,
    },
    quarantine: {
      trip: {
        kind: 'window',
        outcomesMax: 200,
        failuresMin: 20,
        share: 0.4,
        degradedShare: 0.1,
        credentialFailures: 3,
        connectFailures: 10,
        sameReasonShare: 0.8,
      },
      probeStepsMs: [1, 5, 15, 30, 60, 120, 240, 360].map((minutes) => minutes * minuteMs),
      canaries: 3,
      pausesAfterMs: 28 * dayMs,
      remindsOnDays: [7, 21, 27],
    },
    gate: { kind: 'rolling', windowMs: dayMs, share: 0.05, min: 20, max: 500, holdLapsesMs: 7 * dayMs },
    assignsNested: true,
    logDays: 90,
  },
  'entra-parity': {
    tickMs: 40 * minuteMs,
    isImmediate: false,
    settleMs: 45_000,
    escrow: {
      stepsMs: [6 * hourMs, 12 * hourMs, dayMs],
      countsFrom: 'firstFailure',
      thenEveryMs: dayMs,
      jitter: 0,
      retriesOnChange: false,
      endsAfterMs: 28 * dayMs,
    },
    quarantine: {
      trip: { kind: 'totals', failuresMin: 5_000, share: 0.4, failuresMax: 40_000, allFailuresMax: 60_000 },
      probeStepsMs: [dayMs],
      canaries: 1,
      pausesAfterMs: 28 * dayMs,
      remindsOnDays: [],
    },
    gate: { kind: 'cycle', threshold: null, holdLapsesMs: 28 * dayMs },
    assignsNested: false,
    logDays: 30,
  },
} as const satisfies Record<string, EngineNumbers>

export type NumberPreset = keyof typeof numberPresets
