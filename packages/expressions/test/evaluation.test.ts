import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  evaluate,
  type EvaluationContext,
  evaluateUnique,
  explain,
  type Explanation,
  ExpressionError,
  parseExpression,
} from '@rollcall/expressions'

function run(text: string, context: EvaluationContext) {
  return evaluate(parseExpression(text), context)
}

const now = new Date('2024-03-10T12:00:00Z')

test('dependencies are the attributes that were read, not those of other branches', () => {
  const { dependencies } = run('IIF([a] = "x", [b], [c])', { attributes: { a: 'x' } })
  assert.deepEqual([...dependencies], ['a', 'b'])
})

const changes: readonly (readonly [text: string, at: string | undefined])[] = [
  ['[hired]', undefined],
  // Within a comparison: when its outcome turns over
  ['IIF(DateDiff("d", Now(), CDate([hired])) > 5, "off", "on")', '2024-03-14T00:00:00.001Z'],
  ['IIF(5 < DateDiff("d", Now(), CDate([hired])), "off", "on")', '2024-03-14T00:00:00.001Z'],
  ['IIF(DateDiff("d", CDate([hired]), Now()) >= 30, "x", "y")', '2024-04-19T00:00:00.000Z'],
  ['IIF(DateDiff("h", DateAdd("h", "9", Now()), CDate([hired])) <= 0, "x", "y")', '2024-03-19T14:00:00.001Z'],
  ['IIF(Now() >= CDate([hired]), "x", "y")', '2024-03-20T00:00:00.000Z'],
  ['IIF(CDate([hired]) < Now(), "x", "y")', '2024-03-20T00:00:00.001Z'],
  ['IIF(DateDiff("d", Now(), CDate([hired])) = 3, "x", "y")', '2024-03-16T00:00:00.001Z'],
  ['IIF(DateDiff("m", Now(), CDate([hired])) < 0, "x", "y")', '2024-04-01T00:00:00.000Z'],
  ['IIF(DateDiff("yyyy", CDate([hired]), Now()) > 0, "x", "y")', '2025-01-01T00:00:00.000Z'],
  // Nothing turns over any more
  ['IIF(CDate([past]) < Now(), "x", "y")', undefined],
  // Standing alone, a difference changes when its own number does
  ['CStr(DateDiff("d", Now(), CDate([hired])))', '2024-03-11T00:00:00.001Z'],
  ['CStr(DateDiff("ww", CDate([past]), Now()))', '2024-03-17T00:00:00.000Z'],
  // What shows the clock is another tomorrow
  ['FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyy-MM-dd")', '2024-03-11T00:00:00.000Z'],
  ['IIF(DateDiff("d", Now(), DateAdd("d", 1, Now())) > 0, "x", "y")', '2024-03-11T00:00:00.000Z'],
  // Only the branch that was taken counts
  ['IIF([a] = "", "x", CStr(Now()))', undefined],
]

for (const [text, at] of changes) {
  test(`${text} changes next ${at ?? 'never'}`, () => {
    const attributes = { hired: '2024-03-20', past: '2020-01-01' }
    const found = run(text, { attributes, now })
    assert.equal(found.nextChangeAt?.toISOString(), at)
    if (found.nextChangeAt === undefined) return
    const valueAt = (time: number) => run(text, { attributes, now: new Date(time) }).value
    assert.deepEqual(valueAt(found.nextChangeAt.getTime() - 1), found.value)
    if (!text.includes('DateAdd("d"')) assert.notDeepEqual(valueAt(found.nextChangeAt.getTime()), found.value)
  })
}

test('randomness and roles are told', () => {
  const random = (length: number) => new Uint8Array(length)
  assert.equal(run('Guid()', { attributes: {}, random }).value, '00000000-0000-4000-8000-000000000000')
  assert.equal(run('Guid()', { attributes: {}, random }).isDeterministic, false)
  assert.equal(run('[a]', { attributes: {} }).isDeterministic, true)
  assert.equal(run('AppRoleAssignmentsComplex([a])', { attributes: {} }).roles, 'add')
  assert.equal(run('AssertiveAppRoleAssignmentsComplex([a])', { attributes: {} }).roles, 'replace')
  assert.equal(run('[a]', { attributes: {} }).roles, undefined)
})

