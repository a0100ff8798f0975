import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createSourceHarness } from './source-harness.ts'
import { findPeople, type Body } from './source-people.ts'

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

const organization = '/api/v1/organizations/acme'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const auto = { settings: { approval: 'auto' } }

const people = (search: string) => findPeople(harness, search)

function rules(more: object = {}, mappings: readonly object[] = []): object {
  return sourceRules.parse({
    anchor: 'id',
    mappings: [
      { target: 'userName', kind: 'direct', source: 'mail' },
      { target: 'displayName', kind: 'direct', source: 'name' },
      ...mappings,
    ],
    correlation: [],
    ...more,
  })
}

test('AC-E40: whether somebody is created or changed is decided by matching; the same payload again does nothing', async () => {
  const made = await harness.send('POST', `${organization}/people`, {
    body: { attributes: { userName: 'known@e40.test', [enterprise]: { employeeNumber: 'E-1' } } },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const number = { target: `${enterprise}:employeeNumber`, kind: 'direct', source: 'id' }
  const place = await harness.createSource('E40', {
    rules: rules({ correlation: [[{ target: `${enterprise}:employeeNumber` }]] }, [number]),
  })
  // Case counts as the schema says: employeeNumber is compared without it.
  const payload = [
    { id: 'e-1', mail: 'known@e40.test', name: 'Known' },
    { id: 'e-2', mail: 'new@e40.test', name: 'New' },
  ]
  await harness.upload(place, payload)
  const first = await harness.read(place)
  assert.deepEqual([first.counts.create, first.counts.link], [1, 1], JSON.stringify(first))
  const after = await people('e40.test')
  assert.equal(after.size, 2)
  assert.equal(after.get('known@e40.test').id, made.body.id)
  assert.equal(after.get('known@e40.test').attributes.displayName, 'Known')
  const versions = [...after.values()].map(({ version }) => version)
  await harness.upload(place, payload)
  const second = await harness.read(place)
  assert.deepEqual([second.state, second.counts.create, second.counts.update], ['done', undefined, undefined])
  assert.deepEqual(
    [...(await people('e40.test')).values()].map(({ version }) => version),
    versions,
  )
})

test('AC-E41: an update that says nothing of active leaves whoever is active and whoever is suspended as he is', async () => {
  const place = await harness.createSource('E41', {
    rules: rules({ lifecycle: { active: '[active]' } }),
  })
  await harness.upload(place, [
    { id: '1', mail: 'on@e41.test', name: 'On', active: 'true' },
    { id: '2', mail: 'off@e41.test', name: 'Off', active: true },
  ])
  await harness.read(place)
  await harness.upload(place, [
    { id: '1', mail: 'on@e41.test', name: 'On' },
    { id: '2', mail: 'off@e41.test', name: 'Off', active: 'False' },
  ])
  await harness.read(place)
  const states = async () => [...(await people('e41.test'))].map(([name, { state }]) => [name.split('@')[0], state])
  assert.deepEqual(await states(), [
    ['on', 'active'],
    ['off', 'suspended'],
  ])
  await harness.upload(place, [
    { id: '1', mail: 'on@e41.test', name: 'On, renamed' },
    { id: '2', mail: 'off@e41.test', name: 'Off, renamed' },
  ])
  await harness.read(place)
  const after = await people('e41.test')
  assert.equal(after.get('on@e41.test').attributes.displayName, 'On, renamed')
  assert.equal(after.get('off@e41.test').attributes.displayName, 'Off, renamed')
  assert.deepEqual(await states(), [
    ['on', 'active'],
    ['off', 'suspended'],
  ])
})

test('AC-E42: null clears an attribute only where the column and the mapping both say so', async () => {
  const cases = [
    { flowNulls: true, onNull: 'clear', expected: undefined },
    { flowNulls: true, onNull: 'keep', expected: 'Engineer' },
    { flowNulls: false, onNull: 'clear', expected: 'Engineer' },
    { flowNulls: false, onNull: 'keep', expected: 'Engineer' },
  ]
  for (const [index, { flowNulls, onNull, expected }] of cases.entries()) {
    const mail = `p${index}@e42.test`
    const place = await harness.createSource(`E42 ${index}`, {
      rules: rules({ columns: { title: { flowNulls } } }, [
        { target: 'title', kind: 'direct', source: 'title', onNull },
      ]),
    })
    await harness.upload(place, [{ id: '1', mail, name: 'P', title: 'Engineer' }])
    await harness.read(place)
    await harness.upload(place, [{ id: '1', mail, name: 'P', title: null }])
    await harness.read(place)
    const person = (await people(mail)).get(mail)
    assert.equal(person.attributes.title, expected, `${flowNulls} ${onNull}`)
  }
})

test('AC-E44: managers are found in any order, also in a ring, and one who comes later is put in by himself', async () => {
  const place = await harness.createSource('E44', {
    rules: rules({ scope: { groups: [[{ attribute: 'kind', operator: 'NOT EQUALS', value: 'external' }]] } }, [
      { target: `${enterprise}:manager`, kind: 'reference', source: 'boss' },
    ]),
  })
  const person = (id: string, boss: string, kind = 'staff') => ({
    id,
    mail: `${id}@e44.test`,
    name: id.toUpperCase(),
    boss,
    kind,
  })
  // a's boss stands behind him, b and c lead each other, d's boss is not in scope.
  const staff = [person('a', 'b'), person('b', 'c'), person('c', 'b'), person('d', 'x')]
  await harness.upload(place, [...staff, person('x', 'a', 'external')])
  const first = await harness.read(place)
  assert.equal(first.state, 'done', JSON.stringify(first))
  const managers = async () => {
    const all = await people('e44.test')
    const names = new Map([...all.values()].map((each) => [each.scimId, each.attributes.userName.split('@')[0]]))
    return Object.fromEntries(
      [...all].map(([name, { attributes }]) => [
        name.split('@')[0],
        names.get(attributes[enterprise]?.manager?.value) ?? null,
      ]),
    )
  }
  assert.deepEqual(await managers(), { a: 'b', b: 'c', c: 'b', d: null })
  // The boss comes into scope; nobody touches d.
  await harness.upload(place, [...staff, person('x', 'a')])
  await harness.read(place)
  assert.deepEqual(await managers(), { a: 'b', b: 'c', c: 'b', d: 'x', x: 'a' })
})

test('AC-E45: user names are tried in order; when none is free the record waits with a reason that names them', async () => {
  for (const userName of ['jo@e45.test', 'jo.li@e45.test', 'jo.li2@e45.test'])
    await harness.send('POST', `${organization}/people`, { body: { attributes: { userName } } })
  const candidates = [
    '[first] & "@e45.test"',
    '[first] & "." & [last] & "@e45.test"',
    '[first] & "." & [last] & "2@e45.test"',
  ]
  const names = sourceRules.parse({
    anchor: 'id',
    mappings: [{ target: 'displayName', kind: 'expression', expression: 'Join(" ", [first], [last])' }],
    correlation: [],
    userName: { candidates },
  })
  const place = await harness.createSource('E45', { rules: names })
  await harness.upload(place, [
    { id: '1', first: 'Jo', last: 'Li' },
    { id: '2', first: 'Jo', last: 'Ash' },
    { id: '3', first: 'Jo', last: 'Ash' },
    { id: '4', first: 'Bo', last: 'Ash' },
  ])
  const read = await harness.read(place)
  assert.equal(read.counts.create, 3, JSON.stringify(read))
  const created = [...(await people('e45.test')).values()].filter(({ attributes }) => attributes.displayName)
  assert.deepEqual(
    created.map(({ attributes }) => attributes.userName),
    ['Jo.Ash@e45.test', 'Jo.Ash2@e45.test', 'Bo@e45.test'],
  )
  const waiting = await harness.send('GET', `${place}/records/1`)
  assert.equal(waiting.body.situation, 'escrowed')
  assert.equal(waiting.body.errorReason, 'userNameTaken')
  assert.match(waiting.body.errorDetail, /Jo@e45.test, Jo.Li@e45.test, Jo.Li2@e45.test/)
  const told = await harness.send('GET', `${organization}/source-reads/${read.id}/operations?operation=none`)
  assert.deepEqual(
    told.body.data.map(({ anchor, error }: Body) => [anchor, error.reason]),
    [['1', 'userNameTaken']],
  )
})

test('ENG-16: who lacks in two complete reads in a row is suspended, and deleted when his grace is over', async () => {
  const place = await harness.createSource('ENG-16', {
    rules: rules({ leaving: { policy: 'suspendThenDelete', graceDays: 30, absentReads: 2 } }),
  })
  const all = Array.from({ length: 8 }, (_, index) => ({
    id: `${index}`,
    mail: `p${index}@eng16.test`,
    name: `P ${index}`,
  }))
  const state = async () => (await people('p7@eng16.test')).get('p7@eng16.test').state
  await harness.upload(place, all)
  await harness.read(place)
  await harness.upload(place, all.slice(0, 7))
  await harness.read(place)
  assert.equal(await state(), 'active')
  // Back in between: the count begins anew.
  await harness.upload(place, all)
  await harness.read(place)
  await harness.upload(place, all.slice(0, 7))
  await harness.read(place)
  assert.equal(await state(), 'active')
  const second = await harness.read(place)
  assert.equal(second.counts.suspend, 1, JSON.stringify(second))
  assert.equal(await state(), 'suspended')
  const day = 24 * 60 * 60 * 1000
  harness.application.clock.advance(29 * day)
  await harness.read(place)
  assert.equal(await state(), 'suspended')
  harness.application.clock.advance(day)
  const last = await harness.read(place)
  assert.equal(last.counts.delete, 1, JSON.stringify(last))
  assert.equal(await state(), 'deprovisioned')
  // Hired again under the same number: the same account.
  const before = (await people('p7@eng16.test')).get('p7@eng16.test').id
  await harness.upload(place, all)
  await harness.read(place)
  const again = (await people('p7@eng16.test')).get('p7@eng16.test')
  assert.deepEqual([again.id, again.state], [before, 'active'])
})

test('CON-K4: an import is always a plan first, errors have line and column, and part of it may be accepted', async () => {
  const place = await harness.createSource('K4', {
    place: { kind: 'file', format: 'csv' },
    rules: rules({ columns: { start: { type: 'date' } } }, [{ target: 'title', kind: 'direct', source: 'start' }]),
    ...auto,
  })
  await harness.upload(
    place,
    'id,mail,name,start\n1,a@k4.test,A,2026-01-31\n2,b@k4.test,B,2026-02-31\n3,c@k4.test,C,2026-03-01\n4,d@k4.test\n',
  )
  const read = await harness.read(place)
  assert.equal(read.state, 'planned', JSON.stringify(read))
  assert.equal((await people('k4.test')).size, 0)
  const reads = `${organization}/source-reads/${read.id}`
  const plan = await harness.send('GET', `${reads}/plan`)
  assert.equal(plan.body.summary, 'create 2')
  assert.deepEqual(plan.body.operations.find(({ operation }: Body) => operation === 'create').examples, [
    { anchor: '1', name: 'A' },
    { anchor: '3', name: 'C' },
  ])
  // One line is no line of the table, the other has a day that February has not.
  const bad = await harness.send('GET', `${place}/escrow`)
  assert.deepEqual(
    bad.body.data.map((entry: Body) => entry.place),
    ['line 5'],
  )
  const told = await harness.send('GET', `${reads}/operations?operation=none`)
  assert.deepEqual(
    told.body.data.map(({ place: at, error }: Body) => [at, error.attribute, error.reason]),
    [['line 3', 'start', 'columnType']],
  )
  const applied = await harness.send('POST', `${reads}/plan/apply`, { body: { except: ['3'] } })
  assert.equal(applied.status, 200, JSON.stringify(applied.body))
  await harness.work()
  assert.deepEqual([...(await people('k4.test')).keys()], ['a@k4.test'])
})
