/** Resolves at the first SIGTERM or SIGINT; a second one, later than a terminal's double, ends the process at once. */
export function waitForStopSignal(onFirst: () => void): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let firstMs: number | undefined
  const listen = (signal: NodeJS.Signals): void => {
    if (firstMs === undefined) {
      firstMs = performance.now()
      onFirst()
      resolve(signal)
    } else if (performance.now() - firstMs > doubleSignalMs) {
      process.exit(secondSignalExitCode)
    }
  }
  process.on('SIGTERM', listen)
  process.on('SIGINT', listen)
  return promise
}

// Ctrl-C reaches this process twice: from the terminal and from the launcher that passes signals on.
const doubleSignalMs = 500
const secondSignalExitCode = 1
