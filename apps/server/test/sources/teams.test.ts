import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createSourceHarness, simpleSourceRules, type SourceHarness } from './source-harness.ts'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

const rulesWith = (teams: object) => sourceRules.parse({ ...simpleSourceRules, teams: { column: 'groups', ...teams } })

const person = (number: number, groups: unknown): object => ({
  id: `e${number}`,
  mail: `p${number}@acme.example`,
  name: `Person ${number}`,
  title: 'Engineer',
  groups,
})

async function teamNamed(name: string) {
  const { body } = await harness.send('GET', `/api/v1/organizations/acme/teams?search=${encodeURIComponent(name)}`)
  return body.data.find((team: { name: string }) => team.name === name)
}

async function membersOf(name: string): Promise<readonly string[]> {
  const team = await teamNamed(name)
  assert.ok(team !== undefined, `no team ${name}`)
  const { body } = await harness.send('GET', `/api/v1/organizations/acme/teams/${team.id}/members`)
  return body.data.map((member: { name: string }) => member.name).toSorted()
}

test('a column of people that lists groups: teams of those names, with their people, and what changes of them', async () => {
  const place = await harness.createSource('Column', { rules: rulesWith({ separator: ';' }) })
  await harness.upload(place, [person(1, 'Sales; Everybody'), person(2, 'sales;Everybody'), person(3, 'Everybody')])
  const first = await harness.read(place)
  assert.equal(first.state, 'done', JSON.stringify(first))
  const { teamsCreated, membersAdded } = first.counts
  assert.deepEqual({ teamsCreated, membersAdded }, { teamsCreated: 2, membersAdded: 5 })
  assert.deepEqual(await membersOf('Sales'), ['Person 1', 'Person 2'])
  assert.deepEqual(await membersOf('Everybody'), ['Person 1', 'Person 2', 'Person 3'])
  await harness.upload(place, [
    person(1, 'Everybody'),
    person(2, 'sales;Everybody'),
    person(3, 'Sales'),
    person(4, 'Sales'),
  ])
  const second = await harness.read(place)
  assert.deepEqual([second.counts.membersAdded, second.counts.membersRemoved], [2, 2], JSON.stringify(second))
  assert.deepEqual(await membersOf('Sales'), ['Person 2', 'Person 3', 'Person 4'])
  assert.deepEqual(await membersOf('Everybody'), ['Person 1', 'Person 2'])
  const third = await harness.read(place)
  assert.equal(third.counts.membersAdded, undefined)
})

test('scope, name and description by rules; a team of that name is linked, its people are those of the group', async () => {
  const teams = '/api/v1/organizations/acme/teams'
  const place = await harness.createSource('Rules', {
    rules: rulesWith({
      scope: { groups: [[{ attribute: 'name', operator: 'REGEX MATCH', value: '^app-.*' }]] },
      name: 'Replace([name], "app-", , , "Rules ", , )',
      description: 'Join(" ", "Group", [name])',
    }),
  })
  const own = (await harness.send('POST', teams, { body: { name: 'Rules crm' } })).body
  await harness.upload(place, [person(21, ['app-crm', 'other']), person(22, ['app-crm']), person(23, [])])
  const begun = await harness.read(place)
  const people = (await harness.send('GET', '/api/v1/organizations/acme/people?search=p23')).body.data
  assert.deepEqual([begun.state, begun.counts.teamsLinked], ['done', 1], JSON.stringify(begun))
  assert.equal((await teamNamed('Rules crm'))?.managedBy?.externalId, 'app-crm')
  assert.equal((await teamNamed('Rules crm')).id, own.id)
  assert.deepEqual(await membersOf('Rules crm'), ['Person 21', 'Person 22'])
  assert.equal((await teamNamed('Rules crm')).description, 'Group app-crm')
  assert.equal(await teamNamed('other'), undefined)
  const refused = await harness.send('POST', `${teams}/${own.id}/members`, { body: { members: [people[0].id] } })
  assert.equal(refused.status, 403, JSON.stringify(refused.body))
  // Other rules: another name, and everybody of a group beside.
  const other = rulesWith({ name: 'Join("", "Rules ", [name])' })
  const drafted = await harness.send('POST', `${place}/rules`, { body: { rules: other } })
  assert.ok(drafted.status < 300, JSON.stringify(drafted.body))
  await harness.send('POST', `${place}/rules/publish`, { body: { revision: drafted.body.revision } })
  const read = await harness.read(place)
  const { teamsCreated, teamsUpdated, membersAdded, membersRemoved } = read.counts
  assert.deepEqual(
    { teamsCreated, teamsUpdated, membersAdded, membersRemoved },
    {
      teamsCreated: 1,
      teamsUpdated: 1,
      membersAdded: 1,
      membersRemoved: undefined,
    },
    JSON.stringify(read),
  )
  assert.equal((await teamNamed('Rules app-crm')).id, own.id)
  assert.deepEqual(await membersOf('Rules other'), ['Person 21'])
})

