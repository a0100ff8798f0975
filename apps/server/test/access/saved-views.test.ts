import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createPerson } from '../sign-in/visitor.ts'

let server: TestProvisioning
let acme: TestTenant

before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
})
after(() => server.close())

type Ask = (method: string, path?: string, body?: object) => ReturnType<TestProvisioning['send']>

/** Calls of somebody with that role, by a key of the person's own. */
async function createCaller(userName: string, role: string): Promise<Ask> {
  const { id } = await createPerson(server, acme, { userName, role })
  const { secret } = await acme.createKey({ scopes: ['admin:enterprise'], userId: id })
  return (method, path = '', body) =>
    server.send(`/api/v1/organizations/acme/saved-views${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
}

const namesOf = ({ text }: { readonly text: string }): readonly string[] =>
  JSON.parse(text).data.map(({ name }: { readonly name: string }) => name)
const view = (name: string, isShared = false, screen = 'audit') => ({
  screen,
  name,
  isShared,
  search: { q: 'result:failure' },
})

test('a view of one’s own is seen by nobody else, a shared one by whoever may see the list', async () => {
  const ada = await createCaller('ada@acme.example', 'owner')
  const bob = await createCaller('bob@acme.example', 'admin')
  const cyd = await createCaller('cyd@acme.example', 'member')
  assert.equal((await ada('POST', '', view('Mine'))).status, 201)
  const shared = await ada('POST', '', view('Everybody’s', true))
  assert.deepEqual(JSON.parse(shared.text).search, { q: 'result:failure' })
  assert.deepEqual(namesOf(await ada('GET', '?screen=audit')), ['Mine', 'Everybody’s'])
  assert.deepEqual(namesOf(await bob('GET')), ['Everybody’s'])
  assert.deepEqual(namesOf(await ada('GET', '?screen=users')), [])
  assert.deepEqual(namesOf(await cyd('GET')), [], 'whoever may not see the list sees none of its views')
  assert.equal((await cyd('POST', '', view('Sly'))).status, 403)

  const mine = JSON.parse((await ada('GET')).text).data[0].id
  assert.equal((await bob('DELETE', `/${mine}`)).status, 404)
  assert.equal((await cyd('DELETE', `/${JSON.parse(shared.text).id}`)).status, 403)
  assert.deepEqual(namesOf(await bob('GET')), ['Everybody’s'], 'a refusal changes nothing')
  assert.equal((await ada('DELETE', `/${mine}`)).status, 204)
  assert.equal((await bob('DELETE', `/${JSON.parse(shared.text).id}`)).status, 204)
  const { rows } = await server.database.query<{ action: string }>({
    text: `select action from changes where action like 'organization.view%' order by position`,
  })
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['organization.view_saved', 'organization.view_deleted'],
  )
})

test('more than fifty views of one’s own, and a search as long as a document, are refused by name', async () => {
  const dan = await createCaller('dan@acme.example', 'owner')
  for (let count = 0; count < 50; count++) assert.equal((await dan('POST', '', view(`View ${count}`))).status, 201)
  const refused = await dan('POST', '', view('One more'))
  assert.deepEqual([refused.status, JSON.parse(refused.text).code], [409, 'conflict'])
  assert.match(JSON.parse(refused.text).detail, /50 views already/)
  const long = await dan('POST', '', {
    ...view('Long'),
    search: { q: 'x'.repeat(1_990), r: 'y'.repeat(1_990), s: 'z'.repeat(90) },
  })
  assert.equal(long.status, 400)
})
