import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { insertNotice } from '../../src/db/queries/notices.ts'
import { createId } from '../../src/type-id.ts'
import { createAccount } from '../sign-in/sign-in-account.ts'
import { createSignInHarness, goodPassword } from '../sign-in/sign-in-harness.ts'
import { bodyOf, readEventsOf, type EventReader } from './event-reader.ts'

const harness = await createSignInHarness()
const { application, manage } = harness
const { database, clock } = application
after(() => harness[Symbol.asyncDispose]())

const organization = (await manage('GET', '')).body
const organizationId = parseTypeId('org', organization.id) ?? ''
const path = '/api/v1/organizations/acme/live'

async function follow(
  headers: Readonly<Record<string, string>>,
  { query = '', place = path }: { readonly query?: string; readonly place?: string } = {},
): Promise<EventReader> {
  const response = await application.fetch(place + query, { headers: { accept: 'text/event-stream', ...headers } })
  assert.equal(response.status, 200, response.status === 200 ? '' : await response.text())
  return readEventsOf(response)
}

async function keyOf(scopes: readonly string[]): Promise<{ readonly id: string; readonly bearer: string }> {
  const { body } = await manage('POST', '/keys', { scopes })
  return { id: body.id, bearer: `Bearer ${body.key}` }
}

async function addNotice(organizationOf = organizationId): Promise<string> {
  const id = createId()
  const at = clock()
  await insertNotice(database, {
    organizationId: organizationOf,
    id,
    kind: 'keyExpiring',
    keyId: createId(),
    occasion: id,
    data: {},
    createdAt: at,
  })
  return id
}

test('somebody signed in hears with the cookie what changes, and when he was cut off he misses nothing', async () => {
  await harness.createMember('ada@example.com', goodPassword)
  await harness.giveRole('ada@example.com', 'admin')
  const client = await createAccount(harness, 'ada@example.com')
  const headers = { cookie: client.cookie ?? '', 'sec-fetch-site': 'same-origin' }
  let last: string | undefined
  {
    await using events = await follow(headers)
    const sent = events.response.headers
    assert.equal(sent.get('content-type'), 'text/event-stream')
    assert.equal(sent.get('cache-control'), 'no-cache, no-transform')
    assert.equal(sent.get('x-accel-buffering'), 'no')
    const hello = await events.next()
    assert.deepEqual(
      [hello?.event, hello?.data],
      [
        'hello',
        { topics: ['runs', 'apps', 'reads', 'plans', 'holds', 'quarantine', 'notices', 'setupLinks'], resumed: false },
      ],
    )
    await addNotice()
    const told = await events.next()
    assert.deepEqual([told?.event, told?.data.kind, told?.data.state], ['notices', 'keyExpiring', 'open'])
    const acknowledged = await manage('POST', `/notices/${told?.data.id}/acknowledge`)
    assert.equal(acknowledged.status, 200)
    const changed = await events.nextOf('notices')
    assert.deepEqual([changed.data.id, changed.data.state], [told?.data.id, 'acknowledged'])
    last = changed.id
  }
  assert.ok(last !== undefined)
  const run = await manage('POST', '/recount')
  await using again = await follow({ ...headers, 'last-event-id': last })
  assert.deepEqual((await again.next())?.data.resumed, true)
  const missed = await again.nextOf('runs')
  assert.deepEqual(
    [missed.data.id, missed.data.kind, missed.data.state],
    [run.body.id, 'organization.recount', 'queued'],
  )
  assert.equal('permission' in missed.data, false)
  await using elsewhere = await follow({ ...headers, 'last-event-id': 'of-another-process.7' })
  assert.deepEqual((await elsewhere.next())?.data.resumed, false)
})

test('nothing is told of another organization, nor what the key may not read', async () => {
  const other = await harness.admin.createOrganization('other')
  const poor = await keyOf(['people:read'])
  const told = await application.fetch(path, { headers: { authorization: poor.bearer } })
  assert.deepEqual((await bodyOf(told)).topics, ['runs'], 'without the stream: what there would be')
  const refused = await application.fetch(`${path}?topics=notices`, {
    headers: { authorization: poor.bearer, accept: 'text/event-stream' },
  })
  assert.deepEqual([refused.status, (await bodyOf(refused)).code], [403, 'forbidden'])
  const foreign = await application.fetch('/api/v1/organizations/other/live', {
    headers: { authorization: poor.bearer, accept: 'text/event-stream' },
  })
  assert.equal(foreign.status, 404)
  await using mine = await follow({ authorization: (await keyOf(['admin:enterprise'])).bearer })
  await using theirs = await follow(
    { authorization: `Bearer ${other.key}` },
    { place: '/api/v1/organizations/other/live' },
  )
  await using runs = await follow({ authorization: poor.bearer })
  for (const reader of [mine, theirs, runs]) assert.equal((await reader.next())?.event, 'hello')
  await addNotice(parseTypeId('org', other.id) ?? '')
  assert.equal((await theirs.next())?.event, 'notices')
  const own = await addNotice()
  assert.equal(parseTypeId('note', (await mine.next())?.data.id), own)
  // A run that takes a permission which this key has not.
  const { bearer } = await keyOf(['people:read', 'settings:manage'])
  await using rich = await follow({ authorization: bearer })
  await rich.next()
  await database.query({ text: 'update runs set done = done + 1' })
  assert.equal((await rich.next())?.event, 'runs')
  application.application.drain()
  assert.deepEqual((await runs.next())?.data, { reason: 'draining' }, 'the poor key heard of no run')
})
