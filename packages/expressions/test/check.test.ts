import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Clause,
  checkMapping,
  checkMappings,
  ExpressionError,
  lintScope,
  type Mapping,
  mappingRules,
  parseExpression,
  type Schema,
  type SchemaAttribute,
  toTargetValue,
} from '@rollcall/expressions'

const source: Schema = [
  { name: 'department', type: 'string' },
  { name: 'hired', type: 'string' },
  { name: 'proxyAddresses', type: 'string', isMultiValued: true },
  { name: 'enabled', type: 'boolean' },
  { name: 'level', type: 'integer' },
  { name: 'manager', type: 'complex' },
  { name: 'appRoleAssignments', type: 'complex', isMultiValued: true },
]

const target: Schema = [
  { name: 'userName', type: 'string', isRequired: true, isUserEditable: true },
  { name: 'externalId', type: 'string' },
  { name: 'title', type: 'string' },
  { name: 'active', type: 'boolean' },
  { name: 'level', type: 'integer' },
  { name: 'score', type: 'decimal' },
  { name: 'start', type: 'dateTime' },
  { name: 'tags', type: 'string', isMultiValued: true },
  { name: 'roles', type: 'complex', isMultiValued: true },
  { name: 'id', type: 'string', isReadOnly: true, isRequired: true },
]

const map = (name: string, text: string, more: Partial<Mapping> = {}): Mapping => ({
  target: name,
  expression: parseExpression(text),
  apply: 'always',
  ...more,
})

type Case = readonly [mapping: Mapping, found: readonly string[]]

const cases: readonly Case[] = [
  [map('title', '[department]'), []],
  [map('titel', '[department]'), ['E-TARGET']],
  [map('id', '[department]'), ['E-TARGET']],
  // Types, branch by branch
  [map('title', '[proxyAddresses]'), ['E-TYPE']],
  [map('title', 'ToLower([proxyAddresses])'), ['E-TYPE']],
  [map('title', 'Item([proxyAddresses], 1)'), []],
  [map('title', 'Join(",", [proxyAddresses])'), []],
  [map('tags', 'RemoveDuplicates([proxyAddresses])'), []],
  [map('tags', '[department]'), []],
  [map('active', 'IIF([department] = "x", "True", "false")'), []],
  [map('active', 'IIF([department] = "x", "1", "0")'), ['E-TYPE', 'E-TYPE']],
  [map('active', 'Not([enabled])'), []],
  [map('active', 'Count([proxyAddresses])'), ['E-TYPE']],
  [map('level', '[level]'), []],
  [map('level', 'Switch([department], "none", "x", "5")'), ['E-TYPE']],
  [map('level', 'Coalesce([level], [enabled])'), ['E-TYPE']],
  [map('score', '"1.5"'), []],
  [map('start', 'CDate([hired])'), []],
  [map('start', '"soon"'), ['E-TYPE']],
  [map('roles', 'AppRoleAssignmentsComplex([appRoleAssignments])'), []],
  [map('roles', '[department]'), ['E-TYPE']],
  [map('tags', 'AppRoleAssignmentsComplex([appRoleAssignments])'), ['E-TYPE']],
  // One value where one is needed
  [map('title', 'IIF([proxyAddresses] = "x", "a", "b")'), ['E-TYPE']],
  [map('title', '"a" & [manager]'), ['E-TYPE']],
  [map('title', 'Switch([proxyAddresses], "d", "k", "v")'), ['E-TYPE']],
  [map('tags', 'Switch([department], [proxyAddresses], "k", [proxyAddresses])'), []],
  [map('title', 'CStr([proxyAddresses])'), ['E-TYPE']],
  // Names, patterns, choices
  [map('title', '[departement]'), ['W-DEPS-UNREAD']],
  [map('title', 'Replace([department], , [hired], , "x", , )'), ['E-REGEX']],
  [map('title', 'Switch([department], , "k", "v")'), ['W-SWITCH-NODEFAULT']],
  // Randomness and uniqueness
  [map('title', 'Guid()'), ['E-NONDET']],
  [map('title', 'Guid()', { apply: 'onCreate' }), []],
  [map('userName', 'SelectUniqueValue("a", "b")'), ['E-UNIQ-MATCH']],
  [map('externalId', 'SelectUniqueValue("a", "b")', { apply: 'onCreate', isMatching: true }), ['E-UNIQ-MATCH']],
  [map('userName', 'SelectUniqueValue("a", "b")', { apply: 'onCreate' }), []],
  // Keys and clocks
  [map('userName', '[department]', { isMatching: true }), ['W-KEY-MUTABLE']],
  [map('title', 'IIF(Now() > CDate([hired]), "a", "b")'), ['W-TIME']],
]

for (const [mapping, found] of cases) {
  test(`${mapping.target} ← ${JSON.stringify(mapping.expression).length} characters of tree: ${found.join() || 'nothing'}`, () => {
    const findings = checkMapping(mapping, { source, target })
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      found,
    )
    for (const { rule, severity } of findings) assert.equal(severity, rule.startsWith('E') ? 'error' : 'warning')
  })
}

