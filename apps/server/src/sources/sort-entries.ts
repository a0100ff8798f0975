import type { JsonObject } from '@rollcall/scim'
import type { StagedRecord } from '../db/queries/source-intake.ts'
import { isStorableJson } from '../directory/resource-values.ts'
import { toStorable } from '../storable-text.ts'
import { hashOf, toCanonical } from './canonical.ts'
import { findAnchorFlaw } from './name-record.ts'
import { isDeeper, levelsMax, tooDeep } from './nesting.ts'
import type { SourceEntry } from './reader.ts'

const rawCharactersMax = 200_000
const tooLarge = { reason: 'recordTooLarge', detail: `The record has more than ${rawCharactersMax} characters` }
const invalidText = {
  reason: 'invalidText',
  detail: 'A text of the record is no valid Unicode, or holds the character U+0000',
}
/** Of what is said of a bad entry. */
const placeCharactersMax = 500
const detailCharactersMax = 2_000

export type BadEntry = Extract<SourceEntry, { readonly kind: 'bad' }>
export type GivenRecord = {
  readonly anchor: string
  readonly hash: string
  readonly raw: string
  readonly place: string
  readonly attributes: JsonObject
}

/** The entries of a page by what they are; what the database could not keep is bad, and nothing else of the page with it. */
export function sortEntries(entries: readonly SourceEntry[]): {
  readonly records: readonly GivenRecord[]
  readonly deleted: readonly StagedRecord[]
  readonly bad: readonly BadEntry[]
} {
  const records: GivenRecord[] = []
  const deleted = new Map<string, StagedRecord>()
  const bad: BadEntry[] = []
  for (const entry of entries) {
    const flaw = entry.kind === 'bad' ? entry : findEntryFlaw(entry)
    if (flaw !== undefined) {
      bad.push(toStorableEntry(flaw))
    } else if (entry.kind === 'deleted') {
      deleted.set(entry.anchor, { anchor: entry.anchor, hash: null, raw: null, place: toPlace(entry.place) })
    } else if (entry.kind === 'record') {
      // Whoever is deleted and made again within a page is there.
      deleted.delete(entry.anchor)
      const taken = takeRecord(entry)
      if ('raw' in taken) records.push(taken)
      else bad.push(taken)
    }
  }
  return { records: records.filter(({ anchor }) => !deleted.has(anchor)), deleted: [...deleted.values()], bad }
}

function findEntryFlaw({ anchor, place }: Exclude<SourceEntry, BadEntry>): BadEntry | undefined {
  const flaw = findAnchorFlaw(anchor)
  return flaw && { kind: 'bad', anchor: undefined, place, attribute: undefined, ...flaw }
}

function takeRecord(entry: Extract<SourceEntry, { readonly kind: 'record' }>): GivenRecord | BadEntry {
  const { anchor, attributes } = entry
  const place = toPlace(entry.place)
  // Whoever it is, he is there: his record alone is bad.
  const refuse = (flaw: { readonly reason: string; readonly detail: string }): BadEntry => {
    return { kind: 'bad', anchor, place, attribute: undefined, ...flaw }
  }
  if (isDeeper(attributes, levelsMax)) return refuse(tooDeep)
  const raw = toCanonical(attributes)
  if (raw.length > rawCharactersMax) return refuse(tooLarge)
  return isStorableJson(raw) ? { anchor, hash: hashOf(raw), raw, place, attributes } : refuse(invalidText)
}

export function toPlace(place: string): string {
  return cut(toStorable(place), placeCharactersMax)
}

export function toStorableEntry({ anchor, place, attribute, reason, detail }: BadEntry): BadEntry {
  return {
    kind: 'bad',
    anchor: anchor === undefined || findAnchorFlaw(anchor) !== undefined ? undefined : anchor,
    place: toPlace(place),
    attribute: attribute && cut(toStorable(attribute), placeCharactersMax),
    reason,
    detail: cut(toStorable(detail), detailCharactersMax),
  }
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1).toWellFormed()}…`
}
