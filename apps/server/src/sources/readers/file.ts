import type { SourcePlace } from '@rollcall/admin-api'
import { findStoredFile, type StoredFile } from '../files.ts'
import type { SourceEntry, SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { SourceError } from '../source-error.ts'
import { readJsonLines } from './json-lines.ts'

type FilePlace = Extract<SourcePlace, { readonly kind: 'file' }>

const sampleMax = 10

/** Reads files that were uploaded. Each shows everybody, so it is a full read. */
export function openFileReader(
  { source, rules, fileId }: OpenReader,
  place: FilePlace,
  { database }: Pick<ReaderParts, 'database'>,
): SourceReader {
  const name = { organizationId: source.organizationId, sourceId: source.id }
  const find = async (): Promise<StoredFile> => {
    const file = await findStoredFile(database, name, fileId)
    if (file === undefined) throw new SourceError('notFound', 'No file was uploaded yet')
    return file
  }
  const pagesOf = (file: StoredFile, cursor: Parameters<typeof readJsonLines>[1]['cursor'], signal: AbortSignal) => {
    switch (place.format) {
      case 'jsonl':
        return readJsonLines(file, { cursor, anchor: rules?.anchor, signal })
      default:
        return place.format satisfies never
    }
  }
  return {
    abilities: { canDelta: false, tellsDeletions: false },
    read: async function* ({ cursor, signal }) {
      yield* pagesOf(await find(), cursor, signal)
    },
    probe: async (signal) => {
      const sample: SourceEntry[] = []
      for await (const page of pagesOf(await find(), undefined, signal)) {
        sample.push(...page.entries.slice(0, sampleMax))
        break
      }
      const columns = new Set(sample.flatMap((entry) => (entry.kind === 'record' ? Object.keys(entry.attributes) : [])))
      return { sample, columns: [...columns] }
    },
  }
}
