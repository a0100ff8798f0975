import { setImmediate as turnOfLoop } from 'node:timers/promises'

export type GroupLimits = {
  readonly itemsMax: number
  readonly writesMax: number
  /** Where the group before was no smaller than `busyMin`, more are waited for so long, or until there are `enough`. */
  readonly lingerMs: number
}

/** So many in a group say that more are about to come. */
const busyMin = 4
/** What a write costs besides its items is little for each of so many. */
const enough = 48

/**
 * Many callers, few statements: what is handed in while a write is under way goes together into the next one. Who comes
 * alone does not wait for others; where many come one by one, they wait for each other a moment.
 */
export function createGroupCommit<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  { itemsMax, writesMax, lingerMs }: GroupLimits,
): (item: Item) => Promise<Result> {
  type Waiting = {
    readonly item: Item
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  const waiting: Waiting[] = []
  let writing = 0
  let lastCount = 0
  /** Set while more are waited for: ends that. */
  let endLinger: (() => void) | undefined

  const isLingering = (): boolean => endLinger !== undefined

  const linger = (): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        endLinger = undefined
        resolve()
      }
      const timer = setTimeout(end, lingerMs)
      endLinger = end
    })

  const writeOnce = async (): Promise<void> => {
    const batch = waiting.splice(0, itemsMax)
    lastCount = batch.length
    try {
      const results = await write(batch.map(({ item }) => item))
      if (results.length !== batch.length) throw new Error('A group was written without a result for each item')
      for (const [index, { resolve }] of batch.entries()) {
        // As many results as items, see above.
        resolve(results[index] as Result)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  const writeAll = async (): Promise<void> => {
    writing++
    // What others of this turn hand in comes along.
    await turnOfLoop()
    while (waiting.length > 0 && !isLingering()) {
      if (lastCount >= busyMin && waiting.length < enough) await linger()
      if (waiting.length > 0) await writeOnce()
    }
    writing--
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (endLinger !== undefined) {
        if (waiting.length >= enough) endLinger()
      } else if (writing < writesMax) void writeAll()
    })
}
