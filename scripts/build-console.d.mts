/** Does nothing when the built console is of these sources; otherwise builds it. Whether it built. */
export function buildConsole(): Promise<boolean>
