import type { PackedRead } from '../db/queries/packed-line.ts'
import { LineBuffer } from './line-buffer.ts'
import { ReadPack } from './read-pack.ts'

/** Packs whose memory serves again in the next batch. */
const sparePacksMax = 32

/** Lines that wait to be written: reads in packs, each of one key, everything else as rows. */
export class LogBatch {
  readonly rows = new LineBuffer('\n')
  #packs: ReadPack[] = []
  /** The one of each key that has room. */
  readonly #open = new Map<string, ReadPack>()
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
    const open = this.#open.get(read.keyId)
    const pack = open?.hasRoomFor(line) === true ? open : this.#begin(read)
    return this.#count(pack.add(read, line))
  }

  /** The packs that are worth it, once nothing is added any more; the lines of the others become rows. */
  settle(): readonly ReadPack[] {
    const packs = this.#packs
    this.#packs = packs.filter((pack) => pack.isWorthwhile)
    for (const pack of packs) {
      if (pack.isWorthwhile) continue
      for (const line of pack.toSingleLines()) this.rows.add(line)
    }
    return this.#packs
  }

  /** Begins anew in the same memory. */
  clear(): void {
    this.rows.clear()
    this.#spare = [...this.#spare, ...this.#packs].slice(0, sparePacksMax)
    this.#packs = []
    this.#open.clear()
    this.#lines = 0
    this.#bytes = 0
  }

  #begin(read: PackedRead): ReadPack {
    const pack = this.#spare.pop() ?? new ReadPack()
    pack.begin(read)
    this.#packs.push(pack)
    this.#open.set(read.keyId, pack)
    return pack
  }

  #count(bytes: number): number {
    this.#lines++
    this.#bytes += bytes
    return bytes
  }
}