test('redaction survives nesting and names the attributes', () => {
  const { value, redaction } = run('ToLower(Append(Redact([a]), [b]))', { attributes: { a: 'X', b: 'Y' } })
  assert.deepEqual([value, redaction.isSecret, [...redaction.attributes]], ['xy', true, ['a']])
  const marked = run('[pin] & "!"', { attributes: { pin: '1' }, secretAttributes: new Set(['pin']) })
  assert.deepEqual([marked.redaction.isSecret, [...marked.redaction.attributes]], [true, ['pin']])
  assert.equal(run('[a]', { attributes: { a: 'x' } }).redaction.isSecret, false)
})

test('an empty value does not flow under IgnoreFlowIfNullOrEmpty, and flows elsewhere', () => {
  const isFlowing = (text: string, a: unknown) => run(text, { attributes: { a } }).isFlowing
  assert.deepEqual(
    [null, '', [], 'x'].map((value) => isFlowing('IgnoreFlowIfNullOrEmpty([a])', value)),
    [false, false, false, true],
  )
  assert.equal(isFlowing('[a]', null), true)
})

test('candidates are asked in their order, and only until one is free', async () => {
  const asked: string[] = []
  const expression = parseExpression('SelectUniqueValue([a], [b], [c], Error("not reached"))')
  const { value, dependencies } = await evaluateUnique(
    expression,
    { attributes: { b: 'two', c: 'three' } },
    async (candidate) => {
      asked.push(candidate)
      return candidate === 'two'
    },
  )
  assert.deepEqual([value, asked, [...dependencies]], ['three', ['two', 'three'], ['a', 'b', 'c']])
  const all = evaluateUnique(parseExpression('SelectUniqueValue("a", "b")'), { attributes: {} }, async () => true)
  await assert.rejects(all, (error) => error instanceof ExpressionError && error.code === 'Escrow')
})

test('an error names function, parameter and place, and shows no value', () => {
  try {
    run('Append("x", CDate([d]))', { attributes: { d: 'Rosa 1970!' } })
    assert.fail('evaluated')
  } catch (error) {
    assert.ok(error instanceof ExpressionError)
    assert.deepEqual(
      [error.code, error.functionName, error.argument, error.position, error.sample],
      ['BadDate', 'CDate', 0, 18, 'aaaa 9999!'],
    )
    assert.ok(!error.message.includes('Rosa'))
  }
})

function flatten(explanation: Explanation): readonly (readonly [string, string, unknown])[] {
  return [[explanation.text, explanation.state, explanation.value], ...explanation.parts.flatMap(flatten)]
}

test('explain shows every part, what was skipped, what failed and hides what is secret', () => {
  const text = 'IIF([a] = "x", ToLower(Redact([b])), [c])'
  assert.deepEqual(flatten(explain(parseExpression(text), { attributes: { a: 'x', b: 'S' } })), [
    [text, 'secret', null],
    ['[a] = "x"', 'value', true],
    ['[a]', 'value', 'x'],
    ['"x"', 'value', 'x'],
    ['ToLower(Redact([b]))', 'secret', null],
    ['Redact([b])', 'secret', null],
    ['[b]', 'secret', null],
    ['[c]', 'skipped', null],
  ])
  const failed = explain(parseExpression('Item([a], 3)'), { attributes: { a: ['x'] } })
  assert.deepEqual([failed.state, failed.error?.code], ['failed', 'OutOfBounds'])
  const chosen = explain(parseExpression('SelectUniqueValue("a", "b", "c")'), {
    attributes: {},
    isTaken: (value) => value === 'a',
  })
  assert.deepEqual([chosen.value, chosen.parts.map(({ state }) => state)], ['b', ['value', 'value', 'skipped']])
})

test('a source may be a function that knows paths', () => {
  const attributes = (name: string) => (name === 'manager.mail' ? 'm@x' : undefined)
  assert.equal(run('[manager.mail] & [other]', { attributes }).value, 'm@x')
})
