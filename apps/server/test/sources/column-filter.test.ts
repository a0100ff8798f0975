import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { ScimError } from '@rollcall/scim'
import { compileColumnFilter } from '../../src/sources/rules/column-filter.ts'
import { createSourceHarness, peopleOf, simpleSourceRules } from './source-harness.ts'

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

const column = { isRequired: false, flowNulls: false, isSecret: false }
const columns = sourceRules.shape.columns.parse({
  age: { ...column, type: 'number' },
  staff: { ...column, type: 'boolean' },
  first: { ...column, type: 'date' },
})
const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department'

test('a SCIM filter over columns compares in their types, whatever the columns are called', () => {
  const record = {
    country: 'DE',
    age: 41,
    staff: true,
    first: '2026-03-01',
    'name.family': 'Müller',
    groups: ['a', 'b'],
    [urn]: 'Sales',
    c0: 'plain',
  }
  const cases = [
    ['country eq "de"', true],
    ['country ne "de"', false],
    ['age gt 40 and age lt 42', true],
    ['age gt 9', true],
    ['staff eq true and not (staff eq false)', true],
    ['first ge "2026-01-01" and first lt "2026-12-31"', true],
    ['name.family sw "mü"', true],
    ['groups eq "b"', true],
    [`${urn} eq "Sales"`, true],
    ['c0 eq "plain" and country pr', true],
    ['missing pr', false],
    ['not (missing pr)', true],
    ['toString pr', false],
  ] as const
  for (const [text, expected] of cases) assert.equal(compileColumnFilter(text, columns).matches(record), expected, text)
  assert.deepEqual(compileColumnFilter('country eq "DE" or name.family pr', columns).columns, [
    'country',
    'name.family',
  ])
})

test('what is no filter, or compares with what a column cannot have, is refused by its place', () => {
  for (const [text, pattern] of [
    ['country eq', /./],
    ['age gt "old"', /age/],
    ['staff gt true', /staff/],
    ['emails[type eq "work"] pr', /./],
  ] as const)
    assert.throws(
      () => compileColumnFilter(text, columns),
      (error) => error instanceof ScimError && pattern.test(error.message),
      text,
    )
})

test('who is out of the filter is nobody here, and who leaves it is suspended; a wrong filter is not saved', async () => {
  const scope = { groups: [], filter: 'title ne "Intern" and not (name sw "Person 1")' }
  const wrong = { ...simpleSourceRules, scope: { groups: [], filter: 'title eq' } }
  const place = { kind: 'file', format: 'jsonl' }
  const refused = await harness.send('POST', harness.sources, { body: { name: 'Wrong', place, rules: wrong } })
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/rules/scope/filter'])
  const source = await harness.createSource('Filtered', { rules: { ...simpleSourceRules, scope } })
  const titled = (intern: number) =>
    peopleOf(4, (person, number) => (number === intern ? { ...person, title: 'Intern' } : person))
  await harness.upload(source, titled(2))
  assert.equal((await harness.read(source)).counts.create, 2)
  await harness.upload(source, titled(3))
  const second = await harness.read(source)
  assert.deepEqual([second.counts.create, second.counts.suspend], [1, 1], JSON.stringify(second))
})
