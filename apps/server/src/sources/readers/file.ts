import { csvFormat, type SourcePlace } from '@rollcall/admin-api'
import { createCsvReader } from '../csv/csv-reader.ts'
import type { FilePlace } from '../file.ts'
import { findStoredFile, type StoredFile } from '../files.ts'
import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { SourceError } from '../source-error.ts'
import { columnsOf } from './columns.ts'
import { createJsonLinesReader } from './json-lines.ts'

type Place = Extract<SourcePlace, { readonly kind: 'file' }>

/** Reads files that were uploaded. Each shows everybody, so it is a full read. */
export function openFileReader(
  { source, rules, fileId }: OpenReader,
  place: Place,
  parts: Pick<ReaderParts, 'database' | 'encryption' | 'clock'>,
): SourceReader {
  const name = { organizationId: source.organizationId, sourceId: source.id }
  const find = async (): Promise<StoredFile> => {
    const file = await findStoredFile(parts, name, { fileId, now: parts.clock() })
    if (file === undefined) throw new SourceError('notFound', 'No file was uploaded yet')
    return file
  }
  switch (place.format) {
    case 'csv':
      return createCsvReader({
        place: toPlace(find),
        format: place.csv ?? csvFormat.parse({}),
        anchor: rules?.anchor ?? '',
        expectedColumns: columnsOf(rules),
      })
    case 'jsonl':
      return createJsonLinesReader(find, rules?.anchor ?? '')
    default:
      return place.format satisfies never
  }
}

/** Whoever uploads a file again wants it read again. */
function toPlace(find: () => Promise<StoredFile>): FilePlace {
  return {
    open: async () => {
      const file = await find()
      return { name: file.name, sizeBytes: file.bytes, identity: file.sha256, chunks: file.read(0) }
    },
  }
}
