import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTyped } from '../src/users/filter.ts'

test('a SCIM filter is known from words, and a broken one says where', () => {
  for (const words of ['ada', 'Ada Lovelace', 'Martin le Goff', 'pr', 'not sure', 'eq', 'a.b@c.example', '김 철수'])
    assert.deepEqual(readTyped(` ${words} `), { kind: 'words', words })
  for (const filter of [
    'userName sw "a"',
    'active eq true and title pr',
    'emails[type eq "work"]',
    'not (title pr)',
    '(userName eq "a" or userName eq "b")',
  ])
    assert.deepEqual(readTyped(filter), { kind: 'filter', filter })
  assert.deepEqual(readTyped('userName eq "a'), {
    kind: 'broken',
    position: 13,
    detail: 'the quoted text does not end',
  })
  assert.deepEqual(readTyped('active eq true and'), {
    kind: 'broken',
    position: 19,
    detail: 'expected an attribute name, found the end',
  })
})
