import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupOperations, type Operation } from '../src/app-plans/plan-operations.ts'
import { listChanged, newMapping, noRules, setMapping, setMatch } from '../src/app-rules/rules.ts'
import { inspectExpression } from '../src/ui/expressions/inspect-expression.ts'
import { tryRule } from '../src/ui/expressions/try-rule.ts'

const sample = { id: 'usr_1', name: 'Zoë', values: { givenName: 'Zoë', mail: 'zoe@acme.example', floor: '3' } }
const source = [
  { name: 'givenName', type: 'string' },
  { name: 'surname', type: 'string' },
] as const

test('a rule is tried by the engine of the server: value, nothing, left out, hidden, and an error with its reason', () => {
  const site = { sample, surroundings: {} }
  const tryText = (expression: string) => tryRule({ kind: 'expression', expression }, site)
  assert.deepEqual(tryText('ToUpper([GIVENNAME])'), { kind: 'value', text: 'ZOË' })
  assert.deepEqual(tryText('[surname]'), { kind: 'nothing' })
  assert.deepEqual(tryText('IgnoreFlowIfNullOrEmpty([surname])'), { kind: 'left' })
  assert.deepEqual(tryText('Redact([mail])'), { kind: 'hidden' })
  assert.equal(tryText('Mid([mail], "x", 1)').kind, 'error')
  assert.deepEqual(tryRule({ kind: 'direct', source: 'surname', default: 'Doe' }, site), { kind: 'value', text: 'Doe' })
  const target = { name: 'floor', type: 'integer' } as const
  assert.deepEqual(tryRule({ kind: 'direct', source: 'floor' }, { ...site, target }), { kind: 'value', text: '3' })
  assert.equal(tryRule({ kind: 'direct', source: 'mail' }, { ...site, target }).kind, 'error')
})

test('problems of an expression stand at their place and say what was meant', () => {
  const [unknown] = inspectExpression('Apend([givenName], "x")', { source })
  assert.deepEqual([unknown?.from, unknown?.to, unknown?.replacement], [0, 5, 'Append'])
  const [unread] = inspectExpression('ToUpper([surnam])', { source })
  assert.deepEqual([unread?.severity, unread?.from, unread?.to], ['warning', 8, 16])
  assert.equal(unread?.replacement, '[surname]')
  assert.deepEqual(inspectExpression('ToUpper([SURNAME])', { source }), [])
})

test('changes of rules are counted by what they change, and matching keeps its order', () => {
  const one = { ...noRules, users: setMapping(noRules.users, newMapping('userName')) }
  assert.deepEqual(listChanged(noRules, one), ['users.mappings userName'])
  assert.deepEqual(listChanged(one, structuredClone(one)), [])
  const matched = setMatch(setMatch(one.users, 'externalId', 1), 'userName', 1)
  assert.deepEqual(matched.matching, [[{ target: 'userName' }], [{ target: 'externalId' }]])
  assert.deepEqual(setMatch(matched, 'userName', 0).matching, [[{ target: 'externalId' }]])
})

test('48 people who are all renamed alike are one row of a plan, what destroys stands first', () => {
  const operationOf = (id: number, part: Partial<Operation>): Operation => ({
    object: { kind: 'user', id: `usr_${id}`, name: `Person ${id}` },
    operation: 'update',
    state: 'planned',
    targetKey: null,
    modified: [{ name: 'department', before: 'Sales', after: 'Revenue' }],
    reason: 'Updated',
    explanation: null,
    isDestructive: false,
    ...part,
  })
  const alike = Array.from({ length: 48 }, (_, id) => operationOf(id, {}))
  const groups = groupOperations([
    ...alike,
    operationOf(50, { modified: [{ name: 'title', before: 'A', after: 'B' }] }),
    operationOf(51, { modified: [{ name: 'title', before: 'C', after: 'D' }] }),
    operationOf(52, { operation: 'delete', modified: [], reason: 'Deleted', isDestructive: true }),
  ])
  assert.deepEqual(
    groups.map(({ operation, entries, modified }) => [operation, entries.length, modified !== undefined]),
    [
      ['delete', 1, true],
      ['update', 48, true],
      ['update', 2, false],
    ],
  )
})
