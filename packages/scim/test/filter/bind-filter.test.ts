import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindElementFilter, bindFilter, findAttribute, matchFilter, parseFilter } from '@rollcall/scim'
import { allowing, assertRefused, badge, enterprise, group, matches, user } from './subject.ts'

const refused = (text: string, tolerance = allowing()) =>
  assertRefused(() => bindFilter(parseFilter(text, { tolerance }), user, { tolerance }), 'invalidFilter')

test('TRAP-B4: a URN is split from the name at its last colon, also with dots in it (RFC 7644 §3.10)', () => {
  const resource = { userName: 'a', [enterprise]: { manager: { value: 'm' } }, [badge]: { place: { floor: 3 } } }
  assert.equal(matches(`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a"`, resource), true)
  assert.equal(matches(`URN:IETF:params:scim:schemas:core:2.0:user:USERNAME eq "a"`, resource), true)
  assert.equal(matches(`${enterprise}:manager.value eq "m"`, resource), true)
  assert.equal(matches(`${badge}:place.floor eq 3`, resource), true)
  assert.equal(matches(`${badge}:place[floor gt 3]`, resource), false)
})

test('TRAP-B7: a multi-valued complex attribute without sub-attribute means its value (RFC 7644 figure 2)', () => {
  const resource = { emails: [{ type: 'work', value: 'b@example.com' }] }
  assert.equal(matches('emails co "example.com"', resource), true)
  assert.equal(matches('emails co "work"', resource), false)
  assert.equal(matches('emails pr', resource), true)
  refused('addresses co "x"')
  refused('name eq "x"')
})

test('a manager compared with text means the id of the manager (Entra ID)', () => {
  const resource = { id: 'u', [enterprise]: { manager: { value: 'm', displayName: 'x' } } }
  assert.equal(matches(`${enterprise}:manager eq "m"`, resource), true)
  assert.equal(matches(`id eq "u" and manager eq "m"`, resource, allowing('shortExtensionPath')), true)
  assert.equal(matches(`id eq "u" and manager eq "x"`, resource, allowing('shortExtensionPath')), false)
})

test('TRAP-B10: eq null asks for absence, ne null for presence', () => {
  for (const resource of [{}, { title: null }, { title: '' }, { emails: [] }, { name: {} }]) {
    assert.equal(matches('title eq null and emails eq null and name eq null', resource), true)
    assert.equal(matches('title ne null or emails.value ne null or emails[value ne null]', resource), false)
  }
  assert.equal(matches('title ne null and not (title eq null)', { title: 't' }), true)
  for (const operator of ['co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']) refused(`title ${operator} null`)
  refused('emails[type gt null]')
})

test('TRAP-B16: an operator that the type cannot bear is refused (RFC 7644 table 3)', () => {
  for (const operator of ['gt', 'ge', 'lt', 'le']) {
    refused(`active ${operator} true`)
    refused(`x509Certificates.value ${operator} "aGVsbG8="`)
    refused(`emails[primary ${operator} true]`)
  }
  for (const operator of ['co', 'sw', 'ew']) {
    refused(`active ${operator} "t"`)
    refused(`${badge}:level ${operator} 1`)
    refused(`${badge}:weight ${operator} 1`)
  }
})

test('TRAP-B17: a value of another type is refused', () => {
  const texts = [
    'active eq "true"',
    'active eq 1',
    'userName eq 5',
    'userName eq true',
    `${badge}:level eq "5"`,
    `${badge}:issued gt 5`,
    `${badge}:issued gt "yesterday"`,
    `${badge}:issued eq "2020-02-30T00:00:00Z"`,
    'emails[primary eq "true"]',
    'profileUrl eq 1',
    `${badge}:key eq 1`,
  ]
  for (const text of texts) refused(text)
  assert.equal(refused('userName eq 5').position, 12)
})

