import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertError, type Answer, type TestClient } from '../../../../packages/scim/test/server/suite/provider.ts'
import { defaultConnectionSettings, type ConnectionSettings } from '../../src/directory/connection-settings.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import type { DirectoryContext } from '../../src/directory/directory-context.ts'
import { approveHold, discardHold, listHeldChanges, listHolds } from '../../src/directory/holds.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createTestDatabase } from '../harness/database.ts'
import { connectTo, createContext, newId } from './fixture.ts'
import { seedTeams, seedUsers } from './seed.ts'

const { database, close } = await createTestDatabase()
after(close)
const storage = createDirectory({ database })
const parts = { database, newId }

type Scene = { readonly context: DirectoryContext; readonly scim: TestClient; readonly ids: readonly string[] }

/** An organization with so many active people, and a connection that owns them. */
async function populate(count: number, settings: Partial<ConnectionSettings> = {}): Promise<Scene> {
  const context = await createContext(database, { settings })
  await seedUsers(database, context, { count })
  const text = 'select scim_id from users where organization_id = $1 order by id'
  const { rows } = await database.query<{ scim_id: string }>({ text }, [context.organizationId])
  return { context, scim: connectTo(storage, context), ids: rows.map((row) => row.scim_id) }
}

const suspend = (scim: TestClient, id: string | undefined) =>
  scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])

async function countActive({ context }: Scene): Promise<number> {
  const text = `select count(*) as count from users where organization_id = $1 and state = 'active'`
  const { rows } = await database.query<{ count: number }>({ text }, [context.organizationId])
  return rows[0]?.count ?? 0
}

function assertHeld(answer: Answer): string {
  assertError(answer, 429)
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  const [name = ''] = /hold_[0-9a-z]{26}/.exec(String(answer.at('detail'))) ?? []
  const id = parseTypeId('hold', name)
  assert.ok(id !== undefined, answer.text)
  return id
}

test('of 300 active people 50 may be deactivated within an hour; the 51st is held and nothing changes', async () => {
  const scene = await populate(300)
  for (const id of scene.ids.slice(0, 50)) assert.equal((await suspend(scene.scim, id)).status, 200)
  const before = await scene.scim.get(`/Users/${scene.ids[50]}`)
  const hold = assertHeld(await suspend(scene.scim, scene.ids[50]))
  assert.deepEqual((await scene.scim.get(`/Users/${scene.ids[50]}`)).json, before.json)
  assert.equal(await countActive(scene), 250)
  assert.equal(assertHeld(await scene.scim.delete(`/Users/${scene.ids[51]}`)), hold)
  assert.equal(assertHeld(await suspend(scene.scim, scene.ids[50])), hold, 'a retry stands in the same hold')
  const [first] = await listHolds(database, scene.context.organizationId, { limit: 10 })
  assert.deepEqual([first?.id, first?.state, first?.threshold, first?.change_count], [hold, 'open', 50, 2])
})

test('the share counts where it is larger: of 1,000 people 100 may go, counted from those there were before', async () => {
  const scene = await populate(1_000)
  for (const id of scene.ids.slice(0, 90)) assert.equal((await suspend(scene.scim, id)).status, 200)
  for (const id of scene.ids.slice(90, 100)) assert.equal((await scene.scim.delete(`/Users/${id}`)).status, 204)
  assertHeld(await suspend(scene.scim, scene.ids[100]))
  assertHeld(await scene.scim.delete(`/Users/${scene.ids[100]}`))
  assert.equal(await countActive(scene), 900)
})

test('below 200 active people nothing is held', async () => {
  const scene = await populate(199)
  for (const id of scene.ids) assert.equal((await suspend(scene.scim, id)).status, 200)
  assert.equal(await countActive(scene), 0)
})

test('after the window people may be deactivated again', async () => {
  const scene = await populate(250)
  for (const id of scene.ids.slice(0, 50)) await suspend(scene.scim, id)
  assertHeld(await suspend(scene.scim, scene.ids[50]))
  const later = connectTo(storage, { ...scene.context, now: new Date(Date.now() + 61 * 60_000) })
  assert.equal((await suspend(later, scene.ids[50])).status, 200)
})

test('the guard is exact though all ask at once: 50 of 120 pass, 70 are held', async () => {
  const scene = await populate(400)
  const answers = await Promise.all(scene.ids.slice(0, 120).map((id) => suspend(scene.scim, id)))
  const statuses = answers.map((answer) => answer.status)
  assert.equal(statuses.filter((status) => status === 200).length, 50)
  assert.equal(statuses.filter((status) => status === 429).length, 70)
  assert.equal(await countActive(scene), 350)
  const holds = await listHolds(database, scene.context.organizationId, { limit: 10 })
  assert.deepEqual(
    holds.map((hold) => hold.change_count),
    [70],
  )
})

test('TRAP-F8: a PUT that would empty a large group is held, approved, and its retry changes nothing', async () => {
  const scene = await populate(300)
  const [group = ''] = await seedTeams(database, scene.context, { count: 1, members: 80 })
  const path = `/Groups/${group}`
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Team 1', members: [] }
  const before = await scene.scim.get(path)
  const hold = assertHeld(await scene.scim.put(path, body))
  assert.deepEqual((await scene.scim.get(path)).json, before.json)
  const changes = await listHeldChanges(database, scene.context.organizationId, { holdId: hold, limit: 1_000 })
  assert.equal(changes.length, 80)
  assert.deepEqual([changes[0]?.action, changes[0]?.subject_name], ['remove', 'Team 1'])
  assert.match(changes[0]?.member_name ?? '', /^Given\d+ Family\d+$/)
  await approveHold(parts, { ...scene.context, actor: 'usr_owner' }, hold)
  assert.deepEqual(await scene.scim.members(group), [])
  const approved = await scene.scim.get(path)
  assert.equal((await scene.scim.put(path, body)).status, 200)
  assert.deepEqual((await scene.scim.get(path)).json, approved.json)
})

