import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyPatch, type Json, type JsonObject, parsePatch, profiles, userSchema } from '@rollcall/scim'
import { allowing, assertRefused, enterprise, fixture, user as subjectType } from '../resource/subject.ts'
import { patch, strict, under, type Written } from './subject.ts'

const work = { value: 'b@work.example', type: 'work', primary: true }
const home = { value: 'b@home.example', type: 'home' }
const babs: JsonObject = {
  schemas: [userSchema.id, enterprise],
  userName: 'bjensen',
  name: { givenName: 'Babs', familyName: 'Jensen' },
  active: true,
  emails: [work, home],
  [enterprise]: { department: 'Tours', manager: { value: 'm1', $ref: '../Users/m1' } },
}

/** What becomes of Babs, in one attribute. */
function after(name: string, operation: Written, tolerance = strict): Json | undefined {
  return patch(babs, [operation], { tolerance }).resource[name]
}

test('TRAP-D1: when one operation fails nothing is changed (RFC 7644 §3.5.2)', () => {
  const copy = structuredClone(babs)
  const operations = [
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' },
    { op: 'replace', path: 'bogus', value: 'x' },
  ]
  assertRefused(() => patch(babs, operations), 'invalidPath')
  assert.deepEqual(babs, copy)
})

test('operations are applied in their order, each to the result of the one before (RFC 7644 §3.5.2)', () => {
  const { resource } = patch(babs, [
    { op: 'add', path: 'emails', value: [{ value: 'c@x', type: 'other' }] },
    { op: 'replace', path: 'emails[type eq "other"].value', value: 'd@x' },
    { op: 'remove', path: 'emails[type ne "other"]' },
  ])
  assert.deepEqual(resource['emails'], [{ value: 'd@x', type: 'other' }])
})

test('TRAP-D4: replace on a complex attribute keeps its other sub-attributes (RFC 7644 §3.5.2.3)', () => {
  const operation = { op: 'replace', path: 'name', value: { givenName: 'Barbara' } }
  assert.deepEqual(after('name', operation), { givenName: 'Barbara', familyName: 'Jensen' })
  const whole = { ...allowing(), replaceComplex: 'replace' as const }
  assert.deepEqual(after('name', operation, whole), { givenName: 'Barbara' })
  assert.deepEqual(after('name', { ...operation, op: 'add' }, whole), { givenName: 'Barbara', familyName: 'Jensen' })
})

test('null for a sub-attribute in a complex value unassigns it', () => {
  assert.deepEqual(after('name', { op: 'replace', path: 'name', value: { GIVENNAME: null } }), { familyName: 'Jensen' })
  assert.equal(after('name', { op: 'add', value: { name: { givenName: null, familyName: null } } }), undefined)
})

test('TRAP-D5: replace with a filter that matches nothing is noTarget (RFC 7644 §3.5.2.3); Entra ID creates', () => {
  const operation = { op: 'replace', path: 'emails[type eq "other" and primary eq true]', value: { value: 'o@x' } }
  assertRefused(() => after('emails', operation), 'noTarget')
  assert.deepEqual(after('emails', operation, under('entra')), [work, home, { type: 'other', value: 'o@x' }])
  const vague = { op: 'replace', path: 'emails[type sw "oth"].value', value: 'o@x' }
  assertRefused(() => after('emails', vague, under('entra')), 'noTarget')
})

test('TRAP-D6: add with filter and sub-attribute creates the element; replace only by the profile', () => {
  const path = 'phoneNumbers[type eq "work"].value'
  const created = [{ type: 'work', value: '+1' }]
  assert.deepEqual(after('phoneNumbers', { op: 'add', path, value: '+1' }), created)
  assertRefused(() => after('phoneNumbers', { op: 'replace', path, value: '+1' }), 'noTarget')
  assert.deepEqual(after('phoneNumbers', { op: 'replace', path, value: '+1' }, under('entra')), created)
  assertRefused(() => after('emails', { op: 'add', path: 'emails[value co "nobody"].display', value: 'd' }), 'noTarget')
})

