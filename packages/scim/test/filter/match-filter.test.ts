import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badge, enterprise, matches } from './subject.ts'

const work = { type: 'work', value: 'b@example.com' }
const home = { type: 'home', value: 'b@home.example' }

test('TRAP-B5: a value path must hold on one element (RFC 7644 §3.4.2.2)', () => {
  const resource = { emails: [work, home] }
  assert.equal(matches('emails[type eq "work" and value eq "b@home.example"]', resource), false)
  assert.equal(matches('emails[type eq "home" and value eq "b@home.example"]', resource), true)
  assert.equal(matches('emails.type eq "work" and emails.value eq "b@home.example"', resource), true)
  assert.equal(matches('emails[type eq "work" or (primary eq true and value co "@")]', { emails: [work] }), true)
})

test('TRAP-B6: a condition on a multi-valued attribute holds when any element fulfils it', () => {
  assert.equal(matches('emails.value eq "b@home.example"', { emails: [work, home] }), true)
  assert.equal(matches('emails.value eq "x@home.example"', { emails: [work, home] }), false)
})

test('TRAP-B8: ne is "not eq" on one value, so a missing one differs; on several values one must differ', () => {
  assert.equal(matches('title ne "x"', {}), true)
  assert.equal(matches('title ne "x"', { title: 'X' }), false)
  assert.equal(matches('active ne true', {}), true)
  assert.equal(matches('emails.type ne "work"', { emails: [work, home] }), true)
  assert.equal(matches('emails.type ne "work"', { emails: [work] }), false)
  assert.equal(matches('emails.type ne "work"', { emails: [] }), false)
  assert.equal(matches('not (emails.type eq "work")', { emails: [work, home] }), false)
  assert.equal(matches('not (emails.type eq "work")', {}), true)
  // An element without the sub-attribute differs, written either way.
  assert.equal(matches('emails.type ne "work"', { emails: [{ value: 'x' }] }), true)
  assert.equal(matches('emails[type ne "work"]', { emails: [{ value: 'x' }] }), true)
})

test('TRAP-B9: pr is false for null, "", [], {} and for what holds only such', () => {
  for (const title of [undefined, null, '']) assert.equal(matches('title pr', { title }), false)
  for (const emails of [undefined, null, [], [null], [{}], [{ value: null }], [{ value: '' }]])
    assert.equal(matches('emails pr', { emails }), false)
  for (const name of [undefined, null, {}, { givenName: '' }, { givenName: null }]) {
    assert.equal(matches('name pr', { name }), false)
    assert.equal(matches('name.givenName pr', { name }), false)
  }
  assert.equal(matches('active pr', { active: false }), true)
  assert.equal(matches(`${badge}:level pr`, { [badge]: { level: 0 } }), true)
  assert.equal(matches('emails.type pr', { emails: [{ value: 'x' }, { type: 'work' }] }), true)
  assert.equal(matches('emails[type pr and value pr]', { emails: [{ value: 'x' }, { type: 'work' }] }), false)
})

test('TRAP-B11: text compares as caseExact says, under every operator and within brackets', () => {
  const resource = {
    id: 'Abc',
    userName: 'Abc',
    emails: [{ type: 'Work', value: 'Abc' }],
    [badge]: { code: 'Abc', tags: ['Abc'] },
  }
  for (const condition of ['eq "aBC"', 'co "BC"', 'sw "ab"', 'ew "bC"', 'ge "ABC"', 'le "abc"']) {
    for (const name of ['userName', 'emails', 'emails.value', `${badge}:tags`])
      assert.equal(matches(`${name} ${condition}`, resource), true, `${name} ${condition}`)
    assert.equal(matches(`emails[value ${condition}]`, resource), true)
  }
  for (const condition of ['eq "aBC"', 'co "BC"', 'sw "ab"', 'ew "bC"']) {
    for (const name of ['id', `${badge}:code`])
      assert.equal(matches(`${name} ${condition}`, resource), false, `${name} ${condition}`)
  }
  assert.equal(matches('id eq "Abc" and id sw "Ab"', resource), true)
})

test('TRAP-A18: canonical values are hints: they compare without regard to case, and others are allowed', () => {
  const resource = {
    emails: [
      { type: 'Work', value: 'a' },
      { type: 'boat', value: 'b' },
    ],
  }
  assert.equal(matches('emails[type eq "work" and value eq "a"]', resource), true)
  assert.equal(matches('emails[type eq "BOAT" and value eq "b"]', resource), true)
})

