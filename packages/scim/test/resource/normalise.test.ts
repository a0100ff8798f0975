import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTolerance, groupSchema, type Json, normaliseResource, profiles, userSchema } from '@rollcall/scim'
import { allowing, assertRefused, enterprise, fixture, group, toGroup, toUser, user } from './subject.ts'

test('TRAP-A2: an id and meta that a client sends are not part of the draft (RFC 7643 §3.1)', () => {
  const { attributes } = toUser({ id: 'mine', meta: { created: 'never' } })
  assert.deepEqual(Object.keys(attributes).toSorted(), ['active', 'schemas', 'userName'])
})

test('TRAP-A6: names in another case are stored in the spelling of the schema (RFC 7643 §2.1)', () => {
  const body = {
    SCHEMAS: [userSchema.id.toUpperCase(), enterprise.toUpperCase()],
    USERNAME: 'b',
    NAME: { GIVENNAME: 'Babs' },
    EMAILS: [{ VALUE: 'b@x' }],
    [enterprise.toUpperCase()]: { DEPARTMENT: 'Tours' },
  }
  const { attributes } = normaliseResource(body, user, { tolerance: allowing() })
  assert.deepEqual(attributes, {
    schemas: [userSchema.id, enterprise],
    userName: 'b',
    name: { givenName: 'Babs' },
    emails: [{ value: 'b@x' }],
    active: true,
    [enterprise]: { department: 'Tours' },
  })
})

test('two spellings of one name in one object are refused, at every depth (RFC 7643 §2.1)', () => {
  assertRefused(() => toUser({ USERNAME: 'other' }), 'invalidSyntax', /userName/)
  assertRefused(() => toUser({ title: null, Title: 'x' }), 'invalidSyntax', /title/)
  assertRefused(() => toUser({ name: { givenName: 'a', givenname: 'b' } }), 'invalidSyntax', /givenName/)
  assertRefused(() => toUser({ emails: [{ value: 'a', VALUE: 'b' }] }), 'invalidSyntax', /emails\.value/)
  assertRefused(() => toUser({ [enterprise]: { department: 'a', DEPARTMENT: 'b' } }), 'invalidSyntax', /department/)
})

test('TRAP-A7: null, an empty list and an empty object leave an attribute unassigned (RFC 7643 §2.5)', () => {
  const { attributes } = toUser({
    title: null,
    emails: [],
    name: {},
    addresses: [{ country: null, locality: null }],
    phoneNumbers: [{}],
    [enterprise]: { department: null, manager: {} },
  })
  assert.deepEqual(attributes, { schemas: [userSchema.id], userName: 'bjensen', active: true })
})

test('TRAP-A8: a required attribute that is missing, empty or blank is named (RFC 7643 §7)', () => {
  for (const userName of [undefined, null, '', '  \t'])
    assertRefused(() => toUser({ userName }), 'invalidValue', /"userName" is required/)
  assertRefused(() => toUser({ userName: '' }, { tolerance: allowing('emptyText') }), 'invalidValue', /userName/)
  assertRefused(() => toGroup({ displayName: ' ' }), 'invalidValue', /displayName/)
  assertRefused(() => toUser({ [fixture]: { seat: { building: 'A' } } }), 'invalidValue', /seat\.room/)
})

test('attributes that the style requires are demanded like those of the schema', () => {
  const required = ['externalId', 'active', 'emails']
  const full = { externalId: '7', active: false, emails: [{ value: 'b@x' }] }
  assert.equal(toUser(full, { required }).attributes['active'], false)
  for (const name of required)
    assertRefused(() => toUser({ ...full, [name]: null }, { required }), 'invalidValue', new RegExp(name))
})

test('TRAP-A9: a value of the wrong JSON type is refused and never converted (RFC 7643 §2.3)', () => {
  const wrong: readonly (readonly [string, Json])[] = [
    ['active', 'yes'],
    ['active', 1],
    ['active', 'true'],
    ['title', 5],
    ['title', ['x']],
    ['name', 'Babs'],
    ['emails', { value: 'b@x' }],
    ['emails', ['b@x']],
    ['emails', [null]],
    ['emails', [{ value: 7 }]],
    ['userName', { value: 'x' }],
    [enterprise, 'x'],
  ]
  for (const [name, value] of wrong) assertRefused(() => toUser({ [name]: value }), 'invalidValue')
})

