import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'

// What Okta sends when an administrator works with push groups (its plan's cases C9312 to C9333), seen from the receiver.
// The choices themselves are made in Okta; here stands what each of them must lead to.
let server: TestProvisioning
let okta: TestTenant
let ada = ''
let bob = ''
let eve = ''

before(async () => {
  server = await createTestProvisioning()
  okta = await server.createTenant('acme')
  ada = await createPerson('ada@acme.example')
  bob = await createPerson('bob@acme.example')
  eve = await createPerson('eve@acme.example')
})
after(() => server.close())

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

async function createPerson(userName: string): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const { status, body } = await okta.scim('POST', '/Users', { schemas, userName, active: true })
  assert.equal(status, 201)
  return body.id
}

async function pushGroup(displayName: string): Promise<string> {
  const { status, body } = await okta.scim('POST', '/Groups', { schemas: [groupSchema], displayName, members: [] })
  assert.equal(status, 201)
  return body.id
}

async function patch(id: string, ...Operations: readonly object[]): Promise<void> {
  const answer = await okta.scim('PATCH', `/Groups/${id}`, { schemas: [patchSchema], Operations })
  assert.ok([200, 204].includes(answer.status), answer.text)
}

const add = (...ids: readonly string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) })
const remove = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` })
const replaceAll = (...ids: readonly string[]) => ({ ...add(...ids), op: 'replace' })
const rename = (id: string, displayName: string) => ({ op: 'replace', value: { id, displayName } })

async function membersOf(id: string): Promise<readonly string[]> {
  const { text } = await okta.scim('GET', `/Groups/${id}`)
  const { members = [] } = JSON.parse(text) as { readonly members?: readonly { readonly value: string }[] }
  return members.map(({ value }) => value).toSorted()
}

async function findByName(displayName: string): Promise<readonly string[]> {
  const filter = encodeURIComponent(`displayName eq "${displayName}"`)
  const { body } = await okta.scim('GET', `/Groups?filter=${filter}&startIndex=1&count=100`)
  return body.Resources.map(({ id }) => id)
}

test('AC-O27: the receiving half: linking a group that exists keeps its members, renames it or not, and makes no second one', async () => {
  const id = await pushGroup('Design')
  await patch(id, add(ada))
  assert.deepEqual(await findByName('Design'), [id])
  await patch(id, rename(id, 'Design (Okta)'), add(bob))
  assert.deepEqual(await membersOf(id), [ada, bob].toSorted())
  assert.deepEqual([await findByName('Design'), await findByName('Design (Okta)')], [[], [id]])
  await patch(id, add(eve))
  assert.deepEqual(await findByName('Design (Okta)'), [id], 'with the rename switched off the name stays')
})

test('AC-O27: the receiving half: unlinking leaves the group, which can be linked again, or deletes it and no person', async () => {
  const id = await pushGroup('Sales')
  await patch(id, add(ada, bob))
  // Leave: Okta sends nothing, and finds the group by its name when it is linked again.
  assert.deepEqual(await findByName('Sales'), [id])
  assert.deepEqual(await membersOf(id), [ada, bob].toSorted())
  assert.equal((await okta.scim('DELETE', `/Groups/${id}`)).status, 204)
  assert.deepEqual(await findByName('Sales'), [])
  for (const person of [ada, bob]) assert.equal((await okta.scim('GET', `/Users/${person}`)).body.active, true)
  const again = await pushGroup('Sales')
  assert.notEqual(again, id)
  assert.deepEqual(await membersOf(again), [])
})

test('AC-O27: the receiving half: a push that was paused catches up at once, and Push Now overwrites, an empty group too', async () => {
  const id = await pushGroup('Legal')
  await patch(id, rename(id, 'Legal'), remove(ada), add(ada))
  // Reactivated: everybody who came meanwhile, some of whom are there already.
  await patch(id, rename(id, 'Legal'), add(ada, bob), add(eve))
  assert.deepEqual(await membersOf(id), [ada, bob, eve].toSorted())
  await patch(id, replaceAll(eve))
  assert.deepEqual(await membersOf(id), [eve])
  await patch(id, replaceAll())
  assert.deepEqual(await membersOf(id), [])
  const { body } = await okta.scim('GET', `/Groups/${id}`)
  const version = body.meta.version
  await patch(id, rename(id, 'Legal'), replaceAll())
  assert.equal(
    (await okta.scim('GET', `/Groups/${id}`)).body.meta.version,
    version,
    'Push Now of the same is no change',
  )
})

test('AC-O27: the receiving half: a rule pushes many groups at once, and leaves or deletes each of them when it goes', async () => {
  const names = ['Rule Berlin', 'Rule Lyon', 'Rule Osaka']
  const ids = await Promise.all(names.map(pushGroup))
  await Promise.all(ids.map((id, at) => patch(id, rename(id, names[at] ?? ''), add(ada, bob))))
  // Deactivated: nothing is sent, and what it matched stays as it is. A second run of the rule finds all and makes none.
  for (const [at, name] of names.entries()) assert.deepEqual(await findByName(name), [ids[at]])
  // Deleted, with the groups: one call for each; with "leave": none.
  const [berlin = '', lyon = '', osaka = ''] = ids
  assert.equal((await okta.scim('DELETE', `/Groups/${berlin}`)).status, 204)
  assert.equal((await okta.scim('GET', `/Groups/${berlin}`)).status, 404)
  for (const id of [lyon, osaka]) assert.deepEqual(await membersOf(id), [ada, bob].toSorted())
})

test('AC-O27: the receiving half: apps made with the wizard link, rename, pause and push again by PUT of the whole group', async () => {
  const id = await pushGroup('Wizard')
  const put = async (displayName: string, ...members: readonly string[]): Promise<void> => {
    const body = { schemas: [groupSchema], id, displayName, members: members.map((value) => ({ value })) }
    assert.equal((await okta.scim('PUT', `/Groups/${id}`, body)).status, 200)
  }
  await put('Wizard', ada)
  await put('Wizard (Okta)', ada, bob)
  assert.deepEqual([await findByName('Wizard'), await findByName('Wizard (Okta)')], [[], [id]])
  await put('Wizard (Okta)', eve)
  assert.deepEqual(await membersOf(id), [eve])
  await put('Wizard (Okta)')
  assert.deepEqual(await membersOf(id), [])
})