test('AC-E7: emails[type eq "work"].value on a user without one adds it, display and primary follow', () => {
  const operations = [
    { op: 'Add', path: 'emails[type eq "work"].value', value: 'b@x' },
    { op: 'Replace', path: 'emails[type eq "work"].display', value: 'Babs' },
    { op: 'Replace', path: 'emails[type eq "work"].primary', value: 'True' },
  ]
  const { resource } = patch({ userName: 'b' }, operations, { tolerance: under('entra') })
  assert.deepEqual(resource['emails'], [{ type: 'work', value: 'b@x', display: 'Babs', primary: true }])
})

test('TRAP-D7: remove with a filter that matches nothing changes nothing (RFC 7644 §3.5.2.2)', () => {
  for (const path of ['emails[type eq "other"]', 'phoneNumbers[type eq "work"]', 'title', 'name.middleName'])
    assert.deepEqual(patch(babs, [{ op: 'remove', path }]).changes, [], path)
})

test('TRAP-D8: a filter of two clauses selects every element that fulfils both (RFC 7644 §3.5.2.2)', () => {
  const emails = [work, home, { value: 'c@work.example', type: 'work' }, { value: 'd@x', type: 'work' }]
  const path = 'emails[type eq "work" and value ew "work.example"]'
  const removed = patch({ ...babs, emails }, [{ op: 'remove', path }]).resource['emails']
  assert.deepEqual(removed, [home, { value: 'd@x', type: 'work' }])
  const replaced = patch({ ...babs, emails }, [{ op: 'replace', path: `${path}.type`, value: 'other' }])
  assert.deepEqual(replaced.resource['emails'], [
    { ...work, type: 'other' },
    home,
    { value: 'c@work.example', type: 'other' },
    { value: 'd@x', type: 'work' },
  ])
})

test('TRAP-D9: when the last element goes the attribute is unassigned (RFC 7644 §3.5.2.2)', () => {
  const { resource, changes } = patch(babs, [
    { op: 'remove', path: 'emails[type eq "work"]' },
    { op: 'remove', path: 'emails[type eq "home"]' },
    { op: 'remove', path: 'name.givenName' },
    { op: 'remove', path: 'name.familyName' },
  ])
  assert.ok(!('emails' in resource) && !('name' in resource))
  assert.deepEqual(
    changes.map(({ path, after }) => [path, after]),
    [
      ['name.familyName', undefined],
      ['name.givenName', undefined],
      ['emails', undefined],
    ],
  )
})

test('TRAP-D10: removing what is required or readOnly is mutability (RFC 7644 §3.5.2.2)', () => {
  for (const path of ['userName', 'id', 'meta', 'meta.created', 'groups', 'groups[value eq "g"]', 'schemas'])
    assertRefused(() => patch(babs, [{ op: 'remove', path }], { tolerance: under('default') }), 'mutability')
  const seated = { ...babs, [fixture]: { seat: { room: '1' }, computed: 'x' } }
  assertRefused(() => patch(seated, [{ op: 'remove', path: `${fixture}:seat.room` }]), 'mutability')
  assertRefused(() => patch(seated, [{ op: 'remove', path: `${fixture}:computed` }]), 'mutability')
})

test('a required attribute that becomes blank is invalidValue (RFC 7643 §7)', () => {
  for (const value of [null, '', '  ', []])
    assertRefused(() => after('userName', { op: 'replace', path: 'userName', value }), 'invalidValue')
  assertRefused(() => after('userName', { op: 'replace', value: { userName: null } }), 'invalidValue', /userName/)
  const required = ['emails']
  const emptied = { op: 'remove', path: 'emails' }
  assertRefused(() => patch(babs, [emptied], { required }), 'invalidValue', /emails/)
  const { emails: _, ...older } = babs
  assert.equal(patch(older, [{ op: 'replace', path: 'active', value: false }], { required }).resource['active'], false)
})

test('what a new element or a new extension requires must come with it', () => {
  assertRefused(
    () => after(fixture, { op: 'add', path: `${fixture}:seat.building`, value: 'A' }),
    'invalidValue',
    /room/,
  )
  const both = { op: 'add', path: `${fixture}:seat`, value: { building: 'A', room: '1' } }
  assert.deepEqual(after(fixture, both), { seat: { building: 'A', room: '1' } })
})

