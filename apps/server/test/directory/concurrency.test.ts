import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { foldTotals } from '../../src/db/queries/totals.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import { createTestDatabase } from '../harness/database.ts'
import { toUser } from '../../../../packages/scim/test/server/suite/provider.ts'
import { connectTo, createContext, userType } from './fixture.ts'
import { seedUsers } from './seed.ts'

const { database, close } = await createTestDatabase()
after(close)
const storage = createDirectory({ database })

async function connect() {
  const context = await createContext(database)
  return { context, scim: connectTo(storage, context) }
}

async function seeded(count: number) {
  const scene = await connect()
  await seedUsers(database, scene.context, { count })
  const text = 'select scim_id from users where organization_id = $1 order by id'
  const { rows } = await database.query<{ scim_id: string }>({ text }, [scene.context.organizationId])
  return { ...scene, ids: rows.map((row) => row.scim_id) }
}

const add = (value: string) => [{ op: 'add', path: 'members', value: [{ value }] }]
const remove = (value: string) => [{ op: 'remove', path: `members[value eq "${value}"]` }]

test('TRAP-F6: 200 members added at once are all there, and each made one version', async () => {
  const { context, scim, ids } = await seeded(200)
  const group = await scim.group('g')
  const answers = await Promise.all(ids.map((id) => scim.patch(`/Groups/${group}`, add(id))))
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([204]))
  assert.deepEqual(await scim.members(group), ids.toSorted())
  assert.equal((await scim.get(`/Groups/${group}`)).at('meta', 'version'), 'W/"201"')
  const text = `select count(*) as count from changes where organization_id = $1 and action = 'team.members_changed'`
  const { rows } = await database.query<{ count: number }>({ text }, [context.organizationId])
  assert.equal(rows[0]?.count, 200)
})

test('200 changes of one group at once, adding, removing and renaming, lose nothing', async () => {
  const { scim, ids } = await seeded(120)
  const [out, stay, more] = [ids.slice(0, 40), ids.slice(40, 80), ids.slice(80)]
  const group = await scim.group('g', [...out, ...stay])
  const rename = (name: string) => [{ op: 'replace', path: 'displayName', value: name }]
  const answers = await Promise.all([
    ...out.map((id) => scim.patch(`/Groups/${group}`, remove(id))),
    ...more.map((id) => scim.patch(`/Groups/${group}`, add(id))),
    ...Array.from({ length: 5 }, (_, number) => scim.patch(`/Groups/${group}`, rename(`name ${number}`))),
  ])
  assert.deepEqual(
    answers.filter((answer) => answer.status !== 204).map((answer) => answer.text),
    [],
  )
  assert.deepEqual(await scim.members(group), [...stay, ...more].toSorted())
  assert.equal((await scim.get(`/Groups/${group}`)).at('meta', 'version'), 'W/"86"')
})

test('the same member added 20 times at once is one change', async () => {
  const { scim } = await connect()
  const user = await scim.user('a')
  const group = await scim.group('g')
  await Promise.all(Array.from({ length: 20 }, () => scim.patch(`/Groups/${group}`, add(user))))
  assert.equal((await scim.get(`/Groups/${group}`)).at('meta', 'version'), 'W/"2"')
})

test('TRAP-D24: of ten users renamed to one name at once one wins, nine are 409 uniqueness', async () => {
  const { scim } = await connect()
  const ids = await Promise.all(Array.from({ length: 10 }, (_, number) => scim.user(`u${number}`)))
  const rename = (id: string) => scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'Prize' }])
  const statuses = (await Promise.all(ids.map(rename))).map((answer) => answer.status).toSorted()
  assert.deepEqual(statuses, [200, ...Array(9).fill(409)])
})

test('TRAP-A5: of ten POSTs of one userName in any case one is 201, nine are 409 uniqueness', async () => {
  const { scim } = await connect()
  const names = [
    'straße',
    'STRASSE',
    'Strasse',
    'sTRASSE',
    'straSSe',
    'STRAßE',
    'strasse',
    'Straße',
    'STRasse',
    'strASSE',
  ]
  const answers = await Promise.all(names.map((name) => scim.post('/Users', toUser(name))))
  assert.deepEqual(answers.map((answer) => answer.status).toSorted(), [201, ...Array(9).fill(409)])
  const refused = answers.find((answer) => answer.status === 409)
  assert.equal(refused?.at('scimType'), 'uniqueness')
  assert.match(String(refused?.at('detail')), /userName/)
})

