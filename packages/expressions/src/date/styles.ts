import type { WhiteSpace } from './parse-exact.ts'

/** What the styles of FormatDateTime ask for. */
export type Styles = WhiteSpace & { readonly adjustsToUniversal: boolean }

const names = [
  'None',
  'AllowLeadingWhite',
  'AllowTrailingWhite',
  'AllowInnerWhite',
  'AllowWhiteSpaces',
  'NoCurrentDateDefault',
  'AdjustToUniversal',
  'AssumeLocal',
  'AssumeUniversal',
  'RoundtripKind',
]

/**
 * Reads .NET's DateTimeStyles, several by commas; a text says what is wrong. Without any, white space around is allowed.
 * Local is UTC here, and a missing date is the first of the year 1, so that most styles change nothing.
 */
export function parseStyles(text: string): Styles | string {
  const words = text
    .split(/[,|]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const unknown = words.find((word) => !names.includes(word))
  if (unknown !== undefined) return `a style is one of ${names.join(', ')}`
  const has = (name: string): boolean => words.includes(name)
  return {
    isOuterAllowed: !has('None') || words.length === 0 || has('AllowWhiteSpaces'),
    isInnerAllowed: has('AllowInnerWhite') || has('AllowWhiteSpaces'),
    adjustsToUniversal: has('AdjustToUniversal'),
  }
}
