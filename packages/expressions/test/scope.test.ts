import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkScope,
  type Clause,
  ExpressionError,
  explainScope,
  listScopeAttributes,
  matchScope,
} from '@rollcall/expressions'

type Case = readonly [
  operator: Clause['operator'],
  operand: string | undefined,
  yes: readonly unknown[],
  no: readonly unknown[],
]

const cases: readonly Case[] = [
  ['EQUALS', 'True', ['True', true], ['true', 'x', false]],
  ['EQUALS', '5', ['5', 5, 5n, ['5', 5]], ['05', 5.5, ['5', '6']]],
  ['NOT EQUALS', 'a', ['A', 'b', ['b', 'c']], ['a', ['a', 'b'], null, '', []]],
  ['IS TRUE', undefined, [true, 'True', 'true'], [false, 'yes', 1, null]],
  ['IS FALSE', undefined, [false, 'FALSE'], [true, 'no', 0, null, '']],
  ['IS NULL', undefined, [null, '', []], ['x', false, 0]],
  ['IS NOT NULL', undefined, ['x', false, 0], [null, '', []]],
  ['Greater_Than', '10', ['11', 11, '9007199254740993'], ['10', '9', -11, null]],
  ['Greater_Than_OR_EQUALS', '-1', ['-1', '0'], ['-2', null]],
  ['Includes', 'b', ['abc', ['b', 'xb']], ['ABC', ['b', 'a'], null]],
  ['ENDS_WITH', '@x.example', ['a@x.example'], ['a@X.example', '@x.example ', null]],
  ['REGEX MATCH', '[a-c]+', ['abc'], ['abcd', 'ABC', null]],
  ['NOT REGEX MATCH', '[a-c]+', ['abcd'], ['abc', null, '']],
  ['&', 'US,CA', ['US', 'CA', ','], ['us', 'MX', null]],
  ['!&', 'US,CA', ['MX'], ['US', null]],
  ['NOT EQUALS OR EMPTY', 'a', ['b', null, '', []], ['a']],
  ['NOT REGEX MATCH OR EMPTY', 'a+', ['b', null], ['aa']],
  ['!& OR EMPTY', 'US', ['MX', null], ['US']],
]

test('AC-E25: each of the fourteen operators holds where it should, with regard to case, and for nothing but IS NULL where there is no value', () => {
  playCases(cases.filter(([operator]) => !operator.endsWith('OR EMPTY')))
  assert.equal(new Set(cases.map(([operator]) => operator)).size, 17)
})

test('our own variants of the negations hold where there is no value', () => {
  playCases(cases.filter(([operator]) => operator.endsWith('OR EMPTY')))
})

function playCases(played: readonly Case[]): void {
  for (const [operator, operand, yes, no] of played) {
    const clause: Clause = { attribute: 'x', operator, ...(operand === undefined ? {} : { value: operand }) }
    checkScope({ groups: [[clause]] })
    const holds = (value: unknown) => matchScope({ groups: [[clause]] }, { x: value })
    for (const value of yes) assert.equal(holds(value), true, `${operator} ${String(value)}`)
    for (const value of no) assert.equal(holds(value), false, `${operator} ${String(value)}`)
    assert.equal(holds(undefined), operator === 'IS NULL' || operator.endsWith('OR EMPTY'), operator)
  }
}

test('AC-E25: the clauses of a group are joined by and, groups by or, and without groups everybody is in scope', () => {
  playGroups()
})

test('ENG-31: fourteen operators, and within a group, or between groups, and nothing is false', () => {
  playGroups()
  playCases(cases.filter(([operator]) => !operator.endsWith('OR EMPTY')))
})

function playGroups(): void {
  const clause = (attribute: string): Clause => ({ attribute, operator: 'EQUALS', value: '1' })
  const scope = { groups: [[clause('a'), clause('b')], [clause('c')]] }
  const inScope = (text: string) => matchScope(scope, Object.fromEntries([...text].map((name) => [name, '1'])))
  assert.deepEqual(['ab', 'abc', 'c', 'ac', 'a', 'b', ''].map(inScope), [true, true, true, true, false, false, false])
  assert.equal(matchScope({ groups: [] }, {}), true)
}

test('one of several values is enough where the clause says so', () => {
  const clause: Clause = { attribute: 'x', operator: 'EQUALS', value: 'a', quantifier: 'any' }
  assert.equal(matchScope({ groups: [[clause]] }, { x: ['b', 'a'] }), true)
})

function codeOf(run: () => void): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof ExpressionError ? error.code : String(error)
  }
}

test('a filter that cannot be right is refused when it is saved', () => {
  const check = (operator: string, value?: string, attribute = 'x') =>
    codeOf(() => checkScope({ groups: [[{ attribute, operator, ...(value === undefined ? {} : { value }) }]] }))
  assert.equal(check('equals', 'x'), 'BadOperator')
  assert.equal(check('constructor', 'x'), 'BadOperator')
  assert.equal(check('EQUALS'), 'Syntax')
  assert.equal(check('EQUALS', ''), 'Syntax')
  assert.equal(check('EQUALS', 'x', ''), 'Syntax')
  assert.equal(check('Greater_Than', '1.5'), 'NotAnInteger')
  assert.equal(check('REGEX MATCH', '('), 'BadRegex')
  assert.equal(check('IS NULL'), undefined)
  const clause = { attribute: 'x', operator: 'IS NULL' }
  assert.equal(
    codeOf(() => checkScope({ groups: [Array.from({ length: 501 }, () => clause)] })),
    'TooLong',
  )
})

test('data that no comparison understands is an error, whatever stands before it', () => {
  const scope = {
    groups: [
      [
        { attribute: 'a', operator: 'EQUALS' as const, value: 'no' },
        { attribute: 'b', operator: 'Greater_Than' as const, value: '1' },
      ],
    ],
  }
  assert.equal(
    codeOf(() => matchScope(scope, { a: 'x', b: 'many' })),
    'NotAnInteger',
  )
  assert.equal(
    codeOf(() => matchScope(scope, { a: 'x', b: { value: 1 } })),
    'MultiValue',
  )
  const { isInScope, groups } = explainScope(scope, { a: 'no', b: 'many' })
  assert.equal(isInScope, false)
  assert.deepEqual(
    groups[0]?.clauses.map(({ holds, error }) => [holds, error?.code]),
    [
      [true, undefined],
      [false, 'NotAnInteger'],
    ],
  )
})

test('another language may write the scope', () => {
  const scope = {
    filter: { text: 'a eq 1', attributes: ['a'], matches: (source: unknown) => (source as { a: number }).a === 1 },
  }
  assert.deepEqual([matchScope(scope, { a: 1 }), matchScope(scope, { a: 2 })], [true, false])
  assert.deepEqual(listScopeAttributes(scope), ['a'])
  assert.deepEqual(explainScope(scope, { a: 1 }), { isInScope: true, groups: [] })
})