test('removing many members by one PATCH, by value filter or one after the other, is held alike', async () => {
  const scene = await populate(300)
  const [group = ''] = await seedTeams(database, scene.context, { count: 1, members: 120 })
  const path = `/Groups/${group}`
  assertHeld(await scene.scim.patch(path, [{ op: 'remove', path: 'members' }]))
  assertHeld(await scene.scim.patch(path, [{ op: 'remove', path: 'members[type eq "User"]' }]))
  const value = scene.ids.slice(0, 51).map((id) => ({ value: id }))
  assertHeld(await scene.scim.patch(path, [{ op: 'remove', path: 'members', value }]))
  assertHeld(await scene.scim.delete(path))
  assert.equal((await scene.scim.members(group)).length, 120)
  for (const id of scene.ids.slice(0, 50))
    assert.equal((await scene.scim.patch(path, [{ op: 'remove', path: `members[value eq "${id}"]` }])).status, 204)
  assertHeld(await scene.scim.patch(path, [{ op: 'remove', path: `members[value eq "${scene.ids[50]}"]` }]))
  assert.equal((await scene.scim.members(group)).length, 70)
})

test('approval carries out suspensions and deletions; the retries find them done and nothing is counted twice', async () => {
  const scene = await populate(260)
  const [group = ''] = await seedTeams(database, scene.context, { first: 60, count: 1, members: 3 })
  for (const id of scene.ids.slice(0, 50)) await suspend(scene.scim, id)
  const hold = assertHeld(await suspend(scene.scim, scene.ids[58]))
  assertHeld(await scene.scim.delete(`/Users/${scene.ids[59]}`))
  await approveHold(parts, scene.context, hold)
  assert.equal((await scene.scim.get(`/Users/${scene.ids[58]}`)).at('active'), false)
  assert.equal((await scene.scim.get(`/Users/${scene.ids[59]}`)).status, 404)
  assert.equal((await scene.scim.members(group)).length, 2)
  assert.equal((await suspend(scene.scim, scene.ids[58])).status, 200)
  assert.equal((await scene.scim.delete(`/Users/${scene.ids[59]}`)).status, 404)
  const text = 'select coalesce(sum(cut_count), 0) as cuts from changes where organization_id = $1'
  const { rows } = await database.query<{ cuts: number | string }>({ text }, [scene.context.organizationId])
  assert.equal(Number(rows[0]?.cuts), 50)
  await assert.rejects(approveHold(parts, scene.context, hold), /approved before/)
})

test('a discarded hold does nothing, and who asks again opens another', async () => {
  const scene = await populate(260)
  for (const id of scene.ids.slice(0, 50)) await suspend(scene.scim, id)
  const hold = assertHeld(await suspend(scene.scim, scene.ids[50]))
  await discardHold(parts, scene.context, hold)
  assert.equal((await scene.scim.get(`/Users/${scene.ids[50]}`)).at('active'), true)
  assert.notEqual(assertHeld(await suspend(scene.scim, scene.ids[50])), hold)
  const { rows } = await database.query<{ action: string }>(
    { text: `select action from changes where organization_id = $1 and subject_kind = 'hold' order by position` },
    [scene.context.organizationId],
  )
  assert.deepEqual(
    rows.map((row) => row.action),
    ['hold.opened', 'hold.discarded', 'hold.opened'],
  )
})

test('a guard that is switched off holds nothing, and another connection has an allowance of its own', async () => {
  const guard = { ...defaultConnectionSettings.guard, enabled: false }
  const scene = await populate(260, { guard })
  const answers = await Promise.all(scene.ids.slice(0, 60).map((id) => suspend(scene.scim, id)))
  assert.ok(answers.every((answer) => answer.status === 200))
  const second = await createContext(database, { organizationId: scene.context.organizationId })
  const id = await connectTo(storage, second).user('of the second')
  assert.equal((await suspend(connectTo(storage, second), id)).status, 200)
})

test('what is held inside of a bulk transaction is recorded too', async () => {
  const scene = await populate(260)
  for (const id of scene.ids.slice(0, 50)) await suspend(scene.scim, id)
  const user = scene.context.registry.resourceTypes[0]
  assert.ok(user !== undefined && storage.transaction !== undefined)
  const work = storage.transaction(scene.context, async (inside) => {
    await storage.create(
      inside,
      user,
      { attributes: { userName: 'rolled back' }, writeOnly: {}, members: undefined },
      { groups: false, members: false },
    )
    return storage.remove(inside, user, scene.ids[50] ?? '', undefined)
  })
  await assert.rejects(work, /hold_[0-9a-z]{26}/)
  assert.deepEqual(await scene.scim.find('/Users', 'userName eq "rolled back"'), [])
  assert.equal((await listHolds(database, scene.context.organizationId, { limit: 10 }))[0]?.change_count, 1)
})
