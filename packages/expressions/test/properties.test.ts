import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  evaluate,
  type EvaluationContext,
  explain,
  type Expression,
  ExpressionError,
  matchScope,
  parseExpression,
  printExpression,
  scopeOperators,
  type ScopeOperator,
} from '@rollcall/expressions'

const record = <Model>(model: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> }) =>
  fc.record(model, { noNullPrototype: true })
const position = fc.constant(0)
const text = record({
  kind: fc.constant('text' as const),
  value: fc.string({ unit: 'binary', maxLength: 12 }),
  position,
})
const attributeName = fc.oneof(
  fc.constantFrom('a', 'b', 'list', 'date', 'emails[type eq "wo]rk"].value', 'urn:x:2.0:User:dept'),
  fc.stringMatching(/^[A-Za-z][\w .:-]{0,8}[\w]$/),
)
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  text,
  record({
    kind: fc.constant('text' as const),
    value: fc.constantFrom('d', 'yyyy', 'True', '2024-05-06', '(a|b)+', '5'),
    position,
  }),
  record({
    kind: fc.constant('number' as const),
    value: fc.oneof(fc.integer(), fc.bigInt({ min: 2n ** 60n, max: 2n ** 62n })),
    position,
  }),
  record({ kind: fc.constant('attribute' as const), name: attributeName, position }),
)

const arities: readonly (readonly [name: string, count: number])[] = [
  ['Append', 2],
  ['BitAnd', 2],
  ['CBool', 1],
  ['CDate', 1],
  ['CStr', 1],
  ['Coalesce', 2],
  ['ConvertFromBase64', 1],
  ['ConvertToBase64', 1],
  ['Count', 1],
  ['DNComponent', 2],
  ['DateFromNum', 1],
  ['IIF', 3],
  ['InStr', 3],
  ['IsPresent', 1],
  ['Item', 2],
  ['Join', 3],
  ['Left', 2],
  ['Mid', 3],
  ['NormalizeDiacritics', 1],
  ['Not', 1],
  ['NumFromDate', 1],
  ['PCase', 2],
  ['Redact', 1],
  ['RemoveDuplicates', 1],
  ['Split', 2],
  ['StringFromSid', 1],
  ['Switch', 4],
  ['ToUpper', 1],
  ['Word', 3],
]

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.constantFrom(...arities).chain(([name, count]) =>
      record({
        kind: fc.constant('call' as const),
        name: fc.constant(name),
        arguments: fc.array(tie('expression'), { minLength: count, maxLength: count }),
        position,
      }),
    ),
    record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom('=' as const, '<>' as const, '>' as const, '>=' as const, '<' as const, '<=' as const),
      left: tie('expression'),
      right: tie('expression'),
      position,
    }),
    record({
      kind: fc.constant('concat' as const),
      parts: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      position,
    }),
  ),
}))

const limits = { charactersMax: 1_000_000, depthMax: 200, nodesMax: 100_000 }

/** The tree without its places, which printing moves. */
function withoutPositions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) =>
      key === 'position' ? undefined : typeof part === 'bigint' ? `${part}n` : part,
    ),
  )
}

test('what is printed is read back as the same expression', () => {
  fc.assert(
    fc.property(expression, (made) => {
      const printed = printExpression(made)
      const parsed = parseExpression(printed, { limits })
      assert.deepEqual(withoutPositions(parsed), withoutPositions(made))
      assert.equal(printExpression(parsed), printed)
    }),
    { numRuns: 500 },
  )
})

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '2024-02-29', '8/25/2021 5:41:18 PM', 'cn=x,dc=y', '12', 'True', '😀'),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.date(),
)
const attributes = fc.dictionary(
  fc.constantFrom('a', 'b', 'list', 'date'),
  fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }), fc.anything()),
)

function context(values: EvaluationContext['attributes']): EvaluationContext {
  return {
    attributes: values,
    now: new Date('2024-01-01T00:00:00Z'),
    random: (length) => new Uint8Array(length).fill(7),
  }
}