test('TRAP-D11: adding a value that is there changes nothing (RFC 7644 §3.5.2.1)', () => {
  const operations = [
    { op: 'add', path: 'emails', value: [{ value: 'B@Work.example', type: 'WORK' }] },
    { op: 'add', path: 'emails', value: [{ value: 'b@home.example' }] },
    { op: 'add', path: 'userName', value: 'bjensen' },
    { op: 'add', value: { active: true, name: { givenName: 'Babs' } } },
    { op: 'add', path: `${enterprise}:department`, value: 'Tours' },
  ]
  const { resource, changes } = patch(babs, operations)
  assert.equal(resource, babs)
  assert.deepEqual(changes, [])
})

test('TRAP-E5: a replace with what is stored, in another order, is no change', () => {
  const operations = [
    { op: 'replace', path: 'emails', value: [home, { type: 'work', primary: true, value: 'b@work.example' }] },
    { op: 'replace', path: 'name', value: { familyName: 'Jensen', givenName: 'Babs' } },
    { op: 'replace', value: { active: true, title: null, schemas: [userSchema.id] } },
  ]
  assert.equal(patch(babs, operations).resource, babs)
})

test('an address, which has no value, is there when an equal one is', () => {
  const address = { country: 'DE', locality: 'Berlin' }
  const resource = { ...babs, addresses: [address] }
  assert.equal(patch(resource, [{ op: 'add', path: 'addresses', value: [{ ...address }] }]).resource, resource)
  const other = patch(resource, [{ op: 'add', path: 'addresses', value: [{ country: 'DE' }] }]).resource
  assert.deepEqual(other['addresses'], [address, { country: 'DE' }])
})

test('TRAP-D12: a new primary value takes primary from the others (RFC 7644 §3.5.2)', () => {
  const added = after('emails', { op: 'add', path: 'emails', value: [{ value: 'c@x', primary: true }] })
  assert.deepEqual(added, [{ ...work, primary: false }, home, { value: 'c@x', primary: true }])
  const set = after('emails', { op: 'replace', path: 'emails[type eq "home"].primary', value: true })
  assert.deepEqual(set, [
    { ...work, primary: false },
    { ...home, primary: true },
  ])
  const present = after('emails', { op: 'add', path: 'emails', value: [{ ...home, primary: true }] })
  assert.deepEqual(present, [
    { ...work, primary: false },
    { ...home, primary: true },
  ])
  const two = {
    op: 'add',
    path: 'emails',
    value: [
      { value: 'c', primary: true },
      { value: 'd', primary: true },
    ],
  }
  assertRefused(() => after('emails', two), 'invalidValue', /primary/)
  assertRefused(() => after('emails', { op: 'replace', path: 'emails.primary', value: true }), 'invalidValue')
})

test('TRAP-D13: URN-qualified paths reach base and extension, whose URN comes and goes with its data', () => {
  const plain: JsonObject = { schemas: [userSchema.id], userName: 'bjensen', name: { givenName: 'Babs' } }
  const added = patch(plain, [
    { op: 'replace', path: `${userSchema.id}:name.familyName`, value: 'J' },
    { op: 'add', path: `${enterprise.toUpperCase()}:EMPLOYEENUMBER`, value: '701984' },
  ]).resource
  assert.deepEqual(added['name'], { givenName: 'Babs', familyName: 'J' })
  assert.deepEqual(added[enterprise], { employeeNumber: '701984' })
  assert.deepEqual(added['schemas'], [userSchema.id, enterprise])
})

