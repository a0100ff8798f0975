import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type JsonObject, matchElement, type MemberStep } from '@rollcall/scim'
import { assertRefused, group } from '../resource/subject.ts'
import { patch, patchGroup, strict, under, type Written } from './subject.ts'

/** The steps that operations on a group become. */
function steps(operations: readonly Written[], tolerance = strict): readonly MemberStep[] {
  return patchGroup(operations, { tolerance }).members
}

const member = (value: string) => ({ value, type: undefined })

test('TRAP-F7: operations on members become steps and never need the members', () => {
  assert.deepEqual(steps([{ op: 'add', path: 'members', value: [{ value: 'a', type: 'User' }] }]), [
    { kind: 'add', members: [{ value: 'a', type: 'User' }] },
  ])
  assert.deepEqual(steps([{ op: 'remove', path: 'members[value eq "A"]' }]), [{ kind: 'remove', values: ['A'] }])
  assert.deepEqual(steps([{ op: 'remove', path: 'MEMBERS[Value eq "a" or value eq "b"]' }]), [
    { kind: 'remove', values: ['a', 'b'] },
  ])
  assert.deepEqual(steps([{ op: 'replace', path: 'members', value: [{ value: 'a' }] }]), [
    { kind: 'replace', members: [member('a')] },
  ])
  for (const operation of [
    { op: 'remove', path: 'members' },
    { op: 'replace', path: 'members', value: [] },
    { op: 'replace', value: { members: null } },
  ])
    assert.deepEqual(steps([operation]), [{ kind: 'replace', members: [] }])
  assert.deepEqual(steps([{ op: 'add', path: 'members', value: [] }]), [])
})

test('what the provider fills in about a member is passed over in every profile (RFC 7644 §3.5.2.1)', () => {
  const operation = { op: 'add', path: 'members', value: [{ value: 'a', display: 'Babs', $ref: 'https://x/Users/a' }] }
  assert.deepEqual(steps([operation]), [{ kind: 'add', members: [{ value: 'a', type: 'User' }] }])
  const inline = patch({ displayName: 'Guides' }, [operation], { type: group })
  assert.deepEqual(inline.resource['members'], [{ value: 'a', $ref: 'https://x/Users/a' }])
})

test('a filter that is more than ids becomes a condition for the store', () => {
  const [step] = steps([{ op: 'remove', path: 'members[type eq "Group" and value sw "g"]' }])
  assert.equal(step?.kind, 'removeWhere')
  assert.ok(step?.kind === 'removeWhere' && matchElement(step.filter, { value: 'G1', type: 'Group' }))
  assert.ok(step?.kind === 'removeWhere' && !matchElement(step.filter, { value: 'G1', type: 'User' }))
})

