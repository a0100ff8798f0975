import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'

const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const escrowMs = 26 * 3_600_000

/** An engine whose rules have the usual mappings and these. */
function openWith(...mappings: readonly object[]): Promise<EngineHarness> {
  return createEngineHarness({
    rules: rulesOf({ mappings: [...usualMappings.slice(0, 3), ...mappings] }, { assignment: 'everyone' }),
  })
}

/** What accounts in the app hold, by user name. */
function valuesOf({ fake }: EngineHarness, attribute: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fake.users.all().map(({ resource }) => [resource['userName'], resource[attribute]]))
}

test('AC-E45: of the rules of SelectUniqueValue the first that nobody has is taken; with none left the object says why', async () => {
  const expression = 'SelectUniqueValue([nickName], [nickName] & "1", [nickName] & "2")'
  await using engine = await openWith({ target: 'nickName', kind: 'expression', expression, apply: 'onCreate' })
  // Somebody whom we did not make has the second.
  engine.fake.users.insert({ userName: 'stranger@x.example', nickName: 'BO1', active: true }, { by: 'foreign' })
  await engine.createPerson('a@x.example', { nickName: 'Bo' })
  await engine.settle()
  await engine.createPerson('b@x.example', { nickName: 'bo' })
  await engine.settle()
  await engine.createPerson('c@x.example', { nickName: 'bO' })
  await engine.settle()
  assert.deepEqual(valuesOf(engine, 'nickName'), {
    'stranger@x.example': 'BO1',
    'a@x.example': 'Bo',
    'b@x.example': 'bo2',
  })
  const failed = await engine.rows<{ failure_code: string; failure_attribute: string; failure_detail: string }>(
    'select failure_code, failure_attribute, failure_detail from links where organization_id = $1 and app_id = $2 and failure_code is not null',
  )
  assert.deepEqual(failed, [
    { failure_code: 'NotUnique', failure_attribute: 'nickName', failure_detail: 'All 3 candidates are taken' },
  ])
  // When one is free again, the next try finds it.
  const stranger = engine.fake.users.all().find(({ resource }) => resource['userName'] === 'stranger@x.example')
  engine.fake.users.remove(stranger?.id ?? '')
  await engine.pass(escrowMs)
  assert.equal(valuesOf(engine, 'nickName')['c@x.example'], 'bO1')
})

test('numbers of a sequence are given once, in order, to those who get an account, and stay', async () => {
  const expression = 'Append("E", Rollcall.PadLeft(Rollcall.UniqueNumber("staff"), 4, "0"))'
  const target = `${urn}:employeeNumber`
  await using engine = await openWith({ target, kind: 'expression', expression, apply: 'onCreate' })
  for (const name of ['a', 'b', 'c']) await engine.createPerson(`${name}@x.example`)
  await engine.settle()
  const numbers = (): readonly unknown[] =>
    engine.fake.users.all().map(({ resource }) => (resource[urn] as { employeeNumber: string }).employeeNumber)
  assert.deepEqual([...numbers()].sort(), ['E0001', 'E0002', 'E0003'])
  await engine.createPerson('d@x.example')
  await engine.settle()
  assert.deepEqual([...numbers()].sort(), ['E0001', 'E0002', 'E0003', 'E0004'])
})

test('what is given only where there is nothing reaches new accounts, and of those that are found the ones without it', async () => {
  await using engine = await openWith(
    { target: 'title', kind: 'none', default: 'Staff' },
    { target: 'nickName', kind: 'direct', source: 'nickName', apply: 'ifEmpty' },
  )
  engine.fake.users.insert({ userName: 'old@x.example', title: 'Chief', active: true }, { by: 'foreign' })
  engine.fake.users.insert({ userName: 'bare@x.example', nickName: 'kept', active: true }, { by: 'foreign' })
  for (const name of ['new', 'old', 'bare']) await engine.createPerson(`${name}@x.example`, { nickName: name })
  await engine.settle()
  assert.deepEqual(valuesOf(engine, 'title'), {
    'old@x.example': 'Chief',
    'bare@x.example': 'Staff',
    'new@x.example': 'Staff',
  })
  assert.deepEqual(valuesOf(engine, 'nickName'), {
    'old@x.example': 'old',
    'bare@x.example': 'kept',
    'new@x.example': 'new',
  })
})

test('roles of AppRoleAssignmentsComplex are added to those that an account has, and none is ever taken away', async () => {
  const expression = 'AppRoleAssignmentsComplex([appRoleAssignments])'
  await using engine = await openWith({ target: 'roles', kind: 'expression', expression })
  engine.fake.users.insert({ userName: 'old@x.example', active: true, roles: [{ value: 'theirs' }] }, { by: 'foreign' })
  const old = await engine.createPerson('old@x.example', { roles: [{ value: 'a' }] })
  const fresh = await engine.createPerson('new@x.example', { roles: [{ value: 'a' }] })
  await engine.settle()
  const roles = (): object =>
    Object.fromEntries(
      engine.fake.users
        .all()
        .map(({ resource }) => [
          resource['userName'],
          (resource['roles'] as readonly { readonly value: string }[]).map(({ value }) => value),
        ]),
    )
  assert.deepEqual(roles(), { 'old@x.example': ['theirs', 'a'], 'new@x.example': ['a'] })
  for (const id of [old, fresh])
    await engine.patchPerson(id, [{ op: 'replace', path: 'roles', value: [{ value: 'b' }] }])
  await engine.settle()
  assert.deepEqual(roles(), { 'old@x.example': ['theirs', 'a', 'b'], 'new@x.example': ['a', 'b'] })
  await engine.patchPerson(old, [{ op: 'remove', path: 'roles' }])
  await engine.settle()
  assert.deepEqual(roles(), { 'old@x.example': ['theirs', 'a', 'b'], 'new@x.example': ['a', 'b'] })
  engine.fake.clearCounts()
  await engine.settle()
  assert.equal(engine.fake.requests, 0)
})
