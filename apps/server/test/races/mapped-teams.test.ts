import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTeamHarness, patchOf, type Person, type TeamHarness } from '../teams/team-harness.ts'

// Calls on a group, suspensions and links at once: in the end the teams have exactly the people of the group.
let teams: TeamHarness
const people: Person[] = []

before(async () => {
  teams = await createTeamHarness('github')
  for (let number = 0; number < peopleCount; number++) people.push(await teams.person(`p${number}`))
})
after(() => teams[Symbol.asyncDispose]())

const peopleCount = 12
const rounds = 3

test('teams that follow a group have its people, whatever happens to group, people and links at once', async () => {
  const group = await teams.group('racing', people.slice(0, 6))
  const groupId = (await teams.api('GET', '/external-groups')).body.data[0].id
  const ids: string[] = []
  for (const name of ['One', 'Two', 'Three']) ids.push((await teams.api('POST', '/teams', { body: { name } })).body.id)
  const link = (id: string) => teams.api('POST', `/teams/${id}/link`, { body: { groupId } })
  await Promise.all(ids.map(link))
  for (let round = 0; round < rounds; round++) {
    const [third = ''] = ids.slice(-1)
    const acts = [
      ...people.map((person, index) => teams.patchGroup(group, (index + round) % 2 === 0 ? 'add' : 'remove', person)),
      ...people.map(({ scimId }, index) =>
        teams.scim(
          'PATCH',
          `/Users/${scimId}`,
          patchOf({ op: 'replace', path: 'active', value: (index + round) % 3 !== 0 }),
        ),
      ),
      round % 2 === 0 ? teams.api('DELETE', `/teams/${third}/link`) : link(third),
    ]
    for (const { status } of await Promise.all(acts)) assert.ok(status < 300, String(status))
    const shown = (await teams.scim('GET', `/Groups/${group}`)).body.members ?? []
    const wanted = shown.map(({ display }: { display: string }) => display).toSorted()
    // Suspended people are asked for too: they are not merely hidden, they have left.
    for (const id of ids.slice(0, 2))
      assert.deepEqual(await teams.names(id, '?suspended=true'), wanted, `round ${round}`)
    assert.deepEqual(await teams.names(third, '?suspended=true'), round % 2 === 0 ? [] : wanted)
    assert.deepEqual(
      await teams.belonging(),
      wanted.map((name: string) => `${name} teams active`),
    )
  }
})

test('whom two groups lose at once belongs to the organization no more', async () => {
  const groups: string[] = []
  for (const name of ['left', 'right']) {
    groups.push(await teams.group(name))
    const { id: groupId } = (await teams.api('GET', `/external-groups?search=${name}`)).body.data[0]
    const { id } = (await teams.api('POST', '/teams', { body: { name } })).body
    await teams.api('POST', `/teams/${id}/link`, { body: { groupId } })
  }
  const before = await teams.belonging()
  const newcomer = await teams.person('newcomer')
  for (let round = 0; round < rounds; round++) {
    await Promise.all(groups.map((group) => teams.patchGroup(group, 'add', newcomer)))
    assert.ok((await teams.belonging()).includes('newcomer teams active'))
    await Promise.all(groups.map((group) => teams.patchGroup(group, 'remove', newcomer)))
    assert.deepEqual(await teams.belonging(), before)
  }
})

test('two connections and a person who want one handle at once get one team', async () => {
  const own = await createTeamHarness('datadog', 'handles')
  try {
    const create = () =>
      own.scim('POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Same' })
    const answers = await Promise.all([
      create(),
      create(),
      create(),
      own.api('POST', '/teams', { body: { name: 'Same' } }),
    ])
    const made = answers.slice(0, 3).filter(({ status }) => status === 201)
    assert.equal(made.length, 1, answers.map(({ status }) => status).join())
    const list = await own.api('GET', '/teams')
    assert.deepEqual([list.body.data.length, list.body.data[0].isManaged], [1, true])
  } finally {
    await own[Symbol.asyncDispose]()
  }
})
