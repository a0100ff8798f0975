import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { evaluate, ExpressionError, expressionLimits, listFunctions, parseExpression } from '@rollcall/expressions'
import { toPlain } from './plain.ts'

/** An example that Microsoft's pages on provisioning print, with what they say it yields; `note` where that is corrected. */
type Example = {
  readonly expression: string
  readonly attributes: { readonly [name: string]: unknown }
  readonly now?: string
  readonly taken?: readonly string[]
  readonly value?: unknown
  readonly matches?: string
  readonly error?: string
  readonly isLeftOut?: boolean
  readonly note?: string
}

const golden: readonly Example[] = JSON.parse(readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8'))

function play(example: Example): unknown {
  const taken = new Set(example.taken?.map((value) => value.toLowerCase()))
  try {
    const { value, isFlowing } = evaluate(parseExpression(example.expression), {
      attributes: example.attributes,
      now: example.now === undefined ? undefined : new Date(example.now),
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      isTaken: (candidate) => taken.has(candidate.toLowerCase()),
    })
    return isFlowing ? { value: toPlain(value) } : { isLeftOut: true }
  } catch (error) {
    if (error instanceof ExpressionError) return { error: error.code }
    throw error
  }
}

test('AC-E27: the listed functions are there and every published example yields what its page says', () => {
  const names = new Set(listFunctions().map(({ name }) => name))
  const listed =
    'Append AppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff ' +
    'DateFromNum FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid ' +
    'NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact RemoveDuplicates Replace SelectUniqueValue ' +
    'SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Word AssertiveAppRoleAssignmentsComplex DefaultDomain'
  assert.deepEqual(
    listed.split(' ').filter((name) => !names.has(name)),
    [],
  )
  assert.equal(listed.split(' ').length, 45)
  assert.ok(golden.length > 100)
  for (const example of golden) {
    const found = play(example)
    const { value, matches, error, isLeftOut } = example
    if (matches !== undefined) assert.match((found as { value: string }).value, new RegExp(matches), example.expression)
    else if (error !== undefined) assert.deepEqual(found, { error }, example.expression)
    else assert.deepEqual(found, isLeftOut ? { isLeftOut } : { value }, example.expression)
  }
})

test('AC-E27: 10,000 characters are read and one more is not', () => {
  assert.equal(expressionLimits.charactersMax, 10_000)
  assert.equal(evaluate(parseExpression(`"${'x'.repeat(9_998)}"`), { attributes: {} }).value, 'x'.repeat(9_998))
  assert.throws(
    () => parseExpression(`"${'x'.repeat(9_999)}"`),
    (error) => error instanceof ExpressionError && error.code === 'TooLong',
  )
})

test('AC-E27: differences of dates by the rules of VBA', () => {
  const from = '2024-12-31T23:00:00Z'
  const to = '2025-01-01T01:00:00Z'
  const diff = (interval: string) =>
    evaluate(parseExpression(`DateDiff("${interval}", CDate([from]), CDate([to]))`), { attributes: { from, to } }).value
  // Boundaries for years and months, elapsed time for the others; no Sunday lies between a Tuesday and a Wednesday.
  assert.deepEqual(['yyyy', 'm', 'ww', 'd', 'h', 'n', 's'].map(diff), [1, 1, 0, 0, 2, 120, 7200])
})

test('AC-E27: base64 is of UTF-16LE, and Join skips what is empty', () => {
  const value = (text: string, attributes = {}) => evaluate(parseExpression(text), { attributes }).value
  assert.equal(value('ConvertToBase64([a])', { a: 'é€' }), '6QCsIA==')
  assert.equal(value('Join("-", [a], "", [b], "x", [none])', { a: ['p', ''], b: null }), 'p-x')
})
