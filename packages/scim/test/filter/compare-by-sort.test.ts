import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBySort, type JsonObject, parseAttributePath, resolveAttribute } from '@rollcall/scim'
import { badge, user } from './subject.ts'

function sortBy(path: string, resources: readonly JsonObject[], descending = false): readonly unknown[] {
  const ref = resolveAttribute(parseAttributePath(path), user)
  assert.ok(ref)
  return resources.toSorted(compareBySort(ref, descending)).map(({ id }) => id)
}

test('TRAP-C7: missing values come last ascending and first descending, text without regard to case (RFC 7644 §3.4.2.3)', () => {
  const users = [{ id: 1, title: 'b' }, { id: 2 }, { id: 3, title: 'A' }, { id: 4, title: 'C' }, { id: 5, title: null }]
  assert.deepEqual(sortBy('title', users), [3, 1, 4, 2, 5])
  assert.deepEqual(sortBy('title', users, true), [2, 5, 4, 1, 3])
})

test('several values are sorted by the primary one, else by the first; a complex one by its value', () => {
  const users = [
    { id: 1, emails: [{ value: 'z' }, { value: 'b', primary: true }] },
    { id: 2, emails: [{ value: 'c' }, { value: 'a', primary: false }] },
    { id: 3, emails: [] },
    { id: 4, emails: [{ type: 'work', value: 'A' }] },
  ]
  assert.deepEqual(sortBy('emails', users), [4, 1, 2, 3])
  assert.deepEqual(sortBy('emails.value', users), [4, 1, 2, 3])
  assert.deepEqual(sortBy('emails.type', users), [4, 1, 2, 3])
})

test('the type decides: numbers by value, instants in time, false before true', () => {
  const of = (name: string, values: readonly (string | number | boolean)[]) =>
    values.map((value, id) => ({ id, [badge]: { [name]: value } }))
  assert.deepEqual(sortBy(`${badge}:level`, of('level', [10, 9, -1])), [2, 1, 0])
  assert.deepEqual(
    sortBy(
      `${badge}:issued`,
      of('issued', ['2020-01-01T00:00:00Z', '2020-01-01T00:30:00+01:00', '2019-12-31T23:45:00Z']),
    ),
    [1, 2, 0],
  )
  assert.deepEqual(sortBy(`${badge}:code`, of('code', ['b', 'B', 'a'])), [1, 2, 0])
  assert.deepEqual(
    sortBy('active', [
      { id: 1, active: true },
      { id: 2, active: false },
    ]),
    [2, 1],
  )
})

test('a complex attribute without a value leaves the order as it is', () => {
  assert.deepEqual(
    sortBy('name', [
      { id: 2, name: { givenName: 'b' } },
      { id: 1, name: { givenName: 'a' } },
    ]),
    [2, 1],
  )
})
