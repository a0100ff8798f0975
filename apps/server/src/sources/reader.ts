import type { JsonObject } from '@rollcall/scim'

/** One thing that a source says of somebody. */
export type SourceEntry =
  | {
      readonly kind: 'record'
      /** Whose it is, in the words of the source: never changes, never given to somebody else. */
      readonly anchor: string
      /** The record as a whole, never a difference, by the names of the source. Absent is not null. */
      readonly attributes: JsonObject
      /** Where it stands, for people: `line 12`, a DN, a page. */
      readonly place: string
    }
  /** The source itself says that it is gone: a tombstone, a DELETE. */
  | { readonly kind: 'deleted'; readonly anchor: string; readonly place: string }
  /** Not readable; what else the page holds goes on. */
  | {
      readonly kind: 'bad'
      readonly anchor: string | undefined
      readonly place: string
      /** Column or attribute that is wrong, where it is one. */
      readonly attribute: string | undefined
      readonly reason: string
      readonly detail: string
    }

/** One thing that a source says of a group, where groups are things of their own there. */
export type SourceGroup =
  | {
      readonly kind: 'group'
      /** Which one it is, in the words of the source: never changes, never given to another one. */
      readonly anchor: string
      /** Its columns, without its members. */
      readonly attributes: JsonObject
      /** How other groups name it as their member; undefined: none can. */
      readonly memberKey: string | undefined
      /** All of its direct members, people and groups, as the source names them; in any order. */
      readonly members: readonly string[]
      readonly place: string
    }
  | { readonly kind: 'deleted'; readonly anchor: string; readonly place: string }
  | Extract<SourceEntry, { readonly kind: 'bad' }>

/** So much of a source as is written in one transaction, together with the cursor behind it. */
export type SourcePage = {
  readonly entries: readonly SourceEntry[]
  /** Only of readers that were asked for groups. */
  readonly groups?: readonly SourceGroup[]
  /** From where a read that broke off goes on; undefined: only from the beginning. */
  readonly cursor: JsonObject | undefined
  /** What was read and, where it is known, what there is: bytes, rows or records, one unit for all of a read. */
  readonly progress: { readonly done: number; readonly total: number | undefined }
  /**
   * Set on the last page, and only where the source itself said that this was all: an end that merely happened (a file cut in
   * half, a connection that closed) throws instead.
   */
  readonly end?: {
    /** Where the next delta begins: what the source called it when the read *began*. */
    readonly checkpoint: JsonObject | undefined
    /** The source says that nothing changed since the read that gave the checkpoint: nobody is absent. */
    readonly isUnchanged?: boolean
  }
}

export type ReadRequest = {
  /** `delta` only where the reader is able to and there is a checkpoint. */
  readonly mode: 'full' | 'delta'
  /** Of the last read that ended. */
  readonly checkpoint: JsonObject | undefined
  /** Of the last page that was written, when a read goes on. */
  readonly cursor: JsonObject | undefined
  readonly now: Date
  readonly signal: AbortSignal
}

/** Reads people, and teams where it can, out of one system of somebody else. */
export type SourceReader = {
  readonly abilities: {
    readonly canDelta: boolean
    /** A delta tells who is gone; else only a full read does, by absence. */
    readonly tellsDeletions: boolean
  }
  /** Pages of at most 1,000 entries. Throws SourceError; whatever else is thrown is a mistake of ours. */
  read(request: ReadRequest): AsyncIterable<SourcePage>
  /** The cheapest request that proves address and credentials; a few records to look at. */
  probe(signal: AbortSignal): Promise<SourceProbe>
}

/** So many records at most are looked at when a source is tried. */
export const sampleMax = 20

export type SourceProbe = {
  /** Where nothing says yet what names a record, the anchor is empty. */
  readonly sample: readonly SourceEntry[]
  readonly columns: readonly string[]
  /** How a table is written, as it was named or found. */
  readonly format?: { readonly encoding: string; readonly delimiter: string }
}
