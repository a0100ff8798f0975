import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let key = ''
const ids: string[] = []

before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  const settings = '{"guard":{"peopleMin":1,"countMin":1,"percent":0}}'
  const { id } = await cli.json('connection', 'create', '--type', 'scim', '--settings', settings)
  const made = await cli.json('key', 'create', '--scope', 'scim', '--connection', id)
  key = made.key
  for (const userName of ['ada', 'béa\u001b[31m']) {
    const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, displayName: userName }
    ids.push((await scim('POST', '/Users', { ...body, active: true })).id)
  }
})
after(() => cli[Symbol.asyncDispose]())

test('a held mass change is listed, shown with names that cannot steer the terminal, approved, and then decided for good', async () => {
  assert.equal((await suspend(ids[0])).active, false)
  assert.equal((await suspend(ids[1])).status, '429')
  const { data } = await cli.json('hold', 'list', '--state', 'open')
  const [hold] = data
  assert.deepEqual([data.length, hold.state, hold.changeCount], [1, 'open', 1])
  const shown = await cli.run('hold', 'show', hold.id)
  assert.match(shown.stdout, /^suspend {2}béa\\u001b\[31m/m)
  assert.equal(shown.stdout.includes('\u001b'), false)
  assert.equal((await cli.json('hold', 'approve', hold.id)).state, 'approved')
  assert.equal((await scim('GET', `/Users/${ids[1]}`)).active, false)
  const again = await cli.run('hold', 'discard', hold.id)
  assert.deepEqual([again.code, again.stdout], [1, ''])
  assert.match(again.stderr, /approved before/)
})

test('a key may belong to a person, named by the SCIM id, and to no one who is not there', async () => {
  const made = await cli.json('key', 'create', '--scope', 'organization:read', '--user', ids[0] ?? '')
  assert.match(made.userId, /^usr_/)
  const missing = await cli.run(
    ...['key', 'create', '--scope', 'scim', '--user', '01893f6e-5c00-7000-8000-000000000000', '--json'],
  )
  assert.equal(missing.code, 1)
  assert.equal(JSON.parse(missing.stderr).errors[0].pointer, '/user')
  const both = await cli.run('key', 'create', '--scope', 'scim', '--user', ids[0] ?? '', '--service-account', 'robot')
  assert.equal(both.code, 2)
})

type User = { readonly id: string; readonly active: boolean; readonly status: string }

async function scim(method: string, path: string, body?: unknown): Promise<User> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  // What is not there fails the assertions.
  return (await (await cli.application.fetch(`/scim/v2${path}`, init)).json()) as User
}

function suspend(id: string | undefined): Promise<User> {
  const Operations = [{ op: 'replace', path: 'active', value: false }]
  return scim('PATCH', `/Users/${id}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })
}