test('schemas patched in a request takes effect at once (RFC 7644 §3.5.2)', () => {
  const operations = [
    { op: 'remove', path: `schemas[value eq "${enterprise}"]` },
    { op: 'add', path: 'schemas', value: [enterprise] },
    { op: 'add', path: `${enterprise}:division`, value: 'Park' },
  ]
  const { resource } = patch(babs, operations)
  assert.deepEqual(resource[enterprise], { division: 'Park' })
  assert.deepEqual(resource['schemas'], [userSchema.id, enterprise])
  assert.equal(after(enterprise, { op: 'replace', path: 'schemas', value: [userSchema.id] }), undefined)
  assert.deepEqual(after(enterprise, { op: 'replace', value: { schemas: [userSchema.id] } }), babs[enterprise])
  assertRefused(() => after('schemas', { op: 'replace', path: 'schemas', value: [enterprise] }), 'mutability')
  assertRefused(() => after('schemas', { op: 'remove', path: `schemas[value eq "${userSchema.id}"]` }), 'mutability')
  assertRefused(() => after('schemas', { op: 'add', path: 'schemas', value: ['urn:example:x'] }), 'invalidValue')
})

test('TRAP-A17: when the last attribute of an extension goes, the object and its URN go (RFC 7643 §3.3)', () => {
  const ways = [
    [
      { op: 'remove', path: `${enterprise}:department` },
      { op: 'remove', path: `${enterprise}:manager` },
    ],
    [{ op: 'remove', path: enterprise }],
    [{ op: 'replace', value: { [enterprise]: null } }],
    [{ op: 'replace', value: { [enterprise]: { department: null, manager: null } } }],
    [{ op: 'replace', path: enterprise, value: {} }],
  ]
  for (const operations of ways) {
    const { resource } = patch(babs, operations)
    assert.ok(!(enterprise in resource), JSON.stringify(operations))
    assert.deepEqual(resource['schemas'], [userSchema.id])
  }
})

test('TRAP-D14: a value without a path takes attributes and extension objects; dotted and URN keys are leniencies', () => {
  const { resource } = patch(babs, [
    { op: 'replace', value: { DISPLAYNAME: 'B', [enterprise]: { Division: 'Park', manager: { value: 'm2' } } } },
  ])
  assert.equal(resource['displayName'], 'B')
  assert.deepEqual(resource[enterprise], { department: 'Tours', manager: { value: 'm2' }, division: 'Park' })
  for (const key of ['name.givenName', `${enterprise}:department`, 'department', 'emails[type eq "work"].value'])
    assertRefused(() => patch(babs, [{ op: 'replace', value: { [key]: 'x' } }]), 'invalidSyntax')
})

test('AC-E5: dotted and URN keys in a path-less value reach their attributes and are not stored as keys', () => {
  const value = {
    displayName: 'B',
    'name.givenName': 'K',
    'name.familyName': 'U',
    [`${enterprise}:employeeNumber`]: 'A',
    'emails[type eq "work"].value': 'k@x',
  }
  const { resource } = patch(babs, [{ op: 'replace', value }], { tolerance: under('entra') })
  assert.deepEqual(resource, {
    ...babs,
    displayName: 'B',
    name: { givenName: 'K', familyName: 'U' },
    emails: [{ ...work, value: 'k@x' }, home],
    [enterprise]: { department: 'Tours', manager: { value: 'm1', $ref: '../Users/m1' }, employeeNumber: 'A' },
  })
})

test('TRAP-D15: readOnly attributes are mutability by path; in a value strict refuses and others ignore them', () => {
  for (const path of ['id', 'meta.lastModified', 'groups', `${enterprise}:manager.displayName`])
    assertRefused(
      () => patch(babs, [{ op: 'replace', path, value: 'x' }], { tolerance: under('default') }),
      'mutability',
    )
  const values = [{ meta: { created: 'x' } }, { groups: [{ value: 'g' }] }, { id: 'u1' }]
  for (const value of values) {
    const operation = { op: 'replace', value: { ...value, title: 'Guide' } }
    assertRefused(() => patch(babs, [operation]), 'mutability')
    const tolerance = under('okta')
    assert.deepEqual(patch(babs, [operation], { tolerance, id: 'u1' }).resource, { ...babs, title: 'Guide' })
    assert.deepEqual([...tolerance.fired.keys()], ['readOnlyValues'])
  }
  assertRefused(
    () => patch(babs, [{ op: 'replace', value: { id: 'u2' } }], { tolerance: under('okta'), id: 'u1' }),
    'mutability',
  )
  const manager = { op: 'replace', path: `${enterprise}:manager`, value: { value: 'm2', displayName: 'Boss' } }
  assertRefused(() => after(enterprise, manager), 'mutability')
  assert.deepEqual(after(enterprise, manager, under('okta')), { department: 'Tours', manager: { value: 'm2' } })
})

