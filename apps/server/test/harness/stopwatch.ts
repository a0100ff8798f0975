/**
 * Milliseconds of work since it was started: of the clock or of this process's processor time, whichever is less. On a
 * machine that others use too, the clock alone says how busy they are.
 */
export function startStopwatch(): () => number {
  const startedMs = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return Math.min(performance.now() - startedMs, (user + system) / 1e3)
  }
}
