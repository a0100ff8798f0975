import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScimClientError, and, element, eq, gt, not, or, pr, sw } from '../../src/client/index.ts'
import { parseFilter } from '../../src/filter/parse-filter.ts'

test('no value can leave its quotes: the parser reads back exactly what was put in', () => {
  const values = ['a" or active eq true or "', 'back\\slash', 'tab\tline\n', 'é😀', '\u2028', "it's", '%_*', ')]']
  for (const value of values) {
    const filter = parseFilter(eq('userName', value).text)
    assert.equal(filter.kind, 'compare')
    assert.equal(filter.kind === 'compare' && filter.value, value)
  }
})

test('an "or" inside an "and" keeps its meaning', () => {
  const filter = parseFilter(and(pr('a'), or(pr('b'), pr('c')), not(or(pr('d'), pr('e')))).text)
  assert.equal(filter.kind, 'and')
  assert.deepEqual(filter.kind === 'and' && filter.filters.map(({ kind }) => kind), ['present', 'or', 'not'])
})

test('an "and" inside an "or" needs no brackets', () => {
  assert.equal(or(and(pr('a'), pr('b')), pr('c')).text, 'a pr and b pr or c pr')
})

test('one filter in "and" or "or" is that filter', () => {
  assert.equal(and(or(pr('a'), pr('b'))).text, 'a pr or b pr')
  assert.equal(and(and(or(pr('a'), pr('b'))), pr('c')).text, '(a pr or b pr) and c pr')
})

test('a value path and a URN-qualified path are read back', () => {
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value'
  assert.equal(parseFilter(eq(urn, 'u1').text).kind, 'compare')
  assert.equal(parseFilter(element('emails', and(eq('type', 'work'), sw('value', 'b'))).text).kind, 'valuePath')
  assert.equal(parseFilter(eq('members.$ref', 'x').text).kind, 'compare')
})

test('a name that is no attribute path, a number or date that JSON cannot hold: refused', () => {
  const attempts = [
    () => eq('userName eq "x" or userName', 'y'),
    () => eq('', 'y'),
    () => pr('a.b.c'),
    () => gt('x', Number.NaN),
    () => gt('x', new Date(Number.NaN)),
    () => element('emails[type eq "x"] or a', pr('b')),
  ]
  for (const attempt of attempts)
    assert.throws(attempt, (error) => error instanceof ScimClientError && error.kind === 'invalidRequest')
})