test('AC-O13: a rename that carries the id of the group changes only the name, and nothing the second time', () => {
  const operation = { op: 'replace', value: { id: 'g1', displayName: 'New' } }
  const once = patch({ displayName: 'Old' }, [operation], { tolerance: under('okta'), id: 'g1' })
  assert.deepEqual(once.changes, [{ path: 'displayName', before: 'Old', after: 'New' }])
  assert.deepEqual(patch(once.resource, [operation], { tolerance: under('okta'), id: 'g1' }).changes, [])
})

test('TRAP-D16: an unknown path, a sub-attribute of a simple one, a filter on a single one are invalidPath', () => {
  const paths = [
    'bogus',
    'bogus.x',
    'name.bogus',
    'emails.bogus',
    'emails[bogus eq "x"]',
    'emails[type eq "work"].bogus',
    'title.x',
    'title[value eq "x"]',
    'name[givenName eq "x"]',
    'urn:example:unknown:x',
    'emails[type eq]',
    'emails.value.x',
  ]
  for (const path of paths) {
    for (const op of ['add', 'replace', 'remove'])
      assertRefused(() => patch(babs, [{ op, path, value: op === 'remove' ? undefined : 'x' }]), 'invalidPath')
  }
})

test('TRAP-D17: inherited names are refused everywhere by every profile, and nothing is polluted (CWE-1321)', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__']) {
    const operations: unknown[] = [
      { op: 'add', path: name, value: { polluted: true } },
      { op: 'add', path: `${name}.polluted`, value: true },
      { op: 'add', path: `name.${name}`, value: { polluted: true } },
      { op: 'add', path: `${enterprise}:${name}`, value: { polluted: true } },
      { op: 'add', path: `emails[type eq "work"].${name}`, value: { polluted: true } },
      { op: 'add', path: `emails[${name} eq "work"].value`, value: 'x' },
      JSON.parse(`{"op":"add","value":{"${name}":{"polluted":true}}}`),
      JSON.parse(`{"op":"add","value":{"${name}.polluted":true}}`),
      JSON.parse(`{"op":"add","value":{"${enterprise}:${name}":true}}`),
      JSON.parse(`{"op":"add","value":{"${enterprise}":{"${name}":true}}}`),
      JSON.parse(`{"op":"add","path":"name","value":{"${name}":{"polluted":true}}}`),
      JSON.parse(`{"op":"add","path":"emails","value":[{"value":"x","${name}":{"polluted":true}}]}`),
    ]
    for (const [profile] of Object.entries(profiles)) {
      for (const operation of operations) {
        const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] }
        const tolerance = under(profile === 'strict' ? 'strict' : 'default')
        assert.throws(
          () => applyPatch(babs, parsePatch(body, { tolerance }), subjectType, { tolerance, members: 'inline' }),
          { name: 'ScimError', status: 400 },
          JSON.stringify(operation),
        )
      }
    }
  }
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('TRAP-D18: replace with null or an empty list removes; an empty text is a value unless the profile says otherwise', () => {
  const titled = { ...babs, title: 'Guide' }
  for (const value of [null, [], {}])
    assert.ok(!('title' in patch(titled, [{ op: 'replace', path: 'title', value }]).resource))
  assert.ok(!('emails' in patch(babs, [{ op: 'replace', path: 'emails', value: [] }]).resource))
  assert.equal(patch(titled, [{ op: 'replace', path: 'title', value: '' }]).resource['title'], '')
  assert.ok(
    !('title' in patch(titled, [{ op: 'replace', path: 'title', value: '' }], { tolerance: under('entra') }).resource),
  )
  assertRefused(() => after(enterprise, { op: 'replace', path: `${enterprise}:manager`, value: '' }), 'invalidValue')
  for (const value of [null, '', {}, { value: '' }, { value: null }]) {
    const { manager } = {
      manager: undefined,
      ...object(after(enterprise, { op: 'Replace', path: 'manager', value }, under('entra'))),
    }
    assert.equal(manager, undefined, JSON.stringify(value))
  }
})

