import type { CsvFormat } from '@rollcall/admin-api'

export type Encoding = Exclude<CsvFormat['encoding'], 'auto'>

/** So much of a file is looked at; one that is shorter is looked at whole. */
export const detectionBytes = 1024 * 1024

/**
 * In which encoding a file is written, by how it begins: a byte order mark, zero bytes as UTF-16 has them, UTF-8 if it is
 * that, else what Excel writes in Western Europe, in Japan or in Korea, whichever its bytes fit.
 */
export function detectEncoding(start: Uint8Array): Encoding {
  return (
    findMark(start) ??
    findUtf16(start) ??
    (isUtf8(start) ? 'utf-8' : isWestern(start) ? 'windows-1252' : findDoubleByte(start))
  )
}

function findMark([first, second, third]: Uint8Array): Encoding | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

/** The commas, quotes and line ends of a table have a zero byte in UTF-16, and no text in another encoding has any. */
function findUtf16(start: Uint8Array): Encoding | undefined {
  let even = 0
  let odd = 0
  for (let at = 0; at < start.length; at++) {
    if (start[at] !== 0) continue
    if (at % 2 === 0) even++
    else odd++
  }
  if (even + odd < start.length / 100 || even + odd === 0) return undefined
  return odd >= even ? 'utf-16le' : 'utf-16be'
}

function isUtf8(start: Uint8Array): boolean {
  try {
    // As a stream, since the last character may be cut in two.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * Accented letters of Windows-1252 stand from C0 on, by themselves or in twos among ASCII. Japanese text leads with 81 to 9F, Korean
 * text with B0 to C8, and its bytes come in pairs.
 */
function isWestern(bytes: Uint8Array): boolean {
  let western = 0
  let eastern = 0
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0x80) continue
    const start = at
    while ((bytes[at + 1] ?? 0) >= 0x80) at++
    const [first = 0, second = 0] = bytes.subarray(start, at + 1)
    const length = at + 1 - start
    const isAccents = length === 1 ? first >= 0xc0 : length === 2 && first > 0xc8 && second >= 0xc0
    if (isAccents) western++
    else if (isShiftJisLead(first) || isHangulLead(first, second)) eastern++
  }
  return western > eastern
}

/**
 * Hangul of KS X 1001 has a lead byte of B0 to C8 and a second byte from A1 on. What is common in Shift_JIS leads with 81 to
 * 9F or E0 to EA, which Korean text has only for syllables that hardly anybody writes.
 */
function findDoubleByte(start: Uint8Array): Encoding {
  const japanese = count(start, isShiftJisLead, isShiftJisLead)
  const korean = count(start, (byte) => byte >= 0x81, isHangulLead)
  return korean > japanese ? 'euc-kr' : 'shift_jis'
}

const isShiftJisLead = (byte: number): boolean => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xea)
const isHangulLead = (byte: number, second: number): boolean => byte >= 0xb0 && byte <= 0xc8 && second >= 0xa1

/** Pairs that are telling, read from left to right as an encoding of two bytes a character would. */
function count(
  bytes: Uint8Array,
  isLead: (byte: number) => boolean,
  isTelling: (byte: number, second: number) => boolean,
): number {
  let found = 0
  for (let at = 0; at + 1 < bytes.length; at++) {
    const [byte = 0, second = 0] = [bytes[at], bytes[at + 1]]
    if (!isLead(byte)) continue
    if (isTelling(byte, second)) found++
    at++
  }
  return found
}
