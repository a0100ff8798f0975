import { setImmediate as turnOfLoop } from 'node:timers/promises'

/**
 * Many callers, few statements: what is handed in while a write is under way goes together into the next one. Nobody waits
 * for others to come.
 */
export function createGroupCommit<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: { readonly itemsMax: number; readonly writesMax: number },
): (item: Item) => Promise<Result> {
  type Waiting = {
    readonly item: Item
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  const waiting: Waiting[] = []
  let writing = 0

  const writeOnce = async (): Promise<void> => {
    const batch = waiting.splice(0, limits.itemsMax)
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
    while (waiting.length > 0) await writeOnce()
    writing--
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (writing < limits.writesMax) void writeAll()
    })
}