test('TRAP-D19: replace of a list without a filter replaces all of it (RFC 7644 §3.5.2.3)', () => {
  const emails = [{ value: 'n@x', type: 'work', primary: true }]
  assert.deepEqual(after('emails', { op: 'replace', path: 'emails', value: emails }), emails)
  assert.deepEqual(after('emails', { op: 'replace', value: { emails } }), emails)
})

test('a filter replaces whole elements; what the filter says of them stays unless the value says otherwise', () => {
  const path = 'emails[type eq "work"]'
  assert.deepEqual(after('emails', { op: 'replace', path, value: { value: 'n@x' } }), [
    { type: 'work', value: 'n@x' },
    home,
  ])
  assert.deepEqual(after('emails', { op: 'replace', path, value: { value: 'n@x', type: 'other' } }), [
    { type: 'other', value: 'n@x' },
    home,
  ])
  assert.deepEqual(after('emails', { op: 'add', path, value: { display: 'd' } }), [{ ...work, display: 'd' }, home])
  assert.deepEqual(after('emails', { op: 'replace', path, value: null }), [home])
})

test('a sub-attribute of a list without a filter means every element', () => {
  assert.deepEqual(after('emails', { op: 'replace', path: 'emails.display', value: 'd' }), [
    { ...work, display: 'd' },
    { ...home, display: 'd' },
  ])
  assert.deepEqual(after('emails', { op: 'remove', path: 'emails.type' }), [
    { value: work.value, primary: true },
    { value: home.value },
  ])
  assert.deepEqual(after('phoneNumbers', { op: 'add', path: 'phoneNumbers.value', value: '+1' }), [{ value: '+1' }])
})

test('TRAP-D21: a manager as text, list or object, by short or full path, is stored the same', () => {
  for (const path of ['manager', `${enterprise}:manager`])
    for (const value of ['m2', ['m2'], [{ value: 'm2' }], { value: 'm2' }, { Value: 'm2', $ref: null }]) {
      const stored = after(enterprise, { op: 'Add', path, value }, under('entra'))
      assert.deepEqual(stored, { department: 'Tours', manager: { value: 'm2' } }, JSON.stringify(value))
    }
  assertRefused(() => after(enterprise, { op: 'add', path: `${enterprise}:manager`, value: 'm2' }), 'invalidValue')
  assertRefused(() => after(enterprise, { op: 'add', path: 'manager', value: { value: 'm2' } }), 'invalidPath')
})

test('AC-E8: the four ways in which Entra ID sends a manager give the same manager', () => {
  const ways = [
    { op: 'Add', path: 'manager', value: [{ $ref: 'http://x/Users/m2', value: 'm2' }] },
    { op: 'Add', path: `${enterprise}:manager`, value: 'm2' },
    { op: 'Replace', path: 'manager', value: 'm2' },
    { op: 'replace', value: { [`${enterprise}:manager`]: 'm2' } },
  ]
  for (const operation of ways)
    assert.equal(object(object(after(enterprise, operation, under('entra')))['manager'])['value'], 'm2')
})

test('a reference that changes does not keep what described the old one', () => {
  const operation = { op: 'replace', path: `${enterprise}:manager.value`, value: 'm2' }
  assert.deepEqual(after(enterprise, operation), { department: 'Tours', manager: { value: 'm2' } })
})

