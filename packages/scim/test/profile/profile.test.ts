import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createTolerance,
  findProfile,
  findStyle,
  leniencies,
  profiles,
  strictTolerance,
  styles,
  userSchema,
  groupSchema,
} from '@rollcall/scim'

test('strict accepts nothing, default everything, Entra ID and Okta a part each', () => {
  const all = Object.keys(leniencies).length
  assert.equal(profiles.strict.rules.size, 0)
  assert.equal(profiles.default.rules.size, all)
  for (const { rules } of [profiles.entra, profiles.okta]) assert.ok(rules.size > 0 && rules.size < all)
  assert.ok(!profiles.okta.rules.has('misspeltSchema') && !profiles.entra.rules.has('singleQuotes'))
})

test('no profile drops the siblings of a replaced complex attribute (RFC 7644 §3.5.2.3)', () => {
  for (const profile of Object.values(profiles)) assert.equal(profile.replaceComplex, 'merge')
})

test('a tolerance records each granted rule with its first place, and no refused one', () => {
  const tolerance = createTolerance(profiles.okta)
  assert.deepEqual(
    [
      tolerance.allows('booleanText', 'active'),
      tolerance.allows('booleanText', 'emails.primary'),
      tolerance.allows('emptyText'),
      tolerance.allows('jsonText', 'roles'),
    ],
    [true, true, true, false],
  )
  assert.deepEqual(
    [...tolerance.fired],
    [
      ['booleanText', 'active'],
      ['emptyText', undefined],
    ],
  )
  assert.equal(strictTolerance.allows('booleanText'), false)
})

test('profiles and styles are found by name only; inherited names are none', () => {
  for (const name of Object.keys(profiles)) assert.equal(findProfile(name)?.name, name)
  for (const name of Object.keys(styles)) assert.equal(findStyle(name)?.name, name)
  for (const name of ['', 'Entra', 'constructor', '__proto__', 'toString']) {
    assert.equal(findProfile(name), undefined)
    assert.equal(findStyle(name), undefined)
  }
})

test('AC-G9: the style of GitHub pages by 30, the standard by 100', () => {
  assert.deepEqual([styles.github.pageSizeDefault, styles.rollcall.pageSizeDefault], [30, 100])
  for (const style of Object.values(styles)) assert.ok(style.pageSizeDefault <= style.pageSizeMax)
})

test('AC-E13: a PATCH of a group is answered 204 by the standard style', () => {
  assert.deepEqual([styles.rollcall.patchUserAnswers, styles.rollcall.patchGroupAnswers], [200, 204])
})

test('AC-G11: the attributes that GitHub demands exist in the schemas', () => {
  assert.deepEqual(styles.github.requiredAttributes, {
    User: ['externalId', 'active', 'userName', 'displayName', 'emails'],
    Group: ['externalId', 'displayName'],
  })
  for (const style of Object.values(styles)) {
    const { User, Group } = style.requiredAttributes
    const known = (names: readonly string[], schema: { readonly attributes: readonly { readonly name: string }[] }) =>
      names.every((name) => name === 'externalId' || schema.attributes.some((attribute) => attribute.name === name))
    assert.ok(known(User, userSchema) && known(Group, groupSchema), style.name)
  }
})
