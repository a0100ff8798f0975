import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { streamsPerCallerMax } from '../../src/live/hub.ts'
import { addRequestLogLines } from '../harness/listening-application.ts'
import { createAccount } from '../sign-in/sign-in-account.ts'
import { createSignInHarness, goodPassword } from '../sign-in/sign-in-harness.ts'
import { parseTypeId } from '@rollcall/admin-api'
import { bodyOf, readEventsOf, type EventReader } from './event-reader.ts'

const harness = await createSignInHarness()
const { application, manage } = harness
const { clock } = application
after(() => harness[Symbol.asyncDispose]())

const path = '/api/v1/organizations/acme/live'

async function follow(headers: Readonly<Record<string, string>>, query = ''): Promise<EventReader> {
  const response = await application.fetch(path + query, { headers: { accept: 'text/event-stream', ...headers } })
  assert.equal(response.status, 200)
  const reader = readEventsOf(response)
  assert.equal((await reader.next())?.event, 'hello')
  return reader
}

async function assertEnds(reader: EventReader, reason: string): Promise<void> {
  assert.deepEqual((await reader.nextOf('end')).data, { reason })
  assert.equal(await reader.next(), undefined)
}

async function adminOf(userName: string): Promise<Readonly<Record<string, string>>> {
  await harness.createMember(userName, goodPassword)
  await harness.giveRole(userName, 'admin')
  const { cookie = '' } = await createAccount(harness, userName)
  return { cookie, 'sec-fetch-site': 'same-origin' }
}

test('a stream ends with the session: when it is revoked, when the person is suspended, when time is up', async () => {
  const [revoked, suspended, idle] = [
    await follow(await adminOf('revoked@example.com')),
    await follow(await adminOf('suspended@example.com')),
    await follow(await adminOf('idle@example.com')),
  ]
  const ended = await manage('POST', `/people/${await harness.idOf('revoked@example.com')}/revoke-sessions`)
  assert.ok(ended.status < 300)
  await assertEnds(revoked, 'signedOut')
  const { status } = await manage('POST', `/people/${await harness.idOf('suspended@example.com')}/suspend`, {
    overrideUntil: '2099-01-01T00:00:00Z',
  })
  assert.equal(status, 200)
  await assertEnds(suspended, 'signedOut')
  clock.advance(90 * 24 * 3_600_000)
  await assertEnds(idle, 'signedOut')
})

test('a stream ends with the permission, and with the key', async () => {
  const headers = await adminOf('demoted@example.com')
  const demoted = await follow(headers)
  const user = await harness.idOf('demoted@example.com')
  await manage('POST', '/roles/admin/revoke', { user })
  await assertEnds(demoted, 'forbidden')
  const { body: key } = await manage('POST', '/keys', { scopes: ['admin:enterprise'] })
  const reader = await follow({ authorization: `Bearer ${key.key}` })
  const startedMs = performance.now()
  await manage('POST', `/keys/${key.id}/revoke`)
  await assertEnds(reader, 'signedOut')
  assert.ok(performance.now() - startedMs < 3_000)
})

test('nobody has more streams than the limit, and who leaves makes room', async () => {
  const { body: key } = await manage('POST', '/keys', { scopes: ['admin:enterprise'] })
  const headers = { authorization: `Bearer ${key.key}` }
  const readers = await Promise.all(Array.from({ length: streamsPerCallerMax }, () => follow(headers)))
  const refused = await application.fetch(path, { headers: { accept: 'text/event-stream', ...headers } })
  assert.deepEqual([refused.status, (await bodyOf(refused)).code], [429, 'tooManyRequests'])
  await readers[0]?.[Symbol.asyncDispose]()
  await using room = await follow(headers)
  assert.ok(room)
  for (const reader of readers) await reader[Symbol.asyncDispose]()
})

test('requests of a connection are told as they are written down; those of others are not', async () => {
  const organizationId = parseTypeId('org', (await manage('GET', '')).body.id) ?? ''
  const [first, second] = [
    (await manage('POST', '/connections', { type: 'scim' })).body.id,
    (await manage('POST', '/connections', { type: 'scim' })).body.id,
  ]
  const { body: key } = await manage('POST', '/keys', { scopes: ['log:read'] })
  const headers = { authorization: `Bearer ${key.key}` }
  const nameless = await application.fetch(`${path}?topics=requests`, { headers })
  assert.deepEqual((await bodyOf(nameless)).errors[0].pointer, '/connection')
  await using reader = await follow(headers, `?topics=requests&connection=${first}`)
  const line = { organizationId, method: 'PATCH', path: '/scim/v2/Users/1', status: 400, detail: 'No' }
  await addRequestLogLines(application, [
    { ...line, connectionId: parseTypeId('con', second) ?? null },
    { ...line, connectionId: parseTypeId('con', first) ?? null, rules: ['booleanText'] },
  ])
  const { data } = await reader.nextOf('requests')
  assert.deepEqual(
    [data.connectionId, data.method, data.status, data.detail, data.rules],
    [first, 'PATCH', 400, 'No', ['booleanText']],
  )
})

test('while nobody follows nothing is asked, and many who follow ask as often as one', async () => {
  const { body: key } = await manage('POST', '/keys', { scopes: ['admin:enterprise'] })
  const headers = { authorization: `Bearer ${key.key}` }
  const { stats } = application.database
  const countIn = async (ms: number): Promise<number> => {
    const before = stats.roundTrips
    await new Promise((resolve) => setTimeout(resolve, ms))
    return stats.roundTrips - before
  }
  const readers = await Promise.all(Array.from({ length: streamsPerCallerMax }, () => follow(headers)))
  const asked = await countIn(2_500)
  assert.ok(asked >= 2 && asked <= 12, `${asked} round trips`)
  for (const reader of readers) await reader[Symbol.asyncDispose]()
})
