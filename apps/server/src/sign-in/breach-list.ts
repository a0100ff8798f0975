import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { BreachList } from './password-rules.ts'

const hashCharacters = 40
/** No line of such a list is longer: a hash, a colon and how often it was seen. */
const lineBytesMax = 80

/**
 * A file of SHA-1 hashes in order, one a line in upper case, with or without `:count`, as Have I Been Pwned hands it out.
 * It may be of any size: a password costs about thirty short reads and no memory.
 */
export function createBreachList(path: string | undefined): BreachList | undefined {
  if (path === undefined) return undefined
  return {
    has: async (password) => {
      await using file = await open(path, 'r')
      const wanted = createHash('sha1').update(password).digest('hex').toUpperCase()
      // Awaited here: the file must stay open until then.
      return await search(file, wanted, (await file.stat()).size)
    },
  }
}

async function search(file: FileHandle, wanted: string, size: number): Promise<boolean> {
  // The wanted line, if it is there, begins at `low` or behind it, and before `high`.
  let [low, high] = [0, size]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const line = await readLineFrom(file, middle)
    if (line === undefined || line.start >= high) {
      high = middle
      continue
    }
    if (line.hash === wanted) return true
    if (line.hash < wanted) low = line.end
    else high = middle
  }
  return false
}

type Line = { readonly hash: string; readonly start: number; readonly end: number }

/** The first line that begins at the offset or behind it; undefined: there is none. */
async function readLineFrom(file: FileHandle, offset: number): Promise<Line | undefined> {
  const from = Math.max(0, offset - 1)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(lineBytesMax * 2), 0, lineBytesMax * 2, from)
  const text = buffer.toString('latin1', 0, bytesRead)
  const before = offset === 0 ? 0 : text.indexOf('\n') + 1
  if (offset > 0 && before === 0) return undefined
  const rest = text.slice(before)
  if (rest.length < hashCharacters) return undefined
  const length = rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n') + 1
  return { hash: rest.slice(0, hashCharacters).toUpperCase(), start: from + before, end: from + before + length }
}
