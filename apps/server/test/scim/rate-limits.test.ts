import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApplication } from '../../src/application.ts'
import { membersPerHourMax, peoplePerHourMax } from '../../src/access/hourly-limits.ts'
import { jobs } from '../../src/jobs.ts'
import {
  assertScimError,
  createTestProvisioning,
  scimInit,
  type ScimAnswer,
  type TestProvisioning,
} from '../harness/provisioning.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'

const toUser = (name: string) => ({
  schemas: [userUrn],
  userName: name,
  externalId: name,
  displayName: name,
  active: true,
  emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
})
const toPatch = (op: string, value: unknown) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op, path: 'members', value }],
})

type Send = (method: string, path: string, body?: unknown) => Promise<ScimAnswer>

async function connect(server: TestProvisioning, slug: string, style: string) {
  const tenant = await server.createTenant(slug)
  const { key } = await tenant.createConnection({ style })
  const send: Send = (method, path, body) => server.send(`/scim/v2${path}`, scimInit(method, { key, body }))
  return { tenant, key, send }
}

/** Many at once; answers the ids of those that were made. */
async function createMany(send: Send, names: readonly string[]): Promise<readonly string[]> {
  const Operations = names.map((name) => ({ method: 'POST', path: '/Users', bulkId: name, data: toUser(name) }))
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const answer = await send('POST', '/Bulk', { schemas, Operations })
  assert.equal(answer.status, 200, answer.text)
  return [...new Set([...answer.text.matchAll(/\/Users\/([0-9a-f-]{36})/g)].map(([, id]) => id ?? ''))]
}

const namesOf = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

test('AC-G39: under style github the 1,001st person of an hour and the 1,001st member of a group get 429 with whole seconds', async () => {
  await using server = await createTestProvisioning()
  const { tenant, key, send } = await connect(server, 'octo', 'github')
  const people = await createMany(send, namesOf('person', peoplePerHourMax - 5))
  assert.equal(people.length, peoplePerHourMax - 5)
  assert.equal((await send('POST', '/Users', toUser('person-0'))).status, 409, 'a refused one does not count')
  // Two processes on one database agree on who was the last.
  const { config, encryption } = server.application.parts
  const other = createApplication({ config, database: server.database, clock: server.clock, encryption })
  const race = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      if (n % 2 === 0) return (await send('POST', '/Users', toUser(`late-${n}`))).status
      const init = scimInit('POST', { key, body: toUser(`late-${n}`) })
      return (await other.fetch(new Request('https://rollcall.test/scim/v2/Users', init))).status
    }),
  )
  assert.equal(race.filter((status) => status === 201).length, 5)
  assert.equal(race.filter((status) => status === 429).length, 7)
  server.clock.advance(600_500)
  const refused = await send('POST', '/Users', toUser('one-more'))
  assertScimError(refused, 429)
  assert.equal(refused.headers.get('retry-after'), '3000')
  assert.match(refused.body.detail, /1000 people assigned/)
  assert.equal((await send('GET', '/Users?filter=userName%20eq%20%22one-more%22')).body.totalResults, 0)
  // Another connection of the organization has an hour of its own.
  const another = await tenant.createConnection({ style: 'github' })
  const own = scimInit('POST', { key: another.key, body: toUser('of-another') })
  assert.equal((await server.send('/scim/v2/Users', own)).status, 201)
  await checkMembers(server, send, people)
  server.clock.advance(3_000_000)
  assert.equal((await send('POST', '/Users', toUser('one-more'))).status, 201)
  await other.close()
})

