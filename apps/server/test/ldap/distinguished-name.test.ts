import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  escapeDnValue,
  foldDn,
  isSameDn,
  isWithin,
  parentOf,
  parseDn,
  printRdn,
} from '../../src/ldap/distinguished-name.ts'

test('names are taken apart as RFC 4514 writes them', () => {
  assert.deepEqual(parseDn('CN=Smith\\, Anna,OU=People+l=Z\\C3\\BCrich,DC=acme'), [
    [{ type: 'CN', value: 'Smith, Anna' }],
    [
      { type: 'OU', value: 'People' },
      { type: 'l', value: 'Zürich' },
    ],
    [{ type: 'DC', value: 'acme' }],
  ])
  assert.deepEqual(parseDn('cn="Smith, Anna" , dc = acme'), [
    [{ type: 'cn', value: 'Smith, Anna' }],
    [{ type: 'dc', value: 'acme' }],
  ])
  assert.deepEqual(parseDn('cn=a\\\\,dc=b'), [[{ type: 'cn', value: 'a\\' }], [{ type: 'dc', value: 'b' }]])
  for (const text of ['Anna', 'cn=a,', '=a', 'c n=a', 'cn=a\\']) assert.equal(parseDn(text), undefined, text)
})

test('blanks that are no spaces belong to a value', () => {
  assert.deepEqual(parseDn('cn=  \u00a0\u2003 ,dc=acme')?.[0], [{ type: 'cn', value: '\u00a0\u2003' }])
})

test('any value can be part of a name, and comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (value, other) => {
      const dn = `${printRdn('cn', value)},${printRdn('ou', `x${other}x`)},dc=acme`
      assert.deepEqual(parseDn(dn)?.[0], [{ type: 'cn', value }])
      assert.equal(parentOf(dn), `${printRdn('ou', `x${other}x`)},dc=acme`)
      assert.equal(parseDn(dn)?.length, 3)
    }),
  )
})

test('one name is one, however it is written', () => {
  assert.ok(isSameDn('cn=Smith\\2c Anna, OU=People,dc=acme', 'CN=smith\\, anna,ou=people,DC=Acme'))
  assert.ok(!isSameDn('cn=a,dc=acme', 'cn=b,dc=acme'))
  assert.ok(isWithin('cn=a,ou=People,dc=acme', 'OU=people,DC=acme'))
  assert.ok(!isWithin('cn=a,ou=xPeople,dc=acme', 'ou=People,dc=acme'))
  assert.equal(foldDn('l=X+CN=Y,dc=acme'), foldDn('cn=y+l=x,dc=acme'))
  assert.equal(escapeDnValue(' a,b '), '\\20a\\2cb\\20')
})
