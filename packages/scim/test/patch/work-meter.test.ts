import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertRefused } from '../resource/subject.ts'
import { patch, patchGroup, under, type Written } from './subject.ts'

const emails = Array.from({ length: 5_000 }, (_, n) => ({ value: `a${n}@example.com`, type: 'work' }))
const tolerance = under('default')

function many(count: number, make: (n: number) => Written): readonly Written[] {
  return Array.from({ length: count }, (_, n) => make(n))
}

test('operations that together compare more values than a request may are payloadTooLarge, whatever they are', () => {
  for (const make of [
    (n: number) => ({ op: 'add', path: 'emails', value: [{ value: `b${n}@example.com` }] }),
    (n: number) => ({ op: 'replace', path: `emails[value eq "a${n}@example.com"].display`, value: `d${n}` }),
    (n: number) => ({ op: 'remove', path: 'emails', value: [{ value: `b${n}@example.com` }] }),
    (n: number) => ({ op: 'add', value: { [`emails[value eq "b${n}@example.com"].display`]: 'd' } }),
  ]) {
    const act = () => patch({ userName: 'a', emails }, many(1_000, make), { tolerance })
    assertRefused(act, 'payloadTooLarge')
    assert.notEqual(patch({ userName: 'a', emails }, many(20, make), { tolerance }).resource, undefined)
  }
  const byName = many(200, () => ({ op: 'remove', path: 'members[display eq "x"]' }))
  assertRefused(() => patchGroup(byName), 'payloadTooLarge')
  assert.equal(patchGroup(byName.slice(0, 100)).members.length, 100)
})

test('1,000 operations on 500 values, and on members by id, are no trouble', () => {
  const few = emails.slice(0, 500)
  const flips = many(1_000, (n) => ({ op: 'replace', path: 'emails[type eq "work"].display', value: `d${n}` }))
  assert.deepEqual(patch({ userName: 'a', emails: few }, flips, { tolerance }).changes.length, 1)
  const leaving = many(1_000, (n) => ({ op: 'remove', path: `members[value eq "m${n}"]` }))
  assert.equal(patchGroup(leaving).members.length, 1)
})