test('a group that nobody lists any more: its team is kept, becomes our own or is removed', async () => {
  for (const [onVanished, isThere, isManaged] of [
    ['keep', true, true],
    ['detach', true, false],
    ['remove', false, false],
  ] as const) {
    const name = `Vanishing ${onVanished}`
    const place = await harness.createSource(name, { rules: rulesWith({ onVanished }) })
    const people = (groups: readonly string[]) => [person(31, groups), person(32, groups)]
    await harness.upload(place, people([name]))
    await harness.read(place)
    assert.deepEqual(await membersOf(name), ['Person 31', 'Person 32'])
    await harness.upload(place, people(['Another one']))
    const read = await harness.read(place)
    assert.equal(read.state, 'done', JSON.stringify(read))
    const team = await teamNamed(name)
    assert.deepEqual([team !== undefined, team?.isManaged ?? false], [isThere, isManaged])
    if (isThere) assert.deepEqual(await membersOf(name), ['Person 31', 'Person 32'])
    // Back again.
    await harness.upload(place, [person(31, [name]), person(32, ['Another one'])])
    await harness.read(place)
    assert.deepEqual(await membersOf(name), ['Person 31'])
    await harness.send('DELETE', place)
  }
})

test('a plan names teams and who comes into them; groups can be left out of it', async () => {
  const place = await harness.createSource('Planned', { rules: rulesWith({}), settings: { approval: 'always' } })
  await harness.upload(place, [person(41, ['Plan A', 'Plan B']), person(42, ['Plan A'])])
  const read = await harness.read(place)
  assert.equal(read.state, 'planned', JSON.stringify(read))
  const at = `/api/v1/organizations/acme/source-reads/${read.id}`
  const plan = (await harness.send('GET', `${at}/plan`)).body
  assert.equal(plan.summary, 'create 2; teams: create 2, members +3')
  assert.deepEqual(plan.teams.operations[0].examples, [
    { anchor: 'plan a', name: 'Plan A' },
    { anchor: 'plan b', name: 'Plan B' },
  ])
  const { data: teams } = (await harness.send('GET', `${at}/teams`)).body
  assert.deepEqual(
    teams.map((team: { name: string; adding: number }) => [team.name, team.adding]),
    [
      ['Plan A', 2],
      ['Plan B', 1],
    ],
  )
  const { data: moves } = (await harness.send('GET', `${at}/team-members?group=plan%20a`)).body
  assert.deepEqual(
    moves.map((move: { team: string; name: string; change: string }) => [move.team, move.change, move.name]),
    [
      ['Plan A', 'add', 'Person 41'],
      ['Plan A', 'add', 'Person 42'],
    ],
  )
  const rejected = await harness.send('POST', `${at}/teams/reject`, { body: { anchors: ['plan b'] } })
  assert.deepEqual(rejected.body, { rejected: 1 })
  await harness.send('POST', `${at}/plan/apply`, { body: {} })
  await harness.work()
  const done = (await harness.send('GET', at)).body
  assert.deepEqual([done.state, done.counts.membersAdded, done.counts.membersRejected], ['done', 2, 1])
  assert.deepEqual(await membersOf('Plan A'), ['Person 41', 'Person 42'])
  assert.equal(await teamNamed('Plan B'), undefined)
  const { data: groups } = (await harness.send('GET', `${place}/groups`)).body
  assert.deepEqual(
    groups.map((group: { name: string; situation: string; isFollowed: boolean }) => [
      group.name,
      group.situation,
      group.isFollowed,
    ]),
    [
      ['Plan A', 'linked', true],
      ['Plan B', 'new', false],
    ],
  )
  const whole = (await harness.send('GET', `${place}/groups/plan%20a`)).body
  assert.deepEqual([whole.members, whole.waiting, whole.raw.name], [2, 0, 'Plan A'])
})