test('TRAP-D22: remove with a value removes only what it lists; strict refuses instead of emptying', () => {
  const listed: readonly (readonly [Json, Json])[] = [
    [[{ value: 'B@WORK.EXAMPLE', $ref: null }], [home]],
    [{ type: 'home' }, [work]],
    [[{ value: 'b@home.example', type: 'work' }], [work, home]],
    ['b@home.example', [work]],
    [[{ value: 'nobody@x' }], [work, home]],
    [[], [work, home]],
  ]
  for (const [value, left] of listed) {
    const operation = { op: 'Remove', path: 'emails', value }
    assert.deepEqual(after('emails', operation, under('entra')), left, JSON.stringify(value))
    assertRefused(() => after('emails', { ...operation, op: 'remove' }), 'invalidSyntax')
  }
  assert.equal(after('emails', { op: 'remove', path: 'emails' }), undefined)
  const titled = { ...babs, title: 'Guide' }
  const remove = (value: Json) =>
    patch(titled, [{ op: 'Remove', path: 'title', value }], { tolerance: under('entra') }).resource['title']
  assert.deepEqual(
    [remove('guide'), remove('Other'), remove(''), remove(null)],
    [undefined, 'Guide', undefined, undefined],
  )
})

test('TRAP-D23: quoted brackets, dots, colons and quotes in a filter are text', () => {
  const odd = { value: 'a].b:c"d\\e', type: 'x' }
  const path = `emails[value eq ${JSON.stringify(odd.value)}].type`
  const { resource } = patch({ ...babs, emails: [odd, home] }, [{ op: 'replace', path, value: 'y' }])
  assert.deepEqual(resource['emails'], [{ ...odd, type: 'y' }, home])
})

test('AC-E4: "False" and "True" as text become booleans, also in the filter of a path', () => {
  const tolerance = under('entra')
  assert.equal(after('active', { op: 'Replace', path: 'active', value: 'False' }, tolerance), false)
  const roles = [{ value: 'user' }, { value: 'admin', primary: true }]
  const operation = { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'owner' }
  assert.deepEqual(patch({ ...babs, roles }, [operation], { tolerance }).resource['roles'], [
    { value: 'user' },
    { value: 'owner', primary: true },
  ])
  assertRefused(() => after('active', { op: 'replace', path: 'active', value: 'False' }), 'invalidValue')
})

test('AC-E10: roles as JSON text are read, in every place where Entra ID puts the text', () => {
  const role = { id: '06b07648', value: 'Admin', displayName: 'Administrator' }
  const text = JSON.stringify(role)
  for (const value of [text, [text], [{ value: text }]]) {
    const stored = after('roles', { op: 'Add', path: 'roles', value }, under('entra'))
    assert.equal(JSON.stringify(stored).includes('"value":"Admin"'), true, JSON.stringify(value))
    assertRefused(() => patch(babs, [{ op: 'add', path: 'title', value: [text] }]), 'invalidValue')
  }
  const described = after('roles', { op: 'Add', path: 'roles', value: [{ value: text }] }, under('entra'))
  assert.deepEqual(described, [{ value: 'Admin', display: 'Administrator' }])
})

test('AC-G18: a path with single quotes, as in the documentation of GitHub, works by the profile', () => {
  const operation = { op: 'replace', path: "emails[type eq 'work'].value", value: 'n@x' }
  assert.deepEqual(after('emails', operation, under('default')), [{ ...work, value: 'n@x' }, home])
  assertRefused(() => after('emails', operation), 'invalidPath')
})

test('AC-O9: replace without a path deactivates (Okta)', () => {
  const { changes } = patch(babs, [{ op: 'replace', value: { active: false } }])
  assert.deepEqual(changes, [{ path: 'active', before: true, after: false }])
})

test('immutable values may be added once and then neither changed nor removed (RFC 7644 §3.5.2)', () => {
  const added = patch(babs, [{ op: 'add', path: `${fixture}:serial`, value: 'S-1' }]).resource
  const path = `${fixture}:serial`
  for (const operation of [
    { op: 'add', path, value: 'S-2' },
    { op: 'replace', path, value: 'S-2' },
    { op: 'remove', path },
  ])
    assertRefused(() => patch(added, [operation]), 'mutability', /serial/)
  assert.deepEqual(patch(added, [{ op: 'replace', path, value: 'S-1' }]).changes, [])
  const devices = [{ value: 'd1', label: 'old' }]
  const owner = { ...babs, [fixture]: { devices } }
  const selected = `${fixture}:devices[value eq "d1"]`
  assertRefused(() => patch(owner, [{ op: 'replace', path: `${selected}.value`, value: 'd2' }]), 'mutability')
  assertRefused(() => patch(owner, [{ op: 'replace', path: selected, value: { value: 'd2' } }]), 'mutability')
  assertRefused(() => patch(owner, [{ op: 'remove', path: `${selected}.value` }]), 'mutability')
  const renamed = patch(owner, [{ op: 'replace', path: `${selected}.label`, value: 'new' }]).resource
  assert.deepEqual(object(renamed[fixture])['devices'], [{ value: 'd1', label: 'new' }])
  assert.ok(!(fixture in patch(owner, [{ op: 'remove', path: selected }]).resource))
})

