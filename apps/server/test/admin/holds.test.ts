import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdminHarness, type AdminHarness, type Reply } from './admin-harness.ts'

// Within a second every process knows (DESIGN §5, 11).
const revocationMs = 1_000

let admin: AdminHarness
const path = '/api/v1/organizations/acme'
const people = ['ada', 'bea', 'cyd', 'dot']
const ids = new Map<string, string>()
let scimKey = ''

before(async () => {
  admin = await createAdminHarness()
  const { key } = await admin.createOrganization('acme', ['scim'])
  scimKey = key
  const connections = await admin.send('GET', `${path}/connections`)
  const settings = { guard: { peopleMin: 1, countMin: 1, percent: 0 } }
  await admin.send('PATCH', `${path}/connections/${connections.body.data[0].id}`, { body: { settings } })
  for (const name of people) {
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: name,
      displayName: name,
      active: true,
    }
    ids.set(name, (await scim('POST', '/Users', body)).body.id)
  }
  // Settings reach the SCIM service as fast as a revoked key is refused.
  await sleep(revocationMs)
})
after(() => admin[Symbol.asyncDispose]())

test('a mass change that the guard held is listed with names, approved once, and the client’s retry changes nothing', async () => {
  assert.equal((await suspend('ada')).status, 200)
  assert.equal((await suspend('bea')).status, 429)
  assert.equal((await suspend('cyd')).status, 429)
  const open = await admin.send('GET', `${path}/holds?state=open&total=true`)
  assert.equal(open.body.total, 1)
  const [hold] = open.body.data
  assert.deepEqual([hold.state, hold.changeCount, hold.threshold], ['open', 2, 1])
  const shown = await admin.send('GET', `${path}/holds/${hold.id}`)
  const names = shown.body.changes.map((change: { action: string; subject: { name: string } }) => [
    change.action,
    change.subject.name,
  ])
  assert.deepEqual(names.toSorted(), [
    ['suspend', 'bea'],
    ['suspend', 'cyd'],
  ])
  const approved = await admin.send('POST', `${path}/holds/${hold.id}/approve`)
  assert.equal(approved.status, 200)
  assert.equal(approved.body.state, 'approved')
  assert.match(approved.body.decidedBy, /^instance/)
  assert.equal((await user('bea')).active, false)
  const version = (await user('cyd')).meta.version
  const retried = await suspend('cyd')
  assert.equal(retried.status, 200)
  assert.equal(retried.body.meta.version, version)
  const again = await admin.send('POST', `${path}/holds/${hold.id}/approve`)
  assert.equal(again.body.code, 'conflict')
})

test('a discarded hold changes nobody, and a key without the right to decide may only look', async () => {
  assert.equal((await suspend('dot')).status, 429)
  const [hold] = (await admin.send('GET', `${path}/holds?state=open`)).body.data
  const reader = await admin.send('POST', `${path}/keys`, { body: { scopes: ['organization:read'] } })
  const { key } = reader.body
  assert.equal((await admin.send('GET', `${path}/holds/${hold.id}`, { key })).status, 200)
  for (const verb of ['approve', 'discard'])
    assert.equal((await admin.send('POST', `${path}/holds/${hold.id}/${verb}`, { key })).body.code, 'forbidden')
  assert.equal((await user('dot')).active, true)
  const discarded = await admin.send('POST', `${path}/holds/${hold.id}/discard`)
  assert.equal(discarded.body.state, 'discarded')
  assert.equal((await user('dot')).active, true)
})

async function scim(method: string, resource: string, body?: unknown): Promise<Reply> {
  return admin.send(method, `/scim/v2${resource}`, { key: scimKey, body })
}

function suspend(name: string): Promise<Reply> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'active', value: false }]
  return scim('PATCH', `/Users/${ids.get(name)}`, { schemas, Operations })
}

async function user(name: string): Promise<{ active: boolean; meta: { version: string } }> {
  return (await scim('GET', `/Users/${ids.get(name)}`)).body
}
