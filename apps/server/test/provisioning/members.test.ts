import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { weighMembers } from '../../src/db/queries/provisioning-members.ts'
import { seedTeams } from '../directory/seed.ts'
import { createTestDatabase } from '../harness/database.ts'
import { failing, throttled } from './group-target.ts'
import { createLinkedApp, settleMs, type LinkedApp } from './linked-app.ts'

const { database, close } = await createTestDatabase()
after(close)

const accounts = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `a${first + index}`)

function assertMember(app: LinkedApp, account: string, isMember: boolean): void {
  assert.equal(app.members().includes(account), isMember, account)
}

test('members of a team arrive in chunks; a second look sends nothing', async () => {
  const app = await createLinkedApp(database, 250)
  assert.deepEqual(await app.sync(), { kind: 'done', recheckAt: undefined })
  assert.deepEqual(app.members(), accounts(1, 250))
  assert.deepEqual(
    app.target.changes.map(({ add }) => add.length),
    [100, 100, 50],
  )
  assert.equal((await app.edges()).length, 250)
  await app.sync()
  assert.equal(app.target.changes.length, 3)
  assert.equal(app.sent.flatMap(({ steps }) => steps).length, 250)
})

test('who leaves the team is removed and who joins is added, whatever the app shows; others stay', async () => {
  const app = await createLinkedApp(database, 5)
  app.target.groups.get('g')?.add('foreign')
  await app.sync()
  await app.dropMember(app.teamId, app.people[1] ?? '')
  assert.deepEqual(await weighMembers(database, app, 'flatten'), { present: 5, leaving: 1, hasRemovals: true })
  await app.sync()
  assert.deepEqual(app.target.changes.at(-1), { key: 'g', add: [], remove: ['a2'] })
  await app.addMember(app.teamId, app.people[1] ?? '')
  await app.sync()
  assert.deepEqual(app.target.changes.at(-1), { key: 'g', add: ['a2'], remove: [] })
  assert.equal(app.target.changes.length, 3)
  assertMember(app, 'foreign', true)
})

test('members without an account wait for it; disabled ones leave, ignored and unsettled ones stay', async () => {
  const app = await createLinkedApp(database, 7)
  const [one = '', two = '', three = '', four = '', five = '', six = ''] = app.people
  await app.setLink(one, { state: 'unlinked', target_key: null })
  await app.sync()
  assert.deepEqual(app.members(), accounts(2, 7))
  await app.setLink(one, { state: 'linked', target_key: 'a1' })
  await app.setLink(two, { state: 'disabled', is_in_scope: false })
  await app.setLink(three, { state: 'ignored' })
  await app.setLink(four, { is_in_scope: false })
  await app.setLink(five, { state: 'dead', is_in_scope: false })
  await app.setLink(six, { state: 'unlinked', target_key: null })
  await app.sync()
  assert.deepEqual(app.target.changes.slice(1), [
    { key: 'g', add: [], remove: ['a2'] },
    { key: 'g', add: ['a1'], remove: [] },
  ])
  // The account of five is gone: there is nothing to be said about it any more.
  assert.deepEqual(await app.edges(), [one, three, four, six, app.people[6]])
})

test('a person whose account was replaced by another one is a member with the new one', async () => {
  const app = await createLinkedApp(database, 2)
  await app.sync()
  await app.setLink(app.people[0] ?? '', { target_key: 'a9' })
  await app.sync()
  assert.deepEqual(app.members(), ['a2', 'a9'])
  // Where the app does not know the old account any more, that is no failure.
  await app.setLink(app.people[0] ?? '', { target_key: 'a8' })
  app.target.answers.push(() => failing('refused', 400))
  assert.equal((await app.sync()).kind, 'done')
  assertMember(app, 'a8', true)
})