async function checkMembers(server: TestProvisioning, send: Send, people: readonly string[]): Promise<void> {
  const members = (ids: readonly string[]) => ids.map((value) => ({ value }))
  const group = await send('POST', '/Groups', {
    schemas: [groupUrn],
    displayName: 'all',
    externalId: 'all',
    members: members(people.slice(0, 400)),
  })
  assert.equal(group.status, 201, group.text)
  const path = `/Groups/${group.body.id}`
  const add = (ids: readonly string[]) => send('PATCH', path, toPatch('add', members(ids)))
  assert.equal((await add(people.slice(0, membersPerHourMax - 5))).status, 204, '595 of them are new')
  assert.equal((await add(people.slice(0, 500))).status, 204, 'who is in it already counts nothing')
  const { rows } = await server.database.query<{ used: number }>({
    text: `select used from rate_windows where name like 'members %'`,
  })
  assert.deepEqual(rows, [{ used: 995 }])
  const remove = await send('PATCH', path, toPatch('remove', members(people.slice(0, 10))))
  assert.equal(remove.status, 204)
  const refused = await add(people.slice(0, 6))
  assertScimError(refused, 429)
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal((await add(people.slice(0, 5))).status, 204)
  assertScimError(await add(people.slice(5, 6)), 429)
  const second = await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'second', externalId: 'second' })
  const other = await send('PATCH', `/Groups/${second.body.id}`, toPatch('add', members(people.slice(0, 6))))
  assert.equal(other.status, 204, 'another group has room')
}

test('the hourly limits can be switched off by a setting, and other styles have none', async () => {
  await using server = await createTestProvisioning()
  const tenant = await server.createTenant('free')
  for (const command of [{ style: 'github', settings: { hourlyLimits: false } }, { style: 'rollcall' }]) {
    const { key } = await tenant.createConnection(command)
    const body = toUser(`someone-${command.style}`)
    assert.equal((await server.send('/scim/v2/Users', scimInit('POST', { key, body }))).status, 201)
  }
  const { rows } = await server.database.query({ text: 'select * from rate_windows' })
  assert.deepEqual(rows, [])
})

test('windows that are over are forgotten by the work role, after a day', async () => {
  await using server = await createTestProvisioning()
  const { send } = await connect(server, 'hours', 'github-org')
  const person = { schemas: [userUrn], userName: 'a', name: { givenName: 'a', familyName: 'b' } }
  const body = { ...person, emails: [{ value: 'a@example.com', type: 'work', primary: true }] }
  assert.equal((await send('POST', '/Users', body)).status, 201)
  const job = jobs.find(({ name }) => name === 'trim-rate-windows')
  const count = async () => {
    await job?.run(server.application.parts, new AbortController().signal)
    return (await server.database.query({ text: 'select * from rate_windows' })).rows.length
  }
  assert.equal(await count(), 1)
  // The longest window is a day.
  server.clock.advance(24 * 3_600_000 + 1)
  assert.equal(await count(), 0)
})

test('CON-D7: SCIM answers tell what a key and an organization may still send; above it 429 with Retry-After', async () => {
  const settings = { ROLLCALL_SCIM_REQUESTS_PER_MINUTE: '60', ROLLCALL_SCIM_ORGANIZATION_REQUESTS_PER_MINUTE: '90' }
  await using server = await createTestProvisioning({ settings })
  const tenant = await server.createTenant('limited')
  const get = (key: string) => server.send('/scim/v2/ServiceProviderConfig', scimInit('GET', { key }))
  const first = await get(tenant.key)
  assert.equal(first.headers.get('ratelimit-policy'), '"key";q=60;w=60, "organization";q=90;w=60')
  assert.equal(first.headers.get('ratelimit'), '"key";r=59;t=60, "organization";r=89;t=60')
  for (let n = 1; n < 60; n++) assert.equal((await get(tenant.key)).status, 200)
  server.clock.advance(20_500)
  const refused = await get(tenant.key)
  assertScimError(refused, 429)
  assert.equal(refused.headers.get('retry-after'), '40')
  assert.equal(refused.headers.get('ratelimit'), '"key";r=0;t=40, "organization";r=29;t=40')
  const second = (await tenant.createKey()).secret
  for (let n = 0; n < 29; n++) assert.equal((await get(second)).status, 200)
  const full = await get(second)
  assertScimError(full, 429)
  assert.match(full.body.detail, /The organization has sent more than 90/)
  const other = await server.createTenant('unlimited')
  assert.equal((await get(other.key)).status, 200, 'another organization notices nothing')
  server.clock.advance(40_000)
  assert.equal((await get(tenant.key)).status, 200)
})
