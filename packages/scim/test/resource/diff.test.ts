import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffResources, isUnassigned, type JsonObject } from '@rollcall/scim'
import { enterprise, fixture, user } from './subject.ts'

const before: JsonObject = {
  schemas: ['x'],
  id: 'u1',
  userName: 'bjensen',
  name: { givenName: 'Babs' },
  emails: [
    { value: 'a', type: 'work' },
    { value: 'b', type: 'home' },
  ],
  [enterprise]: { department: 'Tours', manager: { value: 'm1' } },
}

test('changes carry canonical paths down to sub-attributes of single values', () => {
  const after = {
    ...before,
    userName: 'BJensen',
    name: { givenName: 'Babs', familyName: 'Jensen' },
    emails: [{ value: 'a', type: 'work' }],
    [enterprise]: { manager: { value: 'm2' } },
    [fixture]: { level: 3 },
  }
  assert.deepEqual(diffResources(before, after, user), [
    { path: 'userName', before: 'bjensen', after: 'BJensen' },
    { path: 'name.familyName', before: undefined, after: 'Jensen' },
    { path: 'emails', before: before['emails'], after: after.emails },
    { path: `${enterprise}:department`, before: 'Tours', after: undefined },
    { path: `${enterprise}:manager.value`, before: 'm1', after: 'm2' },
    { path: `${fixture}:level`, before: undefined, after: 3 },
  ])
})

test('the order of elements and keys, and ways to say unassigned, are no change (RFC 7643 §2.4 and §2.5)', () => {
  const after = {
    ...before,
    schemas: ['y'],
    id: 'u2',
    title: null,
    roles: [],
    emails: [
      { type: 'home', value: 'b', display: null },
      { type: 'work', value: 'a' },
    ],
    [fixture]: { tags: [], seat: {} },
  }
  assert.deepEqual(diffResources(before, after, user), [])
})

test('an element that is there twice differs from one that is there once', () => {
  const twice = { [fixture]: { tags: ['a', 'a', 'b'] } }
  assert.equal(diffResources(twice, { [fixture]: { tags: ['a', 'b', 'b'] } }, user).length, 1)
})

test('writeOnly values never appear in changes', () => {
  assert.deepEqual(diffResources({ password: 'a' }, { password: 'b', [fixture]: { pin: '1' } }, user), [])
})

test('unassigned is null, missing, an empty list and an empty object, nothing else', () => {
  assert.deepEqual([null, undefined, [], {}].map(isUnassigned), [true, true, true, true])
  assert.deepEqual(['', 0, false, [null], { a: null }].map(isUnassigned), [false, false, false, false, false])
})
