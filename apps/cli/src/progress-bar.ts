const width = 24
const minuteSeconds = 60
const hourSeconds = 3_600

/** A bar that says with one glance how much is done. */
export function drawBar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, Math.max(0, done / total))
  const filled = Math.floor(share * width)
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %`
}

/** As people say it: 40 s, 12 min, 3 h 20 min. */
export function toDuration(seconds: number): string {
  if (seconds < minuteSeconds) return `${Math.ceil(seconds)} s`
  if (seconds < hourSeconds) return `${Math.ceil(seconds / minuteSeconds)} min`
  const hours = Math.floor(seconds / hourSeconds)
  const minutes = Math.floor((seconds % hourSeconds) / minuteSeconds)
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
}
