import { join } from 'node:path'
import { csvFormat, type SourcePlace } from '@rollcall/admin-api'
import { createAuthorizer } from '../../outbound-authorizer.ts'
import { formatTypeId } from '../../type-id.ts'
import { createCsvReader } from '../csv/csv-reader.ts'
import type { FilePlace } from '../file.ts'
import { createFolderPlace } from '../files/folder-place.ts'
import { createUrlPlace } from '../files/url-place.ts'
import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { SourceError } from '../source-error.ts'
import { columnsOf } from './columns.ts'
import { createJsonLinesReader, type LinesFile } from './json-lines.ts'

type Place = Extract<SourcePlace, { readonly kind: 'folder' | 'url' }>

/** Reads files that lie somewhere else: in a folder of the server, behind an address. */
export function openFileElsewhere(opened: OpenReader, place: Place, parts: ReaderParts): SourceReader {
  const { rules } = opened
  const files = place.kind === 'url' ? openUrl(opened, place, parts) : openFolder(opened, place, parts)
  if (place.format === 'jsonl') return createJsonLinesReader(() => toLines(files), rules?.anchor ?? '')
  return createCsvReader({
    place: files,
    format: place.csv ?? csvFormat.parse({}),
    anchor: rules?.anchor ?? '',
    expectedColumns: columnsOf(rules),
  })
}

function openUrl(
  { source: { credentials } }: OpenReader,
  place: Extract<Place, { readonly kind: 'url' }>,
  { outboundConnections, outboundStreams, clock }: ReaderParts,
): FilePlace {
  const authorizer = createAuthorizer(credentials, {
    send: (call) => outboundConnections.send(call),
    ca: place.ca,
    now: () => clock().getTime(),
  })
  return createUrlPlace(place, { outbound: outboundStreams, authorizer })
}

function openFolder(
  { source }: OpenReader,
  { path, pattern }: Extract<Place, { readonly kind: 'folder' }>,
  { config, clock }: ReaderParts,
): FilePlace {
  const { sourceFolders } = config
  if (sourceFolders === undefined)
    throw new SourceError('misconfigured', 'The operator of this server names no folder: ROLLCALL_SOURCE_FOLDERS')
  const base = join(sourceFolders, formatTypeId('org', source.organizationId))
  return createFolderPlace({ base, path, pattern }, () => clock().getTime())
}

/** Lines are read anew from the first byte: what was read already is passed over. */
async function toLines(files: FilePlace): Promise<LinesFile> {
  const file = await files.open({ known: undefined, signal: new AbortController().signal })
  // Nothing is known, so nothing is unchanged.
  if (file === 'unchanged') throw new SourceError('unreadable', 'The server says that nothing changed since never')
  return { bytes: file.sizeBytes, read: (fromByte) => skip(file.chunks, fromByte) }
}

async function* skip(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const chunk of chunks) {
    if (left < chunk.byteLength) yield left === 0 ? chunk : chunk.subarray(left)
    left = Math.max(0, left - chunk.byteLength)
  }
}