test('deleting people while others add them leaves nobody in a team who is gone', async () => {
  const { scim, ids } = await seeded(60)
  const groups = [await scim.group('g1'), await scim.group('g2')]
  const answers = await Promise.all([
    ...ids.flatMap((id) => groups.map((group) => scim.patch(`/Groups/${group}`, add(id)))),
    ...ids.filter((_, index) => index % 2 === 0).map((id) => scim.delete(`/Users/${id}`)),
  ])
  const unexpected = answers.filter((answer) => ![204, 400].includes(answer.status))
  assert.deepEqual(
    unexpected.map((answer) => answer.text),
    [],
  )
  const text = `select count(*) as count from memberships m join users u on u.organization_id = m.organization_id and u.id = m.member_id
    where u.state = 'deprovisioned'`
  assert.equal((await database.query<{ count: number }>({ text })).rows[0]?.count, 0)
  const kept = ids.filter((_, index) => index % 2 === 1).toSorted()
  for (const group of groups) assert.deepEqual(await scim.members(group), kept)
})

test('TRAP-F5: teams put into each other by many at once end in a circle that everybody can read', async () => {
  const { scim } = await connect()
  const user = await scim.user('a')
  const groups = await Promise.all(['a', 'b', 'c', 'd'].map((name) => scim.group(name)))
  await scim.patch(`/Groups/${groups[0]}`, add(user))
  const pairs = groups.flatMap((group) =>
    groups.filter((other) => other !== group).map((other) => [group, other] as const),
  )
  const answers = await Promise.all(pairs.map(([group, other]) => scim.patch(`/Groups/${group}`, add(other))))
  assert.deepEqual(
    answers.filter((answer) => answer.status !== 204).map((answer) => answer.text),
    [],
  )
  const answer = await scim.get(`/Users/${user}`)
  const found = [0, 1, 2, 3].map((index) => [answer.at('groups', index, 'value'), answer.at('groups', index, 'type')])
  assert.deepEqual(
    found.map(([, type]) => type),
    ['direct', 'indirect', 'indirect', 'indirect'],
  )
  assert.deepEqual(new Set(found.map(([id]) => id)), new Set(groups))
})

test('totals are exact while people come and go and the totals are folded', async () => {
  const { context, scim } = await connect()
  const made = await Promise.all(Array.from({ length: 40 }, (_, number) => scim.user(`u${number}`)))
  await Promise.all([
    ...made.slice(0, 15).map((id) => scim.delete(`/Users/${id}`)),
    ...Array.from({ length: 10 }, (_, number) => scim.user(`v${number}`)),
    ...Array.from({ length: 5 }, () => foldTotals(database)),
  ])
  assert.equal((await scim.list('/Users', { count: 0 })).at('totalResults'), 35)
  await foldTotals(database)
  const text = 'select count(*) as count from directory_deltas where organization_id = $1'
  assert.equal((await database.query<{ count: number }>({ text }, [context.organizationId])).rows[0]?.count, 0)
  assert.equal((await scim.list('/Users', { count: 2 })).at('totalResults'), 35)
  await scim.bulk([{ method: 'POST', path: '/Users', bulkId: 'b', data: toUser('bulk') }])
  assert.equal((await scim.list('/Users', { count: 2 })).at('totalResults'), 36)
})

test('two prepareMany of the same people at once create each of them once', async () => {
  const { context } = await connect()
  const drafts = Array.from({ length: 50 }, (_, number) => {
    return { attributes: toUser(`u${number}`), writeOnly: {}, members: undefined }
  })
  const outcomes = await Promise.all([0, 1, 2].map(async () => storage.prepareMany?.(context, userType, drafts)()))
  const all = outcomes.flatMap((outcome) => outcome ?? [])
  assert.equal(all.filter((outcome) => 'id' in outcome).length, 50)
  assert.ok(all.every((outcome) => 'id' in outcome || outcome.code === 'uniqueness'))
})