test('booleans as text are read by the leniency booleanText alone', () => {
  const resource = { active: true, roles: [{ value: 'a', primary: true }] }
  for (const text of ['active eq "True"', 'active ne "FALSE"', 'roles[primary eq "True"]']) {
    refused(text)
    assert.equal(matches(text, resource, allowing('booleanText')), true)
  }
  refused('active eq "yes"', allowing('booleanText'))
  refused('userName eq true', allowing('booleanText'))
})

test('numbers as text are read by the leniency lexicalNumbers alone', () => {
  const text = `${badge}:level ge "5"`
  refused(text)
  assert.equal(matches(text, { [badge]: { level: 5 } }, allowing('lexicalNumbers')), true)
  for (const value of ['', ' ', '0x5', '5 ', 'Infinity'])
    refused(`${badge}:level ge "${value}"`, allowing('lexicalNumbers'))
})

test('TRAP-B18: an unknown name is refused (RFC 7644 §3.12)', () => {
  const texts = [
    'nope eq "x"',
    'name.nope pr',
    'emails[nope pr]',
    'urn:nope:userName pr',
    `${badge}:userName pr`,
    `${enterprise}:title pr`,
    'userName.value pr',
    'emails.value.x pr',
  ]
  for (const text of texts.slice(0, -1)) refused(text)
  assertRefused(() => parseFilter('emails.value.x pr'), 'invalidFilter')
  assert.match(refused('title pr and nope pr').message, /User has no attribute "nope"/)
  assert.equal(refused('title pr and nope pr').position, 13)
})

test('in a search over several types an attribute that a type lacks has no value (RFC 7644 §3.4.2.1)', () => {
  const found = (text: string) =>
    matchFilter(bindFilter(parseFilter(text), group, { unknownAttributes: 'nothing' }), { displayName: 'g' })
  for (const text of [
    'userName eq "x"',
    'userName pr',
    'emails[type pr]',
    'name.givenName sw "a"',
    'userName ne null',
    'active eq true',
  ])
    assert.equal(found(text), false, text)
  for (const text of ['userName ne "x"', 'userName eq null', 'not (userName pr)', 'userName pr or displayName eq "G"'])
    assert.equal(found(text), true, text)
  // A known attribute is checked as ever.
  assertRefused(
    () => bindFilter(parseFilter('displayName eq 5'), group, { unknownAttributes: 'nothing' }),
    'invalidFilter',
  )
})

test('TRAP-B21: filters may speak of schemas, meta, id, externalId, groups and members', () => {
  const resource = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    id: '2819c223',
    externalId: 'E1',
    meta: { resourceType: 'User', lastModified: '2011-05-13T04:42:34Z', location: 'https://example.com/Users/1' },
    groups: [{ value: 'g1' }, { value: 'g2' }],
  }
  const texts = [
    `schemas eq "${enterprise.toUpperCase()}"`,
    `schemas[value eq "${enterprise}"]`,
    'meta.lastModified ge "2011-05-13T04:42:34Z"',
    'meta.resourceType eq "User"',
    'id eq "2819c223"',
    'externalId eq "E1"',
    'groups.value eq "g2"',
    'groups[value eq "g2"] and id pr',
    'meta[resourceType eq "User" and location sw "https://"]',
  ]
  for (const text of texts) assert.equal(matches(text, resource), true, text)
  assert.equal(matches('externalId eq "e1"', resource), false)
  const members = bindFilter(parseFilter('members.value eq "u2" and members[type eq "User"]'), group)
  assert.equal(
    matchFilter(members, {
      members: [
        { value: 'u1', type: 'User' },
        { value: 'u2', type: 'Group' },
      ],
    }),
    true,
  )
})

