import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { SettlingStage, type StageRules } from './settling-stage.ts'

const own = await createTestDatabase()
after(() => own.close())
const { database } = own

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const plain: StageRules = {
  mappings: [
    { target: 'userName', kind: 'direct', source: 'login' },
    { target: 'displayName', kind: 'expression', expression: 'Join(" ", [first], [last])' },
    { target: 'name.givenName', kind: 'direct', source: 'first' },
    { target: 'emails[type eq "work"].value', kind: 'direct', source: 'mail' },
    { target: `${enterprise}:department`, kind: 'direct', source: 'department' },
  ],
}

const ada = { id: '1', login: 'ada', first: 'Ada', last: 'Lovelace', mail: 'ada@acme.test', department: 'Engines' }
const bo = { id: '2', login: 'bo', first: 'Bo', last: 'Li', mail: 'bo@acme.test' }

test('people of a source are created as its rules say, and changed with it', async () => {
  const stage = await SettlingStage.open(database, plain)
  await stage.says([ada, bo])
  const people = await stage.people()
  assert.deepEqual([...people.keys()], ['ada', 'bo'])
  const person = people.get('ada')
  assert.equal(person?.owner, stage.sourceId)
  assert.equal(person?.state, 'active')
  assert.deepEqual(person?.document['emails'], [{ type: 'work', value: 'ada@acme.test' }])
  assert.deepEqual(person?.document[enterprise], { department: 'Engines' })
  assert.equal((await stage.record('1')).situation, 'linked')

  await stage.says([ada, { ...bo, department: 'Sales' }])
  assert.deepEqual(
    (await stage.operations()).map(({ anchor, operation, state }) => [anchor, operation, state]),
    [['2', 'update', 'done']],
  )
  assert.deepEqual((await stage.people()).get('bo')?.document[enterprise], { department: 'Sales' })
  assert.equal((await stage.people()).get('ada')?.version, 1)
})

test('a read that brings nothing new plans nothing', async () => {
  const stage = await SettlingStage.open(database, plain)
  await stage.says([ada, bo])
  await stage.says([ada, bo])
  assert.deepEqual(await stage.operations(), [])
})
