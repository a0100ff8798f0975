import type { Regex } from '../regex/regex.ts'
import { extractGroup, replaceGroup, replaceMatches } from '../regex/replace-matches.ts'
import type { Value } from '../value/value.ts'
import { gatheredUnitsMax } from '../limits.ts'
import { findConstant, limitText, readPlainText, readText } from './arguments.ts'
import { type Call, fail, type FunctionDefinition, type Site } from './definition.ts'
import { compilePattern } from './pattern-parameter.ts'
import { exactly } from './text.ts'

/** Replace: five functions in one, told apart by which of the seven slots are filled. */
export const replaceFunction: FunctionDefinition = {
  name: 'Replace',
  summary: 'Replaces a text, matches of a pattern or a group of it; five ways, chosen by the slots that are filled.',
  parameters: [
    { name: 'source' },
    { name: 'oldValue', mayBeEmpty: true, isSingle: true },
    { name: 'regexPattern', mayBeEmpty: true, isSingle: true },
    { name: 'regexGroupName', mayBeEmpty: true, isSingle: true },
    { name: 'replacementValue', mayBeEmpty: true, isSingle: true },
    { name: 'replacementAttributeName', mayBeEmpty: true, isSingle: true },
    { name: 'template', mayBeEmpty: true, isSingle: true },
  ],
  ...exactly(7),
  result: 'first',
  mapsOver: 0,
  checkConstants: checkReplace,
  evaluate: replace,
}

type Way = 'literal' | 'template' | 'pattern' | 'group' | 'otherAttribute'

/** The filled slots of each way, behind the source. */
const ways: ReadonlyMap<string, Way> = new Map([
  ['1,4', 'literal'],
  ['1,6', 'template'],
  ['2,4', 'pattern'],
  ['2,3,4', 'group'],
  ['2,3,5', 'otherAttribute'],
])

function findWay(site: Site): Way {
  const filled = site.expression.arguments.flatMap((part, index) => (part === undefined || index === 0 ? [] : [index]))
  const way = ways.get(filled.join())
  if (way !== undefined) return way
  throw fail(
    site,
    'Arity',
    'fill oldValue and replacementValue, or oldValue and template, or regexPattern and replacementValue, or these with ' +
      'regexGroupName, or regexPattern, regexGroupName and replacementAttributeName',
  )
}

function checkReplace(site: Site): void {
  findWay(site)
  const pattern = findConstant(site, 2)
  if (pattern === undefined) return
  const regex = compilePattern(site, 2, pattern)
  const group = findConstant(site, 3)
  if (group !== undefined) findGroup(site, regex, group)
}

function findGroup(site: Site, regex: Regex, name: string): number {
  const group = regex.groups.get(name)
  if (group === undefined)
    throw fail(site, 'BadRegex', `the pattern has no group ${name.slice(0, 40)}`, { argument: 3 })
  return group
}

function replace(call: Call): Value {
  const text = readText(call, 0)
  const way = findWay(call)
  if (way === 'otherAttribute') return text === null || text === '' ? takeFromOther(call) : text
  if (text === null) return null
  switch (way) {
    case 'literal':
      return replaceLiteral(call, text, readPlainText(call, 1), readPlainText(call, 4))
    case 'template':
      // As with Append, a template around nothing is no useful value.
      return text === '' ? null : replaceLiteral(call, readPlainText(call, 6), readPlainText(call, 1), text)
    case 'pattern':
      return limitText(
        call,
        replaceMatches(compilePattern(call, 2, readPlainText(call, 2)), text, readPlainText(call, 4)),
      )
    case 'group': {
      const regex = compilePattern(call, 2, readPlainText(call, 2))
      const group = findGroup(call, regex, readPlainText(call, 3))
      return limitText(call, replaceGroup(regex, text, group, readPlainText(call, 4)))
    }
    default:
      return way satisfies never
  }
}

function takeFromOther(call: Call): Value {
  const other = readText(call, 5)
  const regex = compilePattern(call, 2, readPlainText(call, 2))
  const group = findGroup(call, regex, readPlainText(call, 3))
  return other === null ? null : (extractGroup(regex, other, group) ?? null)
}

function replaceLiteral(call: Call, text: string, old: string, replacement: string): string {
  if (old === '') return text
  const count = text.split(old).length - 1
  if (text.length + count * replacement.length > gatheredUnitsMax)
    throw fail(call, 'TooLong', 'the text would be too long')
  return limitText(
    call,
    text.replaceAll(old, () => replacement),
  )
}