test('AC-O28: a password is handed on as writeOnly and is in neither resource nor changes', () => {
  for (const operation of [
    { op: 'replace', path: 'password', value: 'secret' },
    { op: 'replace', value: { password: 'secret' } },
  ]) {
    const { resource, writeOnly, changes } = patch(babs, [operation])
    assert.deepEqual(writeOnly, { password: 'secret' })
    assert.equal(resource, babs)
    assert.deepEqual(changes, [])
  }
  assert.deepEqual(patch(babs, [{ op: 'remove', path: 'password' }]).writeOnly, { password: null })
  assert.deepEqual(patch(babs, [{ op: 'add', path: `${fixture}:pin`, value: '1' }]).writeOnly, {
    [fixture]: { pin: '1' },
  })
})

test('unknown keys of a value are refused by name, or ignored and recorded by the profile', () => {
  for (const operation of [
    { op: 'replace', value: { favourite: 1 } },
    { op: 'replace', path: 'name', value: { nick: 'b' } },
    { op: 'replace', value: { [enterprise]: { floor: 1 } } },
  ]) {
    assertRefused(() => patch(babs, [operation]), 'invalidSyntax', /favourite|nick|floor/)
    const tolerance = under('entra')
    assert.equal(patch(babs, [operation], { tolerance }).resource, babs)
    assert.ok(tolerance.fired.has('unknownPatchKeys'))
  }
})

test('a value without a path must be an object of attributes, each named once', () => {
  for (const value of ['x', 7, null, [], ['x'], true])
    assertRefused(() => patch(babs, [{ op: 'replace', value }]), 'invalidValue')
  assertRefused(() => patch(babs, [{ op: 'add', value: { title: 'a', TITLE: 'b' } }]), 'invalidSyntax', /twice/)
  assert.equal(after('title', { op: 'add', value: [{ title: 'x' }] }, under('default')), 'x')
})

test('values are checked against their types like those of a body', () => {
  const wrong: readonly (readonly [string, Json])[] = [
    ['active', 'yes'],
    ['title', 7],
    ['name', 'Babs'],
    ['emails', [{ value: 7 }]],
    ['emails', [null]],
    ['emails', 'b@x'],
    [`${fixture}:level`, 1.5],
    [`${fixture}:issued`, 'yesterday'],
    ['emails[type eq "work"].primary', 'yes'],
  ]
  for (const [path, value] of wrong)
    for (const op of ['add', 'replace']) assertRefused(() => patch(babs, [{ op, path, value }]), 'invalidValue')
})

test('simple lists are added to, selected by value and removed from', () => {
  const path = `${fixture}:tags`
  const tagged = { ...babs, [fixture]: { tags: ['a', 'b'] } }
  const tags = (operation: Written, tolerance = strict) =>
    object(patch(tagged, [operation], { tolerance }).resource[fixture] ?? {})['tags']
  assert.deepEqual(tags({ op: 'add', path, value: ['B', 'c'] }), ['a', 'b', 'c'])
  assert.deepEqual(tags({ op: 'remove', path: `${path}[value eq "A"]` }), ['b'])
  assert.deepEqual(tags({ op: 'replace', path: `${path}[value eq "a"]`, value: 'z' }), ['z', 'b'])
  assert.deepEqual(tags({ op: 'remove', path, value: ['a'] }, under('default')), ['b'])
  assert.equal(tags({ op: 'replace', path, value: null }), undefined)
})

function object(value: Json | undefined): JsonObject {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), JSON.stringify(value))
  return Object.fromEntries(Object.entries(value))
}
