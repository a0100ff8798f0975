const ascii = /^[\x00-\x7f]*$/

/**
 * The one meaning of "equal without regard to case": Unicode NFC, then full case folding.
 *
 * RFC 7643 §2.2 calls it caseExact=false, RFC 7644 §7.8 points to PRECIS.
 * Dotless i keeps its identity: upper-casing it would merge it with i, which has been used to take over accounts.
 *
 * @example
 * ```ts
 * import { foldCase } from '@rollcall/scim'
 *
 * console.log(foldCase('STRASSE') === foldCase('straße')) // true
 * ```
 */
export function foldCase(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  if (marksBeyondLanguage.test(text)) return [...text].map(foldCharacter).join('')
  return [...text.normalize('NFC')].map(foldCharacter).join('').normalize('NFC')
}

// Ordering combining marks takes quadratic time, a minute for a body of one MiB. No language puts more than 30 in a row
// (UAX #15 §13, Stream-Safe Text Format), so a text that does is compared as it is written.
const marksBeyondLanguage = /\p{M}{31}/u

// Character by character, since toLowerCase() on a whole text turns a final Σ into ς and so depends on the neighbours.
function foldCharacter(character: string): string {
  if (character === 'ı') return character
  const folded = character.toUpperCase().toLowerCase()
  return folded === 'ς' ? 'σ' : folded
}

/**
 * Orders two texts by Unicode code point, as PostgreSQL does under COLLATE "C" in UTF-8: negative, zero or positive.
 *
 * @example
 * ```ts
 * import { compareText } from '@rollcall/scim'
 *
 * console.log(compareText('\u{ff5e}', '\u{1f600}') < 0) // true
 * ```
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return codePointRank(x) - codePointRank(y)
  }
  return a.length - b.length
}

// UTF-16 puts surrogates (code points ≥ 10000) before E000–FFFF; UTF-8 does not.
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

const dateTimePattern = /^(-?\d{4,})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})?$/i

/**
 * The instant that an xsd:dateTime names, as a text whose order is the order in time:
 * `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ`; undefined when the text is no dateTime (RFC 7643 §2.3.5).
 * Without an offset it is read as UTC.
 *
 * @example
 * ```ts
 * import { foldDateTime } from '@rollcall/scim'
 *
 * console.log(foldDateTime('2011-05-13T05:42:34+02:00')) // 2011-05-13T03:42:34.000000000Z
 * ```
 */
export function foldDateTime(text: string): string | undefined {
  const match = dateTimePattern.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  if (year === undefined || year.length !== 4) return undefined
  const plain = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const milliseconds = Date.parse(plain)
  // Date.parse rolls 30 February over on some engines; the round trip finds that.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== plain.replace('Z', '.000Z'))
    return undefined
  const instant = new Date(milliseconds - offsetMs(offset))
  if (Number.isNaN(instant.getTime())) return undefined
  const seconds = instant.toISOString().slice(0, -5)
  return /^\d{4}-/.test(seconds) ? `${seconds}.${(fraction ?? '').padEnd(9, '0')}Z` : undefined
}

function offsetMs(offset: string | undefined): number {
  if (offset === undefined || offset.length < 6) return 0
  const sign = offset.startsWith('-') ? -1 : 1
  return sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))) * 60_000
}
