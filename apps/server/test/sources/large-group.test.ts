import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import type { SourceGroup, SourcePage, SourceReader } from '../../src/sources/reader.ts'
import { createSourceHarness, peopleOf, simpleSourceRules, type SourceHarness } from './source-harness.ts'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

const organization = '/api/v1/organizations/acme'
const peopleCount = 3_000
/** More than one statement takes, and most of them nobody whom we know. */
const membersCount = 25_000

const groupOf = (members: readonly string[]): SourceGroup => {
  const attributes = { id: 'g', name: 'Everybody' }
  return { kind: 'group', anchor: 'g', attributes, memberKey: 'g', members, place: 'Groups/g' }
}

const listMembers = (change: (ids: string[]) => string[] = (ids) => ids): readonly string[] =>
  change(Array.from({ length: membersCount }, (_, index) => `e${index + 1}`))

/** A directory in the test: people, then one group; what was staged of its members when that was written. */
function directoryOf(
  members: readonly string[],
  people: readonly object[],
  staged: (count: number) => void,
): SourceReader {
  return {
    abilities: { canDelta: true, tellsDeletions: true },
    probe: () => Promise.resolve({ sample: [], columns: [] }),
    read: async function* (): AsyncGenerator<SourcePage> {
      const page = { cursor: undefined, progress: { done: people.length, total: people.length } }
      for (let start = 0; start < people.length; start += 1_000) {
        const entries = people.slice(start, start + 1_000).map((person) => {
          const attributes = person as { id: string } // Of peopleOf.
          return { kind: 'record', anchor: attributes.id, attributes, place: attributes.id } as const
        })
        yield { ...page, entries }
      }
      yield { ...page, entries: [], groups: [groupOf(members)] }
      // The next page is asked for while that one is being written.
      yield { ...page, entries: [] }
      yield { ...page, entries: [] }
      const { rows } = await harness.application.database.query<{ count: number }>({
        text: 'select count(*)::integer as count from source_staged_members',
      })
      staged(rows[0]?.count ?? 0)
      yield { ...page, entries: [], end: { checkpoint: { kind: 'none' } } }
    },
  }
}

test('one of many members of a group moves: one row is staged, one membership written, one change told', async (context) => {
  const rules = sourceRules.parse({ ...simpleSourceRules, teams: {} })
  const place = await harness.createSource('Directory', {
    rules,
    place: { kind: 'scim', url: 'https://directory.example/scim' },
    credentials: { kind: 'bearer', token: 'canary-token' },
  })
  const read = async (members: readonly string[], people: readonly object[], mode: 'full' | 'delta') => {
    let staged = -1
    const started = performance.now()
    const { body } = await harness.send('POST', `${place}/reads`, { body: { mode } })
    await harness.work({ openReader: () => directoryOf(members, people, (count) => (staged = count)) })
    const done = (await harness.send('GET', `${organization}/source-reads/${body.id}`)).body
    assert.equal(done.state, 'done', JSON.stringify(done))
    context.diagnostic(`${members.length} members: ${Math.round(performance.now() - started)} ms`)
    const { membersAdded = 0, membersRemoved = 0 } = done.counts
    return { staged, membersAdded, membersRemoved }
  }
  const everybody = peopleOf(peopleCount)
  assert.deepEqual(await read(listMembers(), everybody, 'full'), {
    staged: membersCount,
    membersAdded: peopleCount,
    membersRemoved: 0,
  })
  assert.deepEqual(await read(listMembers(), [], 'delta'), { staged: 0, membersAdded: 0, membersRemoved: 0 })
  const without = listMembers((ids) => ids.filter((id) => id !== 'e1234'))
  assert.deepEqual(await read(without.toReversed(), [], 'delta'), { staged: 1, membersAdded: 0, membersRemoved: 1 })
  const others = listMembers((ids) => [...ids.filter((id) => id !== 'e1'), 'zzz', '\u{1F600}'])
  assert.deepEqual(await read(others, [], 'delta'), { staged: 4, membersAdded: 1, membersRemoved: 1 })
  // Everybody at once is a matter for the guard.
  assert.deepEqual(await read([], [], 'delta'), { staged: membersCount + 1, membersAdded: 0, membersRemoved: 0 })
  const { rows } = await harness.application.database.query<{ members: number; memberships: number; told: number }>({
    text: `select (select count(*) from source_group_members)::integer as members,
      (select count(*) from memberships)::integer as memberships,
      (select sum(jsonb_array_length(data::jsonb -> 'members' -> 'removed')) from changes
        where action = 'team.members_changed')::integer as told`,
  })
  assert.deepEqual(rows[0], { members: 0, memberships: peopleCount - 1, told: 2 })
})