test('a boolean as text is accepted by the profile and recorded', () => {
  const tolerance = createTolerance(profiles.entra)
  assert.equal(toUser({ active: 'False' }, { tolerance }).attributes['active'], false)
  assert.equal(tolerance.fired.get('booleanText'), 'active')
  assertRefused(() => toUser({ active: 'no' }, { tolerance }), 'invalidValue', /active/)
})

test('TRAP-A10: two primary values are refused, or the first kept by the profile (RFC 7643 §2.4)', () => {
  const emails = [
    { value: 'a@x', primary: true },
    { value: 'b@x', primary: true },
  ]
  assertRefused(() => toUser({ emails }), 'invalidValue', /primary/)
  const { attributes } = toUser({ emails }, { tolerance: allowing('multiplePrimary') })
  assert.deepEqual(attributes['emails'], [
    { value: 'a@x', primary: true },
    { value: 'b@x', primary: false },
  ])
})

test('TRAP-A11: one (type, value) pair is kept once; of two the primary one (RFC 7643 §2.4)', () => {
  const emails = [
    { value: 'a@x', type: 'work', display: 'first' },
    { value: 'A@X', type: 'WORK', primary: true },
    { value: 'a@x', type: 'home' },
  ]
  assert.deepEqual(toUser({ emails }).attributes['emails'], [
    { value: 'A@X', type: 'WORK', primary: true },
    { value: 'a@x', type: 'home' },
  ])
  assert.deepEqual(toUser({ [fixture]: { tags: ['a', 'A', 'b'] } }).attributes[fixture], { tags: ['a', 'b'] })
})

test('TRAP-A14: an immutable value may be set once; another one later is refused (RFC 7644 §3.5.1)', () => {
  const current = toUser({ [fixture]: { serial: 'S-1', seat: { room: '1', building: 'A' } } }).attributes
  const put = (data: Record<string, Json>) => toUser({ [fixture]: data }, { current }).attributes[fixture]
  assertRefused(() => put({ serial: 'S-2' }), 'mutability', /serial/)
  assertRefused(() => put({ serial: 'S-1', seat: { room: '2', building: 'B' } }), 'mutability', /building/)
  assert.deepEqual(put({ serial: 's-1', seat: { room: '2', building: 'A' } }), {
    serial: 's-1',
    seat: { room: '2', building: 'A' },
  })
  const later = toUser({ [fixture]: { serial: 'S-9' } }, { current: toUser({}).attributes })
  assert.deepEqual(later.attributes[fixture], { serial: 'S-9' })
})

test('an immutable or readOnly value that a PUT leaves out stays', () => {
  const current = { ...toUser({}).attributes, [fixture]: { serial: 'S-1', computed: 'c', level: 3 } }
  const { attributes } = toUser({ [fixture]: { computed: 'mine' } }, { current })
  assert.deepEqual(attributes[fixture], { computed: 'c', serial: 'S-1' })
  assert.deepEqual(attributes['schemas'], [userSchema.id, fixture])
})

test('TRAP-A15: writeOnly values are kept apart from the attributes (RFC 7643 §7)', () => {
  const draft = toUser({ password: 'secret', [fixture]: { pin: '1234', level: 1 } })
  assert.deepEqual(draft.writeOnly, { password: 'secret', [fixture]: { pin: '1234' } })
  assert.ok(!JSON.stringify(draft.attributes).match(/secret|1234/))
  assert.deepEqual(toUser({}).writeOnly, {})
})

test('TRAP-A16: schemas must list the base URN and nothing unknown; the draft lists what has data (RFC 7643 §3)', () => {
  for (const schemas of [undefined, null, [], 'x', [7], [enterprise], [userSchema.id, 'urn:example:unknown']])
    assertRefused(() => toUser({ schemas }), 'invalidSyntax', /schemas/)
  assertRefused(
    () => toUser({ schemas: [userSchema.id], [enterprise]: { department: 'x' } }),
    'invalidSyntax',
    /schemas/,
  )
  assert.deepEqual(toUser({}).attributes['schemas'], [userSchema.id])
  assert.deepEqual(toUser({ [enterprise]: { department: 'x' } }).attributes['schemas'], [userSchema.id, enterprise])
})

