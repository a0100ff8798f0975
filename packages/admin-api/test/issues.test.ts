import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes, toFieldErrors } from '../src/index.ts'

function refuse(body: unknown): readonly (readonly [string, string])[] {
  const result = routes.createKey.body.safeParse(body)
  return toFieldErrors(result.error?.issues ?? [], 'body').map(({ pointer, code }) => [pointer, code])
}

test('every wrong field of a body is named at once, each with a pointer and a stable code', () => {
  assert.deepEqual(refuse({ scopes: ['root'], name: 7, 'a/b~c': 1 }), [
    ['/name', 'wrongType'],
    ['/scopes/0', 'notAllowed'],
    ['/a~1b~0c', 'unknownField'],
  ])
})

test('a missing field is told from a wrong one', () => {
  assert.deepEqual(refuse({}), [['/scopes', 'required']])
  assert.deepEqual(refuse({ scopes: null }), [['/scopes', 'wrongType']])
})

test('a body that is no object is refused as a whole', () => {
  for (const body of [null, [], 'text', 7]) assert.deepEqual(refuse(body), [['', 'wrongType']])
})

test('names that JavaScript gives every object are unknown fields like others', () => {
  assert.deepEqual(refuse(JSON.parse('{"scopes":["scim"],"__proto__":{},"constructor":1}')), [
    ['/__proto__', 'unknownField'],
    ['/constructor', 'unknownField'],
  ])
})

test('a key for a person and a service account at once is refused', () => {
  const user = '01893f6e-5c00-7000-8000-000000000000'
  assert.deepEqual(refuse({ scopes: ['scim'], serviceAccount: 'ci', user }), [['/user', 'invalid']])
})