test('a finding says where and what was meant', () => {
  const [finding] = checkMapping(map('title', 'ToLower([departement])'), { source, target })
  assert.deepEqual([finding?.position, finding?.suggestion], [8, 'department'])
})

test('mappings are checked together: shadowed, mixed roles, required ones that lack', () => {
  const findings = checkMappings(
    [
      map('title', '[department]'),
      map('title', '[hired]'),
      map('roles', 'AppRoleAssignmentsComplex([appRoleAssignments])'),
      map('roles', 'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])'),
    ],
    { source, target },
  )
  assert.deepEqual(
    findings.map(({ rule, attribute }) => `${rule} ${attribute}`),
    ['W-SHADOW title', 'W-SHADOW roles', 'W-ROLES roles', 'E-REQUIRED userName'],
  )
})

const people = ['Sales', 'sales', undefined, ''].map((department, index) => ({
  name: `p${index}`,
  attributes: { department, hired: '2024-03-20' },
}))

test('with people, findings count them', () => {
  const context = { source, target, people, now: new Date('2024-03-10T00:00:00Z') }
  const [nothing] = checkMapping(map('title', 'Switch([department], , "Sales", "x")'), context)
  assert.deepEqual(nothing?.people, { count: 3, names: ['p1', 'p2', 'p3'] })
  const [time] = checkMapping(map('title', 'IIF(Now() >= CDate([hired]), "a", "b")'), context)
  assert.match(time?.message ?? '', /p0 at 2024-03-20T00:00:00.000Z/)
})

test('ENG-31: the scope lint counts and names those whom a negation keeps out for want of a value', () => {
  const lint = (clause: Omit<Clause, 'attribute'>) =>
    lintScope({ groups: [[{ attribute: 'department', ...clause }]] }, { source, people }).map(({ rule, people }) => [
      rule,
      people?.names.join(),
    ])
  for (const operator of ['NOT EQUALS', 'NOT REGEX MATCH', '!&'] as const)
    assert.deepEqual(lint({ operator, value: 'HR' }), [['W-NULLNEG', 'p2,p3']])
  for (const operator of ['NOT EQUALS OR EMPTY', 'IS NOT NULL', 'Includes'] as const)
    assert.deepEqual(lint({ operator, value: 'HR' }), [])
  assert.deepEqual(lint({ operator: 'EQUALS', value: 'SALES' }), [['W-CASE', 'p0,p1']])
  const many = lintScope(
    {
      groups: [
        [
          { attribute: 'proxyAddresses', operator: 'EQUALS', value: 'x' },
          { attribute: 'dept', operator: 'IS NULL' },
        ],
      ],
    },
    { source },
  )
  assert.deepEqual(
    many.map(({ rule }) => rule),
    ['W-MULTI', 'W-DEPS-UNREAD'],
  )
})

test('every rule is found by some case above', () => {
  const found = new Set(cases.flatMap(([, rules]) => rules))
  for (const rule of ['E-REQUIRED', 'W-SHADOW', 'W-ROLES', 'W-NULLNEG', 'W-CASE', 'W-MULTI']) found.add(rule)
  assert.deepEqual(
    Object.keys(mappingRules).filter((rule) => !found.has(rule)),
    [],
  )
})

test('values become what the target takes, or are refused', () => {
  const as = (value: Parameters<typeof toTargetValue>[0], attribute: Omit<SchemaAttribute, 'name'>) => {
    try {
      return toTargetValue(value, { name: 'x', ...attribute })
    } catch (error) {
      return error instanceof ExpressionError ? `error ${error.code}` : error
    }
  }
  assert.equal(as('true', { type: 'boolean' }), true)
  assert.equal(as('constructor', { type: 'boolean' }), 'error BadType')
  assert.equal(as('', { type: 'boolean' }), null)
  assert.equal(as('12', { type: 'integer' }), 12)
  assert.equal(as('1.5', { type: 'integer' }), 'error BadType')
  assert.equal(as(132539615990000001n, { type: 'integer' }), '132539615990000001')
  assert.equal(as(true, { type: 'integer' }), 'error BadType')
  assert.equal(as(true, { type: 'string' }), 'True')
  assert.equal(as('2021-06-30T01:02:03.5+08:00', { type: 'dateTime' }), '2021-06-29T17:02:03.5Z')
  assert.equal(as('soon', { type: 'dateTime' }), 'error BadType')
  assert.deepEqual(as('a', { type: 'string', isMultiValued: true }), ['a'])
  assert.deepEqual(as(['a', ''], { type: 'string', isMultiValued: true }), ['a', ''])
  assert.equal(as(['a'], { type: 'string' }), 'error MultiValue')
  assert.deepEqual(as([{ value: 'a' }], { type: 'complex', isMultiValued: true }), [{ value: 'a' }])
  assert.equal(as({ value: 'a' }, { type: 'string' }), 'error BadType')
  assert.equal(as(null, { type: 'string', isMultiValued: true }), null)
})
