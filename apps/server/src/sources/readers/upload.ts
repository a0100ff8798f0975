import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { createBatchReader } from '../uploads/batch-reader.ts'

/** Reads what clients uploaded. */
export function openUploadReader(
  { source, rules, readId }: OpenReader,
  parts: Pick<ReaderParts, 'database' | 'encryption' | 'clock'>,
): SourceReader {
  const name = { organizationId: source.organizationId, sourceId: source.id }
  return createBatchReader(parts, { name, readId, anchor: rules?.anchor ?? '' })
}
