import { ExpressionError } from '../errors.ts'
import { textUnitsMax } from '../limits.ts'
import { createSearch, findMatch, type Match } from './find-match.ts'
import type { Regex } from './regex.ts'

/** Whether the pattern is found anywhere; for one that was compiled whole, whether it is the text. */
export function isMatch(regex: Regex, text: string): boolean {
  return findMatch(createSearch(regex, text), 0) !== undefined
}

/** Every match replaced; `$1`, `${name}`, `$&`, `` $` ``, `$'`, `$_` and `$$` of the replacement are expanded. */
export function replaceMatches(regex: Regex, text: string, replacement: string): string {
  return rewrite(regex, text, (match) => [match[0] ?? 0, match[1] ?? 0, expand(regex, text, match, replacement)])
}

/** In every match, only the span of one group replaced. */
export function replaceGroup(regex: Regex, text: string, group: number, replacement: string): string {
  return rewrite(regex, text, (match) => {
    const [from, to] = [match[2 * group] ?? -1, match[2 * group + 1] ?? -1]
    return from === -1 || to === -1 ? undefined : [from, to, replacement]
  })
}

/** What one group took of the first match; undefined when there is none or the group took no part. */
export function extractGroup(regex: Regex, text: string, group: number): string | undefined {
  const match = findMatch(createSearch(regex, text), 0)
  const [from, to] = [match?.[2 * group] ?? -1, match?.[2 * group + 1] ?? -1]
  return from === -1 || to === -1 ? undefined : text.slice(from, to)
}

type Replaced = readonly [from: number, to: number, text: string]

function rewrite(regex: Regex, text: string, toReplaced: (match: Match) => Replaced | undefined): string {
  const search = createSearch(regex, text)
  let made = ''
  let copied = 0
  for (let at = 0; at <= text.length;) {
    const match = findMatch(search, at)
    if (match === undefined) break
    const replaced = toReplaced(match)
    if (replaced !== undefined) {
      made += text.slice(copied, replaced[0]) + replaced[2]
      copied = replaced[1]
    }
    refuseLong(made.length)
    const [from = at, to = at] = match
    // .NET goes on one unit further behind an empty match.
    at = to === from ? to + 1 : to
  }
  return made + text.slice(copied)
}

const references = /\$(?:(\$)|([&`'_+])|(\d+)|\{(\w+)\})/g

// A reference to a group that the pattern lacks is text, as in .NET.
function expand(regex: Regex, text: string, match: Match, replacement: string): string {
  if (!replacement.includes('$')) return replacement
  let made = 0
  return replacement.replace(references, (found, dollar?: string, sign?: string, digits?: string, name?: string) => {
    if (dollar !== undefined) return '$'
    const group = regex.groups.get(name ?? digits ?? '')
    if (sign === undefined && group === undefined) return found
    const part = group === undefined ? expandSign(sign ?? '', text, match) : sliceGroup(text, match, group)
    made += part.length
    refuseLong(made)
    return part
  })
}

function refuseLong(units: number): void {
  if (units > textUnitsMax) throw new ExpressionError('TooLong', `A text may have at most ${textUnitsMax} characters`)
}

function expandSign(sign: string, text: string, match: Match): string {
  switch (sign) {
    case '&':
      return sliceGroup(text, match, 0)
    case '`':
      return text.slice(0, match[0])
    case "'":
      return text.slice(match[1])
    case '+':
      return sliceGroup(text, match, match.length / 2 - 1)
    default:
      return text
  }
}

function sliceGroup(text: string, match: Match, group: number): string {
  const [from = -1, to = -1] = [match[2 * group], match[2 * group + 1]]
  return from === -1 || to === -1 ? '' : text.slice(from, to)
}
