import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject, Tolerance } from '@rollcall/scim'
import { allowing, assertRefused, enterprise } from '../resource/subject.ts'
import { patch, strict, under, type Written } from './subject.ts'

const bob: JsonObject = { userName: 'bob' }

function apply(before: JsonObject, operations: readonly Written[], tolerance: Tolerance = under('entra')): JsonObject {
  return patch(before, operations, { tolerance }).resource
}

test('AC-E4: roles[primary eq "True"].display, .value and .type one after the other make one role', () => {
  const operations = (op: string) => [
    { op, path: 'roles[primary eq "True"].display', value: 'Guide' },
    { op, path: 'roles[primary eq "True"].value', value: 'guide' },
    { op, path: 'roles[primary eq "True"].type', value: 'app' },
  ]
  const role = { primary: true, display: 'Guide', value: 'guide', type: 'app' }
  assert.deepEqual(apply(bob, operations('add'))['roles'], [role])
  assert.deepEqual(apply(apply(bob, operations('Add')), operations('Add'))['roles'], [role])
  const exact = [{ op: 'add', path: 'roles[primary eq false].value', value: 'guide' }]
  assert.deepEqual(apply(bob, exact, strict)['roles'], [{ primary: false, value: 'guide' }])
})

test('TRAP-D5: an element that a path creates never takes primary from another', () => {
  const emails = [{ value: 'b@x', type: 'work', primary: true }]
  for (const op of ['add', 'replace']) {
    const path = 'emails[type eq "home" and primary eq true].value'
    const after = apply({ ...bob, emails }, [{ op, path, value: 'h@x' }])
    assert.deepEqual(after['emails'], [...emails, { type: 'home', value: 'h@x' }], op)
  }
  const replaced = apply(bob, [{ op: 'Replace', path: 'roles[primary eq "True"].value', value: 'guide' }])
  assert.deepEqual(replaced['roles'], [{ value: 'guide' }])
})

test('TRAP-D20: a simple value inside an object is unwrapped for Entra ID, refused in strict', () => {
  const wrapped: readonly Json[] = [
    [{ $ref: null, value: 'Bob' }],
    { value: 'Bob' },
    { displayName: 'Bob' },
    [{ Value: 'Bob' }],
  ]
  for (const value of wrapped) {
    const operation = { op: 'Replace', path: 'displayName', value }
    assert.equal(apply(bob, [operation])['displayName'], 'Bob', JSON.stringify(value))
    assertRefused(() => apply(bob, [{ ...operation, op: 'replace' }], strict), 'invalidValue')
  }
  for (const value of [[{ $ref: null, value: 'False' }], { active: false }, { value: false }])
    assert.equal(apply({ ...bob, active: true }, [{ op: 'Replace', path: 'active', value }])['active'], false)
  const family = { op: 'Replace', path: 'name.familyName', value: [{ $ref: null, value: 'Hansen' }] }
  assert.deepEqual(apply(bob, [family])['name'], { familyName: 'Hansen' })
  const cleared = { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: null }] }
  assert.equal(apply({ ...bob, displayName: 'Bob' }, [cleared])['displayName'], undefined)
  for (const value of [{ value: 'Bob', type: 'x' }, { other: 'Bob' }, { value: { value: 'Bob' } }, { value: ['Bob'] }])
    assertRefused(() => apply(bob, [{ op: 'Replace', path: 'displayName', value }]), 'invalidValue')
})

test('AC-O22: an element that is emptied goes, with what only describes it', () => {
  const emails = [
    { value: 'b@x', type: 'work', primary: true, display: 'Bob' },
    { value: 'h@x', type: 'home' },
  ]
  for (const value of ['', null])
    assert.deepEqual(
      apply({ ...bob, emails }, [{ op: 'replace', path: 'emails[type eq "work"].value', value }])['emails'],
      emails.slice(1),
    )
  const listed = { op: 'replace', path: 'emails', value: [{ value: '', type: 'work', primary: true }, emails[1]] }
  assert.deepEqual(apply({ ...bob, emails }, [listed])['emails'], emails.slice(1))
  const kept = { op: 'replace', path: 'emails[type eq "work"].display', value: '' }
  assert.deepEqual(apply({ ...bob, emails }, [kept])['emails'], [
    { value: 'b@x', type: 'work', primary: true },
    emails[1],
  ])
  const byLetter = { op: 'remove', path: 'emails[type eq "home"].value' }
  assert.deepEqual(apply({ ...bob, emails }, [byLetter])['emails'], [emails[0], { type: 'home' }])
  const empty = { op: 'replace', path: 'emails[type eq "home"].value', value: null }
  assert.deepEqual(apply({ ...bob, emails }, [empty], strict)['emails'], [emails[0], { type: 'home' }])
})

test('AC-E9: a path whose URN lacks its last colon names the extension by the profile only', () => {
  const path = `${enterprise.replace(':User', 'User')}:department`
  const operation = { op: 'replace', path, value: 'Tours' }
  assert.deepEqual(apply(bob, [operation])[enterprise], { department: 'Tours' })
  assert.deepEqual(apply(bob, [{ op: 'add', value: { [path]: 'Tours' } }])[enterprise], { department: 'Tours' })
  assertRefused(() => apply(bob, [operation], strict), 'invalidPath')
})

test('the path that RFC 7644 §3.5.2.2 prints without a space is read by the profile only', () => {
  const emails = [{ value: 'b@x' }, { value: 'h@x' }]
  const operation = { op: 'remove', path: 'emails[value eq"b@x"]' }
  assert.deepEqual(apply({ ...bob, emails }, [operation], allowing('missingSpace'))['emails'], [{ value: 'h@x' }])
  assertRefused(() => apply({ ...bob, emails }, [operation], strict), 'invalidPath')
})

test('TRAP-D17: inherited names are refused in every form of a key', () => {
  for (const key of ['emails[__proto__ eq "x"]', 'emails[type eq "x"].constructor', '__proto__.x', 'a(prototype)'])
    assertRefused(() => apply(bob, [{ op: 'add', value: { [key]: 'x' } }], under('default')), 'invalidSyntax')
})