test('unknown URNs and unlisted extensions are forgiven by the profile', () => {
  const tolerance = allowing('unknownSchema', 'unlistedExtension')
  const body = { schemas: [userSchema.id, 'urn:example:unknown'], [enterprise]: { department: 'x' } }
  assert.deepEqual(toUser(body, { tolerance }).attributes['schemas'], [userSchema.id, enterprise])
  assert.deepEqual([...tolerance.fired.keys()], ['unknownSchema', 'unlistedExtension'])
})

test('TRAP-A18: canonical values are hints and kept as they were sent (RFC 7643 §7)', () => {
  const emails = [{ value: 'b@x', type: 'Boat' }]
  assert.deepEqual(toUser({ emails }).attributes['emails'], emails)
})

test('TRAP-A20: numbers, dates, binaries and references follow their formats (RFC 7643 §2.3)', () => {
  const right: readonly (readonly [string, Json])[] = [
    ['level', 3],
    ['level', -2],
    ['weight', 1.5],
    ['issued', '2011-05-13T04:42:34Z'],
    ['issued', '2011-05-13T04:42:34.123+02:00'],
    ['issued', '2011-05-13T04:42:34'],
    ['key', 'AQID'],
    ['key', 'AQI='],
    ['key', 'AQ'],
    ['page', 'https://example.com/a?b#c'],
    ['page', '../Users/1'],
  ]
  for (const [name, value] of right)
    assert.deepEqual(toUser({ [fixture]: { [name]: value } }).attributes[fixture], { [name]: value })
  const wrong: readonly (readonly [string, Json])[] = [
    ['level', 1.5],
    ['level', '3'],
    ['level', 2 ** 60],
    ['weight', 'x'],
    ['issued', '2011-05-13'],
    ['issued', '2011-02-30T00:00:00Z'],
    ['issued', 1305261754],
    ['key', 'A'],
    ['key', 'AQI*'],
    ['key', 'AQ=='.slice(0, 3)],
    ['page', 'not a uri'],
    ['page', '<script>'],
  ]
  for (const [name, value] of wrong)
    assertRefused(() => toUser({ [fixture]: { [name]: value } }), 'invalidValue', new RegExp(name))
})

test('an unknown attribute is refused by name, or ignored and recorded by the profile', () => {
  assertRefused(() => toUser({ favourite: 1 }), 'invalidSyntax', /favourite/)
  assertRefused(() => toUser({ name: { nick: 'b' } }), 'invalidSyntax', /name\.nick/)
  assertRefused(() => toUser({ [enterprise]: { floor: 2 } }), 'invalidSyntax', /floor/)
  const tolerance = allowing('unknownAttributes')
  const { attributes } = toUser({ favourite: 1, emails: [{ value: 'b@x', verified: true }] }, { tolerance })
  assert.deepEqual(attributes['emails'], [{ value: 'b@x' }])
  assert.equal(tolerance.fired.get('unknownAttributes'), 'favourite')
})

test('inherited names are refused by every profile and never become keys (CWE-1321)', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', '__proto__.polluted', `${enterprise}:__proto__`]
  for (const name of names) {
    const text = `{"schemas":["${userSchema.id}"],"userName":"b",${JSON.stringify(name)}:{"polluted":true}}`
    const body: unknown = JSON.parse(text)
    for (const profile of Object.values(profiles))
      assertRefused(() => normaliseResource(body, user, { tolerance: createTolerance(profile) }), 'invalidSyntax')
  }
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  const nested: unknown = JSON.parse(`{"schemas":["${userSchema.id}"],"userName":"b","name":{"__proto__":{"a":1}}}`)
  assertRefused(
    () => normaliseResource(nested, user, { tolerance: createTolerance(profiles.default) }),
    'invalidSyntax',
  )
})

test('a body that is no JSON object is refused', () => {
  for (const body of [null, undefined, [], 'x', 7])
    assertRefused(() => normaliseResource(body, user, { tolerance: allowing() }), 'invalidSyntax')
})

test('values are kept exactly as they were sent', () => {
  const phoneNumbers = [{ value: '55555555555', type: 'work' }]
  const { attributes } = toUser({ phoneNumbers, title: ' Tour  Guide ', displayName: 'İ ß' })
  assert.deepEqual(attributes['phoneNumbers'], phoneNumbers)
  assert.deepEqual([attributes['title'], attributes['displayName']], [' Tour  Guide ', 'İ ß'])
})

