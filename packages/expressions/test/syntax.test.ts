import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Expression, ExpressionError, parseExpression, printExpression } from '@rollcall/expressions'

function refusal(text: string): ExpressionError {
  try {
    parseExpression(text)
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error(`parsed: ${text}`)
}

const refused: readonly (readonly [text: string, code: string, position: number, suggestion?: string])[] = [
  ['', 'Syntax', 0],
  ['   ', 'Syntax', 3],
  ['Append([a], "x"', 'Syntax', 6],
  ['Append([a], "x"))', 'Syntax', 16],
  ['Append([a, "x")', 'Syntax', 7],
  ['"abc', 'Syntax', 0],
  ['"a""b"', 'Syntax', 3, '\\"'],
  ["'abc'", 'Syntax', 0, '"'],
  ['“abc”', 'Syntax', 0, '"'],
  ['Join(";"; [a])', 'Syntax', 8, ','],
  ['[a] + [b]', 'Syntax', 4, '&'],
  ['[a] = [b] = [c]', 'Syntax', 10],
  ['[a] != "x"', 'Syntax', 4, '<>'],
  ['[]', 'Syntax', 0],
  ['12abc', 'Syntax', 2],
  ['Apend([a], "x")', 'UnknownFunction', 0, 'Append'],
  ['tolower([a])', 'UnknownFunction', 0, 'ToLower'],
  ['Switch([a], Lefft("x", 1), "k", "v")', 'UnknownFunction', 12, 'Left'],
  ['And([a], [b])', 'UnknownFunction', 0, 'Rollcall.And'],
  ['Qwertyuiop()', 'UnknownFunction', 0],
  ['Append([a])', 'Arity', 0],
  ['Append([a], )', 'Arity', 0],
  ['Now(1)', 'Arity', 0],
  ['Switch([a], "d", "k", "v", "k2")', 'Arity', 0],
  ['Replace([a], "b", , , , , )', 'Arity', 0],
  ['Replace([a], "b", "c", , "d", , )', 'Arity', 0],
  ['Trim(IgnoreFlowIfNullOrEmpty([a]))', 'Nested', 5],
  ['InStr("a", "b", 1, vbTextCompar)', 'BadEnum', 19, 'vbTextCompare'],
  ['IIF([a] = true, "x", "y")', 'BadEnum', 10, '"True"'],
  ['department', 'BadEnum', 0, '[department]'],
  ['Now', 'BadEnum', 0, 'Now()'],
  ['DateAdd("D", 1, Now())', 'BadInterval', 8, '"d"'],
  ['DateDiff("weeks", Now(), Now())', 'BadInterval', 9],
  ['ToLower([a], "turkish!")', 'BadEnum', 13],
  ['FormatDateTime([a], , "yyyy\'", "yyyy")', 'BadDate', 22],
  ['FormatDateTime([a], "Loose", "yyyy", "yyyy")', 'BadEnum', 20],
  ['Replace([a], , "(", , "x", , )', 'BadRegex', 15],
  ['Replace([a], , "(a)\\\\1", , "x", , )', 'BadRegex', 15],
  ['Replace([a], , "a(?=b)", , "x", , )', 'BadRegex', 15],
  ['Replace([a], , "(?<n>a)", "m", "x", , )', 'BadRegex', 26],
]

for (const [text, code, position, suggestion] of refused) {
  test(`${text || 'nothing'} is refused: ${code} at ${position}`, () => {
    const error = refusal(text)
    assert.deepEqual([error.code, error.position, error.suggestion], [code, position, suggestion])
    assert.ok(error.message.length > 10)
  })
}

test('limits: characters, depth and nodes', () => {
  assert.equal(parseExpression(`"${'x'.repeat(9_998)}"`).kind, 'text')
  assert.equal(refusal(`"${'x'.repeat(9_999)}"`).code, 'TooLong')
  assert.equal(parseExpression(`${'('.repeat(64)}[a]${')'.repeat(64)}`).kind, 'attribute')
  assert.equal(refusal(`${'('.repeat(65)}[a]${')'.repeat(65)}`).code, 'TooLong')
  assert.equal(refusal(`Join("",${'1,'.repeat(2_000)}1)`).code, 'TooLong')
})

test('names of attributes: nested brackets, URNs, brackets in quotation marks', () => {
  const names = ['a b', 'emails[type eq "work"].value', 'urn:x:y:2.0:User:dept', 'x[y eq "]"].z']
  for (const name of names) {
    const parsed = parseExpression(`[${name}]`)
    assert.equal(parsed.kind === 'attribute' && parsed.name, name)
  }
})

test('a file time keeps its digits; hexadecimal and concatenation are told apart', () => {
  assert.deepEqual(parseExpression('129699324000000001'), { kind: 'number', value: 129699324000000001n, position: 0 })
  assert.deepEqual(parseExpression('&H1F'), { kind: 'number', value: 31, position: 0 })
  assert.equal(parseExpression('[a]&[b]').kind, 'concat')
  assert.deepEqual(parseExpression('-2.50'), { kind: 'number', value: -2.5, position: 0 })
})

test('names in another case are taken when asked for', () => {
  const parsed = parseExpression('SWITCH(tolower([a]), , "x", instr([b], "c", 1, VBTEXTCOMPARE))', {
    ignoresCase: true,
  })
  assert.equal(printExpression(parsed), 'Switch(ToLower([a]), , "x", InStr([b], "c", 1, vbTextCompare))')
})

test('an empty slot is not an empty text', () => {
  const parsed: Expression = parseExpression('Replace([a], "b", , , "", , )')
  assert.ok(parsed.kind === 'call')
  assert.deepEqual(
    parsed.arguments.map((part) => part?.kind),
    ['attribute', 'text', undefined, undefined, 'text', undefined, undefined],
  )
})

test('a number smaller than can be written prints as one that can be read', () => {
  assert.equal(printExpression(parseExpression(`0.${'0'.repeat(24)}1`)), '0')
})
