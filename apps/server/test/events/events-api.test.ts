import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listEventTypes, toEventJsonSchema } from '@rollcall/admin-api'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'

let admin: AdminHarness
let key = ''
before(async () => {
  admin = await createAdminHarness()
  key = (await admin.createOrganization('acme')).key
})
after(() => admin[Symbol.asyncDispose]())

const events = '/api/v1/organizations/acme/events'
const userOf = (userName: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  password: 'planted-canary-1',
})
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})
const scim = (method: string, path: string, body?: object): Promise<Reply> =>
  admin.send(method, `/scim/v2${path}`, { key, ...(body !== undefined && { body }) })

async function lastCursor(): Promise<string> {
  let cursor: string | undefined
  for (;;) {
    const { body } = await admin.send('GET', `${events}?limit=200${cursor === undefined ? '' : `&cursor=${cursor}`}`)
    cursor = body.nextCursor as string
    if (body.hasMore === false) return cursor
  }
}

test('everything that happens to people and teams is an event, in order, with what changed and who did it', async () => {
  const cursor = await lastCursor()
  const user = await scim('POST', '/Users', userOf('ada@acme.example'))
  await scim('PATCH', `/Users/${user.body.id}`, patchOf({ op: 'replace', path: 'title', value: 'Countess' }))
  const group = await scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Engine',
  })
  const add = { op: 'add', path: 'members', value: [{ value: user.body.id }] }
  await scim('PATCH', `/Groups/${group.body.id}`, patchOf(add))
  await scim('PATCH', `/Users/${user.body.id}`, patchOf({ op: 'replace', path: 'active', value: false }))
  await scim('PATCH', `/Users/${user.body.id}`, patchOf({ op: 'replace', path: 'active', value: true }))
  await scim('DELETE', `/Users/${user.body.id}`)
  const { body } = await admin.send('GET', `${events}?cursor=${cursor}`)
  const types = body.data.map((event: any) => event.type).filter((type: string) => /^(?:user|team)\./.test(type)) // oxlint-disable-line typescript/no-explicit-any -- answers are any here
  assert.deepEqual(types, [
    'user.created',
    'user.updated',
    'team.created',
    'team.members_changed',
    'user.suspended',
    'user.reactivated',
    'team.members_changed',
    'user.deleted',
  ])
  const [created, updated, , joined] = body.data
  assert.match(created.id, /^evt_/)
  assert.match(created.data.subject.id, /^usr_/)
  assert.equal(created.data.actor.startsWith('key_'), true)
  assert.equal(created.data.requestId.startsWith('req_'), true)
  assert.ok(created.data.changes.some((change: { path: string }) => change.path === 'userName'))
  assert.deepEqual(updated.data.changes, [{ path: 'title', after: 'Countess' }])
  assert.deepEqual([joined.data.added, joined.data.addedCount, joined.data.removed], [[created.data.subject.id], 1, []])
  assert.equal(JSON.stringify(body).includes('planted-canary-1'), false)
  const ids = body.data.map((event: { id: string }) => event.id)
  assert.deepEqual(ids, ids.toSorted())
  const one = await admin.send('GET', `${events}/${created.id}`)
  assert.deepEqual(one.body, created)
})

test('a cursor is a place for ever: pages follow each other without a gap, and the same page is the same again', async () => {
  const whole = await admin.send('GET', `${events}?limit=200`)
  const paged: unknown[] = []
  let cursor = ''
  for (let hasMore = true; hasMore;) {
    const { body } = await admin.send('GET', `${events}?limit=3${cursor}`)
    paged.push(...body.data)
    hasMore = body.hasMore
    cursor = `&cursor=${body.nextCursor}`
  }
  assert.deepEqual(paged, whole.body.data)
  const end = await admin.send('GET', `${events}?${cursor.slice(1)}`)
  assert.deepEqual([end.body.data, end.body.hasMore], [[], false])
  await scim('POST', '/Users', userOf('next@acme.example'))
  const next = await admin.send('GET', `${events}?cursor=${end.body.nextCursor}`)
  assert.equal(next.body.data[0].type, 'user.created')
})

test('filters by type and by time; one that names nothing is refused; a cursor of another organization too', async () => {
  const people = await admin.send('GET', `${events}?types=user.created,user.deleted`)
  const types = new Set(people.body.data.map((event: { type: string }) => event.type))
  assert.deepEqual([...types].toSorted(), ['user.created', 'user.deleted'])
  const teams = await admin.send('GET', `${events}?types=team.*&limit=1`)
  assert.equal(teams.body.data[0].type, 'team.created')
  const wrong = await admin.send('GET', `${events}?types=user.creatd`)
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'invalidRequest'])
  assert.match(wrong.body.detail, /user\.created/)
  admin.application.clock.advance(60_000)
  const since = admin.application.clock().toISOString()
  assert.deepEqual((await admin.send('GET', `${events}?since=${since}`)).body.data, [])
  await scim('POST', '/Users', userOf('since@acme.example'))
  const later = await admin.send('GET', `${events}?since=${since}`)
  assert.equal(
    later.body.data[0].data.changes.find((change: { path: string }) => change.path === 'userName').after,
    'since@acme.example',
  )
  const { body } = await admin.send('GET', `${events}?limit=1`)
  await admin.createOrganization('other')
  const foreign = await admin.send('GET', `/api/v1/organizations/other/events?cursor=${body.nextCursor}`)
  assert.equal(foreign.body.code, 'invalidCursor')
})

test('a reader may wait: the answer comes with the event, long before the time is over', async () => {
  const cursor = await lastCursor()
  const waiting = admin.send('GET', `${events}?cursor=${cursor}&wait=20`)
  await scim('POST', '/Users', userOf('awaited@acme.example'))
  const startedMs = performance.now()
  const { body } = await waiting
  assert.equal(body.data[0].type, 'user.created')
  assert.ok(performance.now() - startedMs < 5_000)
})

test('events need events:read, and a key of SCIM has it not', async () => {
  const scoped = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['scim'] } })
  const refused = await admin.send('GET', events, { key: scoped.body.key })
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /events:read/)
})

test('CON-I2: every type has a version, a JSON Schema and an example that fits; real events fit their schemas', async () => {
  const listed: string[] = []
  for (let after = '', hasMore = true; hasMore;) {
    const { body } = await admin.send('GET', `/api/v1/event-types?limit=200${after}`)
    listed.push(...body.data.map((entry: { type: string }) => entry.type))
    hasMore = body.hasMore
    after = `&cursor=${body.nextCursor}`
  }
  const types = listEventTypes()
  assert.deepEqual(
    listed,
    types.map(({ type }) => type),
  )
  for (const entry of types) {
    assert.match(entry.type, /^[a-z_]+\.[a-z_]+$/)
    assert.deepEqual(Object.keys(entry.example), ['type', 'timestamp', 'data'])
    const fits = entry.schema.safeParse(entry.example)
    assert.ok(fits.success, `${entry.type}: ${fits.error?.message}`)
    assert.match(String(toEventJsonSchema(entry)['$schema']), /2020-12/)
    assert.ok(entry.version >= 1)
  }
  const seen = await admin.send('GET', `${events}?limit=200`)
  for (const { id: _, version, ...event } of seen.body.data) {
    const entry = types.find(({ type }) => type === event.type)
    // An action that nobody has put into the catalog yet is an event by its own name.
    if (entry === undefined) continue
    const fits = entry.schema.safeParse(event)
    assert.ok(fits.success, `${event.type}: ${fits.error?.message}`)
    assert.equal(version, entry.version)
  }
})