test('people of nested teams are members once, whichever way; direct nesting sends the team', async () => {
  const app = await createLinkedApp(database, 4)
  const scope = { organizationId: app.organizationId, connectionId: null }
  await seedTeams(database, scope, { first: 3, count: 1, members: 2 })
  const { rows } = await database.query<{ id: string }>(
    { text: 'select id from teams where organization_id = $1 and id <> $2' },
    [app.organizationId, app.teamId],
  )
  const nested = rows[0]?.id ?? ''
  for (const person of app.people.slice(2)) await app.dropMember(app.teamId, person)
  await app.addMember(app.teamId, nested, 'team')
  // A circle ends where it began.
  await app.addMember(nested, app.teamId, 'team')
  await app.sync()
  assert.deepEqual(app.members(), accounts(1, 4))
  await app.dropMember(nested, app.people[3] ?? '')
  await app.sync()
  assert.deepEqual(app.members(), accounts(1, 3))

  await database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, target_key)
        values ($1, $2, 'team', $3, 'linked', true, 'a77')`,
    },
    [app.organizationId, app.appId, nested],
  )
  await app.sync({ nesting: 'direct' })
  assert.deepEqual(app.members(), ['a1', 'a2', 'a77'])
})

test('a chunk that is too large is halved, and the size that goes through is kept for the next time', async () => {
  const app = await createLinkedApp(database, 400, 1_000)
  app.target.limit = 100
  assert.equal((await app.sync()).kind, 'done')
  assert.deepEqual(app.members(), accounts(1, 400))
  const refused = app.target.changes.filter(({ add }) => add.length > 100).length
  assert.ok(refused <= 3, `${refused} refused`)
  const before = app.target.changes.length
  for (const person of app.people) await app.dropMember(app.teamId, person)
  await app.sync()
  assert.deepEqual(app.members(), [])
  const sizes = app.target.changes.slice(before).map(({ remove }) => remove.length)
  assert.ok((sizes[0] ?? 0) <= 100 && sizes.length <= 9, sizes.join())
})

test('a member that the app does not take keeps nobody else out and is named', async () => {
  const app = await createLinkedApp(database, 300)
  app.target.refused.add('a150')
  const result = await app.sync()
  assert.equal(result.kind, 'refused')
  assert.deepEqual(result.kind === 'refused' && result.refusals.map(({ step }) => step.memberId), [app.people[149]])
  assert.equal(app.members().length, 299)
  // The size was not to blame: one more change is one more request.
  app.target.refused.clear()
  const before = app.target.changes.length
  assert.equal((await app.sync()).kind, 'done')
  assert.equal(app.target.changes.length, before + 1)
})

test('an app that takes nobody is not asked about each of a thousand members', async () => {
  const app = await createLinkedApp(database, 1_000)
  for (const account of accounts(1, 1_000)) app.target.refused.add(account)
  assert.equal((await app.sync()).kind, 'failed')
  assert.ok(app.target.changes.length < 20, String(app.target.changes.length))
})

test('after a timeout members are sent again at once, and once more when the lost request can no longer come in', async () => {
  const app = await createLinkedApp(database, 3)
  app.target.answers.push(() => failing('uncertain', null))
  const first = await app.sync()
  assert.equal(first.kind, 'failed')
  const second = await app.sync()
  assert.deepEqual(second, { kind: 'done', recheckAt: new Date(app.clock().getTime() + settleMs) })
  assert.deepEqual(app.members(), accounts(1, 3))
  await app.sync()
  const before = app.target.changes.length
  app.clock.advance(settleMs)
  assert.deepEqual(await app.sync(), { kind: 'done', recheckAt: undefined })
  assert.ok(app.target.changes.length > before)
  await app.sync()
  app.clock.advance(settleMs)
  const after = app.target.changes.length
  await app.sync()
  assert.equal(app.target.changes.length, after)
})

test('a removal that comes in late does not take away who has joined again; an addition that does is undone', async () => {
  const app = await createLinkedApp(database, 2)
  await app.sync()
  let late = (): void => undefined
  const isLate = (_: unknown, apply: () => void) => {
    late = apply
    return failing('uncertain', null)
  }
  await app.dropMember(app.teamId, app.people[0] ?? '')
  app.target.answers.push(isLate)
  await app.sync()
  await app.addMember(app.teamId, app.people[0] ?? '')
  await app.sync()
  late()
  assertMember(app, 'a1', false)
  app.clock.advance(settleMs)
  await app.sync()
  assertMember(app, 'a1', true)

  await app.dropMember(app.teamId, app.people[0] ?? '')
  await app.sync()
  await app.addMember(app.teamId, app.people[0] ?? '')
  app.target.answers.push(isLate)
  await app.sync()
  await app.dropMember(app.teamId, app.people[0] ?? '')
  await app.sync()
  late()
  assertMember(app, 'a1', true)
  app.clock.advance(settleMs)
  await app.sync()
  assertMember(app, 'a1', false)
  assert.equal((await app.edges()).length, 1)
})

test('a request that nobody saw the end of is not taken for done', async () => {
  const app = await createLinkedApp(database, 3)
  const killed = new Error('killed')
  app.target.answers.push((_, apply) => {
    apply()
    throw killed
  })
  await assert.rejects(app.sync(), killed)
  // Meanwhile one of them has left: the app has him all the same.
  await app.dropMember(app.teamId, app.people[0] ?? '')
  await app.sync()
  assert.deepEqual(app.members(), accounts(2, 3))
})

test('being throttled changes nothing; a group that is gone is told; a member that is gone is no reason', async () => {
  const app = await createLinkedApp(database, 3)
  app.target.answers.push(() => throttled)
  const first = await app.sync()
  assert.equal(first.kind === 'failed' && first.failure.kind, 'throttled')
  await app.sync()
  assert.equal((await app.sync()).kind, 'done')
  assert.equal(app.target.changes.length, 2)
  await app.dropMember(app.teamId, app.people[0] ?? '')
  app.target.answers.push(() => failing('missing', 404))
  assert.equal((await app.sync()).kind, 'done')
  assert.equal((await app.edges()).length, 2)
  app.target.groups.delete('g')
  await app.dropMember(app.teamId, app.people[1] ?? '')
  assert.deepEqual(await app.sync(), { kind: 'vanished' })
})

test('a group that took the place of another one gets all members anew', async () => {
  const app = await createLinkedApp(database, 3)
  await app.sync()
  app.target.groups.set('h', new Set())
  await app.setLink(app.teamId, { target_key: 'h' })
  await app.sync()
  assert.deepEqual([...(app.target.groups.get('h') ?? [])], accounts(1, 3))
})

test('a worker whose work is taken away stops between two requests, and another one goes on from there', async () => {
  const app = await createLinkedApp(database, 300)
  let requests = 0
  const permit = (): Promise<'given' | 'lost'> => Promise.resolve(requests++ < 2 ? 'given' : 'lost')
  assert.deepEqual(await app.sync({ permit }), { kind: 'lost' })
  assert.equal(app.members().length, 200)
  const until = new Date(app.clock().getTime() + 5_000)
  assert.deepEqual(await app.sync({ permit: () => Promise.resolve({ until }) }), { kind: 'interrupted', until })
  assert.equal((await app.sync()).kind, 'done')
  assert.equal(app.target.changes.length, 3)
})

test('nobody is removed before somebody lets it; who is suspended stays a member', async () => {
  const app = await createLinkedApp(database, 5)
  await app.sync()
  await app.setLink(app.people[4] ?? '', { state: 'disabled' })
  await app.dropMember(app.teamId, app.people[0] ?? '')
  const counts = { present: 4, leaving: 1, hasRemovals: true }
  app.target.groups.get('g')?.delete('a2')
  await database.query({ text: 'delete from member_edges where member_id = $1' }, [app.people[1]])
  assert.deepEqual(await app.sync({ admits: () => Promise.resolve(false) }), { kind: 'held', counts })
  // Who joins does not wait.
  assert.deepEqual(app.members(), accounts(1, 5))
  await app.sync()
  assert.deepEqual(app.members(), accounts(2, 5))
})

test('a team that decides alone removes members that others added, and keeps those of them that it wants', async () => {
  const app = await createLinkedApp(database, 4)
  const group = app.target.groups.get('g')
  for (const account of ['foreign', 'a2', 'a4']) group?.add(account)
  await app.dropMember(app.teamId, app.people[3] ?? '')
  const seen: number[] = []
  const admits = ({ leaving }: { readonly leaving: number }): Promise<boolean> => {
    seen.push(leaving)
    return Promise.resolve(true)
  }
  await app.sync({ isAuthoritative: true, admits })
  assert.deepEqual(app.members(), accounts(1, 3))
  // Those are counted like others who leave.
  assert.deepEqual(seen, [2])
  assert.deepEqual(
    app.target.changes.map(({ add, remove }) => [add, remove.toSorted()]),
    [
      [[], ['a4', 'foreign']],
      [['a1', 'a3'], []],
    ],
  )
  group?.add('foreign')
  await app.sync({ isAuthoritative: true, admits })
  assert.equal(app.target.reads, 1)
  app.clock.advance(24 * 3_600_000)
  await app.sync({ isAuthoritative: true, admits })
  assert.deepEqual(app.members(), accounts(1, 3))
})

test('a look at a group that changes finds members of ours that somebody took away; showing none at all proves nothing', async () => {
  const app = await createLinkedApp(database, 4)
  await app.sync()
  const group = app.target.groups.get('g')
  group?.delete('a2')
  group?.add('foreign')
  await app.sync()
  assertMember(app, 'a2', false)
  await app.sync({ isSample: true })
  assert.equal(app.target.reads, 0, 'of a team that did not change nothing is asked')
  await app.dropMember(app.teamId, app.people[3] ?? '')
  await app.sync({ isSample: true })
  assertMember(app, 'a2', true)
  assertMember(app, 'foreign', true)
  group?.clear()
  app.clock.advance(24 * 3_600_000)
  await app.dropMember(app.teamId, app.people[2] ?? '')
  await app.sync({ isSample: true })
  assert.deepEqual(app.members(), [])
  app.target.abilities.showsMembers = false
  const reads = app.target.reads
  app.clock.advance(24 * 3_600_000)
  await app.sync({ isSample: true, isAuthoritative: true })
  assert.equal(app.target.reads, reads)
})

test('an app that takes members only as a whole and shows none is told all of them each time', async () => {
  const app = await createLinkedApp(database, 250)
  app.target.abilities.replacesMembers = true
  app.target.abilities.showsMembers = false
  await app.sync()
  await app.dropMember(app.teamId, app.people[9] ?? '')
  await app.sync()
  assert.equal(app.target.changes.length, 2)
  assert.equal(app.members().length, 249)
  assertMember(app, 'a10', false)
})
