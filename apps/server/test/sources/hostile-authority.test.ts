import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSourceHarness, peopleOf, simpleSourceRules } from './source-harness.ts'
import { settleAllDues } from '../../src/access/settle-mapped-roles.ts'
import { findPeople, type Body } from './source-people.ts'

// Whoever may manage sources decides what people are like, and not what they may do here.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())
const base = '/api/v1/organizations/acme'

const post = (path: string, body: object, key?: string) =>
  harness.send('POST', `${base}${path}`, { body, ...(key !== undefined && { key }) })

async function rolesOf(user: string): Promise<readonly string[]> {
  const { body } = await harness.send('GET', `${base}/role-assignments?user=${user}`)
  return body.data.map((held: Body) => held.role.name)
}

async function createOwner(userName: string): Promise<string> {
  const made = await post('/people', { attributes: { userName, displayName: 'The owner' } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal((await post('/roles/owner/grant', { user: made.body.id })).status, 200)
  return made.body.id
}

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'

for (const target of ['Roles', `${core}:roles`, 'ACTIVE', `${core}:Active`, 'Groups', 'passWord', 'meta.version'])
  test(`rules that write ${target} are refused, however it is spelled`, async () => {
    const rules = {
      ...simpleSourceRules,
      mappings: [...simpleSourceRules.mappings, { target, kind: 'direct', source: 'extra' }],
    }
    const place = { kind: 'file', format: 'jsonl' }
    const made = await post('/sources', { name: `Writes ${target}`, place, rules })
    assert.deepEqual([made.status, made.body.code], [400, 'invalidRequest'], JSON.stringify(made.body))
  })

test('whoever is the last owner stays, and the read that loses him goes on with everybody else', async () => {
  const rules = { ...simpleSourceRules, leaving: { absentReads: 1 } }
  const place = await harness.createSource('Loses the owner', { rules })
  const people = peopleOf(30, (person, number) => ({ ...person, mail: `staff${number}@owner.test` }))
  await harness.upload(place, people)
  await harness.read(place)
  const found = await findPeople(harness, '@owner.test')
  const owner = found.get('staff1@owner.test')?.id
  assert.equal((await post('/roles/owner/grant', { user: owner })).status, 200)
  await harness.upload(place, people.slice(2))
  const read = await harness.read(place)
  assert.equal(read.state, 'done', JSON.stringify(read))
  const after = await findPeople(harness, '@owner.test')
  assert.deepEqual(
    ['staff1@owner.test', 'staff2@owner.test'].map((name) => after.get(name)?.state),
    ['active', 'suspended'],
  )
  const { body } = await harness.send('GET', `${base}/source-reads/${read.id}/operations?state=failed`)
  assert.match(body.data[0].error.detail, /last owner/)
})

test('no rule takes over an account that may make owners: a person decides, and only one who may do that himself', async () => {
  const owner = await createOwner('boss@takeover.test')
  const place = await harness.createSource('Takes over', {})
  await harness.upload(place, [
    { id: 'evil', mail: 'boss@takeover.test', name: 'Mallory' },
    ...peopleOf(5, (person, number) => ({ ...person, mail: `other${number}@takeover.test` })),
  ])
  const read = await harness.read(place)
  assert.equal(read.state, 'done', JSON.stringify(read))
  const { body } = await harness.send('GET', `${base}/people/${owner}`)
  assert.equal(body.attributes.displayName, 'The owner')
  const { body: record } = await harness.send('GET', `${place}/records/evil`)
  assert.equal(record.situation, 'asked')
  const decision = { anchor: 'evil', decision: 'link', person: owner }
  const { body: limited } = await post('/keys', { scopes: ['sources:run', 'sources:read', 'people:read'] })
  const refused = await harness.send('POST', `${place}/decisions`, { body: decision, key: limited.key })
  assert.equal(refused.status, 403, JSON.stringify(refused.body))
  assert.equal((await harness.send('POST', `${place}/decisions`, { body: decision })).status, 200)
  assert.deepEqual(await rolesOf(owner), ['owner'])
})

test('a built-in account is nobody of a source, whoever decides so', async () => {
  const made = await post('/people', { attributes: { userName: 'break-glass' }, builtIn: true })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const place = await harness.createSource('Decides', {})
  await harness.upload(
    place,
    peopleOf(1, (person) => ({ ...person, mail: 'someone@builtin.test' })),
  )
  await harness.read(place)
  const decision = { anchor: 'e1', decision: 'link', person: made.body.id }
  assert.equal((await harness.send('POST', `${place}/decisions`, { body: decision })).status, 409)
})

test('no group of a source gives a role by its name, and none takes over a team that gives one', async () => {
  const mode = await harness.send('PATCH', `${base}/role-mapping-settings`, { body: { mode: 'add' } })
  assert.ok(mode.status < 300, JSON.stringify(mode.body))
  const { body: team } = await post('/teams', { name: 'Those who may' })
  for (const by of [{ group: 'Owners by group' }, { team: team.id }]) {
    const mapped = await post('/role-mappings', { ...by, role: 'owner' })
    assert.equal(mapped.status, 201, JSON.stringify(mapped.body))
  }
  const place = await harness.createSource('Groups', { rules: { ...simpleSourceRules, teams: { column: 'groups' } } })
  const groups = ['Owners by group', 'Those who may', 'Harmless']
  await harness.upload(
    place,
    peopleOf(3, (person, number) => ({ ...person, mail: `m${number}@mapped.test`, groups })),
  )
  const read = await harness.read(place)
  assert.deepEqual([read.counts.teamsCreated, read.counts.teamsTold], [2, 1], JSON.stringify(read.counts))
  const people = await findPeople(harness, '@mapped.test')
  assert.equal(people.size, 3)
  await settleAllDues(harness.application.database, harness.application.clock(), new AbortController().signal)
  for (const { id } of people.values()) assert.deepEqual(await rolesOf(id), [])
  const { data } = (await harness.send('GET', `${base}/source-reads/${read.id}/teams?state=told`)).body
  assert.deepEqual([data[0].name, data[0].reason, data[0].situation], ['Those who may', 'GivesRoles', 'asked'])
})