test('text without regard to case is folded by Unicode, not by language', () => {
  assert.equal(matches('userName eq "STRASSE"', { userName: 'straße' }), true)
  assert.equal(matches('userName eq "caf\\u00e9"', { userName: 'CAFE\u0301' }), true)
  assert.equal(matches('userName eq "admin"', { userName: 'adm\u0131n' }), false)
})

test('TRAP-B14: percent, underscore and backslash are plain characters', () => {
  const resource = { userName: String.raw`100%_a\b` }
  for (const text of [String.raw`co "%_a\\"`, 'sw "100%"', String.raw`ew "a\\b"`])
    assert.equal(matches(`userName ${text}`, resource), true, text)
  for (const text of ['co "1%a"', 'sw "1__"', 'ew "%b"', 'eq "%"'])
    assert.equal(matches(`userName ${text}`, resource), false, text)
})

test('TRAP-B15: a dateTime compares as an instant, whatever its offset and fraction (RFC 7644 table 3)', () => {
  const resource = { meta: { lastModified: '2011-05-13T05:42:34+02:00' } }
  assert.equal(matches('meta.lastModified lt "2011-05-13T04:42:34Z"', resource), true)
  assert.equal(matches('meta.lastModified eq "2011-05-13T03:42:34.000Z"', resource), true)
  assert.equal(matches('meta.lastModified ge "2011-05-12T22:42:34-05:00"', resource), true)
  assert.equal(matches('meta.lastModified gt "2011-05-13T03:42:33.9999999Z"', resource), true)
  assert.equal(matches('meta.lastModified ge "0001-01-03T00:00:00.0000000Z"', resource), true)
  assert.equal(matches('meta.lastModified gt "2011-05-13T03:42:34Z"', {}), false)
})

test('co, sw and ew on a dateTime look into its UTC text', () => {
  const resource = { meta: { lastModified: '2011-05-13T00:42:34+02:00' } }
  assert.equal(matches('meta.lastModified sw "2011-05-12t22"', resource), true)
  assert.equal(matches('meta.lastModified co "-05-13"', resource), false)
  assert.equal(matches('meta.lastModified sw "2011-05-12T22:42:34Z"', resource), true)
  assert.equal(matches('meta.lastModified ew "Z"', resource), true)
})

test('numbers compare by value', () => {
  const resource = { [badge]: { level: 10, weight: 1.5 } }
  for (const text of ['level gt 9', 'level eq 10.0', 'level ge 1e1', 'level lt 10.5', 'weight eq 1.50', 'weight ne 1'])
    assert.equal(matches(`${badge}:${text}`, resource), true, text)
  for (const text of ['level gt 10', 'level lt 9', 'weight le 1'])
    assert.equal(matches(`${badge}:${text}`, resource), false, text)
})

test('text is ordered by code point', () => {
  assert.equal(matches('userName gt "\uff5e"', { userName: '😀' }), true)
  assert.equal(matches('userName lt "b"', { userName: 'A' }), true)
  assert.equal(matches('userName ge "a"', { userName: 'A' }), true)
})

test('references and binary values are case-exact (RFC 7643 §2.3.6, §2.3.7)', () => {
  const resource = { profileUrl: 'https://example.com/A', [badge]: { key: 'aGVs' } }
  assert.equal(matches('profileUrl eq "https://example.com/a"', resource), false)
  assert.equal(matches('profileUrl ew "/A"', resource), true)
  assert.equal(matches(`${badge}:key eq "aGVS"`, resource), false)
  assert.equal(matches(`${badge}:key eq "aGVs"`, resource), true)
})

test('TRAP-B23: a filter sees the value that is stored, also one that the server filled in', () => {
  assert.equal(matches('active eq true', { active: true }), true)
  assert.equal(matches('active eq true', {}), false)
  assert.equal(matches('active eq false', { active: false }), true)
})

test('multi-valued sub-attributes hold when any of their values does', () => {
  const resource = { [badge]: { place: { floor: 1, rooms: ['A1', 'B2'] } } }
  assert.equal(matches(`${badge}:place.rooms eq "b2"`, resource), true)
  assert.equal(matches(`${badge}:place[floor eq 1 and rooms sw "B"]`, resource), true)
  assert.equal(matches(`${badge}:place.rooms eq "c"`, resource), false)
})

test('an attribute of an extension is read from the extension alone', () => {
  assert.equal(matches(`${enterprise}:department eq "x"`, { department: 'x' }), false)
  assert.equal(matches('title eq "x"', { [enterprise]: { title: 'x' } }), false)
})
