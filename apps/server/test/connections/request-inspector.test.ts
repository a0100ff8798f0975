import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchDelayMs } from '../../src/audit/request-log.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { sealAll } from '../harness/seal-audit.ts'
import { scimInit } from '../harness/provisioning.ts'

let admin: AdminHarness
let key: string
before(async () => {
  admin = await createAdminHarness()
  key = (await admin.createOrganization('acme')).key
})
after(() => admin[Symbol.asyncDispose]())

const organization = '/api/v1/organizations/acme'
const user = (userName: string, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  ...more,
})
const patch = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

async function scim(method: string, path: string, body?: object) {
  const response = await admin.application.fetch(`/o/acme/scim/v2${path}`, scimInit(method, { key, body }))
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** The newest request with that method, once it is written down. */
async function findRequest(method: string): Promise<Reply['body']> {
  await sleep(batchDelayMs * 3)
  const { body } = await admin.send('GET', `${organization}/requests?method=${method}&limit=1`, { key })
  return (await admin.send('GET', `${organization}/requests/${body.data[0].id}`, { key })).body
}

const count = async (): Promise<number> => (await scim('GET', '/Users?count=0')).body.totalResults

test('a request tells what it changed of whom, before and after, and is given as a command without its key', async () => {
  const made = await scim('POST', '/Users', user("o'neill", { displayName: 'Jack', password: 'quiet otters' }))
  assert.equal(made.status, 201)
  const changed = await scim(
    'PATCH',
    `/Users/${made.body.id}`,
    patch({ op: 'replace', path: 'displayName', value: "Jack O'Neill" }),
  )
  assert.equal(changed.status, 200)
  await sealAll(admin.application)
  const request = await findRequest('PATCH')
  assert.deepEqual([request.fix, request.kept], [null, { bodies: true, days: request.kept.days }])
  assert.equal(request.diff.length, 1)
  const [change] = request.diff
  assert.deepEqual([change.action, change.subject.kind, change.subject.name], ['user.updated', 'user', "Jack O'Neill"])
  assert.deepEqual(
    change.changes.find(({ path }: { path: string }) => path === 'displayName'),
    { path: 'displayName', before: 'Jack', after: "Jack O'Neill" },
  )
  assert.match(request.asCurl, /^curl -X PATCH 'https:\/\/rollcall\.test\/o\/acme\/scim\/v2\/Users\//)
  assert.match(request.asCurl, /-H "Authorization: Bearer \$ROLLCALL_KEY"/)
  assert.ok(request.asCurl.includes(String.raw`Jack O'\''Neill`))
  assert.ok(!request.asCurl.includes(key))
  const created = await findRequest('POST')
  assert.ok(!JSON.stringify(created).includes('quiet otters'))
})

test('a replay says what would be answered and changed, and nothing of it stays', async () => {
  const before = await count()
  const { database } = admin.application
  const rowsOf = async () =>
    (
      await database.query<{ count: number }>({
        text: `select (select count(*) from changes where subject_kind = 'user') + (select count(*) from users) as count`,
      })
    ).rows[0]?.count
  const rows = await rowsOf()
  const request = await findRequest('POST')
  const taken = await admin.send('POST', `${organization}/requests/${request.id}/replay`, { key })
  assert.deepEqual([taken.status, taken.body.status, taken.body.sameStatus, taken.body.diff], [200, 409, false, []])
  const id = (await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "o'neill"`)}`)).body.Resources[0].id
  await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'displayName', value: 'Back' }))
  const earlier = (await admin.send('GET', `${organization}/requests?method=PATCH&limit=5`, { key })).body.data.at(-1)
  const again = await admin.send('POST', `${organization}/requests/${earlier.id}/replay`, { key })
  assert.deepEqual([again.body.status, again.body.sameStatus], [200, true])
  assert.deepEqual(again.body.diff[0].changes[0], { path: 'displayName', before: 'Back', after: "Jack O'Neill" })
  assert.equal((await scim('GET', `/Users/${id}`)).body.displayName, 'Back', 'nothing has changed')
  const gone = await admin.send('DELETE', `${organization}/connections/none`, { key })
  assert.ok(gone.status >= 400)
  assert.equal(await count(), before)
  assert.equal(await rowsOf(), (rows ?? 0) + 1, 'the one change that was meant')
  await sleep(batchDelayMs * 3)
  const log = await admin.send('GET', `${organization}/requests?status=409`, { key })
  assert.equal(log.body.data.length, 0, 'the replay is no request')
})

