import assert from 'node:assert/strict'
import { open, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { JsonObject } from '@rollcall/scim'
import { findStoredFile } from '../../src/sources/files.ts'
import { createFolderPlace } from '../../src/sources/files/folder-place.ts'
import type { SourcePage, SourceReader } from '../../src/sources/reader.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createSourceHarness, peopleOf, simpleSourceRules } from './source-harness.ts'
import { findPeople } from './source-people.ts'

// An end that merely happened is none, and nobody is gone because of it.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

/** A source of somebody else that sends just these pages. */
function sending(
  pages: readonly (readonly JsonObject[])[],
  canDelta = false,
): { readonly openReader: () => SourceReader } {
  async function* read(): AsyncGenerator<SourcePage> {
    for (const [index, page] of pages.entries()) {
      const entries = page.map((attributes) => {
        return { kind: 'record', anchor: String(attributes['id']), attributes, place: 'here' } as const
      })
      const isEnd = index === pages.length - 1
      const progress = { done: index, total: undefined }
      yield { entries, cursor: { index }, progress, ...(isEnd && { end: { checkpoint: { since: index } } }) }
    }
  }
  const abilities = { canDelta, tellsDeletions: false }
  return { openReader: () => ({ abilities, read, probe: async () => ({ sample: [], columns: [] }) }) }
}

const person = (number: number): JsonObject => {
  return { id: `n${number}`, mail: `n${number}@ends.test`, name: `N ${number}`, title: 'x' }
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => person(from + index))

async function readFrom(place: string, pages: readonly (readonly JsonObject[])[], body: object = {}) {
  const started = await harness.send('POST', `${place}/reads`, { body })
  assert.equal(started.status, 201, JSON.stringify(started.body))
  await harness.work(sending(pages, true))
  return (await harness.send('GET', `/api/v1/organizations/acme/source-reads/${started.body.id}`)).body
}

const http = { kind: 'http', url: 'https://hr.example/people' }

test('a server that shows its first page again and again has no more people for that: the read is held as shrunk', async () => {
  const place = await harness.createSource('Same page', { place: http })
  assert.equal((await readFrom(place, [range(1, 10), range(11, 20)], { mode: 'full' })).state, 'done')
  const read = await readFrom(place, [range(1, 10), range(1, 10)], { mode: 'full' })
  assert.deepEqual([read.state, read.counts.read], ['held', 10])
})

test('who was absent and is told by a delta as he was is there again', async () => {
  const rules = { ...simpleSourceRules, leaving: { absentReads: 1 } }
  const place = await harness.createSource('Back again', { place: http, rules })
  const people = range(101, 120)
  await readFrom(place, [people], { mode: 'full' })
  await readFrom(place, [people.slice(1)], { mode: 'full' })
  const state = async () => (await findPeople(harness, 'n101@')).get('n101@ends.test')?.state
  assert.equal(await state(), 'suspended')
  assert.equal((await readFrom(place, [people.slice(0, 1)], { mode: 'delta' })).mode, 'delta')
  assert.equal(await state(), 'active')
})

test('a file whose pieces are gone while it is read ends in an error, and not early', async () => {
  const place = await harness.createSource('Pieces')
  const sourceId = parseTypeId('src', place.split('/').at(-1) ?? '') ?? ''
  const { organizationId, application } = harness
  await harness.upload(place, peopleOf(30_000))
  const file = await findStoredFile(
    application.application.parts,
    { organizationId, sourceId },
    { fileId: null, now: application.clock() },
  )
  assert.ok(file !== undefined && file.bytes > 1024 * 1024)
  const readAll = async () => {
    let first = true
    for await (const _ of file.read(0)) {
      // Five newer ones: this one is not kept any more.
      if (first) for (let count = 0; count < 5; count++) await harness.upload(place, peopleOf(1))
      first = false
    }
  }
  await assert.rejects(readAll(), { reason: 'truncated' })
})

test('a file of a folder that is cut while it is read ends in an error, and not early', async () => {
  const base = await mkdtemp(join(tmpdir(), 'rollcall-cut-'))
  try {
    const path = join(base, 'people.csv')
    await writeFile(path, 'id,mail\n'.repeat(100_000))
    const before = new Date(Date.now() - 60_000)
    await utimes(path, before, before)
    const place = createFolderPlace({ base, path: '.', pattern: '*.csv' }, () => Date.now())
    const file = await place.open({ known: undefined, signal: new AbortController().signal })
    assert.ok(file !== 'unchanged')
    const readAll = async () => {
      let first = true
      for await (const _ of file.chunks) {
        if (first) {
          await using handle = await open(path, 'r+')
          await handle.truncate(8 * 40_000)
        }
        first = false
      }
    }
    await assert.rejects(readAll(), { reason: 'truncated' })
  } finally {
    await rm(base, { recursive: true })
  }
})

test('what is waited for, and what people are called, may be of any length', async () => {
  const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'
  const mappings = [...simpleSourceRules.mappings, { target: manager, kind: 'reference', source: 'boss' }]
  const place = await harness.createSource('Long names', { rules: { ...simpleSourceRules, mappings } })
  const long = Array.from({ length: 3_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)))
  const [one, two, ...others] = peopleOf(20, (each, number) => ({ ...each, mail: `long${number}@ends.test` }))
  await harness.upload(place, [
    { ...one, boss: long.join('') },
    { ...two, mail: `${long.join('')}@ends.test` },
    ...others,
  ])
  const read = await harness.read(place)
  assert.equal(read.state, 'done', JSON.stringify(read))
  assert.equal((await findPeople(harness, 'long')).size, 19)
  const { body } = await harness.send('GET', `${place}/records/e2`)
  assert.deepEqual([body.situation, body.error?.reason ?? body.errorReason], ['escrowed', 'valueRefused'])
})