test('AC-E6: both shapes of removal remove only those listed; without a list all go', () => {
  const tolerance = under('entra')
  const old = { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1091' }] }
  assert.deepEqual(steps([old], tolerance), [{ kind: 'remove', values: ['u1091'] }])
  const flagged = { op: 'remove', path: 'members[value eq "u1091"]' }
  assert.deepEqual(steps([flagged], tolerance), [{ kind: 'remove', values: ['u1091'] }])
  assert.deepEqual(steps([{ op: 'Remove', path: 'members' }], tolerance), [{ kind: 'replace', members: [] }])
  assert.deepEqual(steps([{ ...old, value: [] }], tolerance), [])
  assertRefused(() => steps([{ ...old, op: 'remove' }]), 'invalidSyntax')
  assertRefused(() => steps([{ ...old, op: 'remove', value: [] }]), 'invalidSyntax')
})

test('AC-E15: 5,000 members in one operation become one step', () => {
  const value = Array.from({ length: 5000 }, (_, index) => ({ value: `u${index}` }))
  const [step] = steps([{ op: 'Add', path: 'members', value }], under('entra'))
  assert.ok(step?.kind === 'add' && step.members.length === 5000)
})

test('the last word about a member counts, and steps are merged', () => {
  const operations = [
    { op: 'add', path: 'members', value: [{ value: 'a' }, { value: 'b' }, { value: 'A' }] },
    { op: 'add', path: 'members', value: [{ value: 'c' }] },
    { op: 'remove', path: 'members[value eq "B"]' },
    { op: 'remove', path: 'members[value eq "d"]' },
    { op: 'add', path: 'members', value: [{ value: 'D' }] },
  ]
  assert.deepEqual(steps(operations), [
    { kind: 'remove', values: ['B'] },
    { kind: 'add', members: [member('a'), member('c'), member('D')] },
  ])
  const replaced = [...operations, { op: 'replace', path: 'members', value: [{ value: 'x' }, { value: 'y' }] }]
  const removed = [...replaced, { op: 'remove', path: 'members[value eq "x"]' }]
  assert.deepEqual(steps(removed), [{ kind: 'replace', members: [member('y')] }])
})

test('AC-O12: a rename and membership in one request (Okta)', () => {
  const { resource, members, changes } = patchGroup(
    [
      { op: 'replace', value: { id: 'g1', displayName: 'New' } },
      { op: 'remove', path: 'members[value eq "a"]' },
      { op: 'add', path: 'members', value: [{ value: 'b', display: 'b@x' }] },
    ],
    { tolerance: under('okta'), id: 'g1' },
  )
  assert.equal(resource['displayName'], 'New')
  assert.ok(!('members' in resource))
  assert.deepEqual(
    changes.map(({ path }) => path),
    ['displayName'],
  )
  assert.deepEqual(members, [
    { kind: 'remove', values: ['a'] },
    { kind: 'add', members: [member('b')] },
  ])
})

test('bare ids and single objects are members by the profile (Microsoft Postman, JumpCloud)', () => {
  for (const value of ['a', ['a'], { value: 'a' }, [{ value: 'a', displayName: 'x' }]]) {
    assert.deepEqual(steps([{ op: 'Add', path: 'members', value }], under('entra')), [
      { kind: 'add', members: [member('a')] },
    ])
    assert.throws(() => steps([{ op: 'add', path: 'members', value }]), { name: 'ScimError', status: 400 })
  }
})

test('changing a member in place is mutability (RFC 7643 §4.2)', () => {
  for (const sub of ['value', 'display', 'type', '$ref'])
    for (const op of ['add', 'replace', 'remove']) {
      const operation = { op, path: `members[value eq "a"].${sub}`, value: op === 'remove' ? undefined : 'x' }
      assertRefused(() => steps([operation], under('default')), 'mutability')
    }
  const path = 'members[value eq "a"]'
  assertRefused(() => steps([{ op: 'replace', path, value: { value: 'b' } }]), 'mutability')
  assertRefused(() => steps([{ op: 'add', path, value: { value: 'b' } }]), 'mutability')
  assert.deepEqual(steps([{ op: 'add', path, value: { value: 'a' } }]), [{ kind: 'add', members: [member('a')] }])
})

// Whatever the operations are, applying the steps gives the members that the operations themselves give.

const id = fc.constantFrom('a', 'A', 'b', 'c', 'd', 'e')
const list = fc.array(
  id.map((value) => ({ value })),
  { maxLength: 4 },
)
const operation: fc.Arbitrary<Written> = fc.oneof(
  list.map((value) => ({ op: 'add', path: 'members', value })),
  list.map((value) => ({ op: 'replace', path: 'members', value })),
  list.map((value) => ({ op: 'remove', path: 'members', value })),
  fc.constant({ op: 'remove', path: 'members' }),
  id.map((value) => ({ op: 'remove', path: `members[value eq "${value}"]` })),
  fc.tuple(id, id).map(([x, y]) => ({ op: 'remove', path: `members[value eq "${x}" or value eq "${y}"]` })),
  id.map((value) => ({ op: 'remove', path: `members[value gt "${value}"]` })),
  fc.constant({ op: 'replace', path: 'displayName', value: 'x' }),
)

test('TRAP-F6: applying the steps to a list gives the same members as applying the operations to it', () => {
  fc.assert(
    fc.property(list, fc.array(operation, { maxLength: 8 }), (before, operations) => {
      const unique = [...new Map(before.map((each) => [each.value.toLowerCase(), each])).values()]
      const resource: JsonObject = { displayName: 'Tour Guides', members: unique }
      const tolerance = under('default')
      const inline = patch(resource, operations, { type: group, tolerance, members: 'inline' }).resource['members']
      const values = Array.isArray(inline) ? inline.map((each: { readonly value: string }) => each.value) : []
      const result = steps(operations, tolerance).reduce(
        applyStep,
        unique.map(({ value }) => value),
      )
      assert.deepEqual(fold(result), fold(values))
    }),
    { numRuns: 400 },
  )
})

function applyStep(members: readonly string[], step: MemberStep): readonly string[] {
  switch (step.kind) {
    case 'add':
      return [...members, ...step.members.map(({ value }) => value)]
    case 'remove':
      return members.filter((value) => !fold(step.values).includes(value.toLowerCase()))
    case 'removeWhere':
      return members.filter((value) => !matchElement(step.filter, { value }))
    case 'replace':
      return step.members.map(({ value }) => value)
    default:
      return step satisfies never
  }
}

function fold(values: readonly string[]): readonly string[] {
  return [...new Set(values.map((value) => value.toLowerCase()))].toSorted()
}
