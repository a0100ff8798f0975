/** One part of a name: `cn=Anna`, or several values that name together, `cn=Anna+employeeNumber=7`. */
export type Rdn = readonly { readonly type: string; readonly value: string }[]

/** What stands for itself in no value (RFC 4514 §2.4), and what must not begin or end one. */
const special = /[,+"\\<>;=#\0]|^ | $/g

/** A value within a name. Written as hex pairs, which no reader takes for the end of a part. */
export function escapeDnValue(value: string): string {
  return value.replace(special, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

export function printRdn(type: string, value: string): string {
  return `${type}=${escapeDnValue(value)}`
}

/** The parts of a name from the entry up to the root; undefined for what is no name. */
export function parseDn(text: string): readonly Rdn[] | undefined {
  if (text.trim() === '') return []
  const parts = splitOutside(text, ',').map(parseRdn)
  return parts.includes(undefined) ? undefined : parts.filter((part) => part !== undefined)
}

export function isDn(text: string): boolean {
  return parseDn(text) !== undefined
}

/** The name of the entry above; empty for one at the root. */
export function parentOf(dn: string): string {
  return splitOutside(dn, ',').slice(1).join(',')
}

/** Whether two names are one: types and values in any case, blanks around signs left out, however values are escaped. */
export function isSameDn(left: string, right: string): boolean {
  return left === right || foldDn(left) === foldDn(right)
}

/** Whether an entry is `base` or below it. */
export function isWithin(dn: string, base: string): boolean {
  const folded = foldDn(dn)
  const above = foldDn(base)
  return above === '' || folded === above || folded.endsWith(`,${above}`)
}

/** One text for one name. */
export function foldDn(dn: string): string {
  const parts = parseDn(dn)
  if (parts === undefined) return dn.trim().toLowerCase()
  return parts.map(foldRdn).join(',')
}

function foldRdn(rdn: Rdn): string {
  return rdn
    .map(({ type, value }) => `${type.toLowerCase()}=${escapeDnValue(foldValue(value))}`)
    .toSorted()
    .join('+')
}

/** As caseIgnoreMatch compares (RFC 4518 §2.6): several blanks are one. */
function foldValue(value: string): string {
  return value.replace(/ +/g, ' ').trim().toLowerCase()
}

function parseRdn(text: string): Rdn | undefined {
  const pairs = splitOutside(text, '+').map((pair) => {
    const at = pair.indexOf('=')
    const type = pair.slice(0, Math.max(at, 0)).trim()
    const value = at < 0 ? undefined : unescape(pair.slice(at + 1))
    return /^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)*)$/i.test(type) && value !== undefined ? { type, value } : undefined
  })
  return pairs.includes(undefined) ? undefined : pairs.filter((pair) => pair !== undefined)
}

/** At signs that are neither escaped nor within quotes (RFC 2253's older way of writing). */
function splitOutside(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === sign && !isQuoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

/** `\2C` and `\,` are a comma; hex pairs are bytes of UTF-8. Undefined for what is cut off. */
function unescape(text: string): string | undefined {
  const trimmed = trimUnescaped(text)
  const inner = /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed
  const bytes: Buffer[] = []
  for (let at = 0; at < inner.length; at++) {
    if (inner.charAt(at) !== '\\') {
      const character = String.fromCodePoint(inner.codePointAt(at) ?? 0)
      bytes.push(Buffer.from(character))
      at += character.length - 1
      continue
    }
    const pair = inner.slice(at + 1, at + 3)
    if (pair === '') return undefined
    const isHex = /^[\da-f]{2}$/i.test(pair)
    bytes.push(isHex ? Buffer.from(pair, 'hex') : Buffer.from(pair.charAt(0)))
    at += isHex ? 2 : 1
  }
  return Buffer.concat(bytes).toString('utf8')
}

/** Spaces around a value mean nothing, unless the last of them is escaped. Other blanks are characters of it (RFC 4514 §2.4). */
function trimUnescaped(text: string): string {
  let start = 0
  while (text[start] === ' ') start++
  let end = text.length
  while (end > start && text[end - 1] === ' ') end--
  const trimmed = text.slice(start, end)
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(trimmed) && end < text.length ? `${trimmed} ` : trimmed
}
