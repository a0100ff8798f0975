import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { toUser } from '../../../../packages/scim/test/server/suite/provider.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import type { DirectoryContext } from '../../src/directory/directory-context.ts'
import { activateUser } from '../../src/directory/lifecycle.ts'
import { countActivePeople, recountTotals } from '../../src/db/queries/totals.ts'
import { createTestDatabase } from '../harness/database.ts'
import { connectTo, createContext, userType } from '../directory/fixture.ts'

const { database, close } = await createTestDatabase()
after(close)
const storage = createDirectory({ database })

async function connect(invites = true) {
  const context = { ...(await createContext(database)), invites }
  return { context, scim: connectTo(storage, context) }
}

async function readState({ organizationId }: DirectoryContext, userName: string) {
  const text = `select u.id, u.state, u.version, s.state as listed from users u
    join user_states s on s.organization_id = u.organization_id and s.user_id = u.id
    where u.organization_id = $1 and u.user_name_key = $2`
  const { rows } = await database.query<{ id: string; state: string; version: number; listed: string }>({ text }, [
    organizationId,
    userName,
  ])
  assert.equal(rows.length, 1, 'one account in one state')
  assert.equal(rows[0]?.state, rows[0]?.listed)
  return rows[0] ?? assert.fail()
}

const activate = (active: boolean) => [{ op: 'replace', path: 'active', value: active }]

test('an active person created where people are invited is pending: active over SCIM and in the totals', async () => {
  const { context, scim } = await connect()
  const id = await scim.user('a')
  assert.equal((await readState(context, 'a')).state, 'pending')
  assert.equal((await scim.get(`/Users/${id}`)).at('active'), true)
  assert.deepEqual(await scim.find('/Users', 'active eq true'), ['a'])
  assert.equal(await countActivePeople(database, context.organizationId), 1)
  const others = await connect(false)
  await others.scim.user('a')
  assert.equal((await readState(others.context, 'a')).state, 'active')
})

test('AC-D9: active true brings the same account back, pending or active as it was before', async () => {
  const { context, scim } = await connect()
  const id = await scim.user('a')
  const { id: account } = await readState(context, 'a')
  await scim.patch(`/Users/${id}`, activate(false))
  assert.equal((await readState(context, 'a')).state, 'suspended')
  await scim.put(`/Users/${id}`, toUser('a', { active: true }))
  assert.equal((await readState(context, 'a')).state, 'pending')
  assert.equal(await activateUser(database, context, { id: account, via: 'invitation' }), true)
  assert.equal(await activateUser(database, context, { id: account, via: 'invitation' }), false)
  assert.equal((await readState(context, 'a')).state, 'active')
  await scim.put(`/Users/${id}`, toUser('a', { active: false }))
  await scim.patch(`/Users/${id}`, activate(true))
  const back = await readState(context, 'a')
  assert.deepEqual([back.id, back.state], [account, 'active'])
  assert.deepEqual(await scim.find('/Users', 'userName eq "a"'), ['a'])
  assert.equal(await countActivePeople(database, context.organizationId), 1)
})

test('who is created inactive is invited with the first activation only, and never twice', async () => {
  const { context, scim } = await connect()
  const id = await scim.user('a', { active: false, externalId: 'e1' })
  const { id: account } = await readState(context, 'a')
  assert.equal(await activateUser(database, context, { id: account, via: 'invitation' }), false)
  await scim.patch(`/Users/${id}`, activate(true))
  assert.equal((await readState(context, 'a')).state, 'pending')
  await activateUser(database, context, { id: account, via: 'invitation' })
  await scim.delete(`/Users/${id}`)
  assert.equal((await readState(context, 'a')).state, 'deprovisioned')
  await scim.user('a', { externalId: 'e1' })
  const back = await readState(context, 'a')
  assert.deepEqual([back.id, back.state], [account, 'active'], 'the e-mail address was proven before')
})

test('many created at once are pending or suspended like those created one by one', async () => {
  const { context } = await connect()
  const drafts = [true, false, undefined].map((active, number) => {
    const attributes = { ...toUser(`u${number}`), ...(active === undefined ? {} : { active }) }
    return { attributes, writeOnly: {}, members: undefined }
  })
  await storage.prepareMany?.(context, userType, drafts)()
  const states = await Promise.all([0, 1, 2].map(async (number) => (await readState(context, `u${number}`)).state))
  assert.deepEqual(states, ['pending', 'suspended', 'pending'])
  assert.equal(await countActivePeople(database, context.organizationId), 2)
  await recountTotals(database, context.organizationId)
  assert.equal(await countActivePeople(database, context.organizationId), 2)
})
