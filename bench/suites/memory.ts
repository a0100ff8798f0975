export const bytesOfMegabyte = 1024 * 1024
const sampleMs = 250

/** The resident memory of this process: what it was, and the most that was seen until it is stopped. */
export function watchMemory(): { stop(): { readonly before: number; readonly most: number } } {
  const before = process.memoryUsage.rss()
  let most = before
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const timer = setInterval(look, sampleMs)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return { before, most }
    },
  }
}
