import { constants } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, matchesGlob, relative } from 'node:path'
import type { FilePlace, SourceFile } from '../file.ts'
import { SourceError } from '../source-error.ts'

/** A file that changed so recently may still be being written. */
const quietMs = 10_000
const filesMax = 10_000
const chunkBytes = 256 * 1024

export type FolderPlace = {
  /** Below which an organization's folders lie: nothing outside of it is read. */
  readonly base: string
  readonly path: string
  /** Of names, such as `people-*.csv`. */
  readonly pattern: string
}

/**
 * The newest file of a folder that is watched. A file says everything, so older ones are passed over; one that is still being written
 * (changed within ten seconds, or named `.part`, `.tmp`) is left for the next look.
 */
export function createFolderPlace(folder: FolderPlace, now: () => number): FilePlace {
  return {
    open: async ({ known, signal }) => {
      const directory = await resolveFolder(folder)
      const newest = await findNewest(directory, folder.pattern, now())
      if (newest === undefined) {
        if (known !== undefined) return 'unchanged'
        throw new SourceError(
          'notFound',
          `No file whose name matches ${folder.pattern} lies here, or it is being written`,
          {
            place: folder.path,
          },
        )
      }
      return newest.identity === known ? 'unchanged' : toFile(newest, signal)
    },
  }
}

/** Links are followed before it is looked where they lead. */
async function resolveFolder({ base, path }: FolderPlace): Promise<string> {
  const refuse = (): SourceError =>
    new SourceError('notFound', 'There is no such folder for this organization', { place: path })
  try {
    const [root, directory] = await Promise.all([realpath(base), realpath(join(base, path))])
    const inside = relative(root, directory)
    if (inside.startsWith('..') || isAbsolute(inside)) throw refuse()
    return directory
  } catch (error) {
    throw error instanceof SourceError ? error : refuse()
  }
}

type Found = { readonly path: string; readonly name: string; readonly size: number; readonly identity: string }

async function findNewest(directory: string, pattern: string, now: number): Promise<Found | undefined> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && isWhole(entry.name) && matchesGlob(entry.name, pattern))
    .map(({ name }) => name)
  // Which of them is the newest nobody knows who looks at some of them only.
  if (names.length > filesMax)
    throw new SourceError('tooLarge', `More than ${filesMax} files of that name lie here: move old ones away`)
  const files = await Promise.all(names.map((name) => describe(directory, name)))
  const [newest] = files.toSorted((one, other) => other.changedMs - one.changedMs || (one.name < other.name ? 1 : -1))
  return newest === undefined || newest.changedMs > now - quietMs ? undefined : newest
}

function isWhole(name: string): boolean {
  return !name.startsWith('.') && !/\.(?:part|tmp|filepart|crdownload)$/i.test(name)
}

async function describe(directory: string, name: string): Promise<Found & { readonly changedMs: number }> {
  const path = join(directory, name)
  const { size, mtimeMs } = await stat(path)
  return { path, name, size, changedMs: mtimeMs, identity: `${name} ${size} ${mtimeMs}` }
}

async function toFile({ path, name, size, identity }: Found, signal: AbortSignal): Promise<SourceFile> {
  // Not through a link that somebody put in its place meanwhile.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  const chunks = handle.createReadStream({ highWaterMark: chunkBytes, signal })
  return { name, sizeBytes: size, identity, chunks: readWhole(chunks, { name, size }) }
}

/** A file that became shorter or longer while it was read is neither what it was nor what it is going to be. */
async function* readWhole(
  chunks: AsyncIterable<Buffer>,
  { name, size }: Pick<Found, 'name' | 'size'>,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    yield chunk
  }
  if (bytes !== size)
    throw new SourceError('truncated', `The file had ${size} bytes and changed while it was read`, { place: name })
}
