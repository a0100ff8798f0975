import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createSourceHarness, peopleOf, simpleSourceRules, type SourceHarness } from './source-harness.ts'

const organization = '/api/v1/organizations/acme'
const everybody = 260

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

async function teamNamed(name: string) {
  const { body } = await harness.send('GET', `${organization}/teams?search=${name}&counts=true`)
  return body.data.find((team: { name: string }) => team.name === name)
}

test('people who would leave a team in masses are held by name, the rest goes on; approved they leave, discarded they are asked about again', async () => {
  const rules = sourceRules.parse({ ...simpleSourceRules, teams: { column: 'groups', onVanished: 'remove' } })
  const place = await harness.createSource('HR', { rules })
  const say = (groupsOf: (number: number) => readonly string[]) =>
    harness.upload(
      place,
      peopleOf(everybody, (person, number) => ({ ...person, groups: groupsOf(number) })),
    )
  await say(() => ['Staff', 'Club'])
  const first = await harness.read(place)
  assert.deepEqual([first.counts.teamsCreated, first.counts.membersAdded], [2, 2 * everybody])
  // 60 of 260 are more than ten percent and more than fifty; one comes into another team.
  const cut = (number: number): readonly string[] => (number <= 60 ? ['Club'] : ['Staff', 'Club'])
  await say((number) => (number === 1 ? ['Club', 'New'] : cut(number)))
  const second = await harness.read(place)
  const { membersAdded, membersHeld, membersRemoved, teamsCreated } = second.counts
  assert.deepEqual(
    { membersAdded, membersHeld, membersRemoved, teamsCreated },
    {
      membersAdded: 1,
      membersHeld: 60,
      membersRemoved: undefined,
      teamsCreated: 1,
    },
  )
  assert.equal((await teamNamed('Staff')).peopleCount, everybody)
  const { data: held } = (
    await harness.send('GET', `${organization}/source-reads/${second.id}/team-members?state=held&limit=100`)
  ).body
  assert.equal(held.length, 60)
  const [{ holdId, name, team }] = held
  assert.deepEqual([name, team], ['Person 1', 'Staff'])
  const whole = (await harness.send('GET', `${organization}/holds/${holdId}`)).body
  assert.equal(whole.changeCount ?? whole.changes.length, 60, JSON.stringify(whole).slice(0, 500))
  await harness.send('POST', `${organization}/holds/${holdId}/discard`, { body: {} })
  assert.equal((await teamNamed('Staff')).peopleCount, everybody)
  const third = await harness.read(place)
  assert.equal(third.counts.membersHeld, 60, JSON.stringify(third.counts))
  const again = (await harness.send('GET', `${organization}/source-reads/${third.id}/team-members?state=held`)).body
  const approved = await harness.send('POST', `${organization}/holds/${again.data[0].holdId}/approve`, { body: {} })
  assert.ok(approved.status < 300, JSON.stringify(approved.body))
  assert.equal((await teamNamed('Staff')).peopleCount, everybody - 60)
  const fourth = await harness.read(place)
  assert.deepEqual([fourth.counts.membersHeld, fourth.counts.membersRemoved], [undefined, undefined])
  // Teams that would be removed are held likewise, all of them, with whoever is in them.
  await say((number) => (number <= 60 ? ['Other'] : ['Staff']))
  const fifth = await harness.read(place)
  assert.deepEqual([fifth.counts.teamsHeld, fifth.counts.membersHeld], [2, undefined], JSON.stringify(fifth.counts))
  assert.equal((await teamNamed('Club')).peopleCount, everybody)
  const { data: teams } = (await harness.send('GET', `${organization}/source-reads/${fifth.id}/teams?state=held`)).body
  await harness.send('POST', `${organization}/holds/${teams[0].holdId}/approve`, { body: {} })
  assert.equal(await teamNamed('Club'), undefined)
  const last = await harness.read(place)
  assert.equal(last.counts.teamsHeld, undefined, JSON.stringify(last.counts))
})
