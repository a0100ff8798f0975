import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createSourceHarness } from './source-harness.ts'
import { findPeople, type Body } from './source-people.ts'

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

const organization = '/api/v1/organizations/acme'

function rules(more: object = {}): object {
  return sourceRules.parse({
    anchor: 'id',
    mappings: [
      { target: 'userName', kind: 'direct', source: 'mail' },
      { target: 'displayName', kind: 'direct', source: 'name' },
      { target: 'title', kind: 'direct', source: 'title' },
    ],
    correlation: [],
    ...more,
  })
}

async function addPerson(attributes: object): Promise<string> {
  const made = await harness.send('POST', `${organization}/people`, { body: { attributes } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.id
}

async function tell(readId: string): Promise<readonly Body[]> {
  const { body } = await harness.send('GET', `${organization}/source-reads/${readId}/operations?limit=100`)
  return body.data
}

const byName = { correlation: [[{ target: 'displayName' }]] }

test('several who fit are shown by name and nobody is chosen; a decision is stronger than rules until it is undone', async () => {
  const kims = [
    await addPerson({ userName: 'kim1@who.test', displayName: 'Kim' }),
    await addPerson({ userName: 'kim2@who.test', displayName: 'KIM' }),
  ]
  const place = await harness.createSource('Who', { rules: rules(byName) })
  const record = { id: '1', mail: 'kim@who.test', name: 'Kim', title: 'Chief' }
  await harness.upload(place, [record])
  const [told] = await tell((await harness.read(place)).id)
  assert.deepEqual([told.operation, told.situation, told.reason], ['none', 'ambiguous', 'AmbiguousMatch'])
  assert.deepEqual(
    told.candidates.map(({ id, name }: Body) => [id, name]).toSorted(),
    [
      [kims[0], 'Kim'],
      [kims[1], 'KIM'],
    ].toSorted(),
  )
  assert.equal((await findPeople(harness, 'who.test')).size, 2)

  const decide = (body: object) => harness.send('POST', `${place}/decisions`, { body })
  assert.equal((await decide({ anchor: '1', decision: 'link' })).body.errors[0].code, 'invalidDecision')
  assert.equal((await decide({ anchor: 'nobody', decision: 'ignore' })).status, 404)
  const decided = await decide({ anchor: '1', decision: 'link', person: kims[1], reason: 'asked her' })
  assert.equal(decided.body.personName, 'KIM')
  const linked = await tell((await harness.read(place)).id)
  assert.deepEqual(
    linked.map(({ operation, reason, personId }) => [operation, reason, personId]),
    [['link', 'Decided', kims[1]]],
  )
  assert.equal((await harness.send('GET', `${place}/records/1`)).body.situation, 'confirmed')
  // Rules do not undo it, whatever they say.
  await harness.upload(place, [{ ...record, name: 'Somebody else' }])
  await harness.read(place)
  const person = (await harness.send('GET', `${organization}/people/${kims[1]}`)).body
  assert.deepEqual([person.attributes.displayName, person.attributes.title], ['Somebody else', 'Chief'])

  assert.equal((await harness.send('POST', `${place}/decisions/undo`, { body: { anchor: '1' } })).status, 204)
  await harness.upload(place, [{ ...record, name: 'Kim' }])
  await decide({ anchor: '1', decision: 'ignore' })
  await harness.read(place)
  assert.equal((await harness.send('GET', `${place}/records/1`)).body.situation, 'ignored')
  const listed = await harness.send('GET', `${place}/decisions`)
  assert.deepEqual(
    listed.body.data.map(({ anchor, decision }: Body) => [anchor, decision]),
    [['1', 'ignore']],
  )
})

test('two records that fit one person are a conflict of both, and one that is linked is taken', async () => {
  await addPerson({ userName: 'one@double.test', displayName: 'Double' })
  const place = await harness.createSource('Double', { rules: rules(byName) })
  const twin = { mail: 'one@double.test', name: 'Double' }
  await harness.upload(place, [
    { id: '1', ...twin },
    { id: '2', ...twin },
  ])
  const told = await tell((await harness.read(place)).id)
  assert.deepEqual(
    told.map(({ anchor, operation, reason }) => [anchor, operation, reason]),
    [
      ['1', 'none', 'AlreadyLinked'],
      ['2', 'none', 'AlreadyLinked'],
    ],
  )
  // When the source mends it, the other one is linked by itself.
  await harness.upload(place, [
    { id: '1', ...twin },
    { id: '2', mail: 'two@double.test', name: 'Somebody new' },
  ])
  const mended = await tell((await harness.read(place)).id)
  assert.deepEqual(
    mended.map(({ anchor, operation }) => [anchor, operation]),
    [
      ['1', 'link'],
      ['2', 'create'],
    ],
  )
  await harness.upload(place, [
    { id: '1', ...twin },
    { id: '2', mail: 'two@double.test', name: 'Somebody new' },
    { id: '3', ...twin },
  ])
  const [third] = await tell((await harness.read(place)).id)
  assert.deepEqual([third.anchor, third.situation, third.reason], ['3', 'taken', 'AlreadyLinked'])
})

test('several sources speak of one person: the smaller number wins, absent falls through, null wins', async () => {
  const columns = { title: { flowNulls: true } }
  const mapping = (source: string) => ({ target: 'title', kind: 'direct', source, onNull: 'clear' })
  const names = [
    { target: 'userName', kind: 'direct', source: 'mail' },
    { target: 'displayName', kind: 'direct', source: 'name' },
  ]
  const hr = await harness.createSource('Authority HR', {
    rules: sourceRules.parse({ anchor: 'id', correlation: [], mappings: names.slice(0, 1) }),
    precedence: 20,
  })
  const badge = await harness.createSource('Authority badge', {
    rules: sourceRules.parse({
      anchor: 'id',
      correlation: [[{ target: 'userName' }]],
      onUnmatched: 'report',
      columns,
      mappings: [...names, mapping('title')],
    }),
    precedence: 10,
  })
  const title = async () => (await findPeople(harness, 'auth.test')).get('a@auth.test').attributes.title
  await harness.upload(hr, [{ id: '1', mail: 'a@auth.test' }])
  await harness.read(hr)
  await harness.upload(badge, [
    { id: 'b1', mail: 'a@auth.test', name: 'From the badge', title: 'Guest' },
    { id: 'b2', mail: 'nobody@auth.test', name: 'Nobody' },
  ])
  const read = await harness.read(badge)
  assert.deepEqual(
    (await tell(read.id)).map(({ anchor, operation, reason }) => [anchor, operation, reason]),
    [
      ['b1', 'link', 'Matched'],
      ['b2', 'none', 'UnmatchedReported'],
    ],
  )
  assert.equal(await title(), 'Guest')
  // HR speaks of the title now, with less to say.
  await harness.send('POST', `${hr}/rules`, {
    body: { rules: sourceRules.parse({ anchor: 'id', correlation: [], mappings: [...names, mapping('title')] }) },
  })
  await harness.send('POST', `${hr}/rules/publish`, { body: { revision: 2 } })
  await harness.upload(hr, [{ id: '1', mail: 'a@auth.test', name: 'From HR', title: 'Engineer' }])
  await harness.read(hr)
  const both = (await findPeople(harness, 'auth.test')).get('a@auth.test')
  assert.deepEqual([both.attributes.title, both.attributes.displayName], ['Guest', 'From the badge'])
  // Null is an answer.
  await harness.upload(badge, [
    { id: 'b1', mail: 'a@auth.test', title: null },
    { id: 'b2', mail: 'nobody@auth.test', name: 'Nobody' },
  ])
  await harness.read(badge)
  assert.equal(await title(), undefined)
  // What the badge does not speak of any more falls through.
  assert.equal((await findPeople(harness, 'auth.test')).get('a@auth.test').attributes.displayName, 'From HR')
})

test('whom a read would cut off beyond the threshold is held by name, and the rest of the read goes on', async () => {
  const place = await harness.createSource('Guarded', {
    rules: rules({ leaving: { policy: 'suspend', absentReads: 1 } }),
  })
  const all = Array.from({ length: 300 }, (_, index) => ({
    id: String(index).padStart(4, '0'),
    mail: `p${index}@guard.test`,
    name: `P ${index}`,
    title: 'Engineer',
  }))
  await harness.upload(place, all)
  await harness.read(place)
  const rest = all.slice(60).map((each, index) => (index === 0 ? { ...each, title: 'Chief' } : each))
  await harness.upload(place, rest)
  const read = await harness.read(place)
  assert.equal(read.state, 'done', JSON.stringify(read))
  assert.deepEqual([read.counts.held, read.counts.update, read.counts.suspend], [60, 1, undefined])
  const held = await harness.send('GET', `${organization}/source-reads/${read.id}/operations?state=held&limit=100`)
  const [first] = held.body.data
  assert.equal(first.name, 'P 0')
  const states = async () => {
    const query = '?search=guard.test&limit=1&total=true&state=suspended'
    return (await harness.send('GET', `${organization}/people${query}`)).body.total
  }
  assert.equal(await states(), 0)
  const hold = `${organization}/holds/${first.holdId}`
  assert.equal((await harness.send('POST', `${hold}/approve`, {})).status, 200)
  assert.equal(await states(), 60)
  const again = await harness.read(place)
  assert.deepEqual([again.counts.held, again.counts.suspend], [undefined, undefined])
})

test('who has changed since the plan was made is planned anew, and the plan can be rejected in part', async () => {
  const place = await harness.createSource('Stale', { rules: rules(), settings: { approval: 'always' } })
  const people = [
    { id: '1', mail: 'a@stale.test', name: 'A', title: 'One' },
    { id: '2', mail: 'b@stale.test', name: 'B', title: 'One' },
  ]
  const apply = async (read: Body, body: object = {}) => {
    const answer = await harness.send('POST', `${organization}/source-reads/${read.id}/plan/apply`, { body })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    await harness.work()
    return tell(read.id)
  }
  await harness.upload(place, people)
  await apply(await harness.read(place))
  await harness.upload(
    place,
    people.map((person) => ({ ...person, title: 'Two' })),
  )
  const planned = await harness.read(place)
  assert.equal(planned.state, 'planned')
  const person = (await findPeople(harness, 'stale.test')).get('a@stale.test')
  const suspended = await harness.send('POST', `${organization}/people/${person.id}/suspend`, {
    body: { reason: 'by hand', overrideUntil: '2027-01-01T00:00:00Z' },
  })
  assert.equal(suspended.status, 200, JSON.stringify(suspended.body))
  const done = await apply(planned, { except: ['2'] })
  assert.deepEqual(
    done.map(({ anchor, round, operation, state }) => [anchor, round, operation, state]),
    [
      ['1', 0, 'update', 'stale'],
      ['1', 1, 'update', 'done'],
      ['2', 0, 'update', 'rejected'],
    ],
  )
  const after = await findPeople(harness, 'stale.test')
  assert.deepEqual([after.get('a@stale.test').attributes.title, after.get('a@stale.test').state], ['Two', 'suspended'])
  assert.equal(after.get('b@stale.test').attributes.title, 'One')
})

test('a preview says what would become of one record, by any rules, and changes nothing', async () => {
  const place = await harness.createSource('Preview', {
    rules: rules({ columns: { title: { isSecret: true } } }),
  })
  const ask = (body: object) => harness.send('POST', `${place}/preview`, { body })
  const attributes = { id: '9', mail: 'p@preview.test', name: 'P', title: 'Secret title' }
  const seen = await ask({ attributes })
  assert.deepEqual([seen.body.operation, seen.body.reason, seen.body.name], ['create', 'Unmatched', 'P'])
  assert.doesNotMatch(JSON.stringify(seen.body), /Secret title/)
  assert.equal((await findPeople(harness, 'preview.test')).size, 0)
  assert.equal((await ask({ anchor: 'nobody' })).status, 404)
  assert.equal((await ask({})).body.errors[0].code, 'invalidPreview')
})
