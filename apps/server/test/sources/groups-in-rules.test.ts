import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pumpTeamRules } from '../../src/team-rules/pump.ts'
import { workOff } from '../team-rules/work-off.ts'
import { createSourceHarness, simpleSourceRules } from './source-harness.ts'

// Rules of teams read which groups a source lists with a person, as they came, whether or not these are teams here.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())
const { database, clock } = harness.application
const organization = '/api/v1/organizations/acme'

const person = (id: string, groups: unknown, groupIds?: readonly string[]) => {
  return { id, name: `Person ${id}`, mail: `${id}@acme.example`, groups, ...(groupIds && { groupIds }) }
}

async function settle(): Promise<void> {
  await pumpTeamRules(database, { clock })
  await workOff(harness.application)
}

async function makeTeam(name: string, clause: object): Promise<string> {
  const team = await harness.send('POST', `${organization}/teams`, { body: { name } })
  const rule = { scope: { groups: [[clause]] } }
  const set = await harness.send('POST', `${organization}/teams/${team.body.id}/rule`, { body: rule })
  assert.ok(set.status < 300, JSON.stringify(set.body))
  await settle()
  return team.body.id
}

async function membersOf(team: string): Promise<readonly string[]> {
  await settle()
  const { data } = (await harness.send('GET', `${organization}/teams/${team}/members`)).body
  return data.map(({ name }: { name: string }) => name).toSorted()
}

test('a rule reads names and ids of groups as any source lists them; who comes into one and leaves it moves with the read that is applied', async () => {
  const place = await harness.createSource('Directory', {
    rules: simpleSourceRules,
    settings: { approval: 'never' },
  })
  const say = async (people: readonly object[]): Promise<void> => {
    await harness.upload(place, people)
    const read = await harness.read(place)
    assert.equal(read.state, 'done', JSON.stringify(read))
  }
  // Names in a list, as of directories; objects, as SCIM has them; one text.
  await say([
    person('a', ['Sales', 'Staff'], ['g-1', 'g-9']),
    person('b', [{ value: 'g-1', display: 'Sales' }]),
    person('c', 'Staff'),
    person('d', undefined),
  ])
  const byName = await makeTeam('By name', {
    attribute: 'sourceGroups',
    operator: 'EQUALS',
    value: 'Sales',
    quantifier: 'any',
  })
  const byId = await makeTeam('By id', {
    attribute: 'sourceGroupIds',
    operator: 'EQUALS',
    value: 'g-9',
    quantifier: 'any',
  })
  assert.deepEqual(await membersOf(byName), ['Person a', 'Person b'])
  assert.deepEqual(await membersOf(byId), ['Person a'])

  await say([
    person('a', ['Staff'], []),
    person('b', [{ value: 'g-1', display: 'Sales' }]),
    person('c', ['Sales', 'Staff']),
  ])
  assert.deepEqual(await membersOf(byName), ['Person b', 'Person c'])
  assert.deepEqual(await membersOf(byId), [])
  // Nothing else of them has changed, and nothing of it is an attribute of theirs.
  const { body } = await harness.send('GET', `${organization}/people?search=a@acme.example`)
  assert.doesNotMatch(JSON.stringify(body.data), /Staff|g-9/)

  // What waits for somebody to apply it moves nobody.
  const asking = await harness.send('PATCH', place, { body: { settings: { approval: 'always' } } })
  assert.equal(asking.status, 200, JSON.stringify(asking.body))
  await harness.upload(place, [person('a', ['Sales']), person('b', []), person('c', ['Sales'])])
  const waiting = await harness.read(place)
  assert.equal(waiting.state, 'planned')
  assert.deepEqual(await membersOf(byName), ['Person b', 'Person c'])
  const applied = await harness.send('POST', `${organization}/source-reads/${waiting.id}/plan/apply`, { body: {} })
  assert.equal(applied.status, 200)
  await harness.work()
  assert.deepEqual(await membersOf(byName), ['Person a', 'Person c'])
})

test('a rule that misspells the attribute is told so', async () => {
  const team = (await harness.send('POST', `${organization}/teams`, { body: { name: 'Misspelt' } })).body.id
  const rule = { scope: { groups: [[{ attribute: 'sourceGroup', operator: 'EQUALS', value: 'x' }]] } }
  const refused = await harness.send('POST', `${organization}/teams/${team}/rule`, { body: rule })
  assert.equal(refused.status, 400)
  assert.match(refused.body.detail, /no attribute sourceGroup\b/)
})
