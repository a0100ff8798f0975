import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { directoryOf, groupOf } from './group-directory.ts'
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

const listMembers = (change: (ids: string[]) => string[] = (ids) => ids): readonly string[] =>
  change(Array.from({ length: membersCount }, (_, index) => `e${index + 1}`))

test('one of many members of a group moves: one row is staged, one membership written, one change told', async (context) => {
  const rules = sourceRules.parse({ ...simpleSourceRules, teams: {} })
  const place = await harness.createSource('Directory', {
    rules,
    place: { kind: 'scim', url: 'https://directory.example/scim' },
    credentials: { kind: 'bearer', token: 'canary-token' },
  })
  const read = async (members: readonly string[], people: readonly object[], mode: 'full' | 'delta') => {
    const staged = { count: -1 }
    const { database } = harness.application
    const started = performance.now()
    const { body } = await harness.send('POST', `${place}/reads`, { body: { mode } })
    await harness.work({ openReader: () => directoryOf({ people, groups: [groupOf('g', members)] }, staged, database) })
    const done = (await harness.send('GET', `${organization}/source-reads/${body.id}`)).body
    assert.equal(done.state, 'done', JSON.stringify(done))
    context.diagnostic(`${members.length} members: ${Math.round(performance.now() - started)} ms`)
    const { membersAdded = 0, membersRemoved = 0 } = done.counts
    return { staged: staged.count, membersAdded, membersRemoved }
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
