/** How many members go in one request: halved when that is too many, and slowly more again while all goes well. */
export type ChunkSize = {
  readonly current: () => number
  /** A request of that many members went through. */
  grow(count: number): void
  /** Of one of `refused` members, that went through in parts, no part was larger than `taken`. */
  shrink(size: { readonly refused: number; readonly taken: number }): void
}

const growth = 1.1

export function createChunkSize(start: number, max: number): ChunkSize {
  let size = Math.max(1, Math.min(start, max))
  let ceiling = max
  return {
    current: () => size,
    grow: (count) => {
      // A smaller one says nothing about the size.
      if (count >= size) size = Math.min(ceiling, Math.max(size + 1, Math.floor(size * growth)))
    },
    shrink: ({ refused, taken }) => {
      // Between the two lies the limit: the next attempts come near to it and never reach what was refused.
      ceiling = Math.max(1, Math.min(ceiling, Math.floor((refused + taken) / 2)))
      size = Math.max(1, Math.min(size, taken, ceiling))
    },
  }
}