test('TRAP-E2: a POST without active is active, a PUT without it keeps the state', () => {
  assert.equal(toUser({}).attributes['active'], true)
  assert.equal(toUser({ active: null }).attributes['active'], true)
  assert.equal(toUser({}, { current: toUser({ active: false }).attributes }).attributes['active'], false)
  assert.equal(toUser({ active: true }, { current: toUser({ active: false }).attributes }).attributes['active'], true)
})

test('TRAP-E1: a PUT that carries id, meta and groups ignores them (RFC 7644 §3.5.1)', () => {
  const body = { id: 'x', meta: { version: 'W/"1"' }, groups: [{ value: 'g', display: 'G' }], title: 'Guide' }
  const { attributes } = toUser(body, { current: toUser({}).attributes })
  assert.deepEqual(attributes, { schemas: [userSchema.id], userName: 'bjensen', active: true, title: 'Guide' })
})

test('AC-G19: a PUT without a required attribute is refused, without an optional one clears it', () => {
  const required = ['displayName']
  const current = toUser({ displayName: 'Babs', roles: [{ value: 'user' }] }, { required }).attributes
  assertRefused(() => toUser({ roles: [] }, { current, required }), 'invalidValue', /displayName/)
  assert.equal(toUser({ displayName: 'Babs' }, { current, required }).attributes['roles'], undefined)
})

test('AC-E9: what Entra ID posts is accepted: nulls, short names, a misspelt URN, its group schema, meta', () => {
  const misspelt = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'
  const tolerance = createTolerance(profiles.entra)
  const body = {
    schemas: [userSchema.id, misspelt],
    externalId: '0a21f0f2',
    active: 'True',
    addresses: null,
    department: null,
    manager: null,
    emails: [{ Primary: true, type: 'work', value: 'b@x' }],
    meta: { resourceType: 'User' },
    roles: [],
    [misspelt]: { department: 'Tours', manager: '26118915' },
  }
  const { attributes } = toUser(body, { tolerance })
  assert.deepEqual(attributes, {
    schemas: [userSchema.id, enterprise],
    externalId: '0a21f0f2',
    userName: 'bjensen',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'b@x' }],
    [enterprise]: { department: 'Tours', manager: { value: '26118915' } },
  })
  assert.ok(tolerance.fired.has('misspeltSchema'))
  const legacy = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'
  const draft = toGroup({ schemas: [groupSchema.id, legacy], meta: { resourceType: 'Group' } }, { tolerance })
  assert.deepEqual(draft.attributes, { schemas: [groupSchema.id], displayName: 'Tour Guides' })
  assert.equal(draft.members, undefined)
})

test('AC-O6: what Okta posts is accepted: password, groups: [], externalId, locale', () => {
  const tolerance = createTolerance(profiles.okta)
  const draft = toUser({ password: 'x', groups: [], externalId: '00u', locale: 'en-US' }, { tolerance })
  assert.deepEqual(draft.attributes, {
    schemas: [userSchema.id],
    userName: 'bjensen',
    externalId: '00u',
    locale: 'en-US',
    active: true,
  })
})

test('AC-O22: an empty text unassigns an attribute for Okta and is a value in strict', () => {
  const tolerance = createTolerance(profiles.okta)
  assert.equal(toUser({ title: '', name: { middleName: '' } }, { tolerance }).attributes['title'], undefined)
  assert.equal(toUser({ title: '' }).attributes['title'], '')
})

test('short, dotted and URN-qualified keys of a body reach their attribute by the profile only', () => {
  const core = userSchema.id
  const body = {
    'name.givenName': 'Babs',
    name: { familyName: 'Jensen' },
    [`${core}:title`]: 'Guide',
    [`${enterprise}:division`]: 'Park',
    department: 'Tours',
    [core]: { nickName: 'Babs' },
  }
  const { attributes } = toUser(body, { tolerance: allowing('dottedKeys', 'urnKeys', 'shortExtensionPath') })
  assert.deepEqual(attributes['name'], { givenName: 'Babs', familyName: 'Jensen' })
  assert.deepEqual([attributes['title'], attributes['nickName']], ['Guide', 'Babs'])
  assert.deepEqual(attributes[enterprise], { division: 'Park', department: 'Tours' })
  for (const [key, value] of Object.entries(body))
    if (key !== 'name') assertRefused(() => toUser({ [key]: value }), 'invalidSyntax')
})

