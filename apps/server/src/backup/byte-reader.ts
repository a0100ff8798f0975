import { OperatorError } from '../operator-error.ts'

export type ByteReader = {
  /** Exactly so many bytes; throws when there are fewer. */
  read(length: number): Promise<Buffer>
  /** Fewer only at the end. */
  readUpTo(length: number): Promise<Buffer>
  /** Up to the next line feed, without it. */
  readLine(lengthMax: number): Promise<Buffer>
}

/** Cuts a stream of chunks into pieces of given lengths, holding no more than one piece and one chunk. */
export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]()
  const state: { chunks: Buffer[]; held: number } = { chunks: [], held: 0 }
  const fill = async (): Promise<boolean> => {
    const next = await iterator.next()
    if (next.done === true) return false
    state.chunks.push(next.value)
    state.held += next.value.length
    return true
  }
  const take = (length: number): Buffer => {
    const [first] = state.chunks
    const all = state.chunks.length === 1 && first !== undefined ? first : Buffer.concat(state.chunks)
    state.chunks = length < all.length ? [all.subarray(length)] : []
    state.held = all.length - length
    return all.subarray(0, length)
  }
  const readUpTo = async (length: number): Promise<Buffer> => {
    while (state.held < length && (await fill()));
    return take(Math.min(length, state.held))
  }
  return {
    readUpTo,
    read: async (length) => {
      const bytes = await readUpTo(length)
      if (bytes.length < length) throw damaged()
      return bytes
    },
    readLine: async (lengthMax) => {
      for (;;) {
        const end = Buffer.concat(state.chunks).indexOf(0x0a)
        if (end >= 0) return (await readUpTo(end + 1)).subarray(0, end)
        if (state.held > lengthMax || !(await fill())) throw damaged()
      }
    },
  }
}

export function damaged(cause?: unknown): OperatorError {
  return new OperatorError('The backup is damaged or cut off; nothing was changed', { cause })
}