test('rules of teams that cannot work are refused with place and position', async () => {
  const rules = rulesWith({
    name: 'Join("-", [name]',
    scope: { groups: [[{ attribute: 'name', operator: 'LIKES', value: 'x' }]] },
  })
  const place = await harness.createSource('Refused')
  const { body } = await harness.send('POST', `${place}/rules/check`, { body: { rules } })
  const fields = body.findings.map(({ field, rule }: { field: string; rule: string }) => [field, rule])
  assert.deepEqual(fields, [
    ['teams.scope.groups[0][0]', 'E-SCOPE'],
    ['teams.name', 'E-SYNTAX'],
  ])
  assert.equal((await harness.send('POST', `${place}/rules`, { body: { rules } })).status, 400)
})

test('a team that somebody took away from the source stays his until the group is to be followed again; a name is taken once', async () => {
  const place = await harness.createSource('Released', {
    rules: rulesWith({ name: 'Replace([name], " II", , , "", , )' }),
  })
  const teams = '/api/v1/organizations/acme/teams'
  const say = async (groupsOf: (number: number) => readonly string[]) => {
    await harness.upload(place, [person(51, groupsOf(51)), person(52, groupsOf(52))])
    return harness.read(place)
  }
  await say(() => ['Own'])
  const { id } = await teamNamed('Own')
  const stopped = await harness.send('POST', `${teams}/${id}/stop-managing`, { body: {} })
  assert.equal(stopped.status, 200, JSON.stringify(stopped.body))
  await say((number) => (number === 51 ? ['Own'] : ['Else']))
  const situations = async () => {
    const { data } = (await harness.send('GET', `${place}/groups`)).body
    return data.map((group: { anchor: string; situation: string }) => [group.anchor, group.situation])
  }
  // Nothing changed of the group itself, only who is in it: the team is not the source's any more.
  assert.equal((await teamNamed('Own')).isManaged, false)
  assert.deepEqual(await membersOf('Own'), ['Person 51', 'Person 52'])
  const followed = await harness.send('POST', `${place}/groups/own/follow`)
  assert.deepEqual([followed.status, followed.body.situation], [200, 'new'])
  const read = await say((number) => (number === 51 ? ['Own'] : ['Own II', 'x']))
  assert.equal((await teamNamed('Own')).isManaged, true, JSON.stringify(read.counts))
  assert.equal((await teamNamed('Own')).id, id)
  assert.deepEqual(await situations(), [
    ['else', 'vanished'],
    ['own', 'linked'],
    ['own ii', 'nameTaken'],
    ['x', 'linked'],
  ])
})

test('whoever comes back with the same anchor comes into his teams again', async () => {
  const leaving = { policy: 'suspendThenDelete', graceDays: 0, absentReads: 1 }
  const place = await harness.createSource('Rehired', { rules: { ...rulesWith({ absentReads: 1 }), leaving } })
  const colleagues = Array.from({ length: 8 }, (_, index) => person(60 + index, ['Back']))
  await harness.upload(place, [...colleagues, person(69, ['Back'])])
  await harness.read(place)
  assert.ok((await membersOf('Back')).includes('Person 69'))
  await harness.upload(place, colleagues)
  const suspended = await harness.read(place)
  assert.deepEqual([suspended.counts.suspend, suspended.counts.membersRemoved], [1, 1], JSON.stringify(suspended))
  harness.application.clock.advance(60_000)
  const gone = await harness.read(place)
  assert.equal(gone.counts.delete, 1, JSON.stringify(gone))
  assert.ok(!(await membersOf('Back')).includes('Person 69'))
  await harness.upload(place, [...colleagues, person(69, ['Back'])])
  const back = await harness.read(place)
  assert.equal(back.state, 'done', JSON.stringify(back))
  assert.ok((await membersOf('Back')).includes('Person 69'), JSON.stringify(back.counts))
})

test('rules of teams for a source without groups are warned about', async () => {
  const place = await harness.createSource('Groupless')
  const rules = sourceRules.parse({ ...simpleSourceRules, teams: {} })
  const { body } = await harness.send('POST', `${place}/rules/check`, { body: { rules } })
  assert.deepEqual(
    body.findings.map(({ rule, field }: { rule: string; field: string }) => [rule, field]),
    [['W-TEAMS', 'teams']],
  )
})