test('one attribute by two kinds of key is refused', () => {
  const tolerance = allowing('dottedKeys', 'urnKeys', 'shortExtensionPath')
  const twice = [
    { 'name.givenName': 'a', name: { givenName: 'b' } },
    { name: { givenName: 'b' }, 'name.givenName': 'a' },
    { department: 'a', [enterprise]: { department: 'b' } },
    { title: 'a', [`${userSchema.id}:title`]: 'b' },
  ]
  for (const body of twice) assertRefused(() => toUser(body, { tolerance }), 'invalidSyntax', /given twice/)
  assertRefused(() => toUser({ 'emails.value': 'a' }, { tolerance }), 'invalidSyntax', /list/)
})

test('TRAP-D20: shapes of lists and references are unwrapped by the profile, refused in strict', () => {
  const shapes: readonly (readonly [string, Json, Json])[] = [
    ['title', ['Guide'], 'Guide'],
    ['emails', { value: 'b@x' }, [{ value: 'b@x' }]],
    ['emails', 'b@x', [{ value: 'b@x' }]],
    ['emails', ['b@x'], [{ value: 'b@x' }]],
    ['emails', [[{ value: 'b@x' }]], [{ value: 'b@x' }]],
    ['name', [{ givenName: 'Babs' }], { givenName: 'Babs' }],
    ['roles', '[{"value":"admin"}]', [{ value: 'admin' }]],
    ['roles', ['{"value":"admin"}'], [{ value: 'admin' }]],
  ]
  for (const [name, value, stored] of shapes) {
    assertRefused(() => toUser({ [name]: value }), 'invalidValue', new RegExp(name))
    assert.deepEqual(
      toUser({ [name]: value }, { tolerance: createTolerance(profiles.default) }).attributes[name],
      stored,
    )
  }
  const tolerance = createTolerance(profiles.default)
  assertRefused(() => toUser({ title: ['a', 'b'] }, { tolerance }), 'invalidValue')
  assertRefused(() => toUser({ name: 'Babs' }, { tolerance }), 'invalidValue')
})

test('JSON text that is nested without end is refused and does not exhaust the stack', () => {
  const tolerance = createTolerance(profiles.default)
  const nested = '['.repeat(200_000) + ']'.repeat(200_000)
  for (const roles of [nested, [nested], [{ value: nested }, { value: `{"value":${nested}}` }]])
    assert.throws(() => toUser({ roles, [fixture]: { level: nested } }, { tolerance }), {
      name: 'ScimError',
      status: 400,
    })
})

test('TRAP-F11: members are taken out, each once, by value or by $ref; bare ids by the profile', () => {
  const members = [
    { value: 'A1', type: 'User', display: 'Babs' },
    { value: 'a1' },
    { $ref: 'https://example.com/v2/Groups/b%202/' },
    { value: null, $ref: '../Users/c3?x=1' },
    { value: 'd4', type: 'robot' },
  ]
  const draft = toGroup({ members })
  assert.deepEqual(draft.members, [
    { value: 'A1', type: 'User' },
    { value: 'b 2', type: 'Group' },
    { value: 'c3', type: 'User' },
    { value: 'd4', type: undefined },
  ])
  assert.equal(draft.attributes['members'], undefined)
  assertRefused(() => toGroup({ members: ['a1'] }), 'invalidValue')
  assert.deepEqual(toGroup({ members: 'a1' }, { tolerance: createTolerance(profiles.entra) }).members, [
    { value: 'a1', type: undefined },
  ])
  for (const nobody of [{}, { display: 'x' }, { value: ' ' }, { $ref: '/' }, null, { value: 7 }])
    assertRefused(() => toGroup({ members: [nobody] }), 'invalidValue')
})

test('a group that says nothing of members differs from one that says there are none', () => {
  assert.equal(toGroup({}).members, undefined)
  assert.deepEqual(toGroup({ members: [] }).members, [])
  assert.deepEqual(toGroup({ members: null }).members, [])
})

test('a body and what it holds are never changed', () => {
  const body = Object.freeze({
    schemas: Object.freeze([groupSchema.id]),
    displayName: 'x',
    members: Object.freeze([Object.freeze({ value: 'a' })]),
  })
  const copy = structuredClone(body)
  normaliseResource(body, group, { tolerance: allowing() })
  assert.deepEqual(body, copy)
})
