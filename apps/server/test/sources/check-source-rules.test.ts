import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { checkSourceRules } from '../../src/sources/rules/check-source-rules.ts'

const sound = {
  anchor: 'id',
  mappings: [{ target: 'userName', kind: 'direct', source: 'mail' }],
  correlation: [[{ target: 'userName' }]],
}

function check(more: object, columns?: readonly string[]) {
  const document = sourceRules.parse({ ...sound, ...more })
  return checkSourceRules(document, columns === undefined ? {} : { columns }).map(
    ({ rule, field, position, suggestion }) => [rule, field, position, suggestion],
  )
}

test('sound rules have nothing to be said about', () => {
  assert.deepEqual(check({}), [])
  assert.deepEqual(check({}, ['id', 'mail']), [])
})

test('what cannot work is told with place, position and suggestion', () => {
  const mapping = (more: object) => ({ mappings: [...sound.mappings, more] })
  const cases: readonly (readonly [more: object, finding: readonly unknown[], columns?: readonly string[]])[] = [
    [
      mapping({ target: 'title', kind: 'expression', expression: 'Joyn(" ", [a])' }),
      ['E-SYNTAX', 'mappings[1].expression', 0, 'Join'],
    ],
    [
      mapping({ target: 'active', kind: 'direct', source: 'x' }),
      ['E-TARGET', 'mappings[1].target', null, 'lifecycle.active'],
    ],
    [mapping({ target: 'emails', kind: 'constant', value: 'x' }), ['E-TARGET', 'mappings[1].target', null, null]],
    [mapping({ target: 'nonsense', kind: 'direct', source: 'x' }), ['E-TARGET', 'mappings[1].target', null, null]],
    [mapping({ target: 'title', kind: 'direct' }), ['E-INCOMPLETE', 'mappings[1].source', null, null]],
    [
      mapping({ target: 'title', kind: 'expression', expression: 'Rollcall.Lookup("grades", [a], "")' }),
      ['E-TABLE', 'mappings[1].expression', 16, null],
    ],
    [
      mapping({ target: 'title', kind: 'direct', source: 'titel' }),
      ['W-DEPS-UNREAD', 'mappings[1].source', 0, 'title'],
      ['id', 'mail', 'title'],
    ],
    [{ correlation: [[{ target: 'title' }]] }, ['E-MATCH', 'correlation[0][0]', null, null]],
    [{ correlation: [] }, ['W-NOMATCH', 'correlation', null, null]],
    [
      { scope: { groups: [[{ attribute: 'kind', operator: 'EQUAL', value: 'x' }]] } },
      ['E-SCOPE', 'scope.groups[0][0]', null, 'EQUALS'],
    ],
    [{ lifecycle: { active: 'IIF([x]' } }, ['E-SYNTAX', 'lifecycle.active', 3, null]],
    [
      { mappings: [{ target: 'title', kind: 'direct', source: 'x' }], correlation: [[{ target: 'title' }]] },
      ['E-USERNAME', 'userName', null, null],
    ],
    [{ userName: { candidates: ['[mail]'] } }, ['W-USERNAME', 'userName', null, null]],
  ]
  for (const [more, finding, columns] of cases) {
    const [first] = check(more, columns)
    assert.deepEqual(first, finding, JSON.stringify(more))
  }
})

test('what a source may not write is refused however it is spelt', () => {
  const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
  const spellings = ['roles', 'Roles', `${core}:roles`, `${core}:ROLES`, 'Roles[type eq "work"].value']
  const others = [
    'Active',
    `${core}:active`,
    'Password',
    `${core}:password`,
    `${core}:groups`,
    'ID',
    'meta.resourceType',
  ]
  for (const target of [...spellings, ...others]) {
    const [first] = check({ mappings: [...sound.mappings, { target, kind: 'direct', source: 'x' }] })
    assert.deepEqual(first?.slice(0, 2), ['E-TARGET', 'mappings[1].target'], target)
  }
})
