/** What waits for one client. */
export type Mailbox<Entry> = {
  put(entry: Entry): void
  /** Nothing comes after what was put. */
  close(): void
  /** One reader; when he leaves, `onLeave` hears of it. */
  readonly frames: AsyncIterable<Entry>
}

/** A client that reads so slowly is cut off: it comes back and catches up, or begins anew. */
const waitingMax = 2_000

/** Unlike a generator it ends at once when its reader leaves, whatever it waits for. */
export function createMailboxOf<Entry>(onLeave: () => void): Mailbox<Entry> {
  const waiting: Entry[] = []
  let isClosed = false
  let wake: (() => void) | undefined
  const rouse = (): void => {
    wake?.()
    wake = undefined
  }
  const close = (): void => {
    isClosed = true
    rouse()
    onLeave()
  }
  const next = async (): Promise<IteratorResult<Entry>> => {
    for (;;) {
      const entry = waiting.shift()
      if (entry !== undefined) return { done: false, value: entry }
      if (isClosed) return { done: true, value: undefined }
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    put: (entry) => {
      if (isClosed) return
      waiting.push(entry)
      if (waiting.length > waitingMax) close()
      rouse()
    },
    close,
    frames: {
      [Symbol.asyncIterator]: () => ({
        next,
        return: async () => {
          waiting.length = 0
          close()
          return { done: true, value: undefined }
        },
      }),
    },
  }
}
