import type { SourceRules } from '@rollcall/admin-api'
import type { Parts } from '../parts.ts'
import { openFileElsewhere } from './readers/file-elsewhere.ts'
import { openFileReader } from './readers/file.ts'
import { openHttpReader } from './readers/http.ts'
import { openScimReader } from './readers/scim.ts'
import { openLdapReader } from './readers/ldap.ts'
import { openSqlReader } from './readers/sql.ts'
import { openUploadReader } from './readers/upload.ts'
import type { SourceReader } from './reader.ts'
import type { OpenedSource } from './source.ts'

export type ReaderParts = Pick<
  Parts,
  | 'database'
  | 'clock'
  | 'encryption'
  | 'config'
  | 'outboundConnections'
  | 'outboundStreams'
  | 'outboundFetch'
  | 'outboundTcp'
>

/** What is read, and how its records are named. */
export type OpenReader = {
  readonly source: OpenedSource
  /** Those of the read; undefined where none are live yet and the source is only tried. */
  readonly rules: SourceRules | undefined
  /** Of a source that reads uploaded files; null: the newest one. */
  readonly fileId: string | null
  /** Null: nothing is read, the source is only tried. */
  readonly readId: string | null
}

/** The reader of a source, by its kind. */
export function openReader(opened: OpenReader, parts: ReaderParts): SourceReader {
  const { place } = opened.source
  switch (place.kind) {
    case 'file':
      return openFileReader(opened, place, parts)
    case 'folder':
    case 'url':
      return openFileElsewhere(opened, place, parts)
    case 'http':
      return openHttpReader(opened, place, parts)
    case 'sql':
      return openSqlReader(opened, place, parts)
    case 'upload':
      return openUploadReader(opened, parts)
    case 'scim':
      return openScimReader(opened, place, parts)
    case 'ldap':
      return openLdapReader(opened, place, parts)
    default:
      return place satisfies never
  }
}