test('a new person of a replay, with teams and a failure inside, is as it would be', async () => {
  const bulk = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'a', data: user('bulk-a') },
      { method: 'POST', path: '/Users', bulkId: 'b', data: user('bulk-a') },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: 'Crew',
          members: [{ value: 'bulkId:a' }],
        },
      },
    ],
  }
  const sent = await scim('POST', '/Bulk', bulk)
  const statuses = sent.body.Operations.map(({ status }: { status: string }) => status)
  assert.deepEqual(statuses.toSorted(), ['201', '201', '409'])
  const [made, crew] = ['Users', 'Groups'].map((name) =>
    sent.body.Operations.find(
      ({ status, location }: { status: string; location?: string }) => status === '201' && location?.includes(name),
    )
      .location.split('/')
      .at(-1),
  )
  await scim('DELETE', `/Groups/${crew}`)
  await scim('DELETE', `/Users/${made}`)
  const request = await findRequest('POST')
  const replayed = await admin.send('POST', `${organization}/requests/${request.id}/replay`, { key })
  assert.equal(replayed.status, 200, JSON.stringify(replayed.body))
  const again = JSON.parse(replayed.body.body).Operations.map(({ status }: { status: string }) => status)
  assert.deepEqual(again.toSorted(), ['201', '201', '409'])
  assert.ok(replayed.body.diff.some(({ subject }: { subject: { kind: string } }) => subject.kind === 'team'))
  assert.equal((await scim('GET', '/Groups?count=0')).body.totalResults, 0)
})

test('errors are grouped by code and endpoint, each with its fix', async () => {
  await scim('POST', '/Users', user("o'neill"))
  await scim('POST', '/Users', user("o'neill"))
  await scim('GET', '/Users?filter=nonsense')
  await scim('GET', '/Users/2819c223-7f76-453a-919d-413861904646')
  await sleep(batchDelayMs * 3)
  const { body } = await admin.send('GET', `${organization}/request-errors?hours=1`, { key })
  const told = body.data.map(({ count: times, status, method, endpoint, fix }: Record<string, unknown>) => [
    times,
    status,
    method,
    endpoint,
    fix,
  ])
  assert.deepEqual(told[0], [2, 409, 'POST', '/Users', 'matchExisting'])
  assert.ok(told.some(([, status, , , fix]: unknown[]) => status === 400 && fix === 'correctFilter'))
  assert.ok(told.some(([, , , endpoint, fix]: unknown[]) => endpoint === '/Users/{id}' && fix === 'provisionAnew'))
})

test('where bodies are not to be kept none is, and such a request cannot be replayed', async () => {
  const { body: connections } = await admin.send('GET', `${organization}/connections`, { key })
  const connection = connections.data[0]
  const patched = await admin.send('PATCH', `${organization}/connections/${connection.id}`, {
    key,
    body: { settings: { ...connection.settings, keepsBodies: false } },
  })
  assert.equal(patched.status, 200)
  await sleep(600)
  await scim('POST', '/Users', user('private'))
  const request = await findRequest('POST')
  assert.deepEqual([request.requestBody, request.responseBody, request.kept.bodies], [null, null, false])
  const replayed = await admin.send('POST', `${organization}/requests/${request.id}/replay`, { key })
  assert.deepEqual([replayed.status, replayed.body.code], [409, 'conflict'])
})