test('an evaluation throws its own error or nothing, and explains the same', () => {
  fc.assert(
    fc.property(expression, attributes, (made, values) => {
      const explained = explain(made, context(values))
      try {
        const { value, redaction } = evaluate(made, context(values))
        if (!redaction.isSecret) assert.deepEqual(explained.value, value)
      } catch (error) {
        assert.ok(error instanceof ExpressionError, String(error))
        assert.equal(explained.error?.code, error.code)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('any text is parsed or refused by the declared error', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc
      .array(
        fc.constantFrom('IIF(', 'Replace(', '"', '\\', '[', ']', '(', ')', ',', '&', '&H', '<', '=', '1', 'a', ' '),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(anything, (source) => {
      try {
        parseExpression(source)
      } catch (error) {
        assert.ok(error instanceof ExpressionError, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a pattern is searched or refused, and finds what the engine of JavaScript finds', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    '.',
    '[ab]',
    '[^a]',
    '(a)',
    '(b|ab)',
    '(?:a|b)',
    'a*',
    'b+?',
    'a?',
    '(ab)*',
    'a{1,2}',
    '|',
    '^',
    '$',
    '\\w',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.stringMatching(/^[ab]{0,10}$/), (pieces, source) => {
      const pattern = pieces.join('')
      const scope = { groups: [[{ attribute: 'a', operator: 'REGEX MATCH' as const, value: pattern }]] }
      if (source === '' || pattern === '') return
      assert.equal(matchScope(scope, { a: source }), new RegExp(`^(?:${pattern})$`).test(source))
      const call = `Replace([a], , "${pattern.replaceAll('\\', '\\\\')}", , "<$&>", , )`
      const replaced = evaluate(parseExpression(call), { attributes: { a: source } }).value
      assert.equal(replaced, source.replaceAll(new RegExp(pattern, 'g'), '<$&>'))
    }),
    { numRuns: 1_000 },
  )
})

test('a scoping filter is false for nothing, but for IS NULL and our own variants', () => {
  const operators = Object.keys(scopeOperators) as ScopeOperator[]
  const nothing = fc.constantFrom<unknown>(null, undefined, '', [])
  fc.assert(
    fc.property(
      fc.constantFrom(...operators),
      nothing,
      fc.constantFrom<'all' | 'any'>('all', 'any'),
      (operator, value, quantifier) => {
        const clause = { attribute: 'x', operator, value: '1', quantifier }
        const isExpected = operator === 'IS NULL' || operator.endsWith('OR EMPTY')
        assert.equal(matchScope({ groups: [[clause]] }, { x: value }), isExpected)
      },
    ),
  )
})

test('until the next change the value stays, and then it is another', () => {
  const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
  const interval = fc.constantFrom('yyyy', 'm', 'ww', 'd', 'h', 'n', 's')
  const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=')
  fc.assert(
    fc.property(
      day,
      day,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: -400, max: 400 }),
      fc.tuple(interval, operator),
      (now, other, share, limit, [unit, sign]) => {
        const text = `IIF(DateDiff("${unit}", DateAdd("h", 9, Now()), CDate([other])) ${sign} ${limit}, "yes", "no")`
        const made = parseExpression(text)
        const at = (milliseconds: number) =>
          evaluate(made, { attributes: { other: other.toISOString() }, now: new Date(milliseconds) })
        const { value, nextChangeAt } = at(now.getTime())
        const end = nextChangeAt?.getTime() ?? Date.UTC(2200, 0, 1)
        const between = Math.floor(now.getTime() + share * (end - 1 - now.getTime()))
        assert.equal(at(between).value, value)
        assert.equal(at(end - 1).value, value)
        // An equality is looked at whenever the order of its sides changes, which may be once too often.
        if (nextChangeAt !== undefined && sign !== '=' && sign !== '<>') assert.notEqual(at(end).value, value)
      },
    ),
    { numRuns: 500 },
  )
})
