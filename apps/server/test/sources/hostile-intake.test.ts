import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSourceHarness, peopleOf, simpleSourceRules } from './source-harness.ts'
import { findPeople } from './source-people.ts'

// What a source sends may be anything. One bad record is one bad record: it neither stops the others nor takes anybody away.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

async function uploadLines(place: string, lines: readonly string[]): Promise<void> {
  const { status, body } = await harness.send('POST', `${place}/records`, {
    body: lines.map((line) => `${line}\n`).join(''),
    headers: { 'content-type': 'application/x-ndjson' },
  })
  assert.equal(status, 202, JSON.stringify(body))
}

const line = (id: unknown, more: object = {}): string =>
  JSON.stringify({ id, mail: `${String(id).slice(0, 40)}@intake.test`, name: 'Somebody', ...more })

async function lastRead(place: string) {
  const { body } = await harness.send('GET', `${place}/reads?limit=1`)
  return body.data[0]
}

async function reasonsOf(place: string): Promise<readonly string[]> {
  const { body } = await harness.send('GET', `${place}/escrow?limit=100`)
  return body.data.map(({ reason }: { reason: string }) => reason).toSorted()
}

const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
const manyBytes = Array.from({ length: 1_000 }, (_, index) =>
  String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
).join('')

const poisons: readonly (readonly [what: string, lines: readonly string[], reason: string])[] = [
  ['a column with U+0000 in its name', ['{"id":"p1","a\\u0000b":"x"}'], 'invalidText'],
  ['a column with half a surrogate pair in its name', ['{"id":"p1","a\\ud800":"x"}'], 'invalidText'],
  ['a deletion of a name with U+0000', ['{"$delete":"p\\u00001"}'], 'invalidText'],
  ['a deletion of a name that is too long', [`{"$delete":"${'x'.repeat(5_000)}"}`], 'anchorTooLong'],
  ['a name that has more bytes than an index takes', [line(manyBytes)], 'anchorTooLong'],
  ['lists within lists without end', [`{"id":"p1","list":${deep}}`], 'recordTooDeep'],
]

for (const [index, [what, lines, reason]] of poisons.entries())
  test(`${what} is one bad record, and everybody else comes in`, async () => {
    const place = await harness.createSource(`Poison ${index}`, { place: { kind: 'upload' } })
    await uploadLines(place, [...lines, line(`well-${index}`)])
    const faults: unknown[] = []
    await harness.work({ onFault: (error) => void faults.push(error) })
    assert.deepEqual(faults, [])
    assert.equal((await lastRead(place)).state, 'done')
    assert.deepEqual(await reasonsOf(place), [reason])
    assert.equal((await findPeople(harness, `well-${index}@`)).size, 1)
  })

test('a number that JSON cannot tell from its neighbour names nobody', async () => {
  const place = await harness.createSource('Large numbers', { place: { kind: 'upload' } })
  await uploadLines(place, ['{"id":9007199254740993,"mail":"big-1@intake.test"}', line(42)])
  await harness.work()
  assert.deepEqual(await reasonsOf(place), ['anchorImprecise'])
  assert.equal((await findPeople(harness, '42@')).size, 1)
})

test('columns are called as they please: __proto__ has a value, and constructor has none that nobody gave', async () => {
  const rules = {
    ...simpleSourceRules,
    mappings: [
      { target: 'userName', kind: 'direct', source: 'mail' },
      { target: 'displayName', kind: 'direct', source: '__proto__' },
      { target: 'title', kind: 'direct', source: 'toString' },
    ],
  }
  const place = await harness.createSource('Names of columns', { place: { kind: 'upload' }, rules })
  await uploadLines(place, ['{"id":"proto","mail":"proto@intake.test","__proto__":"Ann"}'])
  await harness.work()
  const person = (await findPeople(harness, 'proto@')).get('proto@intake.test')
  assert.deepEqual([person?.attributes.displayName, person?.attributes.title], ['Ann', undefined])
})

test('whose record is too large, or holds what cannot be stored, is not absent', async () => {
  const rules = { ...simpleSourceRules, leaving: { absentReads: 1 } }
  const place = await harness.createSource('Large records', { rules })
  const people = peopleOf(10, (person, number) => ({ ...person, mail: `large${number}@intake.test` }))
  await harness.upload(place, people)
  await harness.read(place)
  await harness.upload(
    place,
    people.map((person, index) => {
      if (index === 0) return { ...person, title: 'x'.repeat(300_000) }
      return index === 1 ? { ...person, title: 'a\u0000b' } : person
    }),
  )
  const read = await harness.read(place)
  assert.deepEqual([read.state, read.counts.absent ?? 0, read.counts.bad], ['done', 0, 2])
  assert.deepEqual(
    [...(await findPeople(harness, 'large')).values()].map(({ state }) => state),
    Array.from({ length: 10 }, () => 'active'),
  )
})
