import type { Json, JsonObject } from '@rollcall/scim'
import type { SourceEntry } from './reader.ts'

/** In UTF-8. Two anchors and the attribute between them share a row of an index, which has room for 2,704 bytes. */
export const anchorBytesMax = 1_000

type BadEntry = Extract<SourceEntry, { readonly kind: 'bad' }>

/** What names a record, or why nothing does. Spaces around it are nobody's name. */
export function nameRecord(
  attributes: JsonObject,
  { column, place }: { readonly column: string; readonly place: string },
): { readonly anchor: string } | BadEntry {
  // Nobody has said yet what names a record: it is only looked at.
  if (column === '') return { anchor: '' }
  const value = attributes[column]
  const bad = { kind: 'bad', anchor: undefined, place, attribute: column } as const
  if (isImprecise(value))
    return {
      ...bad,
      reason: 'anchorImprecise',
      detail: `"${column}" is a number that JSON does not tell from its neighbours: send it as a text`,
    }
  const anchor = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  if (anchor !== '') return { anchor }
  return { ...bad, reason: 'anchorMissing', detail: `The record has no "${column}", which would name it` }
}

/** Beyond 2^53 several numbers are one: two people would share a record. */
function isImprecise(value: Json | undefined): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER
}

/** Why an anchor cannot be kept, whatever it names; undefined: it can. */
export function findAnchorFlaw(anchor: string): { readonly reason: string; readonly detail: string } | undefined {
  if (anchor === '') return { reason: 'anchorMissing', detail: 'The record has nothing that names it' }
  if (anchor.includes('\0') || !anchor.isWellFormed())
    return { reason: 'invalidText', detail: 'What names the record is no valid Unicode, or holds the character U+0000' }
  if (Buffer.byteLength(anchor) > anchorBytesMax)
    return { reason: 'anchorTooLong', detail: `What names the record has more than ${anchorBytesMax} bytes` }
  return undefined
}
