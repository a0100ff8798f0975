import type { JsonObject } from '@rollcall/scim'
import type { LdapSession } from '../../ldap/session.ts'
import type { DirectorySource } from './directory-source.ts'

/** A record as it stands with us. */
export type KnownRecord = { readonly anchor: string; readonly raw: JsonObject }

/** What a source has said so far: a directory that does not tell who is gone is compared with it. */
export type KnownRecords = {
  /** Of these anchors those that are known and not gone. */
  among(anchors: readonly string[]): Promise<readonly string[]>
  /** All that are not gone, some at a time. */
  all(): AsyncIterable<readonly KnownRecord[]>
}

/** One read of a directory over one connection. */
export type DirectoryRead = {
  readonly source: DirectorySource
  readonly session: LdapSession
  readonly known: KnownRecords
  readonly now: Date
  readonly signal: AbortSignal
}

/** A page holds no more. */
export const entriesPerPage = 1_000

export function* inChunks<Value>(values: Iterable<Value>, size: number): Generator<readonly Value[]> {
  let chunk: Value[] = []
  for (const value of values) {
    chunk.push(value)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