test('TRAP-B22: what is never returned cannot be filtered (RFC 7644 §7.5.2)', () => {
  for (const text of [
    'password eq "x"',
    'password pr',
    'not (password pr)',
    'password eq null',
    'PASSWORD sw "a"',
    `${badge}:secrets eq "x"`,
    `${badge}:secrets.value pr`,
    `${badge}:secrets[value sw "a"]`,
  ]) {
    const { message } = refused(text)
    assert.ok(!message.includes('"x"') && !message.includes('"a"'), message)
  }
  assertRefused(() => bindFilter(parseFilter('password pr'), user, { unknownAttributes: 'nothing' }), 'invalidFilter')
  assert.equal(matches(`${badge}:secrets.type eq "a"`, { [badge]: { secrets: [{ type: 'a' }] } }), true)
})

test('a whole extension is present when one of its attributes is', () => {
  assert.equal(matches(`${enterprise} pr`, { [enterprise]: { department: 'x' } }), true)
  assert.equal(matches(`${badge} pr`, { [badge]: { level: 0 } }), true)
  for (const resource of [{}, { [enterprise]: {} }, { [enterprise]: { department: '', manager: { value: null } } }])
    assert.equal(matches(`${enterprise} pr`, resource), false)
  refused(`${enterprise} eq "x"`)
  refused(`${enterprise}[department pr]`)
})

test('brackets are for complex and for multi-valued attributes', () => {
  assert.equal(
    matches('name[givenName eq "a" and familyName eq "b"]', { name: { givenName: 'a', familyName: 'b' } }),
    true,
  )
  assert.equal(matches(`${badge}:tags[value sw "x" and not (value ew "z")]`, { [badge]: { tags: ['xz', 'xy'] } }), true)
  assert.equal(matches(`${badge}:tags[value sw "x" and value ew "z"]`, { [badge]: { tags: ['xa', 'bz'] } }), false)
  for (const text of [
    'userName[value eq "x"]',
    'name.givenName[value eq "x"]',
    'emails.value[value eq "x"]',
    `${badge}:tags[type eq "x"]`,
  ])
    refused(text)
  for (const text of ['emails[emails.type eq "x"]', 'emails[type.x eq "x"]', `emails[${enterprise}:type eq "x"]`])
    refused(text)
})

test('an extension attribute without its URN is found by the leniency shortExtensionPath alone', () => {
  const resource = { [enterprise]: { department: 'x' } }
  refused('department eq "x"')
  assert.equal(matches('DEPARTMENT eq "x"', resource, allowing('shortExtensionPath')), true)
  assert.equal(matches('manager.value pr', resource, allowing('shortExtensionPath')), false)
  refused('nope eq "x"', allowing('shortExtensionPath'))
  // The base schema has nickName; its lack of a sub-attribute is no reason to look elsewhere.
  refused('nickName.value eq "x"', allowing('shortExtensionPath'))
  // Two extensions have a division.
  refused('division eq "x"', allowing('shortExtensionPath'))
  assert.equal(matches(`${badge}:division eq "x"`, { [badge]: { division: 'x' } }), true)
})

test('TRAP-D17: inherited names are unknown in filters, in every form', () => {
  const names = ['constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__proto__', '__defineGetter__']
  for (const name of names) {
    for (const text of [
      `${name} pr`,
      `name.${name} pr`,
      `emails[${name} pr]`,
      `${enterprise}:${name} eq "x"`,
      `${name}.${name} pr`,
    ]) {
      assertRefused(
        () => bindFilter(parseFilter(text), user, { tolerance: allowing('shortExtensionPath') }),
        'invalidFilter',
      )
    }
  }
})

test('conditions on the elements of an attribute are bound by themselves', () => {
  const ref = findAttribute(group, { schema: undefined, attribute: 'members', subAttribute: undefined })
  assert.ok(ref)
  const bound = bindElementFilter(parseFilter('value eq "A" or not (type eq "USER")'), ref)
  assert.equal(bound.kind, 'or')
  assertRefused(() => bindElementFilter(parseFilter('nope pr'), ref), 'invalidFilter')
  assertRefused(() => bindElementFilter(parseFilter('members[type pr]'), ref), 'invalidFilter')
})
