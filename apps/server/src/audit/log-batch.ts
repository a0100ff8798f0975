import type { PackedRead } from '../db/queries/packed-line.ts'
import { LineBuffer } from './line-buffer.ts'
import { ReadPack } from './read-pack.ts'

/** Packs whose memory serves again in the next batch. */
const sparePacksMax = 4

/** Lines that wait to be written: reads in packs, a pack a key, everything else as rows. */
export class LogBatch {
  readonly rows = new LineBuffer('\n')
  readonly #packs = new Map<string, ReadPack>()
  #spare: ReadPack[] = []
  #lines = 0
  #bytes = 0

  /** Whatever has been written of them since. */
  get lines(): number {
    return this.#lines
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Adds a line of `toLogText` and says how many bytes it took. */
  addRow(line: string): number {
    return this.#count(this.rows.add(line))
  }

  /** Adds a line of `toPackedLine` and says how many bytes it took. */
  addRead(read: PackedRead, line: string): number {
    const pack = this.#packs.get(read.keyId) ?? this.#begin(read)
    return this.#count(pack.add(read, line))
  }

  /** The packs that are worth it, once nothing is added any more; the lines of the others become rows. */
  settle(): readonly ReadPack[] {
    for (const [key, pack] of this.#packs) {
      if (pack.isWorthwhile) continue
      for (const line of pack.toSingleLines()) this.rows.add(line)
      this.#release(key, pack)
    }
    return [...this.#packs.values()]
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.rows.clear()
    for (const [key, pack] of this.#packs) this.#release(key, pack)
    this.#lines = 0
    this.#bytes = 0
  }

  #begin(read: PackedRead): ReadPack {
    const pack = this.#spare.pop() ?? new ReadPack()
    pack.begin(read)
    this.#packs.set(read.keyId, pack)
    return pack
  }

  #release(key: string, pack: ReadPack): void {
    this.#packs.delete(key)
    if (this.#spare.length < sparePacksMax) this.#spare.push(pack)
  }

  #count(bytes: number): number {
    this.#lines++
    this.#bytes += bytes
    return bytes
  }
}
