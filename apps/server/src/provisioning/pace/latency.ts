/** Whether an app answers slower than it did: then it bears no more. */
export type Latency = {
  note(durationMs: number): void
  isSlow(): boolean
}

const samplesMax = 100
const samplesMin = 20
/** What an app does for long becomes what it does. */
const forgetting = 1.02
/** Slower than twice the best is slow; below this much nothing is. */
const factor = 2
const floorMs = 250

export function createLatency(): Latency {
  const samples: number[] = []
  let noted = 0
  let best = Number.POSITIVE_INFINITY
  return {
    note: (durationMs) => {
      samples.push(durationMs)
      noted += 1
      if (samples.length > samplesMax) samples.shift()
      if (noted % samplesMin === 0) best = Math.min(best * forgetting, percentile95(samples))
    },
    isSlow: () => {
      if (samples.length < samplesMin) return false
      const now = percentile95(samples)
      return now > floorMs && now > best * factor
    },
  }
}

function percentile95(samples: readonly number[]): number {
  const sorted = samples.toSorted((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 0
}
