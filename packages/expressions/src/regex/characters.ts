import type { UnitTest } from './pattern.ts'

/** The unit tests of .NET's classes; `\w`, `\d` and `\s` know all of Unicode there. */
export const isWordUnit: UnitTest = test(/[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u)
export const isDigitUnit: UnitTest = test(/\p{Nd}/u)
export const isSpaceUnit: UnitTest = test(/[\f\n\r\t\v\u{85}\p{Z}]/u)

// What stands on the edge of a word for \b: also the joiners.
export function isWordEdgeUnit(unit: number): boolean {
  return isWordUnit(unit) || unit === 0x200c || unit === 0x200d
}

export function not(inner: UnitTest): UnitTest {
  return (unit) => !inner(unit)
}

export function range(from: number, to: number): UnitTest {
  return (unit) => unit >= from && unit <= to
}

export function anyOf(tests: readonly UnitTest[]): UnitTest {
  const [first, ...others] = tests
  if (first === undefined) return () => false
  return others.length === 0 ? first : (unit) => tests.some((one) => one(unit))
}

/** The same set without regard to case: its letters in either case belong to it. */
export function ignoringCase(inner: UnitTest): UnitTest {
  return (unit) => inner(unit) || inner(otherCase(unit, 'lower')) || inner(otherCase(unit, 'upper'))
}

function otherCase(unit: number, to: 'lower' | 'upper'): number {
  const text = String.fromCharCode(unit)
  const other = to === 'lower' ? text.toLowerCase() : text.toUpperCase()
  return other.length === 1 ? other.charCodeAt(0) : unit
}

const categories = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/
/** The blocks that .NET calls by these names, as far as mappings use them. */
const blocks: ReadonlyMap<string, UnitTest> = new Map([
  ['IsBasicLatin', range(0x00, 0x7f)],
  ['IsLatin-1Supplement', range(0x80, 0xff)],
  ['IsLatinExtended-A', range(0x100, 0x17f)],
  ['IsLatinExtended-B', range(0x180, 0x24f)],
  ['IsCombiningDiacriticalMarks', range(0x300, 0x36f)],
  ['IsGreek', range(0x370, 0x3ff)],
  ['IsGreekandCoptic', range(0x370, 0x3ff)],
  ['IsCyrillic', range(0x400, 0x4ff)],
  ['IsHebrew', range(0x590, 0x5ff)],
  ['IsArabic', range(0x600, 0x6ff)],
  ['IsThai', range(0xe00, 0xe7f)],
  ['IsHangulJamo', range(0x1100, 0x11ff)],
  ['IsHiragana', range(0x3040, 0x309f)],
  ['IsKatakana', range(0x30a0, 0x30ff)],
  ['IsCJKUnifiedIdeographs', range(0x4e00, 0x9fff)],
  ['IsHangulSyllables', range(0xac00, 0xd7af)],
])

/** The set that `\p{name}` means; undefined when there is none. */
export function findCategory(name: string): UnitTest | undefined {
  return categories.test(name) ? test(new RegExp(`\\p{${name}}`, 'u')) : blocks.get(name)
}

// One answer a unit and class is kept, since asking a RegExp for each character of each text would cost most of the time.
function test(pattern: RegExp): UnitTest {
  const answers = new Int8Array(0x1_00_00)
  return (unit) => {
    const known = answers[unit]
    if (known !== 0) return known === 1
    const isIn = pattern.test(String.fromCharCode(unit))
    answers[unit] = isIn ? 1 : -1
    return isIn
  }
}
