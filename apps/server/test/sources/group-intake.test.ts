import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import type { SourceGroup } from '../../src/sources/reader.ts'
import { directoryOf, groupOf } from './group-directory.ts'
import { createSourceHarness, peopleOf, simpleSourceRules, type SourceHarness } from './source-harness.ts'

const organization = '/api/v1/organizations/acme'
const people = peopleOf(5)

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

const rules = sourceRules.parse({ ...simpleSourceRules, teams: {} })

async function createSource(name: string) {
  const place = await harness.createSource(name, {
    rules,
    place: { kind: 'scim', url: 'https://directory.example/scim' },
    credentials: { kind: 'bearer', token: 'canary-token' },
  })
  const read = async (groups: readonly SourceGroup[], mode: 'full' | 'delta' = 'full') => {
    const { body } = await harness.send('POST', `${place}/reads`, { body: { mode } })
    const openReader = () => directoryOf({ people, groups }, { count: 0 }, harness.application.database)
    await harness.work({ openReader })
    return (await harness.send('GET', `${organization}/source-reads/${body.id}`)).body
  }
  const situations = async (): Promise<ReadonlyMap<string, string>> => {
    const { data } = (await harness.send('GET', `${place}/groups`)).body
    return new Map(data.map((group: { anchor: string; situation: string }) => [group.anchor, group.situation]))
  }
  return { place, read, situations }
}

test('a group that cannot be kept is listed as bad and is not gone for it; members whom nobody could be are passed over', async () => {
  const { place, read, situations } = await createSource('Bad groups')
  const good = groupOf('Good', ['e1', 'e2', '', 'x\u0000y', 'z'.repeat(1_001)])
  const first = await read([good, groupOf('Half', ['e1'])])
  assert.deepEqual([first.counts.groups, first.counts.membersAdded], [2, 3], JSON.stringify(first.counts))
  assert.equal((await harness.send('GET', `${place}/groups/Good`)).body.members, 2)
  const bad = [
    groupOf('', ['e1']),
    groupOf('Half', ['e1'], { name: `a${String.fromCharCode(0)}b` }),
    groupOf('Large', [], { name: 'x'.repeat(200_001) }),
  ]
  for (const _ of [1, 2, 3]) {
    const { state, counts } = await read([good, ...bad])
    assert.deepEqual([state, counts.groups, counts.groupsBad, counts.bad], ['done', 1, 3, 0], JSON.stringify(counts))
  }
  const { data } = (await harness.send('GET', `${place}/escrow`)).body
  assert.deepEqual(
    data.map(({ reason, anchor }: { reason: string; anchor: string | null }) => [reason, anchor]).toSorted(),
    [
      ['anchorMissing', null],
      ['invalidText', 'Half'],
      ['recordTooLarge', 'Large'],
    ],
  )
  // It has been there all the time.
  assert.equal((await situations()).get('Half'), 'linked')
})

test('groups are gone after two complete reads without them; a read with far fewer, or with none, is held', async () => {
  const { read, situations } = await createSource('Absent groups')
  const groups = Array.from({ length: 20 }, (_, index) => groupOf(`a${index}`, ['e1']))
  assert.equal((await read(groups)).counts.teamsCreated, 20)
  const held = await read(groups.slice(10))
  assert.deepEqual([held.state, held.heldReason], ['held', 'shrunk'], JSON.stringify(held))
  assert.match(held.heldDetail, /^10 groups, where the reads before had 20/)
  await harness.send('POST', `${organization}/source-reads/${held.id}/reject`, { body: {} })
  const none = await read([])
  assert.deepEqual([none.state, none.heldReason], ['held', 'shrunk'], JSON.stringify(none))
  assert.match(none.heldDetail, /^0 groups, where the reads before had 20/)
  await harness.send('POST', `${organization}/source-reads/${none.id}/reject`, { body: {} })
  assert.equal((await situations()).get('a0'), 'linked')
  await read(groups.slice(1))
  assert.equal((await situations()).get('a0'), 'linked')
  const gone = await read(groups.slice(1))
  assert.deepEqual([gone.counts.teamsDetached, (await situations()).get('a0')], [1, 'vanished'])
  // A delta is silent about the others, and says itself what is gone.
  const delta = await read([{ kind: 'deleted', anchor: 'a1', place: 'a1' }, groupOf('a2', ['e1', 'e2'])], 'delta')
  assert.deepEqual([delta.counts.teamsDetached, delta.counts.membersAdded], [1, 1], JSON.stringify(delta.counts))
  const back = await read([groupOf('a1', ['e3'])], 'delta')
  assert.deepEqual(
    [back.counts.teamsLinked, back.counts.membersAdded, back.counts.membersRemoved],
    [1, 1, 1],
    JSON.stringify(back.counts),
  )
})
